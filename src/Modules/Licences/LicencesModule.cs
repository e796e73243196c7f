using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Design;
using Zhengtong.Documents;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Licences.Download;
using Zhengtong.Licences.Portal;
using Zhengtong.Licences.Verify;
using Zhengtong.Licences.Workbench;

namespace Zhengtong.Licences;

/// <summary>电子证照: what was issued, for holders, for officers, and for everybody who wants to know whether it is genuine.</summary>
public static class LicencesModule
{
    public static IServiceCollection AddLicences(this IServiceCollection services)
    {
        services.AddSingleton<ISealOwners, SealOwners>();
        services.AddSingleton<VerifyLimiter>();
        services.AddSingleton<IRevealSource, LicenceReveal>();
        return services.AddMenu(new MenuItem(MenuGroups.Business, "证照文书", "certificate", LicenceLinks.All, LicenceRights.Read, 60));
    }

    public static void MapLicences(this IEndpointRouteBuilder routes)
    {
        routes.MapVerification();
        routes.MapDownload();
        routes.MapMyLicences();
        routes.MapLicenceWorkbench();
    }
}

/// <summary>Names on seals come from the tree of organisations.</summary>
internal sealed class SealOwners(IOrganisations organisations) : ISealOwners
{
    public async ValueTask<string?> NameAsync(string organisationKey, CancellationToken cancellationToken) =>
        (await organisations.FindByKeyAsync(organisationKey, cancellationToken))?.Name;
}

/// <summary>Permissions, as <c>permissions.yaml</c> of the base pack names them.</summary>
internal static class LicenceRights
{
    internal const string Read = "licences.read";
    internal const string Revoke = "licences.revoke";
    internal const string ReadCases = "cases.read";
}

internal static class LicenceLinks
{
    internal const string All = "/workbench/licences";
    internal const string Mine = "/my/licences";
    internal const string Verify = "/verify";

    internal static string One(Guid id) => $"{All}/{id}";

    internal static string File(Guid id) => $"/documents/{id}";
}

/// <summary>How documents are named and judged on pages.</summary>
internal static class LicenceWords
{
    internal static string Kind(string kind) => kind switch { "certificate" => "证照", "decision" => "决定", _ => "通知" };

    internal static (string Text, Tone Tone) Status(IssuedDocument document, DateOnly today) =>
        document.IsRevoked ? ("已撤销", Tone.Danger) : document.IsExpired(today) ? ("已过期", Tone.Warning) : ("有效", Tone.Success);

    internal static string Validity(IssuedDocument document) => document.ValidUntil is { } day
        ? $"至{day.Year}年{day.Month}月{day.Day}日"
        : "长期";

    internal static string Day(DateTimeOffset at) => at.ToLocalDay() is var day ? $"{day.Year}年{day.Month}月{day.Day}日" : "";
}
