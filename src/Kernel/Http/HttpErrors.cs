using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Zhengtong.Kernel;

/// <summary>The one place where an <see cref="Error"/> meets HTTP.</summary>
public static class HttpErrors
{
    /// <summary>Key in <see cref="HttpContext.Items"/> under which the error page finds the error.</summary>
    public const string ItemKey = "zt.error";

    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new UnreachableException(),
    };

    /// <summary>Browsers get the error page of that status (drawn by the host), programs get ProblemDetails.</summary>
    public static IResult ToResult(this Error error, HttpContext context)
    {
        if (!context.WantsPage()) { return error.ToProblem(); }
        context.Items[ItemKey] = error;
        return TypedResults.StatusCode(StatusOf(error.Kind));
    }

    /// <summary>RFC 9457 with the code as type, faults by field, and the trace id that operators search for.</summary>
    public static IResult ToProblem(this Error error) => TypedResults.Problem(
        statusCode: StatusOf(error.Kind), title: error.Message, type: $"urn:zhengtong:error:{error.Code}",
        extensions: new Dictionary<string, object?>
        {
            ["code"] = error.Code,
            ["traceId"] = Activity.Current?.TraceId.ToString(),
            ["errors"] = error.Fields.Count == 0 ? null : error.Fields,
        });

    public static bool WantsPage(this HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api")
        && context.Request.Headers.Accept.ToString() is var accept
        && (accept.Length == 0 || accept.Contains("text/html", StringComparison.Ordinal)
            || !accept.Contains("json", StringComparison.Ordinal));
}

/// <summary>303 after a post: the browser gets the next page and a reload repeats nothing. Only for addresses of our own.</summary>
public sealed class SeeOther(string location) : IResult
{
    public string Location { get; } = location;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = Plain(Location);
        return Task.CompletedTask;
    }

    /// <summary>Headers are of printable ASCII, and an address may hold what somebody typed.</summary>
    private static string Plain(string location) =>
        location.All(c => c is > ' ' and < '\x7f')
            ? location
            : string.Concat(location.EnumerateRunes().Select(
                r => r.Value is > ' ' and < 0x7f ? r.ToString() : Uri.EscapeDataString(r.ToString())));

    /// <summary>A return address given by the browser, if it is a path of ours; else <paramref name="otherwise"/>.</summary>
    public static SeeOther Local(string? location, string otherwise) =>
        new(location is ['/', not ('/' or '\\'), ..] or "/" && !location.Any(char.IsControl) ? location : otherwise);
}
