using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Guide;

internal static class GuideEndpoint
{
    public static void MapGuide(this IEndpointRouteBuilder routes) => routes.MapGet("/services/{key}", GetAsync).ForEverybody()
        .SameForVisitors();

    private static async Task<IResult> GetAsync(
        string key, HttpRequest request, ServiceCatalogue catalogue, ServiceNames names, MaterialRules rules,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(key) is not { } item) { return ServiceErrors.NotFound.ToResult(request.HttpContext); }
        // What the visitor chose narrows what is shown; unknown questions and answers are left aside.
        var chosen = item.Situations
            .Select(s => (s.Key, Option: s.Options.FirstOrDefault(o => o.Key == request.Query[s.Key])))
            .Where(s => s.Option is not null)
            .ToDictionary(s => s.Key, s => s.Option!.Key);
        return Page.Of<GuidePage>(new
        {
            Item = item,
            Chosen = chosen,
            Materials = rules.ForGuide(item, chosen),
            KindTitle = await names.CodeAsync("service-kind", item.Kind, cancellationToken),
            GuideAddress = $"{request.Scheme}://{request.Host}{ServiceLinks.Guide(key)}",
            DepartmentTitle = await names.OrganisationAsync(item.Department, cancellationToken),
        });
    }
}

internal static class ServiceErrors
{
    public static readonly Error NotFound = Error.NotFound("services.not-found", "没有找到这个事项，可能已经停办或更名，请从首页搜索。");
}
