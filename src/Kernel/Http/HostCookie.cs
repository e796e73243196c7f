using Microsoft.AspNetCore.Http;

namespace Zhengtong.Kernel;

/// <summary>
/// A cookie of this host alone: no script reads it and no post from another site carries it. Over TLS its name begins with <c>__Host-</c>,
/// so that browsers give it back over TLS only and no other host can plant one; without TLS they would not take such a name.
/// </summary>
public static class HostCookie
{
    public static string NameOf(HttpRequest request, string name) => request.IsHttps ? "__Host-" + name : name;

    public static string? Read(HttpRequest request, string name) => request.Cookies[NameOf(request, name)];

    /// <param name="age">Null: until the browser is closed.</param>
    public static void Write(HttpContext context, string name, string value, TimeSpan? age = null) =>
        context.Response.Cookies.Append(NameOf(context.Request, name), value, Options(context, age));

    public static void Clear(HttpContext context, string name) =>
        context.Response.Cookies.Delete(NameOf(context.Request, name), Options(context, null));

    private static CookieOptions Options(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = age,
    };
}
