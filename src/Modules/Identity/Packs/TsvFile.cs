using Zhengtong.Kernel;

namespace Zhengtong.Identity.Packs;

/// <summary>A tab separated file with a header: rows by column name, faults with line numbers.</summary>
internal sealed class TsvFile
{
    private readonly Dictionary<string, int> _columns;

    private TsvFile(string path, Dictionary<string, int> columns, List<TsvRow> rows) => (Path, _columns, Rows) = (path, columns, rows);

    public string Path { get; }

    public IReadOnlyList<TsvRow> Rows { get; }

    public static TsvFile Read(ArtefactSource source, List<Fault> faults, IReadOnlyList<string> required, IReadOnlyList<string> allowed)
    {
        var lines = source.Content.Split('\n');
        var header = lines[0].TrimEnd('\r').Split('\t');
        var columns = header.Index().DistinctBy(h => h.Item).ToDictionary(h => h.Item, h => h.Index, StringComparer.Ordinal);
        foreach (var name in required.Where(n => !columns.ContainsKey(n))) { faults.Add(new(source.Path, 1, name, $"缺少列 {name}")); }
        foreach (var name in columns.Keys.Where(n => !allowed.Contains(n))) { faults.Add(new(source.Path, 1, name, $"不认识的列 {name}")); }
        if (columns.Count != header.Length) { faults.Add(new(source.Path, 1, "", "列名重复")); }
        var rows = new List<TsvRow>(lines.Length);
        var file = new TsvFile(source.Path, columns, rows);
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0) { continue; }
            var cells = line.Split('\t');
            if (cells.Length != header.Length)
            {
                faults.Add(new(source.Path, i + 1, "", $"应有 {header.Length} 列，实为 {cells.Length} 列"));
                continue;
            }
            rows.Add(new(file, i + 1, cells));
        }
        return file;
    }

    internal int? IndexOf(string column) => _columns.TryGetValue(column, out var index) ? index : null;
}

internal sealed record TsvRow(TsvFile File, int Line, string[] Cells)
{
    /// <summary>The cell, or null where it is empty or the column is not there.</summary>
    public string? this[string column] => File.IndexOf(column) is { } i && Cells[i].Trim() is { Length: > 0 } text ? text : null;

    public Fault Fault(string column, string message) => new(File.Path, Line, column, message);
}
