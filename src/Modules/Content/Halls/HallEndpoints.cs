using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Halls;

/// <summary>办事地图.</summary>
internal static class HallEndpoints
{
    public static void MapHalls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ContentLinks.Halls, ListAsync).ForEverybody();
        routes.MapGet("/regions", () => new SeeOther(ContentLinks.Halls)).ForEverybody();
        routes.MapGet("/halls/{key}", ShowAsync).ForEverybody();
    }

    private static async Task<IResult> ListAsync(string? region, HallDirectory directory, CancellationToken cancellationToken)
    {
        var all = await directory.AllAsync(cancellationToken);
        var shapes = directory.Shapes(all);
        var chosen = shapes.FirstOrDefault(s => s.Code == region);
        // The whole city shows its main halls; the towns' come with their district.
        IReadOnlyList<OrganisationRef> halls = chosen is null ? [.. all.Where(h => h.Region.Length <= 6)]
            : [.. all.Where(h => h.Region.StartsWith(chosen.Code, StringComparison.Ordinal))];
        return Page.Of<HallsPage>(new { Halls = halls, Shapes = shapes, Chosen = chosen, Total = all.Count });
    }

    private static async Task<IResult> ShowAsync(string key, HttpContext context, HallDirectory directory, PublicAddress address,
        CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(key, cancellationToken) is not { } hall) { return HallErrors.NotFound.ToResult(context); }
        var all = await directory.AllAsync(cancellationToken);
        return Page.Of<HallPage>(new
        {
            Hall = hall, Services = directory.ServicesAt(hall), Address = address.Of(ContentLinks.Hall(key)),
            RegionName = await directory.RegionNameAsync(hall.Region, cancellationToken),
            Shapes = directory.Shapes(all).Where(s => hall.Region.Length <= 4 || hall.Region.StartsWith(s.Code, StringComparison.Ordinal))
                .ToList(),
            Nearby = all.Where(h => h.Key != key && (h.ParentId == hall.ParentId || h.ParentId == hall.Id)).Take(8).ToList(),
        });
    }
}

internal static class HallErrors
{
    public static readonly Error NotFound = Error.NotFound("content.no-hall", "没有找到这个办事大厅，可能已经合并或更名，请从办事地图里找。");
}
