using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>Claims jobs one by one and runs them under a lease.</summary>
public sealed class JobRunner(Database database, Jobs jobs, IServiceScopeFactory scopes, JobOptions options, ILogger<JobRunner> log)
{
    private static readonly ActivitySource Spans = new("Zhengtong");
    private static readonly Counter<long> Ended = Meters.Kernel.CreateCounter<long>("zhengtong.jobs.ended");
    private static readonly Histogram<double> Durations = Meters.Kernel.CreateHistogram<double>("zhengtong.jobs.duration", "s");

    /// <summary>Name of this node's worker, for people.</summary>
    public string Worker { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Runs one due job to its end.</summary>
    /// <returns>False when none is due.</returns>
    public async Task<bool> RunOneAsync(CancellationToken stopping)
    {
        if (await ClaimAsync(stopping) is not { } claimed) { return false; }
        if (claimed.Attempts > claimed.MaxAttempts)
        {
            // The run before was cut off again and again: a job that kills its process must not do so for ever.
            await EndAsync(claimed, "failed", null, "任务多次在运行中被中断，已停止重试。", CancellationToken.None);
            return true;
        }
        using var span = Spans.StartActivity($"job {claimed.Name}");
        var started = Stopwatch.GetTimestamp();
        var run = new JobRun(database, claimed.Id, claimed.Lease, claimed.Attempts, ActorNote.Read(claimed.Actor), claimed.Checkpoint);
        run.Report(claimed.Done, claimed.Total, claimed.Message);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var over = new CancellationTokenSource();
        var heart = BeatAsync(claimed, run, cancel, over.Token);
        try
        {
            using var scope = scopes.CreateScope();
            var kind = jobs.Find(claimed.Name)!;
            var result = await kind.Run(scope.ServiceProvider.GetRequiredService(kind.Handler), claimed.Args, run, cancel.Token);
            await StopHeartAsync();
            await EndAsync(claimed, "done", result, null, CancellationToken.None, run);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await StopHeartAsync();
            await GiveBackAsync(claimed, run);
        }
        catch (JobLostException lost)
        {
            await StopHeartAsync();
            log.LogWarning("{Message}", lost.Message);
        }
        catch (Exception failure)
        {
            await StopHeartAsync();
            await FailAsync(claimed, run, failure, cancel.IsCancellationRequested);
        }
        Durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("job", claimed.Name));
        return true;

        async Task StopHeartAsync()
        {
            await over.CancelAsync();
            await heart;
        }
    }

