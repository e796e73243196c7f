using Zhengtong.Kernel;

namespace Zhengtong.Designers.Review;

/// <summary>Drafts that somebody has handed in for a second person to put into force.</summary>
public sealed record DefinitionReview
{
    public required Guid Id { get; init; }

    /// <summary>The definition from whose page they were handed in.</summary>
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary>What is published together, each as <c>kind:key:version of the draft</c>: no other text than was handed in.</summary>
    public required string[] Drafts { get; init; }

    public string Note { get; init; } = "";

    public required Guid SubmittedBy { get; init; }

    public required string SubmittedName { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public Guid? ProcessInstanceId { get; init; }

    public required string State { get; init; }

    public string? JudgedName { get; init; }

    public DateTimeOffset? JudgedAt { get; init; }

    public string? Reason { get; init; }

    public bool IsOpen => State is ReviewState.Waiting or ReviewState.Returned;

    public IReadOnlyList<Publish.DraftToPublish> Asked => Publish.DraftToPublish.Read(Drafts);
}

public static class ReviewState
{
    public const string Waiting = "waiting";
    public const string Returned = "returned";
    public const string Published = "published";
    public const string Dropped = "dropped";

    public static string Words(string state) => state switch
    {
        Waiting => "等待审核", Returned => "已退回", Published => "已发布", Dropped => "不再发布", _ => state,
    };
}

/// <summary>SQL over <c>designers.reviews</c>.</summary>
internal static class ReviewStore
{
    private const string Columns =
        """
        id, kind, key, title, drafts, note, submitted_by, submitted_name, submitted_at, process_instance_id, state, judged_name, judged_at, reason
        """;

    public static Task<DefinitionReview?> FindReviewAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<DefinitionReview>($"select {Columns} from designers.reviews where id = @id", new { id }, cancellationToken);

    /// <summary>The one that is under way for a definition.</summary>
    public static Task<DefinitionReview?> OpenReviewAsync(
        this DbSession session, string kind, string key, CancellationToken cancellationToken) =>
        session.FindAsync<DefinitionReview>(
            $"select {Columns} from designers.reviews where kind = @kind and key = @key and state in ('waiting', 'returned')",
            new { kind, key }, cancellationToken);

    public static Task<int> InsertReviewAsync(this UnitOfWork work, DefinitionReview review, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into designers.reviews (id, kind, key, title, drafts, note, submitted_by, submitted_name, submitted_at, state)
            values (@Id, @Kind, @Key, @Title, @Drafts, @Note, @SubmittedBy, @SubmittedName, @SubmittedAt, @State)
            """, review, cancellationToken);

    public static Task<int> SetRunAsync(this UnitOfWork work, Guid id, Guid instance, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "update designers.reviews set process_instance_id = @instance where id = @id", new { id, instance }, cancellationToken);

    /// <summary>Handed in again: what is reviewed is what the drafts say now.</summary>
    public static Task<int> HandInAgainAsync(
        this UnitOfWork work, Guid id, string[] drafts, string note, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update designers.reviews
            set drafts = @drafts, note = @note, submitted_by = @by, submitted_name = @name, submitted_at = @now, state = 'waiting'
            where id = @id
            """, new { id, drafts, note, by = work.Actor.Id, name = work.Actor.Name, now = work.Now }, cancellationToken);

    public static Task<int> SetStateAsync(
        this UnitOfWork work, Guid id, string state, string? reason, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update designers.reviews
            set state = @state, reason = @reason, judged_name = @name, judged_at = @now
            where id = @id and state in ('waiting', 'returned')
            """, new { id, state, reason, name = work.Actor.Name, now = work.Now }, cancellationToken);
}
