namespace Zhengtong.Forms;

/// <summary>A published form, parsed once per version.</summary>
public sealed record FormDefinition(string Key, IReadOnlyList<FormField> Fields)
{
    /// <summary>
    /// The portal asks one group of things at a time: each group on the top level is a page; fields between groups gather into one.
    /// </summary>
    public IReadOnlyList<FormPage> Pages { get; } = Split(Fields);

    /// <summary>All fields with an answer, also those in groups.</summary>
    public IEnumerable<FormField> Answered => Fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer);

    public FormField? Find(string key) => Answered.FirstOrDefault(f => f.Key == key);

    private static List<FormPage> Split(IReadOnlyList<FormField> fields)
    {
        var pages = new List<FormPage>();
        var loose = new List<FormField>();
        foreach (var field in fields)
        {
            if (field.Type is not FormFieldType.Group) { loose.Add(field); continue; }
            Flush();
            pages.Add(new(field.Label, field.Hide, field.Fields));
        }
        Flush();
        return pages;

        void Flush()
        {
            if (loose.Count == 0) { return; }
            pages.Add(new("", null, [.. loose]));
            loose.Clear();
        }
    }
}

/// <param name="Hide">When true the whole page is left out.</param>
public sealed record FormPage(string Title, FormExpression? Hide, IReadOnlyList<FormField> Fields);
