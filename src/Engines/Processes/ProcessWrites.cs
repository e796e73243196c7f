using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>Gathers the rows of one act and sends them in one round trip: an act touches a dozen rows, and a round trip costs more than a row.</summary>
internal sealed class ProcessWrites : IDisposable
{
    private readonly NpgsqlBatch _batch = new();

    public System.Threading.Tasks.Task SendAsync(UnitOfWork work, CancellationToken cancellationToken) =>
        _batch.BatchCommands.Count == 0 ? System.Threading.Tasks.Task.CompletedTask : work.ExecuteAsync(_batch, cancellationToken);

    public void Instance(ProcessInstance i, ProcessState state, bool isNew, LimitState? limit)
    {
        if (isNew)
        {
            // The other rows of the act refer to it.
            AddAt(0, """
                insert into processes.instances
                    (id, process_key, process_version, subject_type, subject_id, number, title, applicant, region, starter, parent_id, parent_job,
                     status, state, revision, started_at, ended_at, outcome, due_at, warn_at, clock_stopped, supervised)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
                """,
                i.Id, i.ProcessKey, i.ProcessVersion, i.SubjectType, i.SubjectId, i.Number, i.Title, i.Applicant, i.Region, i.Starter, i.ParentId,
                i.ParentJob, Status(state), ProcessInstance.Write(state), state.Revision, state.StartedAt, state.EndedAt, state.Outcome,
                limit?.DueAt, limit?.WarnAt, limit?.StoppedAt is not null, state.SupervisedBy is not null);
            return;
        }
        Add("""
            update processes.instances
            set status = $2, state = $3, revision = $4, ended_at = $5, outcome = $6, due_at = $7, warn_at = $8, clock_stopped = $9, supervised = $10
            where id = $1
            """,
            i.Id, Status(state), ProcessInstance.Write(state), state.Revision, state.EndedAt, state.Outcome,
            limit?.DueAt, limit?.WarnAt, limit?.StoppedAt is not null, state.SupervisedBy is not null);
    }

    public void Task(Guid instance, int step, WorkTask task, string node, string? name, string? form, DateTimeOffset now, DateTimeOffset? dueAt, DateTimeOffset? warnAt)
    {
        // A claimed task leaves the others' inboxes; a released one comes back.
        IReadOnlyList<string> candidates = task.Status is WorkTaskStatus.Open && task.Assignee is null ? [.. task.Candidates.Select(c => c.Id)] : [];
        Add("""
            insert into processes.tasks
                (instance_id, task, step, node, name, form, kind, status, assignee, on_behalf_of, candidates, revision, created_at, opened_at, due_at, warn_at)
            values ($1, $2, $3, $4, coalesce($5, ''), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            on conflict (instance_id, task) do update
            set status = excluded.status, assignee = excluded.assignee, on_behalf_of = excluded.on_behalf_of, candidates = excluded.candidates,
                revision = excluded.revision, opened_at = excluded.opened_at, due_at = excluded.due_at, warn_at = excluded.warn_at
            """,
            instance, task.Id, step, node, name, form, Word(task.Kind), Word(task.Status), Person(task.Assignee?.Id), Person(task.Assignee?.OnBehalfOf),
            candidates.ToArray(), task.Revision, now, task.OpenedAt, dueAt, warnAt);
        Add("delete from processes.candidates where instance_id = $1 and task = $2", instance, task.Id);
        if (candidates.Count > 0)
        {
            Add("""
                insert into processes.candidates (candidate, created_at, instance_id, task)
                select c, t.created_at, t.instance_id, t.task
                from processes.tasks t, unnest($3::text[]) c
                where t.instance_id = $1 and t.task = $2
                """, instance, task.Id, candidates.ToArray());
        }
    }

