using Zhengtong.Kernel;

namespace Zhengtong.Content.Packs;

/// <summary>An article as a pack has it: front matter in YAML, then Markdown.</summary>
internal sealed record ArticleFile
{
    public required string Slug { get; init; }

    public required ArticleText Text { get; init; }

    public required DateOnly Published { get; init; }

    public string? Region { get; init; }

    public static ArticleFile Read(string path, string content, List<Fault> faults)
    {
        var text = content.Replace("\r\n", "\n", StringComparison.Ordinal);
        var end = text.StartsWith("---\n", StringComparison.Ordinal) ? text.IndexOf("\n---\n", 3, StringComparison.Ordinal) : -1;
        if (end < 0) { faults.Add(new(path, 1, "", "应以 --- 包围的 YAML 开头")); }
        // The first line stays as an empty one, so that faults name the line of the file.
        var y = YamlReader.Read(path, end < 0 ? "title: \"\"" : text[3..end], end < 0 ? [] : faults);
        var body = end < 0 ? "" : text[(end + 5)..].Trim();
        var file = new ArticleFile
        {
            Slug = Path.GetFileNameWithoutExtension(path), Published = y.Day("published") ?? DateOnly.MinValue, Region = y.Text("region"),
            Text = new()
            {
                ColumnKey = y.Required("column"), Title = y.Required("title"), Summary = y.Text("summary") ?? "",
                    Source = y.Required("source"),
                IssuedBy = y.Text("issued-by"), DocumentNumber = y.Text("number"), Body = body, Picture = y.Text("picture"),
                    PictureText = y.Text("picture-text"),
                Link = y.Text("link"), Interprets = y.Text("interprets") is { } policy ? Path.GetFileNameWithoutExtension(policy) : null,
                Services = [.. y.Texts("service")], Tags = [.. y.Texts("tags")], Until = y.Day("until"), Pinned = y.Flag("pinned"),
            },
        };
        if (!y.Has("published")) { y.Fault("published", "缺少 published"); }
        if (end >= 0 && body.Length == 0) { faults.Add(new(path, text.Count(c => c == '\n'), "", "没有正文")); }
        if (file.Slug.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))) { faults.Add(
            new(path, 0, "", "文件名应为小写字母、数字和连字符")); }
        foreach (var (key, message) in ArticleRules.Faults(file.Text)) { if (y.Has(key)) { y.Fault(key, message); } }
        y.RefuseUnknownKeys();
        return file;
    }
}
