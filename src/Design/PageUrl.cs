using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Zhengtong.Design;

/// <summary>The URL of the page that is shown, and its neighbours: the same list sorted otherwise, one filter less, the next
/// page.</summary>
public sealed class PageUrl
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _query;

    private PageUrl(string path, IReadOnlyList<KeyValuePair<string, string>> query) => (Path, _query) = (path, query);

    /// <summary>The path without query.</summary>
    public string Path { get; }

    /// <summary>All parameters in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query => _query;

    /// <param name="path">The path without query.</param>
    /// <param name="query">The query string, with or without its question mark.</param>
    public static PageUrl Parse(string path, string? query = null)
    {
        var parsed = QueryHelpers.ParseQuery(query);
        return new PageUrl(path, [.. parsed.SelectMany(p => p.Value, (p, value) => KeyValuePair.Create(p.Key, value ?? ""))]);
    }

    /// <summary>The first value of a parameter, or null.</summary>
    public string? this[string name] => _query.Where(p => p.Key == name).Select(p => p.Value).FirstOrDefault();

    /// <summary>All values of a parameter.</summary>
    public StringValues Values(string name) => new([.. _query.Where(p => p.Key == name).Select(p => p.Value)]);

    /// <summary>The same URL with one parameter replaced; null or empty removes it.</summary>
    public PageUrl With(string name, string? value)
    {
        var rest = _query.Where(p => p.Key != name);
        return new PageUrl(Path, string.IsNullOrEmpty(value) ? [.. rest] : [.. rest, KeyValuePair.Create(name, value)]);
    }

    /// <summary>The same URL without these parameters.</summary>
    public PageUrl Without(params string[] names) => new(Path, [.. _query.Where(p => !names.Contains(p.Key))]);

    /// <summary>The same URL without one value of a parameter that may stand several times.</summary>
    public PageUrl WithoutValue(string name, string value) => new(Path, [.. _query.Where(p => p.Key != name || p.Value != value)]);

    /// <summary>Path and query, for an href.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Path);
        var separator = '?';
        foreach (var (name, value) in _query)
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return text.ToString();
    }
}
