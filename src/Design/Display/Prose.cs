using System.Collections.Concurrent;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Zhengtong.Design;

/// <summary>Markdown of editors as HTML: their own HTML is shown as text, and links lead to pages, never to a script.</summary>
public static class Prose
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    // Published texts: few, and the same for every visitor.
    private const int MostKept = 2000;
    private static readonly ConcurrentDictionary<(string Markdown, int Top), string> Kept = [];

    /// <param name="topHeading">Level of the greatest heading: what stands above it on the page is not repeated.</param>
    public static string ToHtml(string markdown, int topHeading = 2)
    {
        if (Kept.TryGetValue((markdown, topHeading), out var known)) { return known; }
        if (Kept.Count >= MostKept) { Kept.Clear(); }
        return Kept[(markdown, topHeading)] = Make(markdown, topHeading);
    }

    private static string Make(string markdown, int topHeading)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().Where(l => !IsHarmless(l.Url))) { link.Url = "#"; }
        foreach (var link in document.Descendants<AutolinkInline>().Where(l => !l.IsEmail && !IsHarmless(l.Url))) { link.Url = "#"; }
        var headings = document.Descendants<HeadingBlock>().ToList();
        var up = headings.Count == 0 ? 0 : topHeading - headings.Min(h => h.Level);
        foreach (var heading in headings) { heading.Level = Math.Clamp(heading.Level + up, topHeading, 6); }
        return document.ToHtml(Pipeline);
    }

    /// <summary>The words alone, for search and excerpts.</summary>
    public static string ToText(string markdown) => Markdown.ToPlainText(markdown, Pipeline);

    private static bool IsHarmless(string? url) =>
        url is null || url is ['/', ..] or ['#', ..] or ['?', ..]
        || !url.Contains(':', StringComparison.Ordinal)
        || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto" or "tel");
}
