using Dapper;

namespace Zhengtong.Kernel;

/// <summary>A run of a job: where the handler reports, logs and keeps its place.</summary>
public sealed class JobRun
{
    private readonly Database _database;
    private readonly Guid _lease;
    private readonly Lock _gate = new();
    private (long Done, long? Total, string? Message) _progress;
    private string? _checkpoint;

    internal JobRun(Database database, Guid id, Guid lease, int attempt, Actor actor, string? checkpoint)
    {
        (_database, _lease, _checkpoint) = (database, lease, checkpoint);
        (Id, Attempt, Actor) = (id, attempt, actor);
    }

    public Guid Id { get; }

    /// <summary>1 for the first run.</summary>
    public int Attempt { get; }

    /// <summary>Who asked for the job, with the rights of that moment.</summary>
    public Actor Actor { get; }

    /// <summary>Tells how far it is; cheap, written with the next heartbeat.</summary>
    public void Report(long done, long? total = null, string? message = null)
    {
        lock (_gate) { _progress = (done, total ?? _progress.Total, message ?? _progress.Message); }
    }

    /// <summary>What the last committed checkpoint of any run said; null for a job that starts from the beginning.</summary>
    public T? Checkpoint<T>()
        where T : class => _checkpoint is null ? null : new Json(_checkpoint).To<T>();

    /// <summary>
    /// Notes the place within the transaction that did the work up to it. A run that has lost its job to another worker gets an
    /// exception here, before its commit.
    /// </summary>
    /// <exception cref="JobLostException">Another worker has the job now; everything of this transaction must be rolled back.</exception>
    public async Task CheckpointAsync<T>(UnitOfWork work, T place, CancellationToken cancellationToken)
        where T : class
    {
        var json = Json.Of(place);
        var held = await work.ExecuteAsync(
            "update kernel.jobs set checkpoint = @json where id = @Id and lease = @_lease and state = 'running'", new { json, Id, _lease },
            cancellationToken);
        if (held == 0) { throw new JobLostException(Id); }
        work.AfterCommit(() => _checkpoint = json.Text);
    }

    /// <summary>Holds the job for the length of the transaction: where work is committed without a checkpoint.</summary>
    /// <exception cref="JobLostException">Another worker has the job now.</exception>
    public async Task HoldAsync(UnitOfWork work, CancellationToken cancellationToken)
    {
        var held = await work.ScalarAsync<int>(
            "select count(*)::int from (select 1 from kernel.jobs where id = @Id and lease = @_lease and state = 'running' for update) j",
            new { Id, _lease }, cancellationToken);
        if (held == 0) { throw new JobLostException(Id); }
    }

    /// <summary>A line of the job's log, for the person who waits and the operator; no personal data.</summary>
    public async Task LogAsync(string text, CancellationToken cancellationToken, string level = "info")
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new(
            "insert into kernel.job_lines (job_id, at, level, text) values (@Id, clock_timestamp(), @level, @text)",
            new { Id, level, text = text.Length > 2000 ? text[..2000] : text }, cancellationToken: cancellationToken));
    }

    internal (long Done, long? Total, string? Message) Progress
    {
        get { lock (_gate) { return _progress; } }
    }
}

/// <summary>This run's job has been given to another worker, because this one was not heard of for too long.</summary>
public sealed class JobLostException(Guid id) : Exception($"job {id} has been taken over by another worker");
