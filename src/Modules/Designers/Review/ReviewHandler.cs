using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Publish;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Designers.Review;

/// <summary>送审, 审核, 退回: what one person wrote is put into force by another, moved by the process <c>definition-review</c>.</summary>
internal sealed class ReviewHandler(
    Database database, DefinitionKinds kinds, DraftPublisher publisher, ProcessHost processes, ArtefactStore artefacts)
{
    /// <summary>Hands drafts in, or in again after they were returned or changed.</summary>
    /// <returns>Page of the review.</returns>
    public async Task<Result<string>> SubmitAsync(
        string kind, string key, PublishCommand command, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.submit", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return before; }
        var submitted = await SubmitAsync(work, kind, key, command, cancellationToken);
        if (!submitted.IsSuccess) { return submitted; }
        await work.AnswerSubmissionAsync(command.SubmissionId, submitted.Value, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return submitted;
    }

    internal async Task<Result<string>> SubmitAsync(
        UnitOfWork work, string kind, string key, PublishCommand command, CancellationToken cancellationToken)
    {
        if (kinds.FindAny(kind) is not { } known) { return DefinitionErrors.NotFound; }
        if (command.Drafts.All(d => d.Kind != kind || d.Key != key)) { return DefinitionErrors.NoDraft; }
        if (command.Drafts.Any(d => kinds.FindAny(d.Kind) is not { } each || !(work.Actor.May(each.Edit) || work.Actor.May(each.Publish))))
        {
            return AccessErrors.Forbidden;
        }
        var ready = await publisher.CheckAsync(work, command.Drafts, cancellationToken);
        if (!ready.IsSuccess) { return ready.Error; }
        var title = ready.Value.First(d => d.Kind == known && d.Draft.Key == key).Draft.Title;
        string[] tokens = [.. command.Drafts.Select(d => d.Token)];
        var id = Guid.Empty;
        if (await work.OpenReviewAsync(kind, key, cancellationToken) is { } open)
        {
            id = open.Id;
            await work.HandInAgainAsync(id, tokens, command.Note, cancellationToken);
            var resumed = await ReviseAsync(work, open, "submit", cancellationToken);
            if (!resumed.IsSuccess) { return resumed.Error; }
        }
        else
        {
            id = work.NewId();
            await work.InsertReviewAsync(
                new()
                {
                    Id = id, Kind = kind, Key = key, Title = title, Drafts = tokens, Note = command.Note, SubmittedBy = work.Actor.Id,
                    SubmittedName = work.Actor.Name, SubmittedAt = work.Now, State = ReviewState.Waiting,
                }, cancellationToken);
            var subject = new ProcessSubject(
                ReviewProcess.Subject, id, $"{known.Title} {key}", $"发布{known.Title}“{title}”", work.Actor.Name, work.Actor.Region);
            var started = await processes.StartAsync(work, ReviewProcess.Key, subject, DataMap.Empty, cancellationToken);
            if (!started.IsSuccess) { return started.Error; }
            await work.SetRunAsync(id, started.Value.Id, cancellationToken);
        }
        work.Audit("definition", $"{kind}:{key}", after: new { drafts = tokens, command.Note }, summary: $"送审{known.Title}“{title}”");
        return DesignerLinks.Review(id);
    }

    /// <summary>A reviewer publishes or returns. Nobody judges their own work; of two reviewers at once the second is told.</summary>
    /// <param name="button">Of the process's review step: <c>publish</c>, <c>return</c>.</param>
    public async Task<Result> JudgeAsync(
        Guid id, string button, string? reason, int? revision, Guid submissionId, Actor actor, CancellationToken cancellationToken)
    {
        reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        var operation = new Operation(button == "publish" ? "definitions.publish" : "definitions.return", actor) { Reason = reason };
        await using var work = await database.BeginAsync(operation, cancellationToken);
        if (await work.ClaimSubmissionAsync(submissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindReviewAsync(id, cancellationToken) is not { ProcessInstanceId: { } instance } review)
        {
            return DefinitionErrors.NotFound;
        }
        if ((await work.TasksOfAsync(instance, cancellationToken)).LastOrDefault(
            t => t.Status == "open" && t.Node != ReviewProcess.Revise) is not { } task) { return ReviewErrors.Over; }
        if (!await MayJudgeAsync(work, review, cancellationToken)) { return ReviewErrors.OwnWork; }
        if (button == "publish")
        {
            // Said here, kindly, what the process would only report as a failure.
            var ready = await publisher.CheckAsync(work, review.Asked, cancellationToken);
            if (!ready.IsSuccess) { return ready.Error; }
            if (ready.Value.Any(d => !actor.May(d.Kind.Publish))) { return AccessErrors.Forbidden; }
        }
        else if (reason is null) { return ReviewErrors.NoReason; }
        var done = await processes.ActAsync(
            work, instance, by => new ProcessEvent.TaskCompleted(task.Task, button, DataMap.Empty, reason, revision ?? task.Revision)
            {
                Actor = by,
            }, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        work.Audit("definition", $"{review.Kind}:{review.Key}", after: new { review.Drafts, button, reason },
            summary: button == "publish" ? $"审核通过“{review.Title}”" : $"退回“{review.Title}”");
        await work.AnswerSubmissionAsync(submissionId, DesignerLinks.Review(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Whoever handed in gives it up after it was returned; the drafts stay.</summary>
    public async Task<Result> DropAsync(Guid id, Guid submissionId, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.take-back", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(submissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindReviewAsync(id, cancellationToken) is not { } review) { return DefinitionErrors.NotFound; }
        if (review.State != ReviewState.Returned) { return ReviewErrors.Over; }
        var done = await ReviseAsync(work, review, "drop", cancellationToken);
        if (!done.IsSuccess) { return done; }
        work.Audit("definition", $"{review.Kind}:{review.Key}", summary: $"不再发布“{review.Title}”");
        await work.AnswerSubmissionAsync(submissionId, DesignerLinks.Review(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Nobody publishes what they handed in or saved last.</summary>
    public async Task<bool> MayJudgeAsync(DbSession session, DefinitionReview review, CancellationToken cancellationToken)
    {
        if (review.SubmittedBy == session.Actor.Id) { return false; }
        foreach (var asked in review.Asked)
        {
            if (await session.FindDraftAsync(asked.Kind, asked.Key, cancellationToken) is { } draft
                && draft.UpdatedById == session.Actor.Id) { return false; }
        }
        return true;
    }

    private async Task<Result> ReviseAsync(UnitOfWork work, DefinitionReview review, string button, CancellationToken cancellationToken)
    {
        if (review.ProcessInstanceId is not { } instance
            || (await work.TasksOfAsync(instance, cancellationToken)).LastOrDefault(
                t => t is { Status: "open", Node: ReviewProcess.Revise }) is not { } task)
        {
            // Still with the reviewer: they get the newer text.
            return button == "submit" ? Result.Done : ReviewErrors.Over;
        }
        return await processes.ActAsync(
            work, instance, by => new ProcessEvent.TaskCompleted(task.Task, button, DataMap.Empty, null, task.Revision) { Actor = by },
            cancellationToken);
    }
}

internal static class ReviewErrors
{
    public static readonly Error SecondPerson = new(
        ErrorKind.Forbidden, "definitions.second-person", "本平台的配置须由第二人审核后发布，请送审。");

    public static readonly Error OwnWork = new(
        ErrorKind.Forbidden, "definitions.own-work", "您送审或者最后修改过这份草稿，须由其他人审核。");

    public static readonly Error Over = Error.Conflict("definitions.review-over", "这次送审已经处理过了，请刷新后查看结果。");

    public static readonly Error NoReason =
        Error.Invalid("definitions.no-return-reason", "请填写退回的理由。", new FieldError("reason", "required", "请写明要修改什么"));
}
