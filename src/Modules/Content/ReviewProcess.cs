using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Content;

/// <summary>Keeps an article in step with its process <c>content-review</c>.</summary>
internal sealed class ReviewProcess : IProcessParticipant
{
    internal const string Key = "content-review";
    internal const string Subject = "article";

    /// <summary>Step of the author, to which a returned article goes.</summary>
    internal const string Revise = "revise";

    public string SubjectType => Subject;

    public string Title => "信息稿件";

    public string OwnProcess => Key;

    public string TaskLink(Guid subjectId, int task) => ContentLinks.View(subjectId);

    public async Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken) =>
        session.Actor.May(ContentRights.Read) && await session.FindArticleAsync(subjectId, cancellationToken) is not null;

    /// <summary>The article's page keeps the review and that nobody judges their own work.</summary>
    public bool NeedsOwnPage(string node, string button) => true;

    public Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken) =>
        node == Revise ? work.SetReturnedAsync(subjectId, cancellationToken) : work.SetReviewingAsync(subjectId, null, cancellationToken);

    public Task OnLimitAsync(UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome,
        CancellationToken cancellationToken) =>
        outcome == "published" ? Task.CompletedTask : work.SetReturnedAsync(subjectId, cancellationToken);
}

/// <summary>Service step of the process: the newest version becomes what the public reads.</summary>
internal sealed class PublishService(ArticleIndex index) : IProcessService
{
    public string Name => "content.publish";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        if (await work.ArticleOfProcessAsync(subjectId, cancellationToken) is not { } article
            || await work.VersionAsync(subjectId, article.Latest, cancellationToken) is not { } version) { return ArticleErrors.NotFound; }
        await work.SetLiveAsync(article, version, index.Of(version.Text), cancellationToken);
        work.Raise(new(ContentEvents.Published, $"article:{article.Id}",
            new { articleId = article.Id, article.Slug, number = version.Number }));
        return DataMap.Empty;
    }
}
