using System.Text.Json;

namespace Zhengtong.Kernel;

/// <summary>Enqueues jobs, cancels them, and says how far they are.</summary>
public sealed class Jobs(IEnumerable<JobKind> kinds, Database database, Wakeups wakeups)
{
    private readonly Dictionary<string, JobKind> _kinds = kinds.ToDictionary(k => k.Name);

    public IReadOnlyCollection<JobKind> Kinds => _kinds.Values;

    internal JobKind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <summary>Puts a job into the queue within an act: it exists if and only if the act is committed.</summary>
    /// <param name="name">Name of a registered kind.</param>
    /// <returns>Id of the job; with a unique key that is known already, the id of the job that has it.</returns>
    public async Task<Guid> EnqueueAsync(
        UnitOfWork work, string name, object args, CancellationToken cancellationToken, JobRequest? request = null)
    {
        var kind = Find(name) ?? throw new InvalidOperationException($"no job {name} is registered");
        request ??= new();
        var id = work.NewId();
        var inserted = await work.ExecuteAsync(
            """
            insert into kernel.jobs (id, name, title, args, priority, unique_key, actor, actor_id, created_at, run_after, max_attempts)
            values (@id, @name, @title, @args, @Priority, @UniqueKey, @actor, @actorId, @now, coalesce(@RunAfter, clock_timestamp()), @max)
            on conflict (unique_key) do nothing
            """,
            new
            {
                id, name, title = request.Title ?? kind.Title, args = Json.Of(args), request.Priority, request.UniqueKey,
                actor = Json.Of(ActorNote.Of(work.Actor)), actorId = work.Actor.Id, now = work.Now, request.RunAfter,
                max = request.MaxAttempts ?? kind.MaxAttempts,
            }, cancellationToken);
        if (inserted == 0)
        {
            return await work.ScalarAsync<Guid>(
                "select id from kernel.jobs where unique_key = @UniqueKey", new { request.UniqueKey }, cancellationToken);
        }
        work.AfterCommit(() => wakeups.Wake(JobWorker.Topic));
        return id;
    }

    /// <summary>The same, as an act of its own.</summary>
    public async Task<Guid> EnqueueAsync(
        Actor actor, string name, object args, CancellationToken cancellationToken, JobRequest? request = null)
    {
        await using var work = await database.BeginAsync(new("jobs.enqueue", actor), cancellationToken);
        var id = await EnqueueAsync(work, name, args, cancellationToken, request);
        work.Audit("job", id.ToString(), after: new { name });
        await work.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>State and progress. Callers check whose job it is: <see cref="JobState.ActorId"/>.</summary>
    public Task<JobState?> FindAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<JobState>($"select {JobState.Columns} from kernel.jobs where id = @id", new { id }, cancellationToken);

    /// <summary>Newest first, 50 by page.</summary>
    /// <param name="actorId">Only of this account; null for all, which needs <c>operations.read</c>.</param>
    public Task<IReadOnlyList<JobState>> ListAsync(
        DbSession session, string? state, string? name, Guid? actorId, Guid? before, CancellationToken cancellationToken) =>
        session.QueryAsync<JobState>(
            $"""
            select {JobState.Columns}
            from kernel.jobs
            where (@state::text is null or state = @state)
              and (@name::text is null or name = @name)
              and (@actorId::uuid is null or actor_id = @actorId)
              and (@before::uuid is null or (created_at, id) < (select b.created_at, b.id from kernel.jobs b where b.id = @before))
            order by created_at desc, id desc
            limit 50
            """, new { state, name, actorId, before }, cancellationToken);

    /// <summary>For the operators' overview.</summary>
    public async Task<JobCounts> CountsAsync(DbSession session, CancellationToken cancellationToken) =>
        (await session.FindAsync<JobCounts>(
            """
            select
                (select count(*)::int from kernel.jobs where state = 'queued') as queued,
                (select count(*)::int from kernel.jobs where state = 'running') as running,
                (select count(*)::int from kernel.jobs where finished_at > clock_timestamp() - interval '1 day' and state = 'failed') as failed_today
            """, null, cancellationToken))!;

    /// <summary>Jobs that ended within the last 24 hours, by the hour in which they did.</summary>
    public Task<IReadOnlyList<JobHour>> HoursAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<JobHour>(
            """
            select date_trunc('hour', finished_at) as hour,
                (count(*) filter (where state = 'done'))::int as done,
                (count(*) filter (where state = 'failed'))::int as failed
            from kernel.jobs
            where finished_at > clock_timestamp() - interval '1 day'
            group by 1
            order by 1
            """, null, cancellationToken);

    /// <summary>Last lines of the log, oldest first.</summary>
    public async Task<IReadOnlyList<JobLine>> LinesAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        [.. (await session.QueryAsync<JobLine>(
            "select seq, at, level, text from kernel.job_lines where job_id = @id order by seq desc limit 200", new { id },
            cancellationToken)).Reverse()];

    /// <summary>Stops a job: at once when it waits, within a heartbeat when it runs. What it has committed stays.</summary>
    public async Task<Result> CancelAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("jobs.cancel", actor), cancellationToken);
        var changed = await work.ExecuteAsync(
            """
            update kernel.jobs
            set cancel_requested = true,
                finished_at = case when state = 'queued' then clock_timestamp() end,
                state = case when state = 'queued' then 'cancelled' else state end
            where id = @id and state in ('queued', 'running')
            """, new { id }, cancellationToken);
        if (changed == 0) { return JobErrors.Ended; }
        work.Audit("job", id.ToString(), summary: "取消任务");
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Gives a failed or cancelled job new attempts; it goes on from its last checkpoint.</summary>
    public async Task<Result> RetryAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("jobs.retry", actor), cancellationToken);
        var changed = await work.ExecuteAsync(
            """
            update kernel.jobs
            set state = 'queued', attempts = 0, run_after = clock_timestamp(), error = null, finished_at = null, cancel_requested = false
            where id = @id and state in ('failed', 'cancelled')
            """, new { id }, cancellationToken);
        if (changed == 0) { return JobErrors.NotFailed; }
        work.Audit("job", id.ToString(), summary: "重试任务");
        work.AfterCommit(() => wakeups.Wake(JobWorker.Topic));
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}

