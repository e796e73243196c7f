using System.Text.Json;
using Zhengtong.Kernel;

namespace Zhengtong.Forms;

/// <summary>Forms in packs: <c>forms/&lt;key&gt;.form.json</c>.</summary>
internal sealed class FormKind : IArtefactKind
{
    private const string Suffix = ".form.json";

    public string Kind => FormsModule.Kind;

    public string Title => "表单";

    public string Folder => "forms";

    public IReadOnlyList<string> Patterns { get; } = ["*" + Suffix];

    public int Order => 55;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var key = Path.GetFileName(source.Path);
        key = key.EndsWith(Suffix, StringComparison.Ordinal) ? key[..^Suffix.Length] : key;
        try
        {
            using var document = JsonDocument.Parse(source.Content);
            return (key, document.RootElement.TryGetProperty("title", out var title) ? title.GetString() ?? key : key);
        }
        catch (JsonException)
        {
            return (key, key);
        }
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var (form, faults) = FormReader.Read(Identify(source).Key, source.Path, source.Content);
        if (form is null) { return faults; }
        return form.Answered.Where(f => f.List is { } list && !catalogue.Has("code-list", list))
            .Select(f => new Fault(source.Path, source.LineOf(f.List ?? f.Key), f.Key, $"没有代码表 {f.List}"));
    }
}
