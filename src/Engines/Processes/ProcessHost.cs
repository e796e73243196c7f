using Microsoft.Extensions.Logging;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Zhengtong.Processes.Assigning;
using Zhengtong.Processes.Deputising;

namespace Zhengtong.Processes;

/// <summary>
/// Applies events to stored processes: loads the state under a lock, lets the pure interpreter decide, carries out its commands, and
/// writes everything in the caller's transaction. Two people at once: the second waits for the lock and then hears that it is done.
/// </summary>
public sealed partial class ProcessHost(
    ArtefactStore artefacts, IProcessExpressions expressions, IWorkingCalendar calendar, IProcessOffice office, IProcessDecisions decisions,
    ProcessParticipants participants, IEnumerable<IProcessService> services, Deputies deputies,
    ILogger<ProcessHost> log)
{
    private readonly Assignees _assignees = new(office, deputies);

    /// <summary>Commands may cause events and these commands again; a model that never rests stops here.</summary>
    private const int MaxEventsPerAct = 200;

    /// <summary>Copies that one rule of a model makes at most.</summary>
    private const int MostReaders = 500;

    private const string InstanceColumns =
        """
        id, process_key, process_version, subject_type, subject_id, number, title, applicant, region, starter, parent_id, parent_job,
        state, status, started_at, ended_at, due_at, warn_at, clock_stopped, outcome, hops
        """;

    private readonly CompiledArtefacts<ProcessModel> _models = new(artefacts, ProcessKind.Name, ProcessKind.Compile);
    private readonly Dictionary<string, IProcessService> _services = services.ToDictionary(s => s.Name);

    /// <summary>The newest version of a process, or null.</summary>
    public ProcessModel? Latest(string key) => _models.Latest(key);

    public ValueTask<ProcessModel?> ModelAsync(string key, int version, CancellationToken cancellationToken) =>
        _models.GetAsync(key, version, cancellationToken);

    /// <summary>Starts the newest version of a process for a record.</summary>
    public async Task<Result<ProcessInstance>> StartAsync(
        UnitOfWork work, string processKey, ProcessSubject subject, DataMap variables, CancellationToken cancellationToken,
        ProcessStart? how = null)
    {
        if (artefacts.Latest(ProcessKind.Name, processKey) is not { } artefact) { return ProcessErrors.NoSuchProcess; }
        var instance = new ProcessInstance
        {
            Id = how?.Id ?? work.NewId(), ProcessKey = processKey, ProcessVersion = artefact.Version, SubjectType = subject.Type,
            SubjectId = subject.Id, Number = subject.Number, Title = subject.Title, Applicant = subject.Applicant, Region = subject.Region,
            Starter = how?.Starter ?? work.Actor.Id, Hops = how?.Hops ?? 0, State = default, StartedAt = work.Now,
        };
        var started = new ProcessEvent.Started(variables, subject.Id.ToString(), how?.StartEvent)
        {
            Actor = Doer(work.Actor) with { Id = instance.Starter.ToString() },
        };
        var refused = await RunAsync(work, instance, null, started, cancellationToken);
        return refused is null ? instance : refused;
    }

    /// <summary>Applies what somebody did to the instance. A refusal changes nothing and comes back as a sentence.</summary>
    public async Task<Result> ActAsync(
        UnitOfWork work, Guid instanceId, Func<Bpmn.Interpreter.Actor, Result<ProcessEvent>> act, CancellationToken cancellationToken)
    {
        if (await FindForUpdateAsync(work, instanceId, cancellationToken) is not { } instance) { return ProcessErrors.NotFound; }
        var candidacy = await deputies.CandidacyOfAsync(work, work.Actor, cancellationToken);
        var made = act(Doer(work.Actor, candidacy.All));
        if (!made.IsSuccess) { return made.Error; }
        var (state, @event) = (instance.Read(), made.Value);
        if (TaskOf(@event) is { } task && state.FindTask(task)?.Task.Candidates is { Count: > 0 } candidates)
        {
            @event = @event with { Actor = @event.Actor with { OnBehalfOf = candidacy.PrincipalFor([.. candidates.Select(c => c.Id)]) } };
        }
        var refused = await RunAsync(work, instance, state, @event, cancellationToken);
        return refused is null ? Result.Done : refused;
    }

    /// <summary>What a page or a worker of the engine does in the name of the platform's administration, after it has checked the
    /// right.</summary>
    internal async Task<Result> AdministerAsync(
        UnitOfWork work, Guid instanceId, Func<Bpmn.Interpreter.Actor, ProcessEvent> act, CancellationToken cancellationToken)
    {
        if (await FindForUpdateAsync(work, instanceId, cancellationToken) is not { } instance) { return ProcessErrors.NotFound; }
        var id = work.Actor.Kind is ActorKind.System ? "system" : work.Actor.Id.ToString();
        var refused = await RunAsync(work, instance, instance.Read(), act(new(id, Capacity.Administrator)), cancellationToken);
        return refused is null ? Result.Done : refused;
    }

    /// <summary>Takes an instance to another version of its model, in the caller's transaction.</summary>
    internal async Task<Result> MigrateAsync(
        UnitOfWork work, Guid instanceId, int version, Items<ElementMapping> elements, string reason, CancellationToken cancellationToken)
    {
        if (await FindForUpdateAsync(work, instanceId, cancellationToken) is not { } instance) { return ProcessErrors.NotFound; }
        if (instance.ProcessVersion == version) { return Result.Done; }
        if (await _models.GetAsync(instance.ProcessKey, instance.ProcessVersion, cancellationToken) is not { } from
            || await _models.GetAsync(instance.ProcessKey, version, cancellationToken) is not { } to)
        {
            return ProcessErrors.NoSuchProcess;
        }
        var faults = ProcessMigration.Check(from, to, instance.Read(), elements);
        if (faults.Count > 0) { return Error.Conflict("process.cannot-migrate", string.Join(' ', faults)); }
        var migrated = new ProcessEvent.Migrated(elements, reason) { Actor = new(work.Actor.Id.ToString(), Capacity.Administrator) };
        var refused = await RunAsync(work, instance with { ProcessVersion = version }, instance.Read(), migrated, cancellationToken);
        if (refused is not null) { return refused; }
        await work.ExecuteAsync(
            "update processes.instances set process_version = @version where id = @instanceId", new { version, instanceId },
            cancellationToken);
        foreach (var mapping in elements)
        {
            var name = to.Find(mapping.New)?.Name ?? mapping.New;
            await work.ExecuteAsync(
                "update processes.tasks set node = @New, name = @name where instance_id = @instanceId and node = @Old and status in ('open', 'waiting')",
                new { instanceId, mapping.Old, mapping.New, name }, cancellationToken);
        }
        return Result.Done;
    }

    /// <summary>Delivers a message to the process of a record, e.g. the applicant's withdrawal.</summary>
    public async Task<Result> SendAsync(UnitOfWork work, Guid subjectId, string message, DataMap payload,
        CancellationToken cancellationToken)
    {
        var id = await work.ScalarAsync<Guid?>(
            """
            select i.id
            from processes.instances i
            join processes.subscriptions s on s.instance_id = i.id
            where i.subject_id = @subjectId and s.kind = 'message' and s.name = @message
            limit 1
            """, new { subjectId, message }, cancellationToken);
        if (id is not { } instanceId) { return Error.Conflict("process.no-listener", "当前阶段不能进行这个操作。"); }
        return await ActAsync(work, instanceId, actor =>
            new ProcessEvent.MessageReceived(message, subjectId.ToString(), payload) { Actor = actor }, cancellationToken);
    }

    /// <summary>Fires timers that are due, at most one for each instance. Where somebody else is at the instance it is passed over, and
    /// found again in the next round.</summary>
    /// <returns>Those that were not passed over; with a refusal where the state knows no such timer any more.</returns>
    internal async Task<IReadOnlyList<(Guid Instance, int Timer, Error? Refused)>> FireAsync(
        UnitOfWork work, IReadOnlyList<(Guid Instance, int Timer)> due, CancellationToken cancellationToken)
    {
        var timers = due.ToDictionary(d => d.Instance, d => d.Timer);
        // The instance is what acts wait for each other at, here as everywhere; whether the timer still runs, its state knows.
        var instances = await work.QueryAsync<ProcessInstance>(
            $"""
            select {InstanceColumns}
            from processes.instances i
            where id = any(@ids)
              and exists (
                  select 1
                  from unnest(@ids::uuid[], @timers::int[]) d(instance_id, timer)
                  join processes.timers t using (instance_id, timer)
                  where d.instance_id = i.id and t.due_at <= @now)
            order by id
            for update skip locked
            """, new { ids = timers.Keys.ToArray(), timers = timers.Values.ToArray(), now = work.Now }, cancellationToken);
        var fired = new List<(Guid, int, Error?)>(instances.Count);
        foreach (var instance in instances)
        {
            var timer = timers[instance.Id];
            work.Later("delete from processes.timers where instance_id = $1 and timer = $2", instance.Id, timer);
            var refused = await RunAsync(work, instance, instance.Read(),
                new ProcessEvent.TimerFired(timer) { Actor = Bpmn.Interpreter.Actor.System }, cancellationToken);
            fired.Add((instance.Id, timer, refused));
        }
        return fired;
    }

    private static Task<ProcessInstance?> FindForUpdateAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        work.FindAsync<ProcessInstance>(
            $"select {InstanceColumns} from processes.instances where id = @id for update", new { id }, cancellationToken);

    /// <summary>As what somebody acts on processes, by their permissions.</summary>
    internal static Capacity CapacityOf(Kernel.Actor actor) =>
        actor.Kind is ActorKind.System ? Capacity.System
        : actor.May("processes.repair") ? Capacity.Administrator
        : actor.May("cases.supervise") ? Capacity.Supervisor
        : Capacity.Doer;

    private static Bpmn.Interpreter.Actor Doer(Kernel.Actor actor, IReadOnlyList<string>? candidacy = null) =>
        new(actor.Id.ToString(), CapacityOf(actor), Groups: (candidacy ?? []).ToItems());

    /// <summary>The task that a candidate takes by this event.</summary>
    private static int? TaskOf(ProcessEvent @event) => @event switch
    {
        ProcessEvent.TaskClaimed e => e.Task,
        ProcessEvent.TaskOpened e => e.Task,
        ProcessEvent.TaskCompleted e => e.Task,
        _ => null,
    };

    private async Task<Error?> RunAsync(
        UnitOfWork work, ProcessInstance instance, ProcessState? state, ProcessEvent first, CancellationToken cancellationToken)
    {
        var model = await _models.GetAsync(instance.ProcessKey, instance.ProcessVersion, cancellationToken)
            ?? throw new InvalidOperationException($"process {instance.ProcessKey} v{instance.ProcessVersion} is gone");
        var interpreter = new ProcessInterpreter(expressions, calendar);
        var writes = new ProcessWrites();
        var act = new Act(work, instance, model, writes, state is null);
        var queue = new Queue<ProcessEvent>([first]);
        for (var count = 0; queue.TryDequeue(out var @event); count++)
        {
            if (count == MaxEventsPerAct) { throw new InvalidOperationException($"process {instance.Id} does not come to rest"); }
            var result = interpreter.Apply(model, state, @event, work.Now);
            if (result.Refusal is { } refusal)
            {
                // The first event is the person's: it is refused as a whole. A later one is ours and must fit.
                // Whose task is gone because the run has ended meanwhile wants to hear of the task.
                var code = refusal.Code is "process.over" && TaskOf(first) is not null ? refusal with { Code = "process.task-over" }
                    : refusal;
                return count == 0 ? ProcessErrors.From(code) : throw new InvalidOperationException($"{refusal.Code}: {refusal.Message}");
            }
            // A business refusal that the model does not catch is for whoever completed the step: they hear it, and nothing has happened.
            if (@event is ProcessEvent.ErrorThrown { Message: { } reason } thrown && first is ProcessEvent.TaskCompleted
                && result.Commands.Any(c => c is ProcessCommand.RaiseIncident))
            {
                return Error.Conflict(thrown.Code, reason);
            }
            state = result.Require();
            writes.Record(instance.Id, @event, result, work.Now);
            foreach (var command in result.Commands) { await CarryOutAsync(act, command, queue, @event.Actor, cancellationToken); }
        }
        writes.Instance(instance, state!, act.IsNew, state!.Limit); // `!`: at least one event was taken
        writes.Send(work);
        foreach (var told in act.AfterWrites) { await told(); }
        return null;
    }

    private async Task CarryOutAsync(Act act, ProcessCommand command, Queue<ProcessEvent> queue, Bpmn.Interpreter.Actor by,
        CancellationToken cancellationToken)
    {
        var (id, writes, now) = (act.Instance.Id, act.Writes, act.Work.Now);
        switch (command)
        {
            case ProcessCommand.ResolveAssignees c:
                var people = await _assignees.ResolveAsync(act.Work, act.Instance, c.Node, c.Rule, c.Known, c.Of, cancellationToken);
                queue.Enqueue(new ProcessEvent.AssigneesResolved(c.Request, people) { Actor = Bpmn.Interpreter.Actor.System });
                break;
            case ProcessCommand.StartTask c:
                writes.StartTask(id, c.Step, c.Task, c.Node, c.Name, c.Form, now, c.DueAt, c.WarnAt);
                Tell(act, p => p.OnStepAsync(
                    act.Work, act.Instance.SubjectId, c.Node, act.Model.Node(c.Node).Properties, cancellationToken));
                break;
            case ProcessCommand.UpdateTask c:
                writes.UpdateTask(id, c.Task, c.DueAt, c.WarnAt);
                break;
            case ProcessCommand.CloseTask c:
                writes.CloseTask(id, c.Task.Id, c.Task, Guid.TryParse(by.Id, out var person) ? person : null, now);
                break;
            case ProcessCommand.CancelTask c:
                writes.CloseTask(id, c.Task, null, null, now);
                break;
            case ProcessCommand.StartTimer c:
                writes.Timer(id, c.Timer, c.Kind, c.Due);
                break;
            case ProcessCommand.CancelTimer c:
                writes.CancelTimer(id, c.Timer);
                break;
            case ProcessCommand.RunService c:
                queue.Enqueue(await RunServiceAsync(act, c, cancellationToken));
                break;
            case ProcessCommand.EvaluateDecision c:
                var value = await decisions.EvaluateAsync(
                    act.Work, $"{act.Instance.SubjectType}:{act.Instance.SubjectId}", c.Decision, c.Inputs, cancellationToken);
                queue.Enqueue(new ProcessEvent.JobCompleted(c.Job, value) { Actor = Bpmn.Interpreter.Actor.System });
                break;
            case ProcessCommand.StartCalledProcess c:
                await StartCalledAsync(act, c, queue, cancellationToken);
                break;
            case ProcessCommand.CancelJob { Kind: Bpmn.Interpreter.JobKind.Call } c:
                act.AfterWrites.Add(() => EndCalledAsync(act.Work, id, c.Job, cancellationToken));
                break;
            case ProcessCommand.CancelJob:
                break; // services run within the act, so nothing of theirs is under way
            case ProcessCommand.Subscribe c:
                writes.Subscribe(id, c.Subscription, c.Kind, c.Name, c.Key);
                break;
            case ProcessCommand.Unsubscribe c:
                writes.Unsubscribe(id, c.Subscription);
                break;
            case ProcessCommand.PublishMessage c:
                act.Work.Raise(new("processes.message.v1", $"process:{id}", new { c.Name, c.Key, c.Payload, from = id }));
                break;
            case ProcessCommand.PublishSignal c:
                act.Work.Raise(new("processes.signal.v1", $"process:{id}", new { c.Name, c.Payload, from = id }));
                break;
            case ProcessCommand.RaiseIncident c:
                writes.Incident(id, c.Incident, c.Node, c.Code, c.Message, now);
                act.Work.Raise(new("processes.incident-raised.v1", $"process:{id}", new { instance = id, c.Incident, c.Node, c.Code }));
                break;
            case ProcessCommand.CloseIncident c:
                writes.CloseIncident(id, c.Incident, now);
                break;
            case ProcessCommand.Notify c:
                if (c.Kind is NoticeKind.Urged && c.Task > 0) { writes.Urge(id, c.Task); }
                Announce(act, ProcessWrites.Word(c.Kind), [.. c.To.Select(p => p.Id)], c.Node, c.Reason);
                break;
            case ProcessCommand.Announce c:
                var to = (c.Known.Count > 0 ? c.Known : await office.ResolveAsync(act.Work, c.To, c.Of, cancellationToken))
                    .Select(p => p.Id).ToList();
                if (c.IsCopy) { await CopyAsync(writes, id, to, c.Node, now, cancellationToken); }
                Announce(act, c.Template ?? (c.IsCopy ? "copied" : "announced"), to, c.Node, null);
                break;
            case ProcessCommand.SendCopy c:
                foreach (var reader in c.To) { writes.Copy(id, reader.Id, c.Node, c.Reason, now); }
                Announce(act, "copied", [.. c.To.Select(p => p.Id)], c.Node, c.Reason);
                break;
            case ProcessCommand.AskForJumpApproval c:
                act.Work.Raise(new("processes.jump-requested.v1", $"process:{id}", new { instance = id, c.Jump, c.Target, c.Reason }));
                break;
            case ProcessCommand.CloseJump:
                break; // the state says it; nobody waits outside
            case ProcessCommand.LimitChanged when act.Instance.ParentId is not null:
                break; // the limit of a called process is its own: the record's is that of the process that called it
            case ProcessCommand.LimitChanged c:
                Tell(act, p => p.OnLimitAsync(act.Work, act.Instance.SubjectId, c.DueAt, c.WarnAt, c.IsStopped, cancellationToken));
                break;
            case ProcessCommand.EndProcess c:
                await EndAsync(act, c, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"the host does not know {command.GetType().Name}");
        }
    }

    private void Tell(Act act, Func<IProcessParticipant, Task> tell)
    {
        if (participants.Find(act.Instance.SubjectType) is { } participant) { act.AfterWrites.Add(() => tell(participant)); }
    }

    private static void Announce(Act act, string kind, IReadOnlyList<string> to, string? node, string? reason) =>
        act.Work.Raise(new("processes.notice.v1", $"process:{act.Instance.Id}", new
        {
            kind, to, node, step = node is null ? null : act.Model.Find(node)?.Name, reason, instance = act.Instance.Id,
                act.Instance.SubjectType, act.Instance.SubjectId, act.Instance.Number, act.Instance.Title,
        }));

    /// <param name="AfterWrites">Run when the rows of the act are written: participants read them, child processes refer to them.</param>
    private sealed record Act(UnitOfWork Work, ProcessInstance Instance, ProcessModel Model, ProcessWrites Writes, bool IsNew)
    {
        public List<Func<Task>> AfterWrites { get; } = [];
    }
}
