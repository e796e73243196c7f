using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Data;
using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Cases.OwnCases;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Processes.Instances;
using Zhengtong.Processes.Moves;

namespace Zhengtong.Cases.FollowUp;

/// <summary>好差评 in the workbench: all ratings of the own range, and following up the bad ones.</summary>
internal static class FollowUpEndpoints
{
    private const string Read = "ratings.read";
    private const string Answer = "ratings.answer";

    public static void MapFollowUps(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(CaseLinks.Ratings, ListAsync).ForOfficers(Read);
        routes.MapGet(CaseLinks.Ratings + "/{id:guid}", ShowAsync).ForOfficers(Read);
        routes.MapPost(CaseLinks.Ratings + "/{id:guid}/tasks/{task:int}", AnswerAsync).ForOfficers(Answer);
        routes.MapPost(CaseLinks.Ratings + "/{id:guid}/open", BeginAsync).ForOfficers(Answer);
    }

    private static async Task<IResult> ListAsync(string? show, string? cursor, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var page = await database.Read("cases.ratings", current.Actor).RatingsInScopeAsync(show, cursor, 20, cancellationToken);
        return Page.Of<RatingsPage>(new { page.Rows, page.Next, Show = show });
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, ProcessViews processes,
        IPeople people,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.rating", current.Actor);
        if (await OpenAsync(read, id, dossiers, processes, people, cancellationToken) is not { } view)
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        if (view.Process is { } run)
        {
            await processes.LookAsync(run, cancellationToken);
            if (run.Mine.Count > 0)
            {
                // The number is shown to who has to call; that it was seen is on record.
                await using var work = await database.BeginAsync(new("cases.read-phone", current.Actor), cancellationToken);
                work.Audit("case", id.ToString(), summary: "回访时查看联系电话");
                await work.CommitAsync(cancellationToken);
            }
        }
        return Page.Of<FollowUpPage>(new { View = view, MayBegin = view.NeedsFollowUp && current.Actor.May(Answer) });
    }

    /// <summary>A bad rating that no to-do was made of, because the process was not there yet.</summary>
    private static async Task<IResult> BeginAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, DossierReader dossiers,
        FollowUps followUps, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.begin-follow-up", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is null)
        {
            if (await work.FindCaseInScopeAsync(id, cancellationToken) is not { } @case
                || await work.HoldRatingAsync(id, cancellationToken) is not { Level: <= FollowUps.BadLevel, FollowedUpAt: null } rating)
            {
                return CaseErrors.NotFound.ToResult(context);
            }
            if (await work.FindProcessAsync(FollowUpProcess.SubjectTypeName, id, cancellationToken) is null)
            {
                var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
                await followUps.OpenAsync(work, @case, dossier.ApplicantName, rating.Level, cancellationToken);
                work.Audit("case", id.ToString(), summary: "开始回访");
            }
            await work.AnswerSubmissionAsync(form.SubmissionId(clock), CaseLinks.FollowUp(id), cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        context.Flash("已交给大厅主管回访，出现在他们的待办里。");
        return new SeeOther(CaseLinks.FollowUp(id));
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, int task, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        DossierReader dossiers,
        ProcessViews processes, ProcessActs acts, IPeople people, TimeProvider clock, CancellationToken cancellationToken)
    {
        var done = await RecordAsync(id, task, form, current, database, acts, clock, cancellationToken);
        if (done.IsSuccess)
        {
            context.Flash("回访已记录，并答复了申请人。");
            return new SeeOther(CaseLinks.Inbox);
        }
        var read = database.Read("cases.rating", current.Actor);
        if (done.Error.Kind is ErrorKind.NotFound
            || await OpenAsync(read, id, dossiers, processes, people, cancellationToken) is not { } view)
        {
            return done.Error.ToResult(context);
        }
        var refused = new RefusedMove(RefusedMove.NameOf("press", task), done.Error, form);
        return Page.Refused<FollowUpPage>(done.Error,
            new { View = view with { Process = view.Process is null ? null : view.Process with { Refused = refused } } });
    }

    private static async Task<Result> RecordAsync(
        Guid id, int task, IFormCollection form, CurrentActor current, Database database, ProcessActs acts, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var words = form["reason"].ToString().Trim();
        await using var work = await database.BeginAsync(new("cases.follow-up", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is not null) { return Result.Done; }
        if (await work.FindCaseInScopeAsync(id, cancellationToken) is null
            || await work.FindProcessAsync(FollowUpProcess.SubjectTypeName, id, cancellationToken) is not { } run)
        {
            return CaseErrors.NotFound;
        }
        var request = new PressRequest(
            run.Id, task, form["button"].ToString(), words, int.TryParse(form["revision"], out var revision) ? revision : null,
            DataMap.Of(("answer", words)));
        var done = await acts.PressAsync(work, run, request, cancellationToken);
        if (!done.IsSuccess) { return done; }
        await work.AnswerSubmissionAsync(form.SubmissionId(clock), CaseLinks.FollowUp(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private static async Task<FollowUpView?> OpenAsync(
        DbSession read, Guid id, DossierReader dossiers, ProcessViews processes, IPeople people, CancellationToken cancellationToken)
    {
        if (await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case
            || await read.RatingAsync(id, cancellationToken) is not { } rating) { return null; }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        var run = await processes.OfSubjectAsync(read, FollowUpProcess.SubjectTypeName, id, cancellationToken);
        var phone = run is not { Mine.Count: > 0 } ? null
            : @case.ApplicantKind == "legal-person" ? (await people.CompanyAsync(@case.ApplicantId, cancellationToken))?.Phone
            : (await people.PersonAsync(@case.ApplicantId, cancellationToken))?.Mobile;
        return new(@case, dossier.ApplicantName, phone, rating, run);
    }
}

/// <param name="Phone">Only for who has the to-do now.</param>
public sealed record FollowUpView(Case Case, string ApplicantName, string? Phone, RatingRow Rating, ProcessView? Process)
{
    /// <summary>Bad, not answered, and nobody has it as a to-do.</summary>
    public bool NeedsFollowUp => Process is null && Rating is { Level: <= FollowUps.BadLevel, FollowUpWords: null };
}
