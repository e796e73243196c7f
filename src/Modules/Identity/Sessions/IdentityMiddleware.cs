using Microsoft.AspNetCore.Http;
using Zhengtong.Design;
using Zhengtong.Identity.ApiKeys;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>Says who makes the request: by API key, by session cookie, or nobody.</summary>
internal sealed class IdentityMiddleware(RequestDelegate next, SessionCache sessions, ApiKeyCache keys)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/dist")) { await next(context); return; }
        var services = context.RequestServices;
        var current = (CurrentActor)services.GetService(typeof(CurrentActor))!; // registered by the kernel
        var address = context.Address();
        var authorization = context.Request.Headers.Authorization.ToString();
        // There the bearer shows a token of a signed-in person, not a key.
        var isOurKey = context.Request.Path != IdentityLinks.OpenIdUser;
        if (isOurKey && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            // A key that is no good is refused even where nobody need be known: the caller believes to be somebody.
            var client = await keys.AuthenticateAsync(authorization[Bearer.Length..].Trim(), address, context.RequestAborted);
            if (!client.IsSuccess) { await client.Error.ToProblem().ExecuteAsync(context); return; }
            current.Actor = client.Value;
            await next(context);
            return;
        }
        current.Actor = Actor.Anonymous with { RemoteAddress = address };
        var token = SessionTokens.Read(context.Request);
        var session = await sessions.FindAsync(token, address, context.RequestAborted);
        current.HasEnded = token is not null && session is null;
        if (session is not null)
        {
            ((CurrentSession)services.GetService(typeof(CurrentSession))!).SignedIn = session; // registered by this module
            if (session.IsOpen)
            {
                current.Actor = session.Actor;
                ((ShellContext)services.GetService(typeof(ShellContext))!).UserDetail = session.Detail; // registered by the design system
            }
        }
        await next(context);
    }
}

internal static class RequestAddress
{
    /// <summary>The peer's address; behind a proxy the host's forwarded-headers middleware has put the client's there.</summary>
    public static string Address(this HttpContext context) =>
        context.Connection.RemoteIpAddress is { } ip ? SignIn.SecuritySettings.Plain(ip).ToString() : "127.0.0.1";
}
