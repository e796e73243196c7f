using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>
/// Delivers events: at least once, per subscriber in order of their subject, on any number of nodes. First an event is expanded into
/// its deliveries, once nothing earlier can appear any more; then each delivery is taken under a row lock, handled, and noted in the
/// handler's own transaction. A killed process leaves an unlocked row behind, which the next one takes.
/// </summary>
public sealed class OutboxDispatcher(
    Database database, Subscribers subscribers, IServiceScopeFactory scopes, OutboxOptions options, ILogger<OutboxDispatcher> log)
{
    private static readonly Counter<long> Delivered = Meters.Kernel.CreateCounter<long>("zhengtong.outbox.delivered");
    private static readonly Counter<long> Failed = Meters.Kernel.CreateCounter<long>("zhengtong.outbox.failed");

    /// <summary>Expands and delivers until nothing is due.</summary>
    /// <returns>Number of successful deliveries.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        while (true)
        {
            var expanded = await ExpandAsync(cancellationToken);
            var delivered = 0;
            while (await DeliverOneAsync(cancellationToken) is { } succeeded) { delivered += succeeded ? 1 : 0; }
            count += delivered;
            if (expanded == 0 && delivered == 0) { return count; }
        }
    }

    /// <summary>Makes deliveries of the events that have become safe to deliver.</summary>
    /// <returns>Number of events.</returns>
    internal async Task<int> ExpandAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One node at a time: two would have to agree on the order. The other has nothing to do here and goes on delivering.
        if (!await connection.ExecuteScalarAsync<bool>(new(
            "select pg_try_advisory_xact_lock(@Key)", new { Key = 0x5A54_4F55_5442_4F58L }, transaction,
            cancellationToken: cancellationToken)))
        {
            return 0;
        }
        // Below every running transaction, so that no earlier event of a subject can still be committed. A number beyond the newest
        // transaction comes from another cluster (a restored dump): nothing of it runs any more. An event waits for earlier ones of
        // its subject that are visible already but not below the horizon yet.
        var count = await connection.ExecuteScalarAsync<int>(new(
            """
            with horizon as (
                select pg_snapshot_xmin(pg_current_snapshot()) as lowest, pg_snapshot_xmax(pg_current_snapshot()) as next
            ),
            ready as (
                select o.seq, o.id, o.name, o.subject
                from kernel.outbox o, horizon h
                where o.expanded_at is null
                  and (o.tx < h.lowest or o.tx >= h.next)
                  and not exists (
                      select 1
                      from kernel.outbox p
                      where p.subject = o.subject and p.expanded_at is null and p.seq < o.seq and p.tx >= h.lowest and p.tx < h.next)
                order by o.seq
                limit 1000
            ),
            deliveries as (
                insert into kernel.outbox_deliveries (event_id, subscriber, seq, subject)
                select r.id, s.subscriber, r.seq, r.subject
                from ready r
                join unnest(@events::text[], @names::text[]) as s (event, subscriber) on s.event = r.name
                on conflict do nothing
            ),
            marked as (
                update kernel.outbox o
                set expanded_at = clock_timestamp()
                from ready r
                where o.seq = r.seq
                returning 1
            )
            select count(*)::int from marked
            """, new { events = subscribers.Events, names = subscribers.Names }, transaction, cancellationToken: cancellationToken));
        HasWaiting = await connection.ExecuteScalarAsync<bool>(new(
            "select exists (select 1 from kernel.outbox where expanded_at is null)", transaction: transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return count;
    }

    /// <summary>Whether events wait only for other transactions to end: then the next look should come soon.</summary>
    internal bool HasWaiting { get; private set; }

    /// <summary>Takes one due delivery and handles it.</summary>
    /// <returns>Whether it succeeded; null when none is due.</returns>
    internal async Task<bool?> DeliverOneAsync(CancellationToken cancellationToken)
    {
        // The claim needs a transaction before it is known whose it is, so the name of the act is set when it is.
        await using var claim = await ClaimAsync(cancellationToken);
        if (claim is null) { return null; }
        var (work, delivery) = (claim.Work, claim.Delivery);
        try
        {
            using var scope = scopes.CreateScope();
            var handler = (IEventHandler)scope.ServiceProvider.GetRequiredService(subscribers.HandlerOf(delivery.Subscriber)!);
            await handler.HandleAsync(delivery.ToEvent(), work, cancellationToken);
            await work.ExecuteAsync(
                """
                update kernel.outbox_deliveries
                set state = 'done', done_at = clock_timestamp(), attempts = attempts + 1, error = null
                where event_id = @EventId and subscriber = @Subscriber and state = 'pending'
                """, delivery, cancellationToken);
            await work.CommitAsync(cancellationToken);
            Delivered.Add(1, new KeyValuePair<string, object?>("subscriber", delivery.Subscriber));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Rolled back before the failure is noted: the row is locked by the failed transaction until then.
            await work.DisposeAsync();
            await NoteFailureAsync(delivery, failure);
            return false;
        }
    }

    private async Task<Claim?> ClaimAsync(CancellationToken cancellationToken)
    {
        var work = await database.BeginAsync(new("outbox.deliver", Actor.System("outbox")), cancellationToken);
        try
        {
            var delivery = await work.FindAsync<Delivery>(
                """
                select d.event_id, d.subscriber, d.attempts, o.seq, o.at, o.name, o.subject, coalesce(d.payload, o.payload)::text as payload, o.operation
                from kernel.outbox_deliveries d
                join kernel.outbox o on o.id = d.event_id
                where d.state = 'pending'
                  and d.next_at <= clock_timestamp()
                  and d.subscriber = any(@known)
                  and not exists (
                      select 1
                      from kernel.outbox_deliveries p
                      where p.subscriber = d.subscriber and p.subject = d.subject and p.seq < d.seq and p.state in ('pending', 'poison'))
                order by d.seq
                limit 1
                for update of d skip locked
                """, new { known = subscribers.All.ToArray() }, cancellationToken);
            if (delivery is not null) { return new(work, delivery); }
        }
        catch
        {
            await work.DisposeAsync();
            throw;
        }
        await work.DisposeAsync();
        return null;
    }

    private async Task NoteFailureAsync(Delivery delivery, Exception failure)
    {
        var attempts = delivery.Attempts + 1;
        var isPoison = attempts >= options.MaxAttempts;
        var pause = Backoff.After(attempts, options.FirstRetry, options.LongestRetry);
        log.LogWarning(failure, "Event {Event} to {Subscriber} failed for the {Attempts}. time{Poison}",
            delivery.EventId, delivery.Subscriber, attempts, isPoison ? " and waits in the poison queue" : "");
        Failed.Add(1, new KeyValuePair<string, object?>("subscriber", delivery.Subscriber));
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            update kernel.outbox_deliveries
            set attempts = @attempts, state = @state, error = @error, next_at = clock_timestamp() + @pause
            where event_id = @EventId and subscriber = @Subscriber and state = 'pending'
            """,
            new
            {
                delivery.EventId, delivery.Subscriber, attempts, pause, state = isPoison ? "poison" : "pending",
                error = failure.ToString() is { Length: > 4000 } text ? text[..4000] : failure.ToString(),
            });
    }

    private sealed record Claim(UnitOfWork Work, Delivery Delivery) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Work.DisposeAsync();
    }

    private sealed record Delivery
    {
        public Guid EventId { get; init; }

        public string Subscriber { get; init; } = "";

        public int Attempts { get; init; }

        public long Seq { get; init; }

        public DateTimeOffset At { get; init; }

        public string Name { get; init; } = "";

        public string Subject { get; init; } = "";

        public string Payload { get; init; } = "";

        public string Operation { get; init; } = "";

        internal DeliveredEvent ToEvent() => new(EventId, Seq, At, Name, Subject, new(Payload), Operation, Attempts + 1);
    }
}

/// <summary>Pauses between attempts: doubled each time, up to a longest one.</summary>
internal static class Backoff
{
    internal static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var factor = Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return first * factor is var pause && pause > longest ? longest : pause;
    }
}
