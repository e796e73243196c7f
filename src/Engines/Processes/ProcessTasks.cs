using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>A task as it is stored, for the page that works on it.</summary>
public sealed record TaskRow
{
    public required Guid InstanceId { get; init; }

    public required int Task { get; init; }

    public required int Step { get; init; }

    public required string Node { get; init; }

    public required string Name { get; init; }

    public string? Form { get; init; }

    public required string Status { get; init; }

    public Guid? Assignee { get; init; }

    public required string[] Candidates { get; init; }

    public required int Revision { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public Guid? DoneBy { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public string? Outcome { get; init; }

    public string? Comment { get; init; }

    /// <summary><c>main</c>, <c>added-before</c>, <c>added-after</c>, <c>added-parallel</c>.</summary>
    public string Kind { get; init; } = "main";

    /// <summary>Who delegated it and gets it back.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Whose deputy the assignee is.</summary>
    public Guid? OnBehalfOf { get; init; }

    public int Urged { get; init; }
}

/// <summary>A line of what happened, as people read it.</summary>
public sealed record HistoryRow
{
    public required DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public string? Node { get; init; }

    public int Step { get; init; }

    public required string Actor { get; init; }

    public string? OnBehalfOf { get; init; }

    public string? Source { get; init; }

    public string? Target { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }
}

/// <summary>Questions about stored processes.</summary>
public static class ProcessTasks
{
    private const string InstanceColumns =
        """
        id, process_key, process_version, subject_type, subject_id, number, title, applicant, region, starter, parent_id, parent_job,
        state, status, started_at, ended_at, due_at, warn_at, clock_stopped, outcome, hops
        """;

    private const string TaskColumns =
        """
        instance_id, task, step, node, name, form, status, assignee, candidates, revision, created_at, opened_at, done_at, done_by, due_at, warn_at,
        outcome, comment, kind, owner, on_behalf_of, urged
        """;

    /// <summary>One run, whoever asks: callers ask the participant whether the actor may see it.</summary>
    public static Task<ProcessInstance?> FindInstanceAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<ProcessInstance>($"select {InstanceColumns} from processes.instances where id = @id", new { id },
            cancellationToken);

    /// <summary>The newest process of a record, not counting called ones.</summary>
    public static async Task<ProcessInstance?> FindProcessAsync(this DbSession session, string subjectType, Guid subjectId,
        CancellationToken cancellationToken) =>
        (await session.QueryAsync<ProcessInstance>(
            $"""
            select {InstanceColumns}
            from processes.instances
            where subject_type = @subjectType and subject_id = @subjectId and parent_id is null
            order by started_at desc
            limit 1
            """, new { subjectType, subjectId }, cancellationToken)) is [var newest] ? newest : null;

    public static Task<IReadOnlyList<TaskRow>> TasksOfAsync(this DbSession session, Guid instanceId, CancellationToken cancellationToken) =>
        session.QueryAsync<TaskRow>(
            $"""
            select {TaskColumns}
            from processes.tasks
            where instance_id = @instanceId
            order by task
            limit 500
            """, new { instanceId }, cancellationToken);

    public static Task<IReadOnlyList<HistoryRow>> HistoryOfAsync(this DbSession session, Guid instanceId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<HistoryRow>(
            """
            select at, kind, node, step, actor, on_behalf_of, source, target, reason, detail
            from processes.history
            where instance_id = @instanceId
            order by revision, line
            limit 1000
            """, new { instanceId }, cancellationToken);

    /// <summary>Everything that a process leaves in tables, for copies of what the platform's acts have written.</summary>
    public static IReadOnlyList<MouldTable> Mould { get; } =
    [
        new("processes.instances", "subject_id = $1", "id"),
        .. ((string[])["tasks", "candidates", "copies", "timers", "subscriptions", "incidents", "history", "events"])
            .Select(t => new MouldTable($"processes.{t}", "instance_id in (select id from processes.instances where subject_id = $1)")),
    ];

    /// <summary>When the timers of a record's processes are due, the next one first.</summary>
    public static Task<IReadOnlyList<DateTime>> TimersOfAsync(this DbSession session, Guid subjectId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<DateTime>(
            """
            select t.due_at
            from processes.timers t
            join processes.instances i on i.id = t.instance_id
            where i.subject_id = @subjectId
            order by t.due_at
            limit 100
            """, new { subjectId }, cancellationToken);
}
