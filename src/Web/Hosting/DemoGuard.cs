using System.Net;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>Everybody knows the passwords of the demonstration: it is served on this machine only.</summary>
internal sealed class DemoGuard(PlatformOptions options, IConfiguration configuration, Database database) : IHostedService
{
    /// <summary>Key of the pack that brings them.</summary>
    private const string DemoPack = "demo";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var open = OpenAddresses(configuration).ToList();
        if (open.Count == 0 || !options.Demo && !await HasDemoAccountsAsync(database, cancellationToken)) { return; }
        throw new InvalidOperationException(
            "This database holds demo accounts, whose passwords everybody knows, and "
            + $"{string.Join(", ", open)} can be reached from other machines. Serve it on http://127.0.0.1 only, "
            + "or use a database without the pack demo and leave Zhengtong__Demo unset.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static async Task<bool> HasDemoAccountsAsync(Database database, CancellationToken cancellationToken) =>
        await database.Read("host.demo", Actor.System("host")).HasPackAsync(DemoPack, cancellationToken);

    /// <summary>Addresses on which the node will listen and that are not of this machine alone.</summary>
    internal static IEnumerable<string> OpenAddresses(IConfiguration configuration)
    {
        var urls = Words(configuration["urls"])
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"] ?? "")).ToList();
        // Ports alone listen everywhere; they are heard only where no address is given.
        if (urls.Count == 0) { urls = [.. Words(configuration["http_ports"]).Select(p => $"http://*:{p}")]; }
        return urls.Where(u => u.Length > 0 && !IsLocal(u));
    }

    private static string[] Words(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsLocal(string url)
    {
        if (url.StartsWith("http://unix:", StringComparison.Ordinal)) { return true; }
        var host = BindingAddress.Parse(url).Host.Trim('[', ']');
        return host is "localhost" || IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip);
    }
}
