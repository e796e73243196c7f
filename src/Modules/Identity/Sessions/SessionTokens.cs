using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Zhengtong.GuoMi;

namespace Zhengtong.Identity.Sessions;

/// <summary>The token that a browser keeps: 256 random bits; the database has only its hash.</summary>
internal static class SessionTokens
{
    /// <summary>The browser sends a <c>__Host-</c> cookie back only to this host, over TLS, and no other host can plant one.</summary>
    private const string SecureName = "__Host-zt-session";
    private const string PlainName = "zt-session";
    private const string DeviceName = "zt-device";

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Null for what cannot be a token: such a cookie does not reach the database.</summary>
    public static byte[]? HashOf(string? token) =>
        token is { Length: 43 } && Base64Url.IsValid(token) ? Sm3.Hash(Encoding.ASCII.GetBytes(token)) : null;

    public static string? Read(HttpRequest request) => request.Cookies[request.IsHttps ? SecureName : PlainName];

    public static void Write(HttpContext context, string token) =>
        context.Response.Cookies.Append(context.Request.IsHttps ? SecureName : PlainName, token, Cookie(context.Request.IsHttps));

    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(context.Request.IsHttps ? SecureName : PlainName, Cookie(context.Request.IsHttps));

    /// <summary>Hash of the number by which a device is known again; a new one is written where there is none.</summary>
    public static byte[] Device(HttpContext context)
    {
        var token = context.Request.Cookies[DeviceName];
        if (HashOf(token) is { } known) { return known; }
        token = New();
        var cookie = Cookie(context.Request.IsHttps);
        cookie.MaxAge = TimeSpan.FromDays(365);
        context.Response.Cookies.Append(DeviceName, token, cookie);
        return HashOf(token)!; // just made
    }

    private static CookieOptions Cookie(bool secure) => new()
    {
        HttpOnly = true, Secure = secure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true,
    };
}
