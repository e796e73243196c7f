using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Zhengtong.Kernel;
using Zhengtong.Web;

namespace Zhengtong.Tool;

/// <summary>Everything on one machine: what somebody does who tries the platform for the first time.</summary>
internal static class RunCommand
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var demo = !args.Contains("--no-demo");
        var builder = Platform.CreateBuilder([.. args.Where(a => a != "--no-demo")]);
        var urls = builder.Configuration["urls"] ?? DefaultUrl;
        builder.Configuration["urls"] = urls;
        builder.Configuration["ConnectionStrings:Zhengtong"] = await Installation.DatabaseAsync(builder.Configuration, cancellationToken);
        builder.Configuration["Zhengtong:DataFolder"] ??= Path.Combine(Installation.Root, "var", "data");
        builder.Configuration["Zhengtong:Demo"] ??= demo ? "true" : "false";
        builder.Configuration["Zhengtong:PublicUrl"] ??= urls.Split(';')[0];
        builder.AddPlatform(withWorkers: true);
        await using var app = builder.Build();
        app.UsePlatform();

        await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<ArtefactStore>().RefreshAsync(cancellationToken);
        foreach (var pack in demo ? (string[])["base", "demo"] : ["base"])
        {
            var installed = await PackCommands.InstallAsync(
                app.Services, Path.Combine(Installation.Root, "packs", pack), cancellationToken);
            if (installed != 0) { return installed; }
        }
        await app.StartAsync(cancellationToken);
        Welcome(urls.Split(';')[0], demo, Stopwatch.GetElapsedTime(started));
        // Behind the readiness: whoever opens a page at once sees it fill.
        if (demo) { await SeedCommand.DemonstrateAsync(app.Services, cancellationToken); }
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static void Welcome(string url, bool demo, TimeSpan took)
    {
        Console.WriteLine($"""

            政通 Zhengtong is ready ({took.TotalSeconds:0.0} s)

              {url}              portal
              {url}/workbench    workbench
            """);
        if (demo)
        {
            Console.WriteLine(DemoAccounts.Text);
        }
        Console.WriteLine("\n  Ctrl+C stops the node; ./zt stop also stops the private database.");
    }
}
