using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>TLS, names, proxies and demonstration: what only the host knows.</summary>
internal sealed class HostChecks(PlatformOptions options, Database database) : IInstallationCheck
{
    public async IAsyncEnumerable<CheckFinding> CheckAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var url = new Uri(options.PublicUrl);
        yield return url.Scheme == "https" ? CheckFinding.Good("tls", options.PublicUrl)
            : url.IsLoopback ? CheckFinding.Warning("tls", $"{options.PublicUrl} is for this machine alone",
                "set Zhengtong__PublicUrl before people come")
            : CheckFinding.Bad("tls", $"people reach the platform without TLS at {options.PublicUrl}",
                "end TLS at a proxy and set Zhengtong__PublicUrl to its https address");
        yield return url.Scheme != "https" || !string.IsNullOrWhiteSpace(options.TrustedProxies)
            ? CheckFinding.Good("proxies", options.TrustedProxies ?? "none")
            : CheckFinding.Bad("proxies", "no proxy is trusted: the audit sees the proxy's address only, cookies are not marked for TLS",
                "set Zhengtong__TrustedProxies to the address of the proxy");
        yield return options.AllowedHosts is "*"
            ? CheckFinding.Bad("hosts", "requests under any name are served", "name the hosts in Zhengtong__AllowedHosts")
            : CheckFinding.Good("hosts", "requests under other names are refused");
        var hasPack = await DemoGuard.HasDemoAccountsAsync(database, cancellationToken);
        yield return !options.Demo && !hasPack ? CheckFinding.Good("demo", "no demonstration")
            : url.IsLoopback ? CheckFinding.Warning("demo", "a demonstration with known passwords",
                "install the platform anew, without the pack demo, before people come")
            : CheckFinding.Bad("demo", "demo accounts with known passwords are on a public address",
                "install the platform anew, without the pack demo and Zhengtong__Demo");
    }
}
