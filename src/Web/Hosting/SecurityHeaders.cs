using Zhengtong.Design;

namespace Zhengtong.Web.Hosting;

/// <summary>Headers that every answer carries.</summary>
internal static class SecurityHeaders
{
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        // Written when the answer starts: only then is it known whether a component on the page needs inline styles.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            // A file or picture says more strictly what it may do, and is not overruled.
            if (!headers.ContainsKey("Content-Security-Policy"))
            {
                headers.ContentSecurityPolicy = Policy(context.RequestServices.GetRequiredService<ShellContext>());
            }

            // The proxy that ends TLS says so; over plain HTTP browsers ignore it.
            if (context.Request.IsHttps) { headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains"; }
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "SAMEORIGIN";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=(self)";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Accept-CH"] = "Sec-CH-Prefers-Color-Scheme";
            if (!headers.ContainsKey("Cache-Control"))
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        await next();
    });

    private static string Policy(ShellContext shell) =>
        "default-src 'self'; script-src 'self'; style-src 'self'" + (shell.NeedsInlineStyles ? " 'unsafe-inline'" : "") +
        "; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'" + (shell.ConnectsTo is { } helper ? " " + helper : "")
            + "; worker-src 'self' blob:; object-src 'none'; base-uri 'none'" +
        "; form-action 'self'; frame-ancestors 'self'";
}
