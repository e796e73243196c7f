using System.Collections.Frozen;

namespace Zhengtong.Kernel;

/// <param name="Code">What is stored.</param>
/// <param name="Retired">True once it has fallen out of use: old records keep it, nobody chooses it any more.</param>
public sealed record Code(string Value, string Title, string? Parent, string? Note, bool Retired);

/// <summary>A list of codes, possibly a tree, in the order of its definition.</summary>
public sealed class CodeList
{
    private readonly FrozenDictionary<string, Code> _byValue;
    private readonly ILookup<string, Code> _byParent;

    public CodeList(string key, string title, string source, IReadOnlyList<Code> codes)
    {
        (Key, Title, Source, Codes) = (key, title, source, codes);
        _byValue = codes.DistinctBy(c => c.Value).ToFrozenDictionary(c => c.Value, StringComparer.Ordinal);
        _byParent = codes.ToLookup(c => c.Parent ?? "", StringComparer.Ordinal);
    }

    public string Key { get; }

    public string Title { get; }

    /// <summary>The standard or statute it comes from.</summary>
    public string Source { get; }

    public IReadOnlyList<Code> Codes { get; }

    /// <summary>What may be chosen today.</summary>
    public IEnumerable<Code> Active => Codes.Where(c => !c.Retired);

    public bool IsTree => Codes.Any(c => c.Parent is not null);

    public Code? Find(string value) => _byValue.GetValueOrDefault(value);

    /// <summary>Whether a new record may carry it.</summary>
    public bool Accepts(string value) => Find(value) is { Retired: false };

    public string? TitleOf(string value) => Find(value)?.Title;

    /// <summary>Those right below <paramref name="parent"/>; the roots for null.</summary>
    public IEnumerable<Code> Below(string? parent) => _byParent[parent ?? ""];

    /// <summary>Titles from the root to the code, e.g. <c>制造业 / 食品制造业</c>.</summary>
    public string PathOf(Code code)
    {
        var titles = new Stack<string>();
        // Bounded by the length of the list: a loop is refused when the list is read, but a path must end in any case.
        for (var at = code; at is not null && titles.Count <= Codes.Count; at = at.Parent is null ? null : Find(at.Parent))
        {
            titles.Push(at.Title);
        }
        return string.Join(" / ", titles);
    }

    /// <summary>Whether <paramref name="value"/> is <paramref name="ancestor"/> or stands somewhere below it.</summary>
    public bool IsWithin(string value, string ancestor)
    {
        var steps = 0;
        for (var at = Find(value); at is not null && steps++ <= Codes.Count; at = at.Parent is null ? null : Find(at.Parent))
        {
            if (at.Value == ancestor) { return true; }
        }
        return false;
    }
}