    public void CloseTask(Guid instance, int task, WorkTask? done, Guid? by, DateTimeOffset now)
    {
        Add("""
            update processes.tasks
            set status = $3, outcome = $4, comment = $5, done_at = $6, done_by = $7, candidates = '{}', assignee = coalesce($7, assignee)
            where instance_id = $1 and task = $2
            """, instance, task, done is null ? "cancelled" : "done", done?.Outcome, done?.Comment, now, done is null ? null : by);
        Add("delete from processes.candidates where instance_id = $1 and task = $2", instance, task);
    }

    public void Timer(Guid instance, int timer, TimerKind kind, DateTimeOffset due) =>
        Add("""
            insert into processes.timers (instance_id, timer, kind, due_at) values ($1, $2, $3, $4)
            on conflict (instance_id, timer) do update set due_at = excluded.due_at
            """, instance, timer, Word(kind), due);

    public void CancelTimer(Guid instance, int timer) => Add("delete from processes.timers where instance_id = $1 and timer = $2", instance, timer);

    public void Subscribe(Guid instance, int subscription, SubscriptionKind kind, string name, string? key) =>
        Add("""
            insert into processes.subscriptions (instance_id, subscription, kind, name, key) values ($1, $2, $3, $4, $5)
            on conflict (instance_id, subscription) do nothing
            """, instance, subscription, Word(kind), name, key);

    public void Unsubscribe(Guid instance, int subscription) =>
        Add("delete from processes.subscriptions where instance_id = $1 and subscription = $2", instance, subscription);

    public void Incident(Guid instance, int incident, string node, string code, string message, DateTimeOffset at) =>
        Add("insert into processes.incidents (instance_id, incident, node, code, message, at) values ($1, $2, $3, $4, $5, $6)",
            instance, incident, node, code, message, at);

    public void CloseIncident(Guid instance, int incident, DateTimeOffset at) =>
        Add("update processes.incidents set closed_at = $3 where instance_id = $1 and incident = $2", instance, incident, at);

    public void Copy(Guid instance, string person, string? node, string? reason, DateTimeOffset at)
    {
        if (!Guid.TryParse(person, out var id)) { return; }
        Add("insert into processes.copies (instance_id, person, node, reason, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
            instance, id, node, reason, at);
    }

    public void Urge(Guid instance, int task) =>
        Add("update processes.tasks set urged = urged + 1 where instance_id = $1 and task = $2", instance, task);

    /// <summary>History lines and the event itself, so that the state can be computed again.</summary>
    public void Record(Guid instance, ProcessEvent @event, StepResult result, DateTimeOffset at)
    {
        var revision = result.State?.Revision ?? 0;
        Add("insert into processes.events (instance_id, revision, at, event) values ($1, $2, $3, $4)",
            instance, revision, at, new Json(ProcessJson.Write(@event)));
        var line = 0;
        foreach (var entry in result.History)
        {
            // Flows and elements are in the events; people read what people and clocks did.
            if (entry.Kind is HistoryKind.Entered or HistoryKind.Left or HistoryKind.FlowTaken) { continue; }
            Add("""
                insert into processes.history
                    (instance_id, revision, line, at, kind, node, step, actor, on_behalf_of, source, target, reason, detail)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                """,
                instance, revision, line++, entry.At, Word(entry.Kind), entry.Node, entry.Step, entry.Actor, entry.OnBehalfOf, entry.From, entry.To,
                entry.Reason, entry.Detail);
        }
    }

    public void Dispose() => _batch.Dispose();

    internal static string Status(ProcessState state) => Word(state.Status);

    /// <summary>Enum words as they are stored: <c>AddedBefore</c> → <c>added-before</c>.</summary>
    internal static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static Guid? Person(string? id) => Guid.TryParse(id, out var person) ? person : null;

    private void Add(string sql, params object?[] values) => AddAt(_batch.BatchCommands.Count, sql, values);

    private void AddAt(int place, string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value switch
            {
                null => new() { Value = DBNull.Value },
                DateTimeOffset instant => new() { Value = instant.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                Json json => new() { Value = json.Text, NpgsqlDbType = NpgsqlDbType.Jsonb },
                _ => new() { Value = value },
            });
        }
        _batch.BatchCommands.Insert(place, command);
    }
}
