using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Web.Pages;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// One place where what went wrong becomes an answer: a page for people, ProblemDetails for programs, a log line for operators.
/// </summary>
internal static class ErrorPages
{
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerAsync,
            SuppressDiagnosticsCallback = c => Known(c.Exception) is not null });
        app.UseStatusCodePages(async c =>
        {
            var context = c.HttpContext;
            if (!context.WantsPage()) { return; }
            await ShowAsync(context, context.Items[HttpErrors.ItemKey] as Error);
        });
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var fault = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var error = Known(fault) ?? new Error(ErrorKind.Unavailable, "platform.fault", "系统出了点问题，您的操作没有完成，请稍后再试。");
        context.Response.StatusCode = Known(fault) is null ? StatusCodes.Status500InternalServerError : HttpErrors.StatusOf(error.Kind);
        if (context.WantsPage()) { await ShowAsync(context, error); }
        else { await error.ToProblem().ExecuteAsync(context); }
    }

    private static readonly Error Characters =
        Error.Invalid("request.characters", "内容里有不能保存的控制字符（多半是从别处粘贴来的），没有保存。请返回上一页删去后再提交。");

    /// <summary>Exceptions that the framework throws for what a client did.</summary>
    private static Error? Known(Exception? fault) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => FormGuard.TooLarge,
        BadHttpRequestException { InnerException: AntiforgeryValidationException } or AntiforgeryValidationException =>
            FormGuard.Stale,
        CryptoUnavailableException => CryptoUnavailableException.ForPeople,
        BadHttpRequestException => Error.Invalid("request.bad", "提交的内容无法读取。"),
        // What no text of the database can hold: NUL, halves of characters. The act has been rolled back as a whole.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter }
            or EncoderFallbackException => Characters,
        _ => null,
    };

    private static async Task ShowAsync(HttpContext context, Error? error)
    {
        var status = context.Response.StatusCode;
        if (error?.Code == FormGuard.Stale.Code || status == StatusCodes.Status401Unauthorized
            && HttpMethods.IsPost(context.Request.Method))
        {
            await ShowKeptAsync(context, error, status);
            return;
        }
        await Page.Of<FaultPage>(new { Status = status, error?.Message, TraceId = Activity.Current?.TraceId.ToString() }, status)
            .ExecuteAsync(context);
    }

    /// <summary>The page was too old, or the session has ended meanwhile: nobody has to type anything twice.</summary>
    private static async Task ShowKeptAsync(HttpContext context, Error? error, int status)
    {
        var kept = await KeptForm.OfAsync(context);
        var door = context.Request.Path.StartsWithSegments("/workbench") ? "/workbench/sign-in" : "/sign-in";
        var isSignedOut = status == StatusCodes.Status401Unauthorized;
        await Page.Of<KeptFormPage>(
            new
            {
                Heading = isSignedOut ? "登录已过期" : "页面已过期",
                Message = isSignedOut ? "您已退出登录，或登录已过期，本次提交没有生效。"
                    : (error?.Message ?? FormGuard.Stale.Message) + (kept is null ? "请返回上一页，刷新后重新提交。" : ""),
                SignIn = isSignedOut ? door : null, Kept = kept,
            },
            status).ExecuteAsync(context);
    }
}
