using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary><c>records/&lt;register&gt;.tsv</c>: the first line names fields, each other line is a record.</summary>
internal sealed record RecordFile(string Register, IReadOnlyList<string> Heading, IReadOnlyList<RecordFileLine> Lines)
{
    public static RecordFile Read(ArtefactSource source, List<Fault> faults)
    {
        var lines = source.Content.Split('\n');
        var heading = lines[0].TrimEnd('\r').Split('\t');
        var rows = new List<RecordFileLine>(lines.Length);
        for (var i = 1; i < lines.Length; i++)
        {
            var text = lines[i].TrimEnd('\r');
            if (text.Length == 0) { continue; }
            var cells = text.Split('\t');
            if (cells.Length != heading.Length)
            {
                faults.Add(new(source.Path, i + 1, "", $"应有 {heading.Length} 列，实为 {cells.Length} 列"));
                continue;
            }
            rows.Add(new(i + 1, text, [.. cells.Select(c => c.Trim() is { Length: > 0 } cell ? cell : null)]));
        }
        return new(KeyOf(source), heading, rows);
    }

    public static string KeyOf(ArtefactSource source) => Path.GetFileNameWithoutExtension(source.Path);

    /// <summary>Places of the cells by which a line is known again: a required field whose values are unique, or else the whole
    /// line.</summary>
    public IReadOnlyList<int> NaturalKey(RegisterDefinition register)
    {
        var field = register.Fields.Where(f => f is { Unique: true, Retired: false } && Heading.Contains(f.Key))
            .OrderByDescending(f => f.Required).FirstOrDefault();
        return field is null ? [.. Enumerable.Range(0, Heading.Count)] : [Heading.Index().First(h => h.Item == field.Key).Index];
    }

    public static string KeyTextOf(RecordFileLine line, IReadOnlyList<int> natural) =>
        string.Join('\t', natural.Select(i => line.Cells[i]));
}

/// <param name="Line">As a person counts in the file, the heading being 1.</param>
internal sealed record RecordFileLine(int Line, string Text, string?[] Cells);
