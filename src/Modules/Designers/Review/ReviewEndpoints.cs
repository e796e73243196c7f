using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Publish;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Designers.Review;

/// <summary>One draft of a review, beside what is in force.</summary>
/// <param name="Draft">Null where it has been discarded or published meanwhile.</param>
/// <param name="IsAsHandedIn">Nobody has changed it since.</param>
public sealed record ReviewedDraft(
    DefinitionKind Kind, string Key, Draft? Draft, Artefact? InForce, bool IsAsHandedIn, IReadOnlyList<Finding> Findings);

/// <summary>The page of a review, and what its two sides do there.</summary>
internal static class ReviewEndpoints
{
    public static void MapReview(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(DesignerLinks.Root + "/{kind}/{key}/submit", SubmitAsync).ForOfficers(DesignersModule.Permission);
        var group = routes.MapGroup(DesignerLinks.Reviews + "/{id:guid}").ForOfficers(DesignersModule.Permission);
        group.MapGet("", ShowAsync);
        group.MapPost("judge", JudgeAsync);
        group.MapPost("drop", DropAsync);
    }

    private static async Task<IResult> SubmitAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, ReviewHandler handler,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var note = form["note"].ToString().Trim();
        var command = new PublishCommand(
            DraftToPublish.Read(form["draft"]), note.Length > 200 ? note[..200] : note, form.SubmissionId(clock));
        var result = await handler.SubmitAsync(kind, key, command, current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash("已送审。审核人通过后立即生效，结果会出现在您的待办里。");
        return new SeeOther(result.Value);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, Database database, CurrentActor current, ReviewParts parts, CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.review", current.Actor);
        return await read.FindReviewAsync(id, cancellationToken) is { } review
            ? await PageAsync(read, review, parts, null, null, cancellationToken)
            : DefinitionErrors.NotFound.ToResult(context);
    }

    private static async Task<IResult> JudgeAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current, ReviewParts parts,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var button = form["button"] == "publish" ? "publish" : "return";
        var done = await parts.Handler.JudgeAsync(
            id, button, form["reason"], int.TryParse(form["revision"], out var revision) ? revision : null, form.SubmissionId(clock),
            current.Actor, cancellationToken);
        return await AnswerAsync(
            id, done, button == "publish" ? "已发布。新的办理从现在起按新版本。" : "已退回，对方会在待办里看到理由。", form, context, database, current, parts,
            cancellationToken);
    }

    private static async Task<IResult> DropAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current, ReviewParts parts,
        TimeProvider clock, CancellationToken cancellationToken) =>
        await AnswerAsync(
            id, await parts.Handler.DropAsync(id, form.SubmissionId(clock), current.Actor, cancellationToken), "已撤回，草稿还在。", form, context,
            database, current, parts, cancellationToken);

    private static async Task<IResult> AnswerAsync(
        Guid id, Result done, string said, IFormCollection form, HttpContext context, Database database, CurrentActor current,
        ReviewParts parts, CancellationToken cancellationToken)
    {
        if (done.IsSuccess)
        {
            context.Flash(said);
            return new SeeOther(DesignerLinks.Review(id));
        }
        var read = database.Read("definitions.review", current.Actor);
        return done.Error.Kind is ErrorKind.Invalid or ErrorKind.Conflict && await read.FindReviewAsync(id, cancellationToken) is { } review
            ? await PageAsync(read, review, parts, done.Error, form, cancellationToken)
            : done.Error.ToResult(context);
    }

    private static async Task<IResult> PageAsync(
        DbSession read, DefinitionReview review, ReviewParts parts, Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var drafts = new List<ReviewedDraft>();
        foreach (var asked in review.Asked)
        {
            if (parts.Kinds.FindAny(asked.Kind) is not { } kind) { continue; }
            var draft = await read.FindDraftAsync(asked.Kind, asked.Key, cancellationToken);
            drafts.Add(new(
                kind, asked.Key, draft, await parts.Reader.NewestAsync(read, asked.Kind, asked.Key, cancellationToken),
                draft?.Version == asked.Seen,
                draft is null ? [] : parts.Checks.Check(new(kind, asked.Key, draft.Content), [])));
        }
        var candidacy = await parts.Office.CandidacyOfAsync(read.Actor, cancellationToken);
        var task = review.ProcessInstanceId is { } instance
            ? (await read.TasksOfAsync(instance, cancellationToken)).LastOrDefault(
                t => t.Status == "open" && (t.Assignee == read.Actor.Id || (t.Assignee is null && t.Candidates.Any(candidacy.Contains))))
            : null;
        var page = new
        {
            Review = review, Drafts = drafts, Task = task,
            MayJudge = task is not null && task.Node != ReviewProcess.Revise
                && await parts.Handler.MayJudgeAsync(read, review, cancellationToken),
            MayRevise = task?.Node == ReviewProcess.Revise, Errors = error?.ToFormErrors(), Posted = posted,
        };
        return error is null ? Page.Of<ReviewPage>(page) : Page.Refused<ReviewPage>(error, page);
    }
}

/// <summary>What the page of a review looks things up in.</summary>
internal sealed record ReviewParts(
    ReviewHandler Handler, DefinitionReader Reader, DefinitionKinds Kinds, DefinitionChecks Checks, IProcessOffice Office);
