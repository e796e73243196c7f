using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Api;
using Zhengtong.Identity.ApiKeys;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Certificates;
using Zhengtong.Identity.External;
using Zhengtong.Identity.Lines;
using Zhengtong.Identity.Officers;
using Zhengtong.Identity.OpenId;
using Zhengtong.Identity.Organisations;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Persons;
using Zhengtong.Identity.Population;
using Zhengtong.Identity.Regions;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity;

/// <summary>People, organisations, regions, rights and sign-in.</summary>
public static class IdentityModule
{
    /// <param name="configuration">Reads <c>Zhengtong:Identity</c> and <c>Zhengtong:Demo</c>.</param>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<IdentityOptions>().Configure(o =>
        {
            o.Demo = configuration.GetValue<bool>("Zhengtong:Demo");
            o.PublicUrl = configuration["Zhengtong:PublicUrl"] ?? "http://127.0.0.1:8080";
            configuration.GetSection(IdentityOptions.Section).Bind(o);
        });
        services.AddMigrations("identity", typeof(IdentityModule).Assembly);

        services.AddArtefactKind<RegionKind>();
        services.AddArtefactKind<OrganisationKind>();
        services.AddArtefactKind<PermissionKind>();
        services.AddArtefactKind<RoleKind>();
        services.AddArtefactKind<OfficerKind>();
        services.AddArtefactKind<PersonKind>();
        services.AddArtefactKind<CompanyKind>();

        services.AddSingleton<PersonalFields>();
        services.AddSingleton(new SealedColumns(s => Fields.Sealed(s.GetRequiredService<PersonalFields>())));
        services.AddSingleton<Passwords>();
        services.AddSingleton<IInstallationCheck, IdentityChecks>();
        services.AddSingleton<SecurityPolicy>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<OpenIdKeys>();
        services.AddSingleton<ExternalProviders>();
        services.AddSingleton<ExternalTokens>();
        services.AddSingleton<ExternalEndpoints.ExternalDoor>();
        services.AddSingleton<CertificateProof>();
        services.AddSingleton<SessionCache>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<ApiKeyCache>();
        services.AddScoped<CurrentSession>();
        services.AddSingleton(s =>
        {
            var targets = ActivatorUtilities.CreateInstance<SignalTargets>(s);
            Signals.Attach(targets);
            return targets;
        });
        services.AddHostedService<SignalWatch>();

        services.AddSingleton<RegionTree>();
        services.AddSingleton<IRegions>(s => s.GetRequiredService<RegionTree>());
        services.AddSingleton<ILookup>(s => s.GetRequiredService<RegionTree>());
        services.AddSingleton<OrganisationTree>();
        services.AddSingleton<IOrganisations>(s => s.GetRequiredService<OrganisationTree>());
        services.AddSingleton<ILookup>(s => s.GetRequiredService<OrganisationTree>());
        services.AddSingleton<IPeople, People>();
        services.AddSingleton<IActors, Actors>();
        services.AddSingleton<IPopulation, SyntheticPopulation>();

        services.AddSingleton<ILookup, OfficerLookup>();
        services.AddSingleton<ILookup, PersonLookup>();
        services.AddSingleton<ILookup, CompanyLookup>();
        services.AddSingleton<Choices>();
        services.AddSingleton<AdminRanges>();
        services.AddSingleton<GrantService>();
        services.AddSingleton<ScopeService>();
        services.AddSingleton<OrganisationForm>();
        services.AddSingleton<OfficerForm>();
        services.AddSingleton<OfficerOrder>();
        services.AddIdentityMenu();
        return services;
    }

    /// <summary>Says who makes each request. Before the shell is filled and before access is checked.</summary>
    public static IApplicationBuilder UseIdentity(this IApplicationBuilder app)
    {
        // Made now, so that revocations reach this node's caches even before its first poll.
        app.ApplicationServices.GetRequiredService<SignalTargets>();
        return app.UseMiddleware<IdentityMiddleware>();
    }

    /// <summary>Refuses who asks too often, before anything is looked up.</summary>
    public static IApplicationBuilder UseThrottle(this IApplicationBuilder app) => app.UseMiddleware<ThrottleMiddleware>();

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        routes.MapSignIn();
        routes.MapOrganisations();
        routes.MapOfficers();
        routes.MapOfficerSheets();
        routes.MapStages();
        routes.MapProfiles();
        routes.MapReveal();
        routes.MapPeople();
        routes.MapRoles();
        routes.MapRegions();
        routes.MapBusinessLines();
        routes.MapDepartmentLines();
        routes.MapDepartmentGroups();
        routes.MapOpenId();
        routes.MapOtherSystems();
        routes.MapExternal();
        routes.MapCertificates();
        routes.MapSessions();
        routes.MapApiClients();
        routes.MapIdentityApi();
        routes.MapPickers();
    }

    private static void AddIdentityMenu(this IServiceCollection services) => services.AddMenu(
        new(MenuGroups.Configuration, "组织机构", "building", IdentityLinks.Organisations, "organisations.read", 10),
        new(MenuGroups.Configuration, "人员", "users", IdentityLinks.Officers, "accounts.read", 11),
        new(MenuGroups.Configuration, "自然人", "user", IdentityLinks.Persons, "accounts.read", 17),
        new(MenuGroups.Configuration, "法人", "building-store", IdentityLinks.Companies, "accounts.read", 18),
        new(MenuGroups.Configuration, "角色与权限", "key", IdentityLinks.Roles, "roles.read", 12),
        new(MenuGroups.Configuration, "行政区划", "map-pin", IdentityLinks.Regions, "organisations.edit", 13),
        new(MenuGroups.Configuration, "业务条线", "git-branch", IdentityLinks.BusinessLines, "organisations.edit", 14),
        new(MenuGroups.Configuration, "部门条线", "sitemap", IdentityLinks.DepartmentLines, "organisations.edit", 15),
        new(MenuGroups.Configuration, "部门分组", "folders", IdentityLinks.DepartmentGroups, "organisations.edit", 16),
        new(MenuGroups.Security, "会话", "device-desktop", IdentityLinks.Sessions, "sessions.end", 20),
        new(MenuGroups.Security, "安全设置", "shield-lock", IdentityLinks.Security, "security.read", 21),
        new(MenuGroups.Security, "统一认证", "login-2", IdentityLinks.OtherSystems, "security.read", 22),
        new(MenuGroups.Security, "数字证书", "certificate", IdentityLinks.Certificates, "security.read", 23),
        new(MenuGroups.Configuration, "接口客户端", "plug-connected", IdentityLinks.ApiClients, "apis.grant", 30));
}
