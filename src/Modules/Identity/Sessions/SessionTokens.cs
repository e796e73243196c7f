using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Zhengtong.GuoMi;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>The token that a browser keeps: 256 random bits; the database has only its hash.</summary>
internal static class SessionTokens
{
    private const string SessionName = "zt-session";
    private const string DeviceName = "zt-device";

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Null for what cannot be a token: such a cookie does not reach the database.</summary>
    public static byte[]? HashOf(string? token) =>
        token is { Length: 43 } && Base64Url.IsValid(token) ? Sm3.Hash(Encoding.ASCII.GetBytes(token)) : null;

    public static string? Read(HttpRequest request) => HostCookie.Read(request, SessionName);

    public static void Write(HttpContext context, string token) => HostCookie.Write(context, SessionName, token);

    public static void Clear(HttpContext context) => HostCookie.Clear(context, SessionName);

    /// <summary>Hash of the number by which a device is known again; a new one is written where there is none.</summary>
    public static byte[] Device(HttpContext context)
    {
        var token = HostCookie.Read(context.Request, DeviceName);
        if (HashOf(token) is { } known) { return known; }
        token = New();
        HostCookie.Write(context, DeviceName, token, TimeSpan.FromDays(365));
        return HashOf(token)!; // just made
    }
}
