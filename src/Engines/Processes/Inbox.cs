using Zhengtong.Kernel;
using Zhengtong.Processes.Deputising;

namespace Zhengtong.Processes;

/// <summary>One line of an inbox.</summary>
public sealed record InboxItem
{
    public required Guid InstanceId { get; init; }

    public required int Task { get; init; }

    public required string SubjectType { get; init; }

    public required Guid SubjectId { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required string Applicant { get; init; }

    public required string Region { get; init; }

    /// <summary>Name of the step.</summary>
    public required string Step { get; init; }

    public Guid? Assignee { get; init; }

    /// <summary>When it came into this inbox, was done, or was copied.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public bool ClockStopped { get; init; }

    public int Urged { get; init; }

    public bool Supervised { get; init; }

    public string? Outcome { get; init; }

    public bool IsRead { get; init; } = true;
}

/// <param name="Words">In number, title or applicant; null for all.</param>
/// <param name="Light"><c>red</c>, <c>yellow</c>, or null for all.</param>
/// <param name="After">Cursor of the page before; null for the first.</param>
/// <param name="Step">Process and step, <c>standard-case/review</c>; null for all.</param>
/// <param name="Mark"><c>urged</c> or <c>supervised</c>; null for all.</param>
/// <param name="Sort"><c>due</c>, <c>number</c> or <c>at</c>, with <c>-</c> descending; null: oldest first. To-dos only.</param>
public sealed record InboxFilter(string? Words = null, string? Light = null, string? After = null, int Size = 20, string? Step = null,
    string? Mark = null, string? Sort = null)
{
    public bool IsNarrow => Words is not null || Light is not null || Step is not null || Mark is not null;
}

/// <summary>A step of which somebody has tasks, for the filter.</summary>
public sealed record InboxStep(string ProcessKey, string Node, string Name, string Title)
{
    public string Key => $"{ProcessKey}/{Node}";
}

/// <summary>A page of an inbox; <paramref name="Next"/> is null on the last.</summary>
public sealed record InboxPage(IReadOnlyList<InboxItem> Items, string? Next);

/// <summary>Open tasks by light; <paramref name="None"/> where no limit runs or the clock stands.</summary>
public sealed record InboxLights(int Green, int Yellow, int Red, int None);

/// <summary>What waits for somebody, what they did, started or got a copy of: one inbox for whatever module.</summary>
public sealed class Inbox(Deputies deputies, TimeProvider clock)
{
    private const int MaxSize = 200;

    /// <summary>Those whose lights are counted and that are sorted by another key: no index can hold everybody's order.</summary>
    private static readonly string Oldest = new InboxWalk("5000").Keys;

    private static readonly string First = new InboxWalk("500").Keys;

    private static readonly string UpToMost = new InboxWalk("@most").Keys;

    /// <summary>待办: given to me by name, or to a group of mine and not claimed. Oldest first.</summary>
    public async Task<InboxPage> TodoAsync(DbSession session, InboxFilter filter, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        if (InboxSort.Of(filter.Sort) is { } sort) { return await SortedAsync(session, filter, sort, candidacy, cancellationToken); }
        // The index of arrivals is walked from either end.
        var (first, turn, behind) = filter.Sort == "-at" ? (PageCursor.Latest, " desc", "<") : (PageCursor.Oldest, "", ">");
        var page = $"and (c.created_at, c.instance_id, c.task) {behind} (@at, @instance, @task) {Matching(filter)}";
        var rows = await session.QueryAsync<InboxItem>(
            new InboxWalk("@limit", turn, Joining(filter), page).Lines, Arguments(session, filter, candidacy, first), cancellationToken);
        return Cut(rows, filter);
    }

    /// <summary>待办 in another order, among the <see cref="Oldest"/>.</summary>
    private async Task<InboxPage> SortedAsync(
        DbSession session, InboxFilter filter, InboxSort sort, IReadOnlyList<string> candidacy, CancellationToken cancellationToken)
    {
        var size = Math.Clamp(filter.Size, 1, MaxSize);
        var (key, instance, task) = sort.Read(filter.After);
        var rows = await session.QueryAsync<InboxItem>(
            $"""
            with mine as materialized ({Oldest})
            select {InboxWalk.Line}
            from mine
            join processes.tasks t using (instance_id, task)
            join processes.instances i on i.id = t.instance_id
            """ + sort.After + Matching(filter) + sort.Order + " limit @limit",
            Arguments(session, filter, candidacy, key, instance, task), cancellationToken);
        return rows.Count <= size ? new(rows, null) : new([.. rows.Take(size)], sort.CursorOf(rows[size - 1]));
    }

    /// <summary>Number of open tasks, counted up to <paramref name="most"/>: what the menu shows.</summary>
    public async Task<int> CountAsync(DbSession session, int most, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        return await session.ScalarAsync<int>($"select count(*)::int from ({UpToMost}) open",
            new { me = session.Actor.Id, candidacy = candidacy.ToArray(), most }, cancellationToken);
    }

