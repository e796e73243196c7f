using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;
using Zhengtong.Services.Examples;
using Zhengtong.Services.Guide;
using Zhengtong.Services.Home;
using Zhengtong.Services.Search;

namespace Zhengtong.Services;

/// <summary>政务服务事项: the catalogue, its guide pages and its search.</summary>
public static class ServicesModule
{
    public static IServiceCollection AddServices(this IServiceCollection services)
    {
        services.AddArtefactKind<ServiceKind>();
        services.AddArtefactKind<PackTestKind>();
        services.AddSingleton<ServiceCatalogue>();
        services.AddSingleton<MaterialRules>();
        services.AddSingleton<ServiceSearch>();
        services.AddSingleton<ServiceNames>();
        services.AddSearchSource<PortalServiceSource>();
        services.AddSearchSource<DeskServiceSource>();
        return services;
    }

    public static void MapServices(this IEndpointRouteBuilder routes)
    {
        routes.MapPortalHome();
        routes.MapServiceLists();
        routes.MapGuide();
    }
}
