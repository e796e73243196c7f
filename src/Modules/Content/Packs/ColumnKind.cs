using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Packs;

/// <summary>What stands in <c>content/columns.yaml</c>.</summary>
/// <param name="Region">Whose articles these are where an article does not say so itself.</param>
internal sealed record ColumnFile(string Region, IReadOnlyList<ContentColumn> Columns)
{
    public static ColumnFile Read(string path, string text, List<Fault> faults)
    {
        var root = YamlReader.Read(path, text, faults);
        var columns = new List<ContentColumn>();
        foreach (var item in root.Items("columns"))
        {
            var column = new ContentColumn(
                item.Required("column"), item.Required("title"), item.Required("kind"), item.Text("parent"), item.Text("summary") ?? "",
                item.Int("order") ?? 100);
            if (columns.Any(c => c.Key == column.Key)) { item.Fault("column", $"栏目 {column.Key} 重复"); }
            if (column.Key.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))) { item.Fault(
                "column", "栏目标识应为小写字母、数字和连字符"); }
            columns.Add(column);
        }
        foreach (var (column, item) in columns.Zip(root.Items("columns")))
        {
            if (column.Parent is { } parent && (parent == column.Key || columns.All(c => c.Key != parent))) { item.Fault(
                "parent", $"没有上级栏目 {parent}"); }
        }
        var region = root.Text("region") ?? "";
        root.RefuseUnknownKeys();
        return new(region, columns);
    }
}

/// <summary>Columns in packs: one file <c>content/columns.yaml</c> for each pack.</summary>
internal sealed class ColumnKind : IArtefactKind
{
    public const string Name = "content-columns";

    public string Kind => Name;

    public string Title => "信息栏目";

    public string Folder => "content";

    public IReadOnlyList<string> Patterns { get; } = ["columns.yaml"];

    public int Order => 78;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "信息栏目");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = ColumnFile.Read(source.Path, source.Content, faults);
        if (catalogue.Find(CodeListKind.Name, "content-column") is { } kinds)
        {
            var known = CodeListKind.Parse(kinds.Path, kinds.Content, []);
            faults.AddRange(file.Columns.Where(c => !known.Accepts(c.Kind)).Select(
                c => new Fault(source.Path, 0, "columns.kind", $"栏目 {c.Key} 的类别“{c.Kind}”不在代码表 content-column 中")));
        }
        return faults;
    }
}