    private async Task<Claimed?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        // What a dead worker left goes first; the row lock of the inner selects makes the claim exclusive.
        return await connection.QuerySingleOrDefaultAsync<Claimed>(new(
            """
            with expired as (
                select id
                from kernel.jobs
                where state = 'running' and lease_until < clock_timestamp() and name = any(@names)
                order by lease_until
                limit 1
                for update skip locked
            ),
            waiting as (
                select id
                from kernel.jobs
                where state = 'queued' and run_after <= clock_timestamp() and name = any(@names) and not exists (select 1 from expired)
                order by priority desc, run_after, id
                limit 1
                for update skip locked
            )
            update kernel.jobs j
            set state = 'running', attempts = attempts + 1, lease = gen_random_uuid(), lease_until = clock_timestamp() + @Lease,
                worker = @Worker, started_at = clock_timestamp(), error = null
            where j.id = (select id from expired union all select id from waiting limit 1)
            returning j.id, j.name, j.args::text as args, j.actor::text as actor, j.lease, j.attempts, j.max_attempts, j.checkpoint::text as checkpoint,
                j.done, j.total, j.message
            """, new { names = jobs.Kinds.Select(k => k.Name).ToArray(), options.Lease, Worker }, cancellationToken: cancellationToken));
    }

    /// <summary>Says that the worker lives until told to stop; cancels the run when the job is cancelled or lost.</summary>
    private async Task BeatAsync(Claimed claimed, JobRun run, CancellationTokenSource cancel, CancellationToken over)
    {
        using var timer = new PeriodicTimer(options.Heartbeat);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                try
                {
                    if (await BeatOnceAsync(claimed, run, over) is not false) { await cancel.CancelAsync(); }
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The lease is longer than several beats: one that is lost while the database restarts does no harm.
                    log.LogWarning(failure, "Heartbeat of job {Job} failed", claimed.Id);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    /// <returns>Whether the job is to be cancelled; null when it is not ours any more.</returns>
    private async Task<bool?> BeatOnceAsync(Claimed claimed, JobRun run, CancellationToken cancellationToken)
    {
        if (!HeartBeats) { return false; }
        var (done, total, message) = run.Progress;
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<bool?>(new(
            """
            update kernel.jobs
            set lease_until = clock_timestamp() + @duration, done = @done, total = @total, message = @message
            where id = @Id and lease = @Lease and state = 'running'
            returning cancel_requested
            """, new { claimed.Id, claimed.Lease, duration = options.Lease, done, total, message }, cancellationToken: cancellationToken));
    }

    /// <summary>False makes a worker that works on but is not heard of: the worst case of a stalled machine, for tests.</summary>
    internal bool HeartBeats { get; set; } = true;

    private async Task FailAsync(Claimed claimed, JobRun run, Exception failure, bool cancelled)
    {
        if (cancelled)
        {
            await EndAsync(claimed, "cancelled", null, null, CancellationToken.None, run);
            return;
        }
        var isFinal = failure is JobFailedException || claimed.Attempts >= claimed.MaxAttempts;
        log.LogWarning(failure, "Job {Job} ({Name}) failed for the {Attempt}. time", claimed.Id, claimed.Name, claimed.Attempts);
        // What the handler says is for the person who waits; anything else is for the log, which operators read by the job's id.
        var said = failure is JobFailedException refused ? refused.Error.Message : $"{failure.GetType().Name}: {failure.Message}";
        await run.LogAsync($"第 {claimed.Attempts} 次运行失败：{said}", CancellationToken.None, "error");
        if (isFinal)
        {
            await EndAsync(claimed, "failed", null, said, CancellationToken.None, run);
            return;
        }
        var pause = Backoff.After(claimed.Attempts, options.FirstRetry, options.LongestRetry);
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            update kernel.jobs
            set state = 'queued', lease = null, lease_until = null, error = @said, run_after = clock_timestamp() + @pause
            where id = @Id and lease = @Lease
            """, new { claimed.Id, claimed.Lease, said, pause });
    }

    /// <summary>The node stops: the job goes back into the queue and this run does not count.</summary>
    private async Task GiveBackAsync(Claimed claimed, JobRun run)
    {
        var (done, total, message) = run.Progress;
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            update kernel.jobs
            set state = 'queued', attempts = attempts - 1, lease = null, lease_until = null, done = @done, total = @total, message = @message
            where id = @Id and lease = @Lease
            """, new { claimed.Id, claimed.Lease, done, total, message });
    }

    private async Task EndAsync(
        Claimed claimed, string state, object? result, string? error, CancellationToken cancellationToken, JobRun? run = null)
    {
        var (done, total, message) = run?.Progress ?? (claimed.Done, claimed.Total, claimed.Message);
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new(
            """
            update kernel.jobs
            set state = @state, lease = null, lease_until = null, finished_at = clock_timestamp(), result = @result::jsonb, error = @error,
                done = @done, total = @total, message = @message
            where id = @Id and lease = @Lease
            """,
            new { claimed.Id, claimed.Lease, state, result = result is null ? null : Json.Of(result).Text, error, done, total, message },
            cancellationToken: cancellationToken));
        Ended.Add(1, new("job", claimed.Name), new("state", state));
    }

    private sealed record Claimed
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string Args { get; init; } = "";

        public string Actor { get; init; } = "";

        public Guid Lease { get; init; }

        public int Attempts { get; init; }

        public int MaxAttempts { get; init; }

        public string? Checkpoint { get; init; }

        public long Done { get; init; }

        public long? Total { get; init; }

        public string? Message { get; init; }
    }
}
