using System.Collections.Frozen;
using System.Text.Json;
using Npgsql;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>
/// Gathers the rows of one act and hands them to its unit of work, which sends them with its commit: an act touches a dozen rows, and a
/// round trip costs more than a row.
/// </summary>
internal sealed class ProcessWrites
{
    private readonly List<NpgsqlBatchCommand> _rows = [];
    private readonly List<(long Revision, Json Event)> _events = [];
    private readonly List<(long Revision, int Line, HistoryEntry Entry)> _history = [];
    private Guid _instance;
    private DateTimeOffset _at;

    public void Send(UnitOfWork work)
    {
        work.Later(_rows);
        if (_events.Count > 0) { work.Later([EventRows()]); }
        if (_history.Count > 0) { work.Later([HistoryRows()]); }
    }

    public void Instance(ProcessInstance i, ProcessState state, bool isNew, LimitState? limit)
    {
        if (isNew)
        {
            // The other rows of the act refer to it.
            _rows.Insert(0, SqlBatch.Command("""
                insert into processes.instances
                    (id, process_key, process_version, subject_type, subject_id, number, title, applicant, region, starter, parent_id, parent_job,
                     status, state, revision, started_at, ended_at, outcome, due_at, warn_at, clock_stopped, supervised, hops)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
                """,
                i.Id, i.ProcessKey, i.ProcessVersion, i.SubjectType, i.SubjectId, i.Number, i.Title, i.Applicant, i.Region, i.Starter,
                    i.ParentId,
                i.ParentJob, Status(state), ProcessInstance.Write(state), state.Revision, state.StartedAt, state.EndedAt, state.Outcome,
                limit?.DueAt, limit?.WarnAt, limit?.StoppedAt is not null, state.SupervisedBy is not null, i.Hops));
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

    public void StartTask(Guid instance, int step, WorkTask task, string node, string name, string? form, DateTimeOffset now,
        DateTimeOffset? dueAt, DateTimeOffset? warnAt)
    {
        var candidates = Candidates(task);
        Add("""
            insert into processes.tasks
                (instance_id, task, step, node, name, form, kind, status, assignee, on_behalf_of, candidates, revision, created_at, opened_at, due_at, warn_at,
                 owner)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            instance, task.Id, step, node, name, form, Word(task.Kind), Word(task.Status), Person(task.Assignee?.Id),
            Person(task.Assignee?.OnBehalfOf),
            candidates, task.Revision, now, task.OpenedAt, dueAt, warnAt, Person(task.Owner?.Id));
        if (candidates.Length > 0)
        {
            Add("insert into processes.candidates (candidate, created_at, instance_id, task) select c, $2, $3, $4 from unnest($1) c",
                candidates, now, instance, task.Id);
        }
    }

    /// <summary>A claimed task leaves the others' inboxes; a released one comes back.</summary>
    public void UpdateTask(Guid instance, WorkTask task, DateTimeOffset? dueAt, DateTimeOffset? warnAt)
    {
        var candidates = Candidates(task);
        Add("""
            update processes.tasks
            set status = $3, assignee = $4, on_behalf_of = $5, candidates = $6, revision = $7, opened_at = $8, due_at = $9, warn_at = $10,
                owner = $11
            where instance_id = $1 and task = $2
            """,
            instance, task.Id, Word(task.Status), Person(task.Assignee?.Id), Person(task.Assignee?.OnBehalfOf), candidates, task.Revision,
            task.OpenedAt, dueAt, warnAt, Person(task.Owner?.Id));
        Add("delete from processes.candidates where instance_id = $1 and task = $2", instance, task.Id);
        if (candidates.Length > 0)
        {
            Add("""
                insert into processes.candidates (candidate, created_at, instance_id, task)
                select c, t.created_at, t.instance_id, t.task
                from processes.tasks t, unnest($3) c
                where t.instance_id = $1 and t.task = $2
                """, instance, task.Id, candidates);
        }
    }

    public void CloseTask(Guid instance, int task, WorkTask? done, Guid? by, DateTimeOffset now)
    {
        Add("""
            update processes.tasks
            set status = $3, outcome = $4, comment = $5, done_at = $6, done_by = $7, candidates = '{}', assignee = coalesce($7, assignee)
            where instance_id = $1 and task = $2
            """, instance, task, done is null ? "cancelled" : "done", done?.Outcome, done?.Comment, now, done is null ? null : by);
        // A task that was given to one person by name was in no group's inbox.
        if (done is not { Candidates.Count: 0 })
        {
            Add("delete from processes.candidates where instance_id = $1 and task = $2", instance, task);
        }
    }

    public void Timer(Guid instance, int timer, TimerKind kind, DateTimeOffset due) =>
        Add("""
            insert into processes.timers (instance_id, timer, kind, due_at) values ($1, $2, $3, $4)
            on conflict (instance_id, timer) do update set due_at = excluded.due_at
            """, instance, timer, Word(kind), due);

    public void CancelTimer(Guid instance, int timer) =>
        Add("delete from processes.timers where instance_id = $1 and timer = $2", instance, timer);

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
        _instance = instance;
        _at = at;
        var revision = result.State?.Revision ?? 0;
        _events.Add((revision, new(ProcessJson.Write(@event))));
        var line = 0;
        foreach (var entry in result.History)
        {
            // Flows and elements are in the events; people read what people and clocks did.
            if (entry.Kind is HistoryKind.Entered or HistoryKind.Left or HistoryKind.FlowTaken) { continue; }
            _history.Add((revision, line++, entry));
        }
    }

    private NpgsqlBatchCommand EventRows() => SqlBatch.Command(
        "insert into processes.events (instance_id, revision, at, event) select $1, e.revision, $2, e.event from unnest($3, $4) as e (revision, event)",
        _instance, _at, _events.ConvertAll(e => e.Revision).ToArray(), _events.ConvertAll(e => e.Event).ToArray());

    private NpgsqlBatchCommand HistoryRows() => SqlBatch.Command(
        """
        insert into processes.history
            (instance_id, revision, line, at, kind, node, step, actor, on_behalf_of, source, target, reason, detail)
        select $1, h.*
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as h
        """,
        _instance, Of(h => h.Revision), Of(h => h.Line), Of(h => h.Entry.At), Of(h => Word(h.Entry.Kind)), Of(h => h.Entry.Node),
        Of(h => h.Entry.Step),
        Of(h => h.Entry.Actor), Of(h => h.Entry.OnBehalfOf), Of(h => h.Entry.From), Of(h => h.Entry.To), Of(h => h.Entry.Reason),
        Of(h => h.Entry.Detail));

    private T[] Of<T>(Converter<(long Revision, int Line, HistoryEntry Entry), T> column) => _history.ConvertAll(column).ToArray();

    internal static string Status(ProcessState state) => Word(state.Status);

    /// <summary>Enum words as they are stored: <c>AddedBefore</c> → <c>added-before</c>.</summary>
    internal static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => Words<TEnum>.Of.TryGetValue(value, out var word) ? word : value.ToString();

    private static Guid? Person(string? id) => Guid.TryParse(id, out var person) ? person : null;

    private static string[] Candidates(WorkTask task) =>
        task.Status is WorkTaskStatus.Open && task.Assignee is null ? [.. task.Candidates.Select(c => c.Id)] : [];

    private void Add(string sql, params ReadOnlySpan<object?> values) => _rows.Add(SqlBatch.Command(sql, values));

    private static class Words<TEnum>
        where TEnum : struct, Enum
    {
        internal static readonly FrozenDictionary<TEnum, string> Of =
            Enum.GetValues<TEnum>().Distinct().ToFrozenDictionary(v => v, v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString()));
    }
}
