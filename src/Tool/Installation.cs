using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Zhengtong.Kernel;
using Zhengtong.Web;

namespace Zhengtong.Tool;

/// <summary>Where this installation lives: its folder, its database, its packs.</summary>
internal static class Installation
{
    /// <summary>Folder that holds <c>packs/</c> and <c>var/</c>: of the program, or of the source tree that it runs from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Configured database, or the private cluster's, started where it does not run.</summary>
    public static async Task<string> DatabaseAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("Zhengtong") is { Length: > 0 } configured) { return configured; }
        var maintenance = await PrivateCluster.EnsureAsync(Path.Combine(Root, "var", "pg"), durable: true, cancellationToken);
        return await PrivateCluster.EnsureDatabaseAsync(maintenance, "zhengtong", cancellationToken);
    }

    /// <summary>The platform without web server and workers, for commands.</summary>
    public static async Task<WebApplication> OpenAsync(string[] args, bool withWorkers, CancellationToken cancellationToken)
    {
        var builder = Platform.CreateBuilder(args);
        builder.Configuration["ConnectionStrings:Zhengtong"] = await DatabaseAsync(builder.Configuration, cancellationToken);
        builder.Configuration["Zhengtong:DataFolder"] ??= Path.Combine(Root, "var", "data");
        builder.AddPlatform(withWorkers);
        return builder.Build();
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "packs"))) { return folder.FullName; }
        }
        return Environment.CurrentDirectory;
    }
}
