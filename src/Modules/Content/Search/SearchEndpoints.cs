using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.Search;

/// <summary>Hits of one group, best first.</summary>
public sealed record FoundGroup(SearchGroup Group, IReadOnlyList<SearchHit> Hits);

/// <summary>One search for everything: on the portal for everybody, in the workbench within each officer's rights.</summary>
internal static class SearchEndpoints
{
    private const string Workbench = "/workbench/search";
    private const int MaxWords = 60;
    private const int Each = 50;
    private const int EachInWorkbench = 8;

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ContentLinks.Search, PortalAsync).ForEverybody();
        routes.MapGet(Workbench, WorkbenchAsync).ForOfficers();
    }

    private static async Task<IResult> PortalAsync(
        string? q, string? @in, CurrentActor current, IEnumerable<ISearchSource> sources, ServiceCatalogue services,
        CancellationToken cancellationToken)
    {
        var words = Clean(q);
        var found = await FindAsync(sources, SearchPlace.Portal, current.Actor, words, Each, cancellationToken);
        return Page.Of<PortalSearchPage>(new
        {
            Words = words, Found = found, In = found.Any(f => f.Group.Key == @in) ? @in : null,
            Popular = (IReadOnlyList<ServiceItem>)[.. services.All().Where(i => i.Popular).Take(6)],
        });
    }

    private static async Task<IResult> WorkbenchAsync(
        string? q, CurrentActor current, IEnumerable<ISearchSource> sources, ShellContext shell, ChineseText chinese,
        CancellationToken cancellationToken)
    {
        var words = Clean(q);
        var found = await FindAsync(sources, SearchPlace.Workbench, current.Actor, words, EachInWorkbench, cancellationToken);
        var pages = words.Length == 0 ? [] : shell.Menu.Where(m => m.Shell is Shell.Workbench
            && (chinese.Matches(m.Title, words) || chinese.Matches(m.Group, words)))
            .Select(m => new SearchHit("menu", m.Title, m.Href, Note: m.Group)).Take(EachInWorkbench).ToList();
        if (pages.Count > 0) { found = [new(new("menu", "功能", "layout-grid", 0), pages), .. found]; }
        return Page.Of<WorkbenchSearchPage>(new { Words = words, Found = found });
    }

    private static async Task<IReadOnlyList<FoundGroup>> FindAsync(
        IEnumerable<ISearchSource> sources, SearchPlace place, Actor actor, string words, int limit, CancellationToken cancellationToken)
    {
        if (words.Length == 0) { return []; }
        var found = new List<FoundGroup>();
        foreach (var source in sources.Where(s => s.Place == place))
        {
            var hits = await source.SearchAsync(actor, words, limit, cancellationToken);
            found.AddRange(source.Groups
                .Select(g => new FoundGroup(g, [.. hits.Where(h => h.Group == g.Key).OrderByDescending(h => h.Score).Take(limit)]))
                .Where(f => f.Hits.Count > 0));
        }
        return [.. found.OrderBy(f => f.Group.Order)];
    }

    private static string Clean(string? words)
    {
        var trimmed = string.Concat((words ?? "").Where(c => !char.IsControl(c))).Trim();
        return trimmed.Length > MaxWords ? trimmed[..MaxWords] : trimmed;
    }
}