    /// <summary>Open tasks by their light, each counted up to <paramref name="most"/>.</summary>
    public async Task<InboxLights> LightsAsync(DbSession session, int most, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        var lights = await session.QueryAsync<(string Light, int Count)>(
            $"""
            with mine as materialized ({Oldest})
            select light, least(count(*), @most)::int
            from (
                select case when i.clock_stopped or coalesce(t.due_at, i.due_at) is null then 'none'
                            when coalesce(t.due_at, i.due_at) < @now then 'red'
                            when coalesce(t.warn_at, i.warn_at) < @now then 'yellow'
                            else 'green' end as light
                from mine
                join processes.tasks t using (instance_id, task)
                join processes.instances i on i.id = t.instance_id
            ) lit
            group by light
            """, new { me = session.Actor.Id, candidacy = candidacy.ToArray(), most, now = clock.GetUtcNow() }, cancellationToken);
        int Of(string light) => lights.FirstOrDefault(l => l.Light == light).Count;
        return new(Of("green"), Of("yellow"), Of("red"), Of("none"));
    }

    /// <summary>How many tasks somebody has done on each of the last days, by the platform's calendar.</summary>
    public async Task<IReadOnlyList<(DateOnly Day, int Count)>> DoneByDayAsync(DbSession session, DateOnly first, DateOnly last,
        CancellationToken cancellationToken) =>
        await session.QueryAsync<(DateOnly Day, int Count)>(
            """
            select d.day::date, count(t.task)::int
            from generate_series(@first::date, @last::date, interval '1 day') d(day)
            left join processes.tasks t on t.done_by = @me and t.done_at >= @from and (t.done_at at time zone @zone)::date = d.day
            group by d.day
            order by d.day
            """, new { me = session.Actor.Id, first, last, from = first.StartOfDay(), zone = PlatformTime.Zone.Id }, cancellationToken);

    /// <summary>已办: what I did, latest first.</summary>
    public async Task<InboxPage> DoneAsync(DbSession session, InboxFilter filter, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<InboxItem>(
            $"""
            select t.instance_id, t.task, i.subject_type, i.subject_id, i.number, i.title, i.applicant, i.region, t.name as step, t.assignee,
                   t.done_at as at, {Due}, i.clock_stopped, t.urged, i.supervised, t.outcome
            from processes.tasks t
            join processes.instances i on i.id = t.instance_id
            where t.done_by = @me
              and (t.done_at, t.instance_id, t.task) < (@at, @instance, @task)
              {Matching(filter)}
            order by t.done_at desc, t.instance_id desc, t.task desc
            limit @limit
            """, Arguments(session, filter, [], PageCursor.Latest), cancellationToken);
        return Cut(rows, filter);
    }

    /// <summary>我发起: processes that I started, latest first.</summary>
    public async Task<InboxPage> StartedAsync(DbSession session, InboxFilter filter, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<InboxItem>(
            $"""
            select i.id as instance_id, 0 as task, i.subject_type, i.subject_id, i.number, i.title, i.applicant, i.region,
                   coalesce((select string_agg(t.name, '、') from processes.tasks t where t.instance_id = i.id and t.status = 'open'), '') as step,
                   i.started_at as at, i.due_at, i.warn_at, i.clock_stopped, 0 as urged, i.supervised, i.outcome
            from processes.instances i
            where i.starter = @me
              and (i.started_at, i.id) < (@at, @instance)
              {(filter.Words is null ? "" : WordsMatch)}
            order by i.started_at desc, i.id desc
            limit @limit
            """, Arguments(session, filter, [], PageCursor.Latest), cancellationToken);
        return Cut(rows, filter);
    }

    /// <summary>抄送我, latest first.</summary>
    public async Task<InboxPage> CopiedAsync(DbSession session, InboxFilter filter, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<InboxItem>(
            $"""
            select i.id as instance_id, 0 as task, i.subject_type, i.subject_id, i.number, i.title, i.applicant, i.region, coalesce(c.reason, '') as step,
                   c.at, i.due_at, i.warn_at, i.clock_stopped, 0 as urged, i.supervised, i.outcome, c.read_at is not null as is_read
            from processes.copies c
            join processes.instances i on i.id = c.instance_id
            where c.person = @me
              and (c.at, c.instance_id) < (@at, @instance)
              {(filter.Words is null ? "" : WordsMatch)}
            order by c.at desc, c.instance_id desc
            limit @limit
            """, Arguments(session, filter, [], PageCursor.Latest), cancellationToken);
        return Cut(rows, filter);
    }

    /// <summary>委托: open tasks that I gave to somebody for a time, oldest first.</summary>
    public async Task<InboxPage> DelegatedAsync(DbSession session, InboxFilter filter, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<InboxItem>(
            $"""
            select t.instance_id, t.task, i.subject_type, i.subject_id, i.number, i.title, i.applicant, i.region, t.name as step, t.assignee,
                   t.created_at as at, {Due}, i.clock_stopped, t.urged, i.supervised
            from processes.tasks t
            join processes.instances i on i.id = t.instance_id
            where t.owner = @me and t.status = 'open'
              and (t.created_at, t.instance_id, t.task) > (@at, @instance, @task)
              {Matching(filter)}
            order by t.created_at, t.instance_id, t.task
            limit @limit
            """, Arguments(session, filter, [], PageCursor.Oldest), cancellationToken);
        return Cut(rows, filter);
    }

