using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Documents;
using Zhengtong.Kernel;
using Zhengtong.Licences.Download;

namespace Zhengtong.Licences.Workbench;

/// <summary>Officers search what was issued, look at it and take it out of force with a reason.</summary>
internal static class LicenceEndpoints
{
    private const int Size = 20;

    public static void MapLicenceWorkbench(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(LicenceLinks.All, SearchAsync).ForOfficers(LicenceRights.Read);
        routes.MapGet(LicenceLinks.All + "/{id:guid}", ShowAsync).ForOfficers(LicenceRights.Read);
        routes.MapPost(LicenceLinks.All + "/{id:guid}/revoke", RevokeAsync).ForOfficers(LicenceRights.Revoke);
    }

    private static async Task<IResult> SearchAsync(
        string? q, string? status, string? kind, string? cursor, CurrentActor current, Database database, IssuedStore store,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var today = clock.Today();
        var rows = await store.SearchAsync(database.Read("documents.search", current.Actor), new()
        {
            Words = q?.Replace("\0", "", StringComparison.Ordinal), Status = status is "valid" or "expired" or "revoked" ? status : null,
            Kind = kind is "certificate" or "decision" or "notice" ? kind : null, Scope = current.Actor.Scope,
            After = PageCursor.Read(cursor), Size = Size,
        }, today, cancellationToken);
        var page = rows.Take(Size).ToArray();
        return Page.Of<LicencesPage>(new
        {
            Rows = (IReadOnlyList<IssuedDocument>)page, Words = q, Status = status, Kind = kind, Today = today,
            Pager = new Pager { Next = rows.Count > Size ? new PageCursor(page[^1].At, page[^1].Id).ToString() : null },
        });
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, IssuedStore store, DocumentIssuer issuer, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var session = database.Read("documents.show", current.Actor);
        if (await store.FindAsync(session, id, cancellationToken) is not { } document || !DownloadEndpoint.InScope(current.Actor, document))
        {
            return DocumentErrors.NotFound.ToResult(context);
        }
        return Page.Of<LicencePage>(new
        {
            Document = document, Verified = await issuer.VerifyAsync(session, document.VerifyCode, null, cancellationToken),
            Today = clock.Today(),
            MayRevoke = current.Actor.May(LicenceRights.Revoke),
        });
    }

    private static async Task<IResult> RevokeAsync(
        Guid id, HttpContext context, [FromForm] IFormCollection form, CurrentActor current, Database database, IssuedStore store,
        DocumentIssuer issuer, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var reason = form["reason"].ToString().Trim();
        if (reason.Length > 500) { reason = reason[..500]; }
        await using var work = await database.BeginAsync(new("documents.revoke", current.Actor) { Reason = reason }, cancellationToken);
        if (await store.FindAsync(work, id, cancellationToken) is not { } document || !DownloadEndpoint.InScope(current.Actor, document))
        {
            return DocumentErrors.NotFound.ToResult(context);
        }
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is { } earlier)
        {
            return SeeOther.Local(earlier, LicenceLinks.One(id));
        }
        var revoked = await issuer.RevokeAsync(work, id, reason, cancellationToken);
        if (!revoked.IsSuccess)
        {
            var verified = await issuer.VerifyAsync(work, document.VerifyCode, null, cancellationToken);
            return Page.Refused<LicencePage>(revoked.Error, new
            {
                Document = document, Verified = verified, Today = clock.Today(), MayRevoke = true, Errors = revoked.Error.ToFormErrors(),
                Posted = form,
            });
        }
        await work.AnswerSubmissionAsync(form.SubmissionId(clock), LicenceLinks.One(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("已撤销，查验页面即时生效。");
        return new SeeOther(LicenceLinks.One(id));
    }
}
