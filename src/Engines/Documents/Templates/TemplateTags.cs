using System.Collections.Frozen;

namespace Zhengtong.Documents;

/// <summary>The part of HTML that a template may use: what an official document needs and what the layout draws.</summary>
internal static class TemplateTags
{
    internal static readonly FrozenSet<string> Known = FrozenSet.Create(
        "h1", "h2", "h3", "p", "strong", "em", "span", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "div",
        "section", "dl", "dt", "dd");

    internal static readonly FrozenSet<string> Void = FrozenSet.Create("br", "hr");

    internal static readonly FrozenSet<string> Inline = FrozenSet.Create("strong", "em", "span", "br");

    internal static readonly FrozenSet<string> Classes =
        FrozenSet.Create("title", "number", "body", "sign", "table", "certificate", "center", "right", "plain", "note", "break");

    /// <summary>Where a tag may stand; tags not listed may stand anywhere.</summary>
    internal static readonly FrozenDictionary<string, string[]> Parents = new Dictionary<string, string[]>
    {
        ["thead"] = ["table"], ["tbody"] = ["table"], ["tr"] = ["table", "thead", "tbody"], ["th"] = ["tr"], ["td"] = ["tr"],
        ["li"] = ["ul", "ol"],
        ["dt"] = ["dl"], ["dd"] = ["dl"],
    }.ToFrozenDictionary();

    /// <summary>Holds other elements only; text between them is a mistake.</summary>
    internal static readonly FrozenSet<string> Structure = FrozenSet.Create("table", "thead", "tbody", "tr", "ul", "ol", "dl");
}
