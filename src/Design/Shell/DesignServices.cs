using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Design;

/// <summary>Registration of the design system.</summary>
public static class DesignServices
{
    /// <summary>Adds the renderer, the shell context and the asset manifest.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="manifestPath">Path of <c>wwwroot/dist/manifest.json</c>.</param>
    public static IServiceCollection AddDesign(this IServiceCollection services, string manifestPath)
    {
        // Chinese goes out as it is; as numeric entities a page would be three times as long.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddRazorComponents();
        services.AddSingleton(new AssetManifest(manifestPath));
        services.AddScoped<ShellContext>();
        return services;
    }

    /// <summary>Adds lines to the menus.</summary>
    public static IServiceCollection AddMenu(this IServiceCollection services, params MenuItem[] items)
    {
        foreach (var item in items)
        {
            services.AddSingleton(item);
        }

        return services;
    }
}
