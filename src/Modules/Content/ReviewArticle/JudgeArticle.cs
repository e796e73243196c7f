using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Content.ReviewArticle;

/// <param name="Button">A button of the process's review step: <c>publish</c>, <c>return</c>.</param>
internal sealed record JudgeArticleCommand(Guid Id, string Button, string? Reason, int? Revision, Guid SubmissionId);

/// <summary>审核: publishes or returns. Nobody judges their own work; two reviewers at once: the second is told.</summary>
internal sealed class JudgeArticleHandler(Database database, ProcessHost processes)
{
    public async Task<Result> HandleAsync(JudgeArticleCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var reason = string.IsNullOrWhiteSpace(command.Reason) ? null : command.Reason.Trim();
        await using var work = await database.BeginAsync(new("content.review", actor) { Reason = reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindArticleAsync(command.Id, cancellationToken) is not { } article
            || await work.VersionAsync(article.Id, article.Latest, cancellationToken) is not { } version) { return ArticleErrors.NotFound; }
        if (article.ProcessInstanceId is not { } instance
            || (await work.TasksOfAsync(instance, cancellationToken)).LastOrDefault(
                t => t.Node != ReviewProcess.Revise && t.Status == "open") is not { } task)
        {
            return ArticleErrors.NoTask;
        }
        if (version.AuthorId == actor.Id) { return ArticleErrors.OwnWork; }
        var done = await processes.ActAsync(
            work, instance, by => new ProcessEvent.TaskCompleted(task.Task, command.Button, DataMap.Empty, reason,
                command.Revision ?? task.Revision) { Actor = by },
            cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        var passed = command.Button == "publish";
        await work.AddReviewAsync(article.Id, article.Latest, passed, reason, cancellationToken);
        work.Audit("article", article.Id.ToString(), after: new { number = article.Latest, command.Button },
            summary: passed ? "审核发布" : "退回修改");
        await work.AnswerSubmissionAsync(command.SubmissionId, ContentLinks.View(article.Id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}
