using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.Contracts;
using Zhengtong.Content.Contracts;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.PublicRatings;

/// <summary>A line of the statistics with its name in words.</summary>
public sealed record RatedThing(string Name, string? Href, RatingFigures Figures);

/// <summary>好差评 in public: by item, department and district, and what people wrote.</summary>
internal static class RatingsEndpoint
{
    private const int Comments = 30;

    public static void MapPublicRatings(this IEndpointRouteBuilder routes) => routes.MapGet(ContentLinks.Ratings, ShowAsync).ForEverybody();

    private static async Task<IResult> ShowAsync(
        string? service, PublicCases cases, ServiceCatalogue services, IOrganisations organisations, IRegions regions, CodeLists codes,
        CancellationToken cancellationToken)
    {
        var ratings = await cases.RatingsAsync(cancellationToken);
        var departments = new List<RatedThing>();
        foreach (var figures in ratings.ByOrganisation)
        {
            var organisation = Guid.TryParse(figures.Key, out var id) ? await organisations.FindAsync(id, cancellationToken) : null;
            departments.Add(new(organisation?.Name ?? "已撤销的机构", null, figures));
        }
        var districts = new List<RatedThing>();
        foreach (var figures in ratings.ByRegion) { districts.Add(new(
            (await regions.FindAsync(figures.Key, cancellationToken))?.Name ?? figures.Key, null, figures)); }
        return Page.Of<RatingsPage>(new
        {
            Levels = (IReadOnlyList<(string Title, long Count)>)[.. Enumerable.Range(1, 5).Reverse().Select(
                l => (codes.TitleOf("rating-level", $"{l}"), ratings.Levels.FirstOrDefault(r => r.Key == $"{l}")?.Count ?? 0))],
            Items = (IReadOnlyList<RatedThing>)[.. ratings.ByService.Select(
                f => new RatedThing(services.Find(f.Key)?.Title ?? f.Key, services.Find(f.Key) is null ? null : ServiceLinks.Guide(f.Key),
                f))],
            Departments = (IReadOnlyList<RatedThing>)departments, Districts = (IReadOnlyList<RatedThing>)districts,
            Comments = await cases.CommentsAsync(string.IsNullOrEmpty(service) ? null : service, Comments, cancellationToken),
            Service = service, LevelTitle = (Func<int, string>)(l => codes.TitleOf("rating-level", $"{l}")),
                TagTitle = (Func<string, string>)(t => codes.TitleOf("rating-tag", t)),
        });
    }
}
