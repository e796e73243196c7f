using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Publish;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Designers.Review;

/// <summary>A review as a record that the process <c>definition-review</c> moves.</summary>
internal sealed class ReviewProcess : IProcessParticipant
{
    internal const string Key = "definition-review";
    internal const string Subject = "definition-review";

    /// <summary>Step of whoever handed in, to which a returned review goes.</summary>
    internal const string Revise = "revise";

    public string SubjectType => Subject;

    public string Title => "配置发布";

    public string OwnProcess => Key;

    public string TaskLink(Guid subjectId, int task) => DesignerLinks.Review(subjectId);

    public async Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken) =>
        session.Actor.May(DesignersModule.Permission) && await session.FindReviewAsync(subjectId, cancellationToken) is not null;

    /// <summary>The page of the review shows what would change, and keeps that nobody judges their own work.</summary>
    public bool NeedsOwnPage(string node, string button) => true;

    public Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken) =>
        node == Revise
            ? work.SetStateAsync(subjectId, ReviewState.Returned, work.Operation.Reason, cancellationToken)
            : Task.CompletedTask;

    public Task OnLimitAsync(
        UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task OnEndedAsync(
        UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome, CancellationToken cancellationToken) =>
        outcome == "published"
            ? Task.CompletedTask
            : work.SetStateAsync(subjectId, ReviewState.Dropped, work.Operation.Reason, cancellationToken);
}

/// <summary>Service step of the process: the drafts come into force, by the hand of whoever pressed the last button.</summary>
internal sealed class PublishReviewed(DraftPublisher publisher) : IProcessService
{
    public string Name => "definitions.publish";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        if (await work.FindReviewAsync(subjectId, cancellationToken) is not { IsOpen: true } review) { return DefinitionErrors.NotFound; }
        var published = await publisher.PublishAsync(work, review.Asked, review.Note, cancellationToken);
        if (!published.IsSuccess) { return published.Error; }
        await work.SetStateAsync(subjectId, ReviewState.Published, work.Operation.Reason, cancellationToken);
        return DataMap.Empty;
    }
}
