using Microsoft.AspNetCore.Antiforgery;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// Every post of a page carries the token of a page of ours, whether its handler reads the form or not. The interface for programs has no
/// cookies to protect where a key is used, and takes JSON, which no foreign page can send, where an officer's session is.
/// </summary>
internal static class FormGuard
{
    internal static readonly Error TooLarge = new(ErrorKind.TooLarge, "request.too-large", "提交的内容太大，请压缩或拆分后再提交。");

    internal static readonly Error Stale = Error.Conflict("request.stale-page", "页面打开的时间太长，或浏览器重新启动过，本次提交没有生效。");

    public static IApplicationBuilder UseFormGuard(this IApplicationBuilder app)
    {
        app.UseAntiforgery();
        return app.Use(async (context, next) =>
        {
            var refused = IsGuarded(context) ? await RefusedAsync(context) : null;
            if (refused is null) { await next(context); }
            else { await refused.ToResult(context).ExecuteAsync(context); }
        });
    }

    private static bool IsGuarded(HttpContext context) =>
        context.GetEndpoint() is not null
        && !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsOptions(context.Request.Method))
        && !context.Request.Path.StartsWithSegments("/api")
        && context.RequestServices.GetRequiredService<CurrentActor>().Actor.Kind is not ActorKind.Client;

    private static async Task<Error?> RefusedAsync(HttpContext context)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { } seen)
        {
            // What is beyond the limits is not read to its end, so no token is found in it either.
            return seen.IsValid ? null
                : seen.Error?.InnerException is BadHttpRequestException {
                    StatusCode: StatusCodes.Status413PayloadTooLarge } or InvalidDataException ? TooLarge
                : Stale;
        }
        return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context) ? null : Stale;
    }
}
