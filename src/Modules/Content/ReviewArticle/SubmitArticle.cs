using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Content.ReviewArticle;

/// <summary>送审: starts the process, or hands the returned article in again.</summary>
internal sealed class SubmitArticleHandler(Database database, ProcessHost processes, WordCheck words, IOrganisations organisations)
{
    public async Task<Result> HandleAsync(Guid id, Guid submissionId, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("content.submit", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(submissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindArticleAsync(id, cancellationToken) is not { } article
            || await work.VersionAsync(id, article.Latest, cancellationToken) is not { } version) { return ArticleErrors.NotFound; }
        if (!article.IsOpen) { return ArticleErrors.NotOpen; }
        var blocked = words.Of(version.Text).Where(f => f.Blocks).ToList();
        if (blocked.Count > 0)
        {
            return Error.Invalid("content.words", $"有 {blocked.Count} 处内容不能发布，请修改后再送审。",
                [.. blocked.Select(f => new FieldError(f.Field, "word", $"{f.FieldTitle}中有“{f.Word}”：{f.Excerpt}"))]);
        }
        var done = await HandInAsync(work, article, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        work.Audit("article", id.ToString(), summary: $"送审第 {article.Latest} 版");
        await work.AnswerSubmissionAsync(submissionId, Contracts.ContentLinks.View(id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private async Task<Result> HandInAsync(UnitOfWork work, Article article, CancellationToken cancellationToken)
    {
        if (article.ProcessInstanceId is { } running
            && (await work.TasksOfAsync(running, cancellationToken)).FirstOrDefault(
                t => t is { Status: "open", Node: ReviewProcess.Revise }) is { } task)
        {
            return await processes.ActAsync(
                work, running, by => new ProcessEvent.TaskCompleted(task.Task, "submit", DataMap.Empty, null,
                    task.Revision) { Actor = by }, cancellationToken);
        }
        var own = work.Actor.OrganisationId is { } at ? await organisations.FindAsync(at, cancellationToken) : null;
        var subject = new ProcessSubject(
            ReviewProcess.Subject, article.Id, $"稿件第{article.Latest}版", article.Title, work.Actor.Name, article.Region);
        var variables = DataMap.Empty.With("article", DataMap.Empty.With("office", $"{own?.Line}/{own?.Region}").With(
            "column", article.ColumnKey));
        var started = await processes.StartAsync(work, ReviewProcess.Key, subject, variables, cancellationToken);
        if (!started.IsSuccess) { return started.Error; }
        await work.SetReviewingAsync(article.Id, started.Value.Id, cancellationToken);
        return Result.Done;
    }
}
