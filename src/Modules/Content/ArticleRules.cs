namespace Zhengtong.Content;

/// <summary>What an article must keep to, whoever writes it.</summary>
internal static class ArticleRules
{
    public const int MaxTitle = 120;
    public const int MaxSummary = 200;
    public const int MaxBody = 100_000;
    public const int MaxShort = 100;
    public const int MaxTags = 10;

    /// <summary>Faults by key, as packs and forms name them.</summary>
    public static IEnumerable<(string Key, string Message)> Faults(ArticleText text)
    {
        if (text.Title.Length is 0 or > MaxTitle) { yield return ("title", $"标题应为 1 至 {MaxTitle} 字"); }
        if (text.Summary.Length > MaxSummary) { yield return ("summary", $"摘要不超过 {MaxSummary} 字"); }
        if (text.Source.Length is 0 or > MaxShort) { yield return ("source", $"来源应为 1 至 {MaxShort} 字"); }
        if (text.Body.Length > MaxBody) { yield return ("body", $"正文不超过 {MaxBody / 10000} 万字"); }
        if (text.IssuedBy is { Length: > MaxShort }) { yield return ("issued-by", $"发文机关不超过 {MaxShort} 字"); }
        if (text.DocumentNumber is { Length: > MaxShort }) { yield return ("number", $"发文字号不超过 {MaxShort} 字"); }
        if (text.Tags.Count > MaxTags || text.Tags.Any(t => t.Length is 0 or > 20)) { yield return (
            "tags", $"标签最多 {MaxTags} 个，每个不超过 20 字"); }
        if (text.Link is { } link && !IsLink(link)) { yield return ("link", "链接应为本网站的路径（以 / 开头）或 https 网址"); }
    }

    private static bool IsLink(string link) =>
        link.Length <= 300 && ((link is ['/', ..] && link is not ['/', '/' or '\\', ..])
            || (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"));
}
