using System.Net;

namespace Zhengtong.Kernel;

/// <summary>
/// Whom the platform may call: section <c>Zhengtong:Outgoing</c>. Addresses that administrators type into pages are checked against it, so
/// that no page becomes a way into the network behind the node.
/// </summary>
public sealed record OutgoingOptions
{
    /// <summary>Names that may be called, with commas; <c>*.gov.cn</c> for all below one. Empty: nobody.</summary>
    public string Hosts { get; init; } = "";

    /// <summary>
    /// Networks that those names may lead to although they are not public, with commas, e.g. <c>10.20.0.0/16</c>. Everything public may be
    /// led to; this machine and addresses of cloud interfaces only where they are named here.
    /// </summary>
    public string Networks { get; init; } = "";

    public int TimeoutSeconds { get; init; } = 20;
}

/// <summary>The rules of <see cref="OutgoingOptions"/>, read once: a fault in them is told at the start.</summary>
public sealed class OutgoingRules
{
    private static readonly IReadOnlyList<IPNetwork> Inner =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/3", "::/127", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private readonly IReadOnlyList<string> _hosts;
    private readonly IReadOnlyList<IPNetwork> _networks;

    /// <exception cref="InvalidOperationException">A network that is none.</exception>
    public OutgoingRules(OutgoingOptions options)
    {
        _hosts = Split(options.Hosts);
        _networks =
        [
            .. Split(options.Networks).Select(n => IPNetwork.TryParse(n, out var network)
                ? network
                : throw new InvalidOperationException($"Zhengtong:Outgoing:Networks: '{n}' is no network such as 10.20.0.0/16")),
        ];
    }

    public bool AllowsHost(string host) => _hosts.Any(h => h.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(h[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(h, host, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name of the list may lead to this address.</summary>
    public bool AllowsAddress(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(n => n.Contains(plain)) || !Inner.Any(n => n.Contains(plain));
    }

    /// <summary>What is wrong with an address that somebody wants to have called, in words for them; null where nothing is.</summary>
    public string? Fault(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")) { return "应为 https:// 开头的完整地址。"; }
        if (uri.UserInfo.Length > 0) { return "地址中不能含账号。"; }
        if (uri.Scheme == "http" && !uri.IsLoopback) { return "除本机外，地址应以 https:// 开头。"; }
        return AllowsHost(uri.IdnHost) ? null : $"平台不能访问 {uri.IdnHost}，需要时请运维人员加入允许访问的名单。";
    }

    private static List<string> Split(string list) =>
        [.. list.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
