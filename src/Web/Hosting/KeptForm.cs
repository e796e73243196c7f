using Microsoft.AspNetCore.Antiforgery;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// What somebody posted in vain: their session had ended, or their page was too old. Shown to them again, to be sent once more.
/// </summary>
/// <param name="Values">Fields in their order; passwords and tokens are left out.</param>
/// <param name="HasFiles">Files were chosen; a page cannot hand them back.</param>
public sealed record KeptForm(string Action, IReadOnlyList<KeyValuePair<string, string>> Values, bool HasFiles)
{
    private const int MostCharacters = 1 << 20;
    private const string Token = "__RequestVerificationToken";

    /// <returns>Null where nothing was posted, it cannot be read, or it comes from a page of somebody else.</returns>
    internal static async Task<KeptForm?> OfAsync(HttpContext context)
    {
        var request = context.Request;
        // The framework gives out no form whose token was found wrong. Here it is only shown to whoever sent it, so it may be read.
        context.Features.Set<IAntiforgeryValidationFeature>(null);
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || !IsFromOurOrigin(request)) { return null; }
        try
        {
            var form = await request.ReadFormAsync(context.RequestAborted);
            var values = form.Where(f => f.Key != Token && !f.Key.Contains("password", StringComparison.OrdinalIgnoreCase))
                .SelectMany(f => f.Value, (f, v) => KeyValuePair.Create(f.Key, v ?? "")).ToList();
            return values.Sum(v => v.Key.Length + v.Value.Length) <= MostCharacters
                ? new(request.PathBase + request.Path + request.QueryString, values, form.Files.Any(f => f.Length > 0))
                : null;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Browsers say where a post comes from; a foreign page must not get its form put before our user with our button below it.
    /// </summary>
    private static bool IsFromOurOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
}