/// <summary>What is unusual about one job.</summary>
public sealed record JobRequest
{
    /// <summary>Chinese, instead of the kind's title: names what it works on, without personal data.</summary>
    public string? Title { get; init; }

    /// <summary>A second job with the same key is never made.</summary>
    public string? UniqueKey { get; init; }

    public DateTimeOffset? RunAfter { get; init; }

    /// <summary>Higher goes first; people who wait before a screen are 10, ordinary work is 0, house-keeping −10.</summary>
    public int Priority { get; init; }

    public int? MaxAttempts { get; init; }
}

public sealed record JobCounts
{
    public int Queued { get; init; }

    public int Running { get; init; }

    /// <summary>Within the last 24 hours.</summary>
    public int FailedToday { get; init; }
}

/// <summary>How many jobs ended in one hour.</summary>
public sealed record JobHour
{
    public DateTimeOffset Hour { get; init; }

    public int Done { get; init; }

    public int Failed { get; init; }
}

public sealed record JobLine
{
    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public string Level { get; init; } = "";

    public string Text { get; init; } = "";
}

public static class JobErrors
{
    public static readonly Error NotFound = Error.NotFound("jobs.not-found", "没有这个任务。");
    public static readonly Error Ended = Error.Conflict("jobs.ended", "任务已经结束，无需取消。");
    public static readonly Error NotFailed = Error.Conflict("jobs.not-failed", "只有失败或已取消的任务可以重试。");
}

/// <summary>Who asked for a job: kept with it, so that it acts with the rights of the moment it was asked for.</summary>
internal sealed record ActorNote
{
    public ActorKind Kind { get; init; }

    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public Guid? OnBehalfOf { get; init; }

    public Guid? OrganisationId { get; init; }

    public string OrganisationPath { get; init; } = "";

    public string Region { get; init; } = "";

    public string[] Roles { get; init; } = [];

    public string[] Permissions { get; init; } = [];

    public DataScope Scope { get; init; } = DataScope.Nothing;

    public string? SessionId { get; init; }

    public string? RemoteAddress { get; init; }

    internal static ActorNote Of(Actor a) => new()
    {
        Kind = a.Kind, Id = a.Id, Name = a.Name, OnBehalfOf = a.OnBehalfOf, OrganisationId = a.OrganisationId,
        OrganisationPath = a.OrganisationPath,
        Region = a.Region, Roles = [.. a.Roles], Permissions = [.. a.Permissions], Scope = a.Scope, SessionId = a.SessionId,
        RemoteAddress = a.RemoteAddress,
    };

    internal Actor ToActor() => new()
    {
        Kind = Kind, Id = Id, Name = Name, OnBehalfOf = OnBehalfOf, OrganisationId = OrganisationId, OrganisationPath = OrganisationPath,
        Region = Region, Roles = Roles.ToHashSet(), Permissions = Permissions.ToHashSet(), Scope = Scope, SessionId = SessionId,
        RemoteAddress = RemoteAddress,
    };

    internal static Actor Read(string json) =>
        (JsonSerializer.Deserialize<ActorNote>(json, Json.Options) ?? throw new JsonException("the actor is null")).ToActor();
}
