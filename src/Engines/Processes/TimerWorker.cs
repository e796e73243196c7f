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
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (one, token) =>
        {
            if (await FireAsync(one.Instance, one.Timer, actor, token)) { Interlocked.Increment(ref fired); }
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

    private async Task<bool> FireAsync(Guid instance, int timer, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await using var work = await database.BeginAsync(new("processes.fire-timer", actor), cancellationToken);
            var (fired, refused) = await host.FireAsync(work, instance, timer, cancellationToken);
            if (!fired) { return false; }
            if (refused is not null)
            {
                Log.LogInformation("Timer {Timer} of {Instance} no longer applies: {Code}", timer, instance, refused.Code);
            }
            await work.CommitAsync(cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Put off, so that one broken process does not keep the others' timers waiting.
            Log.LogError(fault, "Timer {Timer} of process instance {Instance} failed", timer, instance);
            await using var work = await database.BeginAsync(new("processes.put-off-timer", actor), cancellationToken);
            await work.ExecuteAsync(
                """
                update processes.timers
                set attempts = attempts + 1, due_at = @now + least(interval '1 hour', interval '10 seconds' * (attempts + 1) ^ 2)
                where instance_id = @instance and timer = @timer
                """, new { instance, timer, now = work.Now }, cancellationToken);
            await work.CommitAsync(cancellationToken);
            return false;
        }
    }
}
