using System.Text.Json;

namespace Zhengtong.Kernel;

/// <summary>What operators see and do: the state of the queue, and deliveries that failed for good.</summary>
public sealed class OutboxQueue(Database database, Wakeups wakeups)
{
    /// <summary>Counts by state and the age of what waits longest.</summary>
    public async Task<OutboxState> StateAsync(DbSession session, CancellationToken cancellationToken) =>
        (await session.FindAsync<OutboxState>(
            """
            select
                (select count(*) from (select 1 from kernel.outbox where expanded_at is null limit 10001) u)::int as unexpanded,
                (select count(*) from (select 1 from kernel.outbox_deliveries where state = 'pending' limit 10001) p)::int as pending,
                (select count(*) from kernel.outbox_deliveries where state = 'poison')::int as poison,
                (select min(o.at) from kernel.outbox o where o.seq = least(
                    (select min(seq) from kernel.outbox where expanded_at is null),
                    (select min(seq) from kernel.outbox_deliveries where state = 'pending'))) as oldest
            """, null, cancellationToken))!;

    /// <summary>Deliveries in a state, newest first, 50 by page.</summary>
    /// <param name="before">Sequence number of the last row of the page before, or null.</param>
    public Task<IReadOnlyList<OutboxDelivery>> ListAsync(
        DbSession session, string state, long? before, CancellationToken cancellationToken) =>
        session.QueryAsync<OutboxDelivery>(
            $"""
            select {Columns}
            from kernel.outbox_deliveries d
            join kernel.outbox o on o.id = d.event_id
            where d.state = @state and (@before::bigint is null or d.seq < @before)
            order by d.seq desc, d.subscriber
            limit 50
            """, new { state, before }, cancellationToken);

    public Task<OutboxDelivery?> FindAsync(DbSession session, Guid eventId, string subscriber, CancellationToken cancellationToken) =>
        session.FindAsync<OutboxDelivery>(
            $"""
            select {Columns}
            from kernel.outbox_deliveries d
            join kernel.outbox o on o.id = d.event_id
            where d.event_id = @eventId and d.subscriber = @subscriber
            """, new { eventId, subscriber }, cancellationToken);

    /// <summary>Gives a failed delivery new attempts; with <paramref name="payload"/> the event is delivered repaired.</summary>
    public async Task<Result> ResendAsync(
        Guid eventId, string subscriber, string? payload, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (payload is not null && !IsJson(payload)) { return OutboxErrors.NotJson; }
        return await SettleAsync(
            "outbox.resend", eventId, subscriber, reason, actor,
            """
            update kernel.outbox_deliveries
            set state = 'pending', attempts = 0, next_at = clock_timestamp(), payload = coalesce(@payload::jsonb, payload), note = @reason, noted_by = @by
            where event_id = @eventId and subscriber = @subscriber and state = 'poison'
            """, payload, cancellationToken);
    }

    /// <summary>Gives up a failed delivery; later events of its subject go on. The reason stays with it.</summary>
    public Task<Result> DiscardAsync(Guid eventId, string subscriber, string reason, Actor actor, CancellationToken cancellationToken) =>
        SettleAsync(
            "outbox.discard", eventId, subscriber, reason, actor,
            """
            update kernel.outbox_deliveries
            set state = 'discarded', done_at = clock_timestamp(), note = @reason, noted_by = @by
            where event_id = @eventId and subscriber = @subscriber and state = 'poison'
            """, null, cancellationToken);

    private async Task<Result> SettleAsync(
        string operation, Guid eventId, string subscriber, string reason, Actor actor, string sql, string? payload,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason)) { return OutboxErrors.ReasonMissing; }
        await using var work = await database.BeginAsync(new(operation, actor) { Reason = reason }, cancellationToken);
        var before = await FindAsync(work, eventId, subscriber, cancellationToken);
        if (before is null) { return OutboxErrors.NotFound; }
        if (await work.ExecuteAsync(sql, new { eventId, subscriber, reason, payload, by = actor.Name }, cancellationToken) == 0)
        {
            return OutboxErrors.NotPoison;
        }
        work.Audit("outbox-delivery", $"{eventId}/{subscriber}", new { before.State, before.Attempts },
            payload is null ? null : new { repaired = true });
        work.AfterCommit(() => wakeups.Wake(OutboxWorker.Topic));
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private const string Columns =
        """
        d.event_id, d.subscriber, d.seq, d.subject, d.state, d.attempts, d.next_at, d.done_at, d.error, d.note, d.noted_by,
        o.at, o.name, o.operation, o.payload::text as original, d.payload::text as repaired,
        (select count(*)::int from kernel.outbox_deliveries w
         where w.subscriber = d.subscriber and w.subject = d.subject and w.seq > d.seq and w.state = 'pending') as blocked
        """;
}

public sealed record OutboxState(int Unexpanded, int Pending, int Poison, DateTimeOffset? Oldest)
{
    public OutboxState()
        : this(0, 0, 0, null)
    {
    }
}

public sealed record OutboxDelivery
{
    public Guid EventId { get; init; }

    public string Subscriber { get; init; } = "";

    public long Seq { get; init; }

    public string Subject { get; init; } = "";

    public string State { get; init; } = "";

    public int Attempts { get; init; }

    public DateTimeOffset NextAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public string? Error { get; init; }

    public string? Note { get; init; }

    public string? NotedBy { get; init; }

    public DateTimeOffset At { get; init; }

    public string Name { get; init; } = "";

    public string Operation { get; init; } = "";

    public string Original { get; init; } = "";

    public string? Repaired { get; init; }

    /// <summary>Later events of the same subject that wait for this one.</summary>
    public int Blocked { get; init; }
}

internal static class OutboxErrors
{
    public static readonly Error NotFound = Error.NotFound("outbox.not-found", "没有这条投递记录。");
    public static readonly Error NotPoison = Error.Conflict("outbox.not-poison", "这条投递已被处理，请刷新后再看。");
    public static readonly Error ReasonMissing =
        Error.Invalid("outbox.reason-missing", "请填写处理原因。", new FieldError("reason", "required", "请填写处理原因"));
    public static readonly Error NotJson =
        Error.Invalid("outbox.not-json", "内容不是有效的 JSON 对象。", new FieldError("payload", "json", "内容不是有效的 JSON 对象"));
}
