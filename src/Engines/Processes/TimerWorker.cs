using Microsoft.Extensions.Logging;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>Fires timers that are due. Every node may run it: a timer is fired under the lock of its instance, in one transaction with what
/// it causes.</summary>
public sealed class TimerWorker(Database database, ProcessHost host, TimeProvider clock, ILogger<TimerWorker> log)
    : PeriodicWorker(TimeSpan.FromSeconds(1), clock, log)
{
    private const int Batch = 400;
    private const int AtOnce = 4;

    /// <summary>Timers that share a transaction: round trips and commits cost more than their rows.</summary>
    private const int Together = 20;

    /// <summary>Held by whoever carries out acts as of another day: the workers leave the timers of that day to them.</summary>
    public const long PauseKey = 0x5A54_5449_4D45_5253;

    /// <summary>Fires what is due now.</summary>
    /// <returns>How many were fired.</returns>
    public async Task<int> FireDueAsync(CancellationToken cancellationToken)
    {
        var actor = Actor.System("timers");
        var due = await database.Read("processes.timers", actor).QueryAsync<(Guid Instance, int Timer)>(
            "select instance_id, timer from processes.timers where due_at <= @now order by due_at limit @Batch",
            new { now = Clock.GetUtcNow(), Batch }, cancellationToken);
        var fired = 0;
        // One timer of an instance at a time: the next one is due in the next round.
        var rounds = due.DistinctBy(d => d.Instance).Chunk(Together);
        await Parallel.ForEachAsync(
            rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (some, token) =>
        {
            Interlocked.Add(ref fired, await FireAsync(some, actor, token));
        });
        return fired;
    }

    // A full batch means that more wait: go on at once.
    protected override async Task<bool> RunAsync(CancellationToken cancellationToken) =>
        !await IsPausedAsync(cancellationToken) && await FireDueAsync(cancellationToken) >= Batch / 2;

    private Task<bool> IsPausedAsync(CancellationToken cancellationToken) =>
        database.Read("processes.timers-paused", Actor.System("timers")).ScalarAsync<bool>(
            """
            select exists (
                select from pg_locks
                where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
                  and (classid::bigint << 32 | objid::bigint) = @PauseKey)
            """, new { PauseKey }, cancellationToken);

    /// <returns>How many were fired.</returns>
    private async Task<int> FireAsync(IReadOnlyList<(Guid Instance, int Timer)> due, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await using var work = await database.BeginAsync(new("processes.fire-timer", actor), cancellationToken);
            var fired = await host.FireAsync(work, due, cancellationToken);
            if (fired.Count == 0) { return 0; }
            foreach (var (instance, timer, refused) in fired)
            {
                work.Audit("process", instance.ToString(), after: new { timer }, summary: "到时");
                if (refused is null) { continue; }
                Log.LogInformation("Timer {Timer} of {Instance} no longer applies: {Code}", timer, instance, refused.Code);
            }
            await work.CommitAsync(cancellationToken);
            return fired.Count;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (due is [var (instance, timer)])
            {
                Log.LogError(fault, "Timer {Timer} of process instance {Instance} failed", timer, instance);
                await PutOffAsync(instance, timer, actor, cancellationToken);
                return 0;
            }
            // One of them is broken: alone, each of the others goes on.
            var fired = 0;
            foreach (var one in due) { fired += await FireAsync([one], actor, cancellationToken); }
            return fired;
        }
    }

    /// <summary>So that one broken process does not keep the others' timers waiting.</summary>
    private async Task PutOffAsync(Guid instance, int timer, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.put-off-timer", actor), cancellationToken);
        await work.ExecuteAsync(
            """
            update processes.timers
            set attempts = attempts + 1, due_at = @now + least(interval '1 hour', interval '10 seconds' * (attempts + 1) ^ 2)
            where instance_id = @instance and timer = @timer
            """, new { instance, timer, now = work.Now }, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
