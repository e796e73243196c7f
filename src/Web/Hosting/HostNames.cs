using System.Net;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// Answers only under its own names: a request with another <c>Host</c> comes from a wrong proxy, or from a page that has pointed its own
/// name at this node. Probes may use whatever address they know the node by.
/// </summary>
internal static class HostNames
{
    private static readonly Error NotOurs = Error.Invalid("request.host", "请使用本平台公布的地址访问。");

    public static IApplicationBuilder UseHostNames(this IApplicationBuilder app, PlatformOptions options)
    {
        if (Of(options) is not { } names) { return app; }
        return app.Use(async (context, next) =>
        {
            if (Allows(names, context.Request.Host.Host) || IsProbe(context.Request.Path)) { await next(context); return; }
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await Results.Text(NotOurs.Message, "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest)
                .ExecuteAsync(context);
        });
    }

    /// <summary>The names in force, or null for any: where none is configured and the public address names no host.</summary>
    internal static IReadOnlyList<string>? Of(PlatformOptions options)
    {
        var names = (options.AllowedHosts ?? "")
            .Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (names.Contains("*")) { return null; }
        var known = Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var address) ? address.Host : "";
        var isWildcard = known.Length == 0 || IPAddress.TryParse(known, out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        if (names.Count == 0 && isWildcard) { return null; }
        return isWildcard ? names : [known, .. names];
    }

    internal static bool Allows(IReadOnlyList<string> names, string host) =>
        host is "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)
        || names.Any(n => n.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(n[1..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(n.Trim('[', ']'), host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));

    private static bool IsProbe(PathString path) => path == "/health" || path == "/ready" || path == "/metrics";
}
