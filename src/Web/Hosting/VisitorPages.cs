using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// Keeps pages that say they are the same for all visitors (<see cref="VisitorConventions.SameForVisitors{TBuilder}"/>) for some seconds,
/// and gives each visitor a request token of their own. Whoever is signed in, has a message to see or looks at another address, look or day
/// gets a page drawn for them; a publication is seen at once.
/// </summary>
internal sealed class VisitorPages(RequestDelegate next, IAntiforgery antiforgery, ArtefactStore artefacts, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);
    private const int MostKept = 400;
    private const int MostBytes = 256 << 10;
    private const int LongestKey = 600;
    private readonly ConcurrentDictionary<string, Kept> _pages = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context, CurrentActor current, ShellContext shell)
    {
        if (KeyOf(context, current.Actor, shell) is not { } key)
        {
            await next(context);
            return;
        }
        if (_pages.TryGetValue(key, out var known) && clock.GetElapsedTime(known.At) < Freshness)
        {
            await SendAsync(context, shell, known);
            return;
        }
        if (await DrawAsync(context) is { } body && context.Response.StatusCode == StatusCodes.Status200OK
            && Keep(context, shell, body) is { } kept)
        {
            if (_pages.Count >= MostKept) { _pages.Clear(); }
            _pages[key] = kept;
        }
    }

    /// <summary>Everything that such a page may depend on; null where it is not the same for all.</summary>
    private string? KeyOf(HttpContext context, Actor actor, ShellContext shell)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || actor.Kind is not ActorKind.Anonymous || shell.Flash is not null
            || context.GetEndpoint()?.Metadata.GetMetadata<SameForVisitorsRule>() is null)
        {
            return null;
        }
        var key = string.Join(
            '\n', request.Scheme, request.Host.Value, request.Path.Value, request.QueryString.Value, shell.Preferences.ToString(),
            shell.DevicePrefersDark ? "dark" : "", request.Headers.Accept.ToString(), artefacts.Generation.ToString(),
            shell.Today.ToString("yyyy-MM-dd"));
        return key.Length <= LongestKey ? key : null;
    }

    /// <summary>Draws the page into memory and sends it; null where nothing came or it was too large to keep.</summary>
    private async Task<byte[]?> DrawAsync(HttpContext context)
    {
        var answer = context.Response.Body;
        using var drawn = new MemoryStream();
        context.Response.Body = drawn;
        try { await next(context); }
        finally { context.Response.Body = answer; }
        if (drawn.Length == 0) { return null; }
        var body = drawn.ToArray();
        await answer.WriteAsync(body, context.RequestAborted);
        return body.Length <= MostBytes ? body : null;
    }

    private Kept? Keep(HttpContext context, ShellContext shell, byte[] body)
    {
        if (context.Response.ContentType is not { } type || !type.StartsWith("text/html", StringComparison.Ordinal)) { return null; }
        // The same token that the page was drawn with: one is made for a request.
        if (antiforgery.GetTokens(context).RequestToken is not { Length: > 0 } token) { return null; }
        var parts = Encoding.UTF8.GetString(body).Split(token).Select(Encoding.UTF8.GetBytes).ToArray();
        return new(parts, type, shell.NeedsInlineStyles, clock.GetTimestamp());
    }

    private async Task SendAsync(HttpContext context, ShellContext shell, Kept page)
    {
        shell.NeedsInlineStyles = page.NeedsInlineStyles;
        var token = Encoding.UTF8.GetBytes(antiforgery.GetAndStoreTokens(context).RequestToken ?? "");
        context.Response.ContentType = page.ContentType;
        context.Response.ContentLength = page.Parts.Sum(p => p.Length) + (token.Length * (page.Parts.Length - 1));
        for (var i = 0; i < page.Parts.Length; i++)
        {
            if (i > 0) { await context.Response.BodyWriter.WriteAsync(token, context.RequestAborted); }
            await context.Response.BodyWriter.WriteAsync(page.Parts[i], context.RequestAborted);
        }
    }

    /// <param name="Parts">The page, cut where a visitor's token belongs.</param>
    private sealed record Kept(byte[][] Parts, string ContentType, bool NeedsInlineStyles, long At);
}
