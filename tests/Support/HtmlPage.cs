using System.Net;
using System.Text.RegularExpressions;

namespace Zhengtong.Support;

/// <summary>An answer as a person would read it: status, text, forms with their fields, links.</summary>
public sealed partial class HtmlPage(HttpStatusCode status, string url, string? location, string html)
{
    public HttpStatusCode Status => status;

    public string Url => url;

    public string? Location => location;

    public string Html => html;

    /// <summary>What one reads: without tags, entities decoded, white space folded.</summary>
    public string Text { get; } = WebUtility.HtmlDecode(Space().Replace(Tag().Replace(Script().Replace(html, " "), " "), " "));

    public IReadOnlyList<HtmlForm> Forms { get; } =
        [.. FormTag().Matches(html).Select(m => HtmlForm.Parse(m.Groups[1].Value, m.Groups[2].Value))];

    /// <summary>The form whose action or inner markup contains the text; the first one that posts when none is given.</summary>
    public HtmlForm Form(string? containing = null) =>
        Forms.FirstOrDefault(f => containing is null
            ? f.Method == "post"
            : f.Action.Contains(containing, StringComparison.Ordinal) || f.Inner.Contains(containing, StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"no form {containing} on {url} ({(int)status}): {Text[..Math.Min(Text.Length, 1500)]}");

    public IReadOnlyList<string> Links { get; } = [.. Href().Matches(html).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value))];

    /// <summary>Links of the page itself, without those of the shell around it.</summary>
    public IReadOnlyList<string> MainLinks { get; } =
        [.. Href().Matches(html[Math.Max(0, html.IndexOf("<main", StringComparison.Ordinal))..])
            .Select(m => WebUtility.HtmlDecode(m.Groups[1].Value))];

    /// <summary>The address of the first link whose address contains the text.</summary>
    public string Link(string containing) =>
        Links.FirstOrDefault(l => l.Contains(containing, StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"no link {containing} on {url} ({(int)status})");

    public override string ToString() => $"{(int)status} {url} {location}\n{Text}";

    [GeneratedRegex("<(script|style|template)\\b.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();

    [GeneratedRegex("<form\\b([^>]*)>(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormTag();

    [GeneratedRegex("<a\\b[^>]*?\\bhref=\"([^\"]*)\"")]
    private static partial Regex Href();
}

/// <summary>A form with the values it was served with, ready to be changed and sent.</summary>
public sealed partial class HtmlForm
{
    private readonly List<KeyValuePair<string, string>> _values = [];

    public required string Action { get; init; }

    public required string Method { get; init; }

    public required string Inner { get; init; }

    public bool IsMultipart { get; private init; }

    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>Names of all controls, also of those without a value.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Replaces the values of a name; null takes the field out.</summary>
    public HtmlForm Set(string name, params string[]? values)
    {
        _values.RemoveAll(v => v.Key == name);
        _values.AddRange((values ?? []).Select(v => new KeyValuePair<string, string>(name, v)));
        return this;
    }

    public string? this[string name] => _values.FirstOrDefault(v => v.Key == name).Value;

    internal static HtmlForm Parse(string attributes, string inner)
    {
        var form = new HtmlForm
        {
            Action = Attribute(attributes, "action") ?? "",
            Method = (Attribute(attributes, "method") ?? "get").ToLowerInvariant(),
            Inner = inner,
            IsMultipart = attributes.Contains("multipart/form-data", StringComparison.Ordinal),
            Names = [.. Named().Matches(inner).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Distinct()],
        };
        foreach (Match control in Control().Matches(inner))
        {
            var markup = control.Groups["attributes"].Value;
            if (Attribute(markup, "name") is not { Length: > 0 } name || Flag(markup, "disabled")) { continue; }
            foreach (var value in Selected(control, markup)) { form._values.Add(new(name, value)); }
        }
        return form;
    }

    private static IEnumerable<string> Selected(Match control, string markup)
    {
        switch (control.Groups["tag"].Value)
        {
            case "textarea":
                return [WebUtility.HtmlDecode(control.Groups["content"].Value)];
            case "select":
                var options = Option().Matches(control.Groups["content"].Value);
                var chosen = options.Where(o => Flag(o.Groups[1].Value, "selected")).ToList();
                return (chosen.Count > 0 || Flag(markup, "multiple") ? chosen : options.Take(1))
                    .Select(o => Attribute(o.Groups[1].Value, "value") ?? (Flag(o.Groups[1].Value, "value") ? "" : null)
                        ?? WebUtility.HtmlDecode(o.Groups[2].Value.Trim()));
            default:
                var type = Attribute(markup, "type") ?? "text";
                var sent = type switch
                {
                    "checkbox" or "radio" => Flag(markup, "checked"),
                    "submit" or "button" or "file" or "image" or "reset" => false,
                    _ => true,
                };
                return sent ? [Attribute(markup, "value") ?? (type is "checkbox" ? "on" : "")] : [];
        }
    }

    private static string? Attribute(string markup, string name)
    {
        var match = Regex.Match(markup, $"(?<![\\w-]){name}=\"([^\"]*)\"");
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    private static bool Flag(string markup, string name) => Regex.IsMatch(markup, $"(?<![\\w-]){name}(?![\\w-])(=|\\s|/|$|>)");

    [GeneratedRegex("<(?<tag>textarea|select)\\b(?<attributes>[^>]*)>(?<content>.*?)</\\k<tag>>|<(?<tag>input)\\b(?<attributes>[^>]*)>",
        RegexOptions.Singleline)]
    private static partial Regex Control();

    [GeneratedRegex("<option\\b([^>]*)>(.*?)</option>", RegexOptions.Singleline)]
    private static partial Regex Option();

    [GeneratedRegex("\\bname=\"([^\"]*)\"")]
    private static partial Regex Named();
}
