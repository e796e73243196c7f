namespace Zhengtong.Kernel;

/// <summary>How far a job is: what its page shows.</summary>
public sealed record JobState
{
    internal const string Columns =
        """
        id, name, title, state, priority, actor_id,
        -- Operators see whose work a job is, not which citizen's affairs: 2 and 3 are persons, for themselves or for a company.
        case when actor->>'kind' in ('2', '3') then '办事人' else actor->>'name' end as actor_name,
        created_at, run_after, attempts, max_attempts, worker, started_at, finished_at, cancel_requested, done, total, message,
        result::text as result_text, error, clock_timestamp() as as_of
        """;

    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary><c>queued</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get; init; } = "";

    public int Priority { get; init; }

    public Guid ActorId { get; init; }

    public string ActorName { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset RunAfter { get; init; }

    public int Attempts { get; init; }

    public int MaxAttempts { get; init; }

    public string? Worker { get; init; }

    /// <summary>Start of the current or last run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool CancelRequested { get; init; }

    public long Done { get; init; }

    public long? Total { get; init; }

    public string? Message { get; init; }

    public string? ResultText { get; init; }

    public string? Error { get; init; }

    /// <summary>The database's clock when this was read; rates and times left are counted to it.</summary>
    public DateTimeOffset AsOf { get; init; }

    public bool IsEnded => State is "done" or "failed" or "cancelled";

    /// <summary>0 to 100; null while nobody knows the total.</summary>
    public int? Percent => State is "done" ? 100 : Total is > 0 and { } total ? (int)Math.Clamp(Done * 100 / total, 0, 100) : null;

    /// <summary>Things per second in this run.</summary>
    public double? Rate =>
        StartedAt is { } start && ((FinishedAt ?? AsOf) - start).TotalSeconds is var seconds and > 0.5 && Done > 0 ? Done / seconds : null;

    public TimeSpan? TimeLeft =>
        State is "running" && Total is { } total
            && Rate is > 0 and { } rate ? TimeSpan.FromSeconds(Math.Max(0, total - Done) / rate) : null;

    public T? ResultAs<T>()
        where T : class => ResultText is null ? null : new Json(ResultText).To<T>();
}
