using Zhengtong.Content.Packs;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Contracts;

/// <summary>栏目: a place of articles on the portal.</summary>
/// <param name="Kind">Code of the list <c>content-column</c>: news, notice, policy, …</param>
public sealed record ContentColumn(string Key, string Title, string Kind, string? Parent, string Summary, int Order)
{
    /// <summary>Shown as a list of the portal; the pictures of the front page are no list of their own.</summary>
    public bool IsListed => Kind != "carousel";
}

/// <summary>The columns of all installed packs, in memory.</summary>
public sealed class ContentColumns(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<ColumnFile> _files = new(artefacts, ColumnKind.Name, a => ColumnFile.Read(a.Key, a.Content, []));

    public IReadOnlyList<ContentColumn> All() =>
        [.. _files.All().SelectMany(f => f.Columns).DistinctBy(c => c.Key).OrderBy(c => c.Order).ThenBy(
            c => c.Key, StringComparer.Ordinal)];

    public ContentColumn? Find(string key) => All().FirstOrDefault(c => c.Key == key);

    public IReadOnlyList<ContentColumn> Roots() => [.. All().Where(c => c.Parent is null && c.IsListed)];

    public IReadOnlyList<ContentColumn> Below(string key) => [.. All().Where(c => c.Parent == key)];

    /// <summary>The column itself and everything below it.</summary>
    public IReadOnlyList<string> Within(string key)
    {
        var (all, found) = (All(), new List<string> { key });
        for (var at = 0; at < found.Count; at++) { found.AddRange(all.Where(c => c.Parent == found[at] && !found.Contains(c.Key)).Select(
            c => c.Key)); }
        return found;
    }

    public string TitleOf(string key) => Find(key)?.Title ?? key;
}
