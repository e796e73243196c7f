using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ReviewArticle;

/// <summary>撤下 and 删除: what the public reads is taken away with a reason; what nobody reads any more may be deleted.</summary>
internal sealed class WithdrawArticleHandler(Database database)
{
    public async Task<Result> WithdrawAsync(Guid id, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason)) { return ArticleErrors.NoReason; }
        await using var work = await database.BeginAsync(new("content.withdraw", actor) { Reason = reason.Trim() }, cancellationToken);
        if (await work.FindArticleAsync(id, cancellationToken) is not { } article) { return ArticleErrors.NotFound; }
        if (article.Status == ArticleStatus.Reviewing) { return ArticleErrors.Reviewing; }
        if (!await work.TryWithdrawAsync(article, cancellationToken)) { return ArticleErrors.NotLive; }
        work.Audit("article", id.ToString(), before: new { article.Live }, summary: $"撤下：{reason.Trim()}");
        work.Raise(new(ContentEvents.Withdrawn, $"article:{id}", new { articleId = id, article.Slug }));
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    public async Task<Result> DeleteAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("content.delete", actor), cancellationToken);
        if (await work.FindArticleAsync(id, cancellationToken) is not { } article) { return ArticleErrors.NotFound; }
        if (!await work.TryDeleteAsync(article, cancellationToken)) { return ArticleErrors.NotDeletable; }
        work.Audit("article", id.ToString(), before: new { article.Title, article.Status }, summary: "删除稿件");
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}