    /// <summary>The steps that one's open tasks are at, for the filter.</summary>
    public async Task<IReadOnlyList<InboxStep>> StepsAsync(DbSession session, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        return await session.QueryAsync<InboxStep>(
            $"""
            with mine as materialized ({First})
            select i.process_key, t.node, max(t.name) as name, max(i.title) as title
            from mine
            join processes.tasks t using (instance_id, task)
            join processes.instances i on i.id = t.instance_id
            group by i.process_key, t.node
            order by i.process_key, t.node
            limit 100
            """, new { me = session.Actor.Id, candidacy = candidacy.ToArray() }, cancellationToken);
    }

    /// <summary>Chosen open tasks that are the actor's own or a group's of theirs, with what a batch needs to know of them.</summary>
    public async Task<IReadOnlyList<BatchItem>> ChosenAsync(
        DbSession session, IReadOnlyList<(Guid Instance, int Task)> chosen, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        return await session.QueryAsync<BatchItem>(
            """
            select t.instance_id, t.task, t.node, t.name as step, t.revision, t.assignee, i.process_key, i.process_version, i.subject_type, i.number,
                   i.title, i.applicant
            from unnest(@instances::uuid[], @tasks::int[]) c(instance_id, task)
            join processes.tasks t using (instance_id, task)
            join processes.instances i on i.id = t.instance_id
            where t.status = 'open'
              and (t.assignee = @me or (t.assignee is null and t.candidates && @candidacy::text[]))
            order by t.created_at, t.instance_id, t.task
            limit 200
            """,
            new
            {
                instances = chosen.Select(c => c.Instance).ToArray(), tasks = chosen.Select(c => c.Task).ToArray(), me = session.Actor.Id,
                candidacy = candidacy.ToArray(),
            }, cancellationToken);
    }

    /// <summary>A copy has been looked at.</summary>
    public static Task MarkReadAsync(UnitOfWork work, Guid instance, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "update processes.copies set read_at = @now where instance_id = @instance and person = @me and read_at is null",
            new { instance, me = work.Actor.Id, now = work.Now }, cancellationToken);

    private const string Due = "coalesce(t.due_at, i.due_at) as due_at, coalesce(t.warn_at, i.warn_at) as warn_at";

    private const string WordsMatch = "and (i.number ilike @words or i.title ilike @words or i.applicant ilike @words)";

    private static string Joining(InboxFilter filter) =>
        filter.IsNarrow ? "join processes.tasks t using (instance_id, task) join processes.instances i on i.id = c.instance_id" : "";

    private static string Matching(InboxFilter filter) => (filter.Words is null ? "" : WordsMatch)
        + (filter.Step is null ? "" : " and i.process_key = @process and t.node = @node")
        + filter.Mark switch { "urged" => " and t.urged > 0", "supervised" => " and i.supervised", _ => "" }
        + filter.Light switch
    {
        "red" => " and not i.clock_stopped and coalesce(t.due_at, i.due_at) < @now",
        "yellow" => " and not i.clock_stopped and coalesce(t.due_at, i.due_at) >= @now and coalesce(t.warn_at, i.warn_at) < @now",
        "green" => " and not i.clock_stopped and coalesce(t.warn_at, i.warn_at, t.due_at, i.due_at) >= @now",
        _ => "",
    };

    private object Arguments(DbSession session, InboxFilter filter, IReadOnlyList<string> candidacy, PageCursor first)
    {
        var (at, instance, task) = PageCursor.Read(filter.After) ?? first;
        return Arguments(session, filter, candidacy, at, instance, task);
    }

    /// <param name="key">Of the last row of the page before, beside its task.</param>
    private object Arguments(
        DbSession session, InboxFilter filter, IReadOnlyList<string> candidacy, object key, Guid instance, int task)
    {
        var words = filter.Words is null ? null
            : $"%{filter.Words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return new
        {
            me = session.Actor.Id, candidacy = candidacy.ToArray(), words, at = key, key, instance, task, now = clock.GetUtcNow(),
                limit = Math.Clamp(filter.Size, 1, MaxSize) + 1, process = filter.Step?.Split('/')[0], node = filter.Step?.Split('/')[^1],
        };
    }

    private static InboxPage Cut(IReadOnlyList<InboxItem> rows, InboxFilter filter)
    {
        var size = Math.Clamp(filter.Size, 1, MaxSize);
        if (rows.Count <= size) { return new(rows, null); }
        var last = rows[size - 1];
        return new([.. rows.Take(size)], new PageCursor(last.At, last.InstanceId, last.Task).ToString());
    }
}

/// <summary>A task chosen for a batch.</summary>
public sealed record BatchItem
{
    public required Guid InstanceId { get; init; }

    public required int Task { get; init; }

    public required string Node { get; init; }

    public required string Step { get; init; }

    public required int Revision { get; init; }

    public Guid? Assignee { get; init; }

    public required string ProcessKey { get; init; }

    public required int ProcessVersion { get; init; }

    public required string SubjectType { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required string Applicant { get; init; }
}
