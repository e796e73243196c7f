using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Zhengtong.Kernel;

namespace Zhengtong.Design;

/// <summary>Carries a sentence over the redirect after a post: said once, on the next page, to the same browser.</summary>
public static class FlashCookie
{
    private const string Name = "zt-flash";

    public static void Flash(this HttpContext context, FlashMessage message) =>
        HostCookie.Write(
            context, Name, WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(message)), TimeSpan.FromMinutes(2));

    public static void Flash(this HttpContext context, string text) => context.Flash(new FlashMessage(text));

    /// <summary>Reads and clears it. Whatever somebody else wrote into the cookie is shown to themselves alone, as text.</summary>
    public static FlashMessage? TakeFlash(this HttpContext context)
    {
        if (HostCookie.Read(context.Request, Name) is not { Length: > 0 and < 4000 } value) { return null; }
        HostCookie.Clear(context, Name);
        try
        {
            var message = JsonSerializer.Deserialize<FlashMessage>(WebEncoders.Base64UrlDecode(value));
            return message is { Href: null or ['/', not '/', ..] } ? message : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return null;
        }
    }
}
