using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// The client's address and scheme behind a proxy. Only proxies that the operator names are believed: what anybody else writes into
/// <c>X-Forwarded-For</c> would end up in the audit and get around the limits for an address.
/// </summary>
internal static class Proxies
{
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, PlatformOptions options)
    {
        var networks = Parse(options.TrustedProxies);
        if (networks.Count == 0) { return app; }
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // The chain is walked from its end until the first address that is no proxy of ours: that is the client.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in networks) { forwarded.KnownIPNetworks.Add(network); }
        return app.UseForwardedHeaders(forwarded);
    }

    /// <exception cref="InvalidOperationException">One of them is neither an address nor a network: told at the start, not at the first
    /// request.</exception>
    internal static IReadOnlyList<IPNetwork> Parse(string? list) =>
    [
        .. (list ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            IPNetwork.TryParse(part, out var network) ? network
            : IPAddress.TryParse(part, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"Zhengtong:TrustedProxies: '{part}' is neither an address nor a network such as 10.0.0.0/8")),
    ];
}
