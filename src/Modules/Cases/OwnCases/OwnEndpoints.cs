using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.FollowUp;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Cases.OwnCases;

/// <summary>个人中心 / 企业空间: one's own cases, their progress, withdrawal, rating.</summary>
internal static class OwnEndpoints
{
    public static void MapOwnCases(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(CaseLinks.Space, SpaceAsync).ForApplicants();
        routes.MapGet(CaseLinks.Own, ListAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}", ViewAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}/files/{material:guid}", FileAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/withdraw", WithdrawAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/rate", RateAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}/receipt", ReceiptAsync).ForApplicants();
    }

    private static async Task<IResult> SpaceAsync(CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.space", current.Actor);
        var page = await read.OwnCasesAsync(null, null, 5, cancellationToken);
        var toCorrect = await read.OwnCasesAsync(OwnCaseGroups.Correcting, null, 5, cancellationToken);
        return Page.Of<SpacePage>(new
        {
            page.Rows, ToCorrect = toCorrect.Rows, Name = current.Actor.Name, IsCompany = current.Actor.Kind is ActorKind.LegalPerson,
        });
    }

    private static async Task<IResult> ListAsync(string? status, string? cursor, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var page = await database.Read("cases.own", current.Actor)
            .OwnCasesAsync(string.IsNullOrEmpty(status) ? null : status, cursor, 20, cancellationToken);
        return Page.Of<OwnCasesPage>(new { page.Rows, page.Next, Status = status });
    }

    private static async Task<IResult> ViewAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, IOrganisations organisations,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.view-own", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        return await PageAsync(read, @case, dossiers, organisations, null, null, StatusCodes.Status200OK, cancellationToken);
    }

    /// <summary>A sheet to print or to keep: what was handed in, when, where.</summary>
    private static async Task<IResult> ReceiptAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, IOrganisations organisations,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.receipt", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { Number: not null } @case)
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        var office = await organisations.FindAsync(@case.OrganisationId, cancellationToken);
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        return Page.Of<ReceiptPage>(new { Dossier = dossier, Office = office?.Name ?? "" });
    }

    private static async Task<IResult> FileAsync(
        Guid id, Guid material, HttpContext context, CurrentActor current, Database database, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.read-own-file", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is null) { return CaseErrors.NotFound.ToResult(context); }
        return (await read.MaterialsAsync(id, cancellationToken)).FirstOrDefault(m => m.Id == material) is { FileId: { } file }
            ? await CaseFiles.AnswerAsync(read, files, file, context, cancellationToken)
            : CaseErrors.NoMaterial.ToResult(context);
    }

    private static async Task<IResult> WithdrawAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ProcessHost processes,
        CancellationToken cancellationToken)
    {
        var reason = form["reason"].ToString().Trim();
        await using var work = await database.BeginAsync(new("cases.withdraw", current.Actor) { Reason = reason }, cancellationToken);
        if (await work.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (@case.IsDraft || @case.IsOver) { return CaseErrors.NotOpen.ToResult(context); }
        if ((await work.WithdrawAsync(processes, id, reason, cancellationToken)).Error is { } refused) { return refused.ToResult(context); }
        await work.CommitAsync(cancellationToken);
        context.Flash("申请已撤回。需要时可以重新申请。");
        return new SeeOther(CaseLinks.View(id));
    }

    private static async Task<IResult> RateAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, DossierReader dossiers,
        IOrganisations organisations, FollowUps followUps, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.rate", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is { } before) { return new SeeOther(before); }
        if (await work.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        var refused = !@case.IsOver ? CaseErrors.NotOver
            : !int.TryParse(form["level"], out var level) || level is < 1 or > 5
                ? Error.Invalid("cases.no-level", "请选择满意程度。", new FieldError("level", "required", "请选择满意程度"))
            : form["words"].ToString().Length > 500
                ? Error.Invalid("cases.long-words", "意见太长。", new FieldError("words", "too-long", "意见最多 500 个字"))
            : !await work.TryRateAsync(@case, level, [.. form["tags"].OfType<string>().Take(10)], form["words"], cancellationToken)
                ? CaseErrors.AlreadyRated
            : null;
        if (refused is not null)
        {
            var read = database.Read("cases.view-own", current.Actor);
            return await PageAsync(
                read, @case, dossiers, organisations, refused.ToFormErrors(), form, HttpErrors.StatusOf(refused.Kind), cancellationToken);
        }
        var given = int.Parse(form["level"]!, System.Globalization.CultureInfo.InvariantCulture); // `!`: parsed above
        if (given <= FollowUps.BadLevel)
        {
            var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
            await followUps.OpenAsync(work, @case, dossier.ApplicantName, given, cancellationToken);
        }
        await work.AnswerSubmissionAsync(form.SubmissionId(clock), CaseLinks.View(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("感谢您的评价，我们会认真对待每一条意见。");
        return new SeeOther(CaseLinks.View(id));
    }

    private static async Task<IResult> PageAsync(
        DbSession session, Case @case, DossierReader dossiers, IOrganisations organisations, FormErrors? errors, IFormCollection? posted,
        int status, CancellationToken cancellationToken) =>
        Page.Of<OwnCasePage>(new
        {
            Dossier = await dossiers.OpenAsync(session, @case, cancellationToken),
            Timeline = await session.TimelineAsync(@case.Id, cancellationToken),
            Documents = await session.IssuedAsync(@case.Id, cancellationToken),
            Rating = await session.RatingAsync(@case.Id, cancellationToken),
            Office = (await organisations.FindAsync(@case.OrganisationId, cancellationToken))?.Name ?? "",
            Errors = errors, Posted = posted,
        }, status);
}
