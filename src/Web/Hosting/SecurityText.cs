using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>Where whoever finds a weakness may tell of it.</summary>
/// <remarks>Source: RFC 9116.</remarks>
internal static class SecurityText
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromDays(180);

    public static IEndpointRouteBuilder MapSecurityText(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/security.txt", (PlatformOptions options, TimeProvider clock) =>
            options.SecurityContact is not { Length: > 0 } contact
                ? Results.NotFound()
                : Results.Text(
                    $"Contact: {contact}\nExpires: {clock.GetUtcNow().Add(GoodFor):yyyy-MM-dd'T'00:00:00'Z'}\nPreferred-Languages: zh, en\n"
                    + $"Canonical: {options.PublicUrl.TrimEnd('/')}/.well-known/security.txt\n",
                    "text/plain; charset=utf-8")).ForEverybody();
        return routes;
    }
}
