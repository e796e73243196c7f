namespace Zhengtong.Kernel;

/// <summary>One thing that a field may point to.</summary>
/// <param name="Key">What is stored.</param>
/// <param name="Title">What people read.</param>
/// <param name="Path">Where it stands, e.g. <c>云溪市 / 东湖区</c>; null where there is no tree.</param>
public sealed record LookupItem(string Key, string Title, string? Path = null, string? Parent = null, bool Active = true);

/// <summary>
/// Titles and choices of a kind of thing that engines know only by its name: <c>region</c>, <c>organisation</c>, <c>officer</c>,
/// <c>person</c>, <c>company</c>, <c>code</c>. The module that owns the things registers one.
/// </summary>
public interface ILookup
{
    string Type { get; }

    /// <summary>Titles of keys; a key that does not exist is not in the answer.</summary>
    /// <param name="list">Which list, for <c>code</c>; else null.</param>
    ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Choices for a picker: by words of the title, pinyin initials or key; below <paramref name="under"/> where given.</summary>
    Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken);
}

/// <summary>All registered lookups by type.</summary>
public sealed class Lookups(IEnumerable<ILookup> lookups)
{
    private readonly Dictionary<string, ILookup> _byType = lookups.ToDictionary(l => l.Type);

    public ILookup? Find(string type) => _byType.GetValueOrDefault(type);
}
