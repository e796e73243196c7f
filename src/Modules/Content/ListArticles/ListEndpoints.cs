using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ListArticles;

/// <summary>The editors' list.</summary>
internal static class ListEndpoints
{
    public static void MapListArticles(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ContentLinks.Workbench, ListAsync).ForOfficers(ContentRights.Read);

    private static async Task<IResult> ListAsync(
        string? q, string? column, string? status, string? organisation, string? region, string? tag, string? cursor, CurrentActor current,
        Database database, ContentColumns columns, IRegions regions, CancellationToken cancellationToken)
    {
        var session = database.Read("content.articles", current.Actor);
        var query = new ArticleQuery(
            Blank(q), Blank(column) is { } key ? columns.Within(key) : null, Blank(status), Blank(organisation), Blank(region), Blank(tag),
            Blank(cursor));
        var (rows, next) = await session.ArticlesAsync(query, cancellationToken);
        var (count, capped) = await session.CountArticlesAsync(query, cancellationToken);
        var areas = new List<Option>();
        foreach (var area in await regions.ChildrenAsync(current.Actor.Region.Length > 0 ? current.Actor.Region : null,
            cancellationToken)) { areas.Add(new(area.Code, area.Name)); }
        return Page.Of<ArticlesPage>(new
        {
            Rows = rows, Pager = new Pager { Count = count, Capped = capped, Next = next }, Columns = columns, Column = Blank(column),
                Status = Blank(status),
            Organisation = Blank(organisation), Region = Blank(region), Tag = Blank(tag), Words = Blank(q), Areas = areas,
            Departments = await session.DepartmentsAsync(cancellationToken), MayEdit = current.Actor.May(ContentRights.Edit),
        });

        static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
