using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>Fires timers that are due. Every node may run it: a timer is fired under the lock of its instance, in one transaction with what
/// it causes.</summary>
public sealed class TimerWorker(Database database, ProcessHost host, TimeProvider clock, ILogger<TimerWorker> log) : BackgroundService
{
    private const int Batch = 400;
    private const int AtOnce = 4;

    /// <summary>Held by whoever carries out acts as of another day: the workers leave the timers of that day to them.</summary>
    public const long PauseKey = 0x5A54_5449_4D45_5253;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Fires what is due now.</summary>
    /// <returns>How many were fired.</returns>
    public async Task<int> FireDueAsync(CancellationToken cancellationToken)
    {
        var actor = Actor.System("timers");
        var due = await database.Read("processes.timers", actor).QueryAsync<(Guid Instance, int Timer)>(
            "select instance_id, timer from processes.timers where due_at <= @now order by due_at limit @Batch",
            new { now = clock.GetUtcNow(), Batch }, cancellationToken);
        var fired = 0;
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (one, token) =>
        {
            if (await FireAsync(one.Instance, one.Timer, actor, token)) { Interlocked.Increment(ref fired); }
        });
        return fired;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // A full batch means that more wait: go on at once.
                if (!await IsPausedAsync(stoppingToken) && await FireDueAsync(stoppingToken) >= Batch / 2) { continue; }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception fault)
            {
                // The database may be away for a while; the node recovers by itself.
                log.LogWarning("Timers could not be worked off: {Message}", fault.Message);
            }
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

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
                log.LogInformation("Timer {Timer} of {Instance} no longer applies: {Code}", timer, instance, refused.Code);
            }
            await work.CommitAsync(cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Put off, so that one broken process does not keep the others' timers waiting.
            log.LogError(fault, "Timer {Timer} of process instance {Instance} failed", timer, instance);
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
