using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Zhengtong.Web;

namespace Zhengtong.Tool;

internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = await Installation.OpenAsync(args, withWorkers: true, cancellationToken);
        app.UsePlatform();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
