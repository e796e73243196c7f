using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Packs;

/// <summary>Articles in packs: <c>content/*.md</c>. A newer text replaces the older one, unless somebody has edited the article
/// meanwhile.</summary>
internal sealed class ArticleKind(ArticleIndex index, ArtefactStore artefacts) : IArtefactKind
{
    public const string Name = "article";

    public string Kind => Name;

    public string Title => "信息稿件";

    public string Folder => "content";

    public IReadOnlyList<string> Patterns { get; } = ["*.md"];

    public int Order => 80;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var file = ArticleFile.Read(source.Path, source.Content, []);
        return (file.Slug, file.Text.Title);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = ArticleFile.Read(source.Path, source.Content, faults);
        var text = file.Text;
        var columns = catalogue.Keys(ColumnKind.Name).Select(k => catalogue.Find(ColumnKind.Name, k)).OfType<ArtefactSource>()
            .SelectMany(s => ColumnFile.Read(s.Path, s.Content, []).Columns).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        if (text.ColumnKey.Length > 0 && !columns.Contains(text.ColumnKey)) { Wrong("column", $"没有栏目 {text.ColumnKey}"); }
        if (text.Picture is { } picture && !catalogue.Has(PictureKind.Name, picture)) { Wrong("picture", $"没有图片 content/{picture}"); }
        if (text.Interprets is { } policy && !catalogue.Has(Name, policy)) { Wrong("interprets", $"没有稿件 {policy}"); }
        foreach (var service in text.Services.Where(s => catalogue.Knows("service") && !catalogue.Has("service", s))) { Wrong(
            "service", $"没有服务事项 {service}"); }
        return faults;

        void Wrong(string key, string message) => faults.Add(new(source.Path, LineOf(source.Content, key), key, message));
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var file = ArticleFile.Read($"{artefact.Key}.md", artefact.Content, []);
        // An article stands in the region that its pack names for all of them.
        var region = file.Region ?? await RegionAsync(work, artefact.Pack, cancellationToken);
        await work.ImportArticleAsync(artefact.Pack, file, region, index.Of(file.Text), cancellationToken);
    }

    /// <summary>The pack's own columns may be part of the same installation, and are then not in memory yet.</summary>
    private async Task<string> RegionAsync(UnitOfWork work, string pack, CancellationToken cancellationToken)
    {
        var columns = await artefacts.HistoryAsync(work, ColumnKind.Name, pack, cancellationToken);
        return columns.Count == 0 ? "" : ColumnFile.Read(pack, columns[0].Content, []).Region;
    }

    private static int LineOf(string content, string key) => Array.FindIndex(
        content.Split('\n'), l => l.StartsWith(key + ":", StringComparison.Ordinal)) + 1;
}
