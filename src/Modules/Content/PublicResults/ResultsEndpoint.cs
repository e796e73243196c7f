using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.Contracts;
using Zhengtong.Content.Contracts;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.PublicResults;

/// <summary>结果公示: outcomes of permits and registrations, which the law has published; benefits of people are not among them.</summary>
/// <remarks>Source: 行政许可法第四十条 (decisions that grant a permit are public and may be looked up).</remarks>
internal static class ResultsEndpoint
{
    private const int Size = 20;

    /// <summary>Codes of <c>service-kind</c>: 行政许可 for everybody; 行政确认 and other powers where only legal persons apply.</summary>
    private static bool IsPublished(ServiceItem item) => item.Kind == "01"
        || (item.Kind is "07" or "10" && item.Audience is ["legal-person"]);

    public static void MapPublicResults(this IEndpointRouteBuilder routes) => routes.MapGet(ContentLinks.Results, ShowAsync).ForEverybody();

    private static async Task<IResult> ShowAsync(
        string? service, string? cursor, PublicCases cases, ServiceCatalogue services, IOrganisations organisations,
        CancellationToken cancellationToken)
    {
        var published = services.All().Where(IsPublished).ToList();
        var chosen = published.FirstOrDefault(i => i.Key == service);
        var (results, next) = await cases.ResultsAsync([.. published.Where(i => chosen is null || i == chosen).Select(i => i.Key)], cursor,
            Size, cancellationToken);
        var offices = new Dictionary<Guid, string>();
        foreach (var id in results.Select(r => r.OrganisationId).Distinct()) { offices[id] = (
            await organisations.FindAsync(id, cancellationToken))?.Name ?? Show.Nothing; }
        return Page.Of<ResultsPage>(new
        {
            Results = results, Next = next, Offices = offices, Service = chosen?.Key,
            Services = (IReadOnlyList<Option>)[.. published.Select(i => new Option(i.Key, i.Title))],
        });
    }
}
