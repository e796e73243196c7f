using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class MigrateCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = await Installation.OpenAsync(args, withWorkers: false, cancellationToken);
        var applied = await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        Console.WriteLine(applied == 0 ? "nothing to do" : $"{applied} migrations applied");
        return 0;
    }
}
