using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class PackCommands
{
    public static async Task<int> CheckAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args is not [var folder, ..]) { Console.Error.WriteLine("usage: zt pack check FOLDER"); return 2; }
        await using var app = await Installation.OpenAsync(args[1..], withWorkers: false, cancellationToken);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<ArtefactStore>().RefreshAsync(cancellationToken);
        var faults = await app.Services.GetRequiredService<PackInstaller>().CheckAsync(folder, cancellationToken);
        foreach (var fault in faults) { Console.WriteLine(fault); }
        Console.WriteLine(faults.Count == 0 ? "no faults" : $"{faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    public static async Task<int> InstallAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args is not [var folder, ..]) { Console.Error.WriteLine("usage: zt pack install FOLDER"); return 2; }
        await using var app = await Installation.OpenAsync(args[1..], withWorkers: false, cancellationToken);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<ArtefactStore>().RefreshAsync(cancellationToken);
        return await InstallAsync(app.Services, folder, cancellationToken);
    }

    internal static async Task<int> InstallAsync(IServiceProvider services, string folder, CancellationToken cancellationToken)
    {
        var installed = await services.GetRequiredService<PackInstaller>().InstallAsync(folder, Actor.System("命令行"), cancellationToken);
        if (installed.IsSuccess)
        {
            foreach (var note in installed.Value.Notes) { Console.WriteLine($"  {note}"); }
            return 0;
        }
        Console.Error.WriteLine(installed.Error.Message);
        foreach (var fault in installed.Error.Fields) { Console.Error.WriteLine($"  {fault.Path} {fault.Code} {fault.Message}"); }
        return 1;
    }
}
