using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.Halls;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.Help;

/// <summary>帮助中心, 网站地图 and 无障碍声明.</summary>
internal static class HelpEndpoints
{
    private const int EachColumn = 20;
    private const int Questions = 8;

    public static void MapHelp(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ContentLinks.Help, HelpAsync).ForEverybody();
        routes.MapGet(ContentLinks.SiteMap, SiteMapAsync).ForEverybody();
        routes.MapGet(ContentLinks.Accessibility, AccessibilityAsync).ForEverybody();
    }

    private static async Task<IResult> HelpAsync(
        CurrentActor current, Database database, ContentColumns columns, ArticleReader reader, ServiceCatalogue services,
        HallDirectory halls, CancellationToken cancellationToken)
    {
        var guides = columns.All().Where(c => c.Kind == "guide").ToList();
        var articles = await reader.FirstOfEachAsync(database.Read("content.help", current.Actor), [.. guides.Select(c => c.Key)],
            EachColumn, cancellationToken);
        return Page.Of<HelpPage>(new
        {
            Columns = (IReadOnlyList<ContentColumn>)guides, Articles = articles.ToLookup(a => a.ColumnKey),
                Halls = await MainHallsAsync(halls, cancellationToken),
            Asked = (IReadOnlyList<(ServiceItem Item, Question Question)>)[
                .. services.All().Where(i => i.Popular).SelectMany(i => i.Faq.Take(1).Select(q => (i, q))).Take(Questions)],
        });
    }

    private static async Task<IResult> SiteMapAsync(
        ContentColumns columns, ServiceCatalogue services, HallDirectory halls, IOrganisations organisations, CodeLists codes,
        ShellContext shell, CancellationToken cancellationToken)
    {
        var all = services.All();
        var departments = new List<(string Key, string Name)>();
        foreach (var key in all.Select(i => i.Department).Distinct()) { departments.Add(
            (key, (await organisations.FindByKeyAsync(key, cancellationToken))?.Name ?? key)); }
        return Page.Of<SiteMapPage>(new
        {
            Columns = columns.All().Where(c => c.IsListed).ToList(), Departments = departments,
                Halls = await MainHallsAsync(halls, cancellationToken), Items = all,
            Themes = Used("theme-person", i => i.Themes), Events = Used("life-event", i => i.LifeEvents), Menu = PortalMenu.FirstLevel,
                shell.SiteName,
        });

        List<Code> Used(string list, Func<ServiceItem, IReadOnlyList<string>> of) =>
            [.. codes.Find(list)?.Active.Where(c => all.Any(i => of(i).Contains(c.Value))) ?? []];
    }

    private static async Task<IResult> AccessibilityAsync(HallDirectory halls, ShellContext shell, CancellationToken cancellationToken) =>
        Page.Of<AccessibilityPage>(
            new { shell.SiteName, Hall = await halls.AllAsync(cancellationToken) is [var first, ..] ? first : null });

    private static async Task<IReadOnlyList<OrganisationRef>> MainHallsAsync(HallDirectory halls, CancellationToken cancellationToken) =>
        [.. (await halls.AllAsync(cancellationToken)).Where(h => h.Region.Length <= 6)];
}
