using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Search;

/// <summary>Lists of service items: by facets, and by words.</summary>
internal static class ListEndpoints
{
    private const int MaxHits = 50;

    public static void MapServiceLists(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ServiceLinks.All, ListAsync).ForEverybody();
        routes.MapGet("/api/services", ForPrograms).ForEverybody();
        routes.MapGet("/api/services/{key}", OneForPrograms).ForEverybody();
    }

    private static async Task<IResult> ListAsync(
        string? audience, string? theme, string? @event, string? department, string? kind, ServiceCatalogue catalogue, ServiceNames names,
        CancellationToken cancellationToken)
    {
        var all = catalogue.All();
        var items = all.Where(i =>
            (string.IsNullOrEmpty(audience) || i.Audience.Contains(audience))
            && (string.IsNullOrEmpty(theme) || i.Themes.Contains(theme))
            && (string.IsNullOrEmpty(@event) || i.LifeEvents.Contains(@event))
            && (string.IsNullOrEmpty(department) || i.Department == department)
            && (string.IsNullOrEmpty(kind) || i.Kind == kind)).ToList();
        var departments = new List<Option>();
        foreach (var key in all.Select(i => i.Department).Distinct()) { departments.Add(
            new(key, await names.OrganisationAsync(key, cancellationToken))); }
        return Page.Of<ServicesPage>(new
        {
            Items = (IReadOnlyList<ServiceItem>)items,
            Audience = audience, Theme = theme, Event = @event, Department = department, Kind = kind,
            Themes = await OptionsAsync(names, ["theme-person", "theme-legal-person"], cancellationToken),
            Events = await OptionsAsync(names, ["life-event"], cancellationToken),
            Kinds = await OptionsAsync(names, ["service-kind"], cancellationToken),
            Departments = (IReadOnlyList<Option>)departments,
        });
    }

    private static Ok<IEnumerable<object>> ForPrograms(string? q, ServiceCatalogue catalogue, ServiceSearch search) =>
        TypedResults.Ok((string.IsNullOrEmpty(q) ? catalogue.All() : search.Find(q, MaxHits).Select(h => h.Item)).Select(Brief));

    private static Results<Ok<ServiceItem>, ProblemHttpResult> OneForPrograms(string key, ServiceCatalogue catalogue) =>
        catalogue.Find(key) is { } item ? TypedResults.Ok(item) : TypedResults.Problem(
            statusCode: 404, title: Guide.ServiceErrors.NotFound.Message);

    private static object Brief(ServiceItem i) => new { i.Key, i.Title, i.Summary, i.Kind, i.Audience, i.Department, i.TimeLimit,
        online = i.IsOnline };

    private static async Task<IReadOnlyList<Option>> OptionsAsync(ServiceNames names, string[] lists, CancellationToken cancellationToken)
    {
        var options = new List<Option>();
        foreach (var list in lists) { options.AddRange((await names.ListAsync(list, cancellationToken)).Select(
            c => new Option(c.Key, c.Title))); }
        return [.. options.DistinctBy(o => o.Value)];
    }
}
