using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Personal;

/// <summary>Shows a masked value in full to an officer who says why. What is not on record is not shown.</summary>
internal static class RevealEndpoints
{
    private const int MostReason = 200;

    public static void MapReveal(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(RevealLinks.Page, AskAsync).ForOfficers();
        routes.MapPost(RevealLinks.Page, ShowAsync).ForOfficers();
    }

    private static async Task<IResult> AskAsync(
        string? kind, string? subject, string? field, HttpContext context, CurrentActor current, IEnumerable<IRevealSource> sources,
        CancellationToken cancellationToken) =>
        await FindAsync(sources, current.Actor, kind, subject, field, cancellationToken) is { } value
            ? Page.Of<RevealPage>(new { Value = value with { Clear = "" }, Kind = kind, Subject = subject, Field = field })
            : NotFound.ToResult(context);

    private static async Task<IResult> ShowAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, IEnumerable<IRevealSource> sources, AuditLog audit,
        CancellationToken cancellationToken)
    {
        var (kind, subject, field) = (form["kind"].ToString(), form["subject"].ToString(), form["field"].ToString());
        if (await FindAsync(sources, current.Actor, kind, subject, field, cancellationToken) is not { } value)
        {
            return NotFound.ToResult(context);
        }
        var reason = form["reason"].ToString().Trim();
        if (reason.Length is < 2 or > MostReason)
        {
            var error = Error.Invalid(
                "reveal.reason", "请说明查看原因。", new FieldError("reason", "length", $"请用 2 至 {MostReason} 字说明为什么需要查看"));
            return Page.Refused<RevealPage>(error, new
            {
                Value = value with { Clear = "" }, Kind = kind, Subject = subject, Field = field, Errors = error.ToFormErrors(),
                Posted = form,
            });
        }
        // Before the answer: a read that is not audited does not happen.
        await audit.WriteAsync(
            new("personal.reveal", current.Actor) { Reason = reason },
            new(value.Subject.Type, value.Subject.Id, $"查看完整{value.Label}", null, new { field }), cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Page.Of<RevealPage>(new { Value = value, Kind = kind, Subject = subject, Field = field });
    }

    private static async Task<RevealedValue?> FindAsync(
        IEnumerable<IRevealSource> sources, Actor actor, string? kind, string? subject, string? field,
        CancellationToken cancellationToken) =>
        subject is { Length: > 0 and < 200 } && field is { Length: > 0 and < 200 }
        && sources.FirstOrDefault(s => s.Kind == kind) is { } source
            ? await source.FindAsync(actor, subject, field, cancellationToken)
            : null;

    private static readonly Error NotFound = Error.NotFound("reveal.not-found", "没有这项内容，或您无权查看。");
}
