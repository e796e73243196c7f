using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.ApiKeys;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Officers;
using Zhengtong.Identity.Organisations;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Persons;
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
        services.AddSingleton<Passwords>();
        services.AddSingleton<SecurityPolicy>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<SessionCache>();
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

        services.AddSingleton<Choices>();
        services.AddSingleton<AdminRanges>();
        services.AddSingleton<GrantService>();
        services.AddSingleton<ScopeService>();
        services.AddSingleton<OrganisationForm>();
        services.AddSingleton<OfficerForm>();
        services.AddSingleton<OfficerOrder>();
        return services;
    }

    /// <summary>Says who makes each request. Before the shell is filled and before access is checked.</summary>
    public static IApplicationBuilder UseIdentity(this IApplicationBuilder app)
    {
        // Made now, so that revocations reach this node's caches even before its first poll.
        app.ApplicationServices.GetRequiredService<SignalTargets>();
        return app.UseMiddleware<IdentityMiddleware>();
    }

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        routes.MapSignIn();
        routes.MapOrganisations();
        routes.MapOfficers();
    }
}
