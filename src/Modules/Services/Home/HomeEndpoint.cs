using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Home;

internal static class HomeEndpoint
{
    public static void MapPortalHome(this IEndpointRouteBuilder routes) => routes.MapGet("/", GetAsync).ForEverybody();

    private static async Task<IResult> GetAsync(ServiceCatalogue catalogue, ServiceNames names, IEnumerable<IHomeBlock> blocks,
        CancellationToken cancellationToken)
    {
        var all = catalogue.All();
        return Page.Of<HomePage>(new
        {
            Popular = (IReadOnlyList<ServiceItem>)[.. all.Where(i => i.Popular).Take(8)],
            Person = all.Count(i => i.Audience.Contains("person")),
            LegalPerson = all.Count(i => i.Audience.Contains("legal-person")),
            LifeEvents = await CountedAsync(names, "life-event", all, i => i.LifeEvents, cancellationToken),
            Themes = await CountedAsync(names, "theme-person", [.. all.Where(i => i.Audience.Contains("person"))], i => i.Themes,
                cancellationToken),
            LegalThemes = await CountedAsync(names, "theme-legal-person", [.. all.Where(i => i.Audience.Contains("legal-person"))],
                i => i.Themes, cancellationToken),
            Elder = (IReadOnlyList<ServiceItem>)[.. ForElder(all).Take(4)],
            Blocks = (IReadOnlyList<IHomeBlock>)[.. blocks.OrderBy(b => b.Order)],
        });
    }

    /// <summary>What the elderly come for: retirement first, then popular benefits. Codes of the base pack's <c>theme-person</c>.</summary>
    private static IEnumerable<ServiceItem> ForElder(IReadOnlyList<ServiceItem> all)
    {
        var own = all.Where(i => i.Audience.Contains("person")).ToList();
        string[] themes = ["preferential", "relief", "social-security"];
        return own.Where(i => i.LifeEvents.Contains("retirement")).Concat(own.Where(i => i.Popular && i.Themes.Intersect(themes).Any()))
            .Distinct();
    }

    private static async Task<IReadOnlyList<Facet>> CountedAsync(
        ServiceNames names, string list, IReadOnlyList<ServiceItem> items, Func<ServiceItem, IReadOnlyList<string>> of,
        CancellationToken cancellationToken) =>
        [.. (await names.ListAsync(list, cancellationToken))
            .Select(c => new Facet(c.Key, c.Title, items.Count(i => of(i).Contains(c.Key))))
            .Where(f => f.Count > 0)];
}

public sealed record Facet(string Code, string Title, int Count);
