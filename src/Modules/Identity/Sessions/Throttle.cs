using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Zhengtong.Identity.ApiKeys;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>
/// How often somebody may ask: each account, and each address for those who are not signed in. Steady rates with room for a burst; kept in
/// the memory of the node, because a flood must cost it nothing.
/// </summary>
internal sealed class Throttle(TimeProvider clock)
{
    private const int MostKept = 200_000;

    /// <summary>Of a minute's requests a quarter may come at once: a page with its pictures, a search while typing.</summary>
    private const int BurstPart = 4;

    private readonly ConcurrentDictionary<string, Next> _next = new(StringComparer.Ordinal);

    /// <returns>How long to wait, where it was too often; null where it was not.</returns>
    public TimeSpan? Take(string who, int perMinute)
    {
        if (perMinute <= 0) { return null; }
        if (_next.Count >= MostKept) { _next.Clear(); }
        var (now, step) = (clock.GetTimestamp(), clock.TimestampFrequency * 60 / perMinute);
        var burst = step * Math.Max(10, perMinute / BurstPart);
        var next = _next.GetOrAdd(who, static _ => new());
        while (true)
        {
            var due = Volatile.Read(ref next.Due);
            var after = Math.Max(now, due) + step;
            if (after - now > burst) { return clock.GetElapsedTime(0, after - now - burst); }
            if (Interlocked.CompareExchange(ref next.Due, after, due) == due) { return null; }
        }
    }

    private sealed class Next
    {
        public long Due;
    }
}

/// <summary>Refuses before anything is looked up; an address under flood still serves those whose session this node knows.</summary>
internal sealed class ThrottleMiddleware(
    RequestDelegate next, Throttle throttle, SessionCache sessions, ApiKeyCache keys, IOptions<IdentityOptions> options)
{
    private static readonly Error TooMany = new(ErrorKind.TooMany, "request.too-many", "请求过于频繁，请稍后再试。");

    public async Task InvokeAsync(HttpContext context)
    {
        // Scripts and pictures of the build cost nothing; keys that are known have a limit of their own.
        var authorization = context.Request.Headers.Authorization.ToString();
        if (context.Request.Path.StartsWithSegments("/dist")
            || authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && keys.Knows(authorization[7..].Trim()))
        {
            await next(context);
            return;
        }
        var account = sessions.AccountOf(SessionTokens.Read(context.Request));
        var wait = account is { } known
            ? throttle.Take(known.ToString(), options.Value.AccountRequestsPerMinute)
            : throttle.Take(context.Address(), options.Value.AddressRequestsPerMinute);
        if (wait is not { } time) { await next(context); return; }
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(time.TotalSeconds)).ToString();
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(TooMany.Message, context.RequestAborted);
    }
}
