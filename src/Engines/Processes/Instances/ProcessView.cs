using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Zhengtong.Processes.Deputising;
using Zhengtong.Processes.Moves;
using KernelActor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Processes.Instances;

/// <summary>An open task that this officer may work on, with what the model allows at its step.</summary>
public sealed record MyTask(TaskRow Row, UserTask Node, bool IsMine)
{
    public StepRules Rules => Node.Rules;

    public bool Allows(MoveKind kind) => Rules.Move(kind) is not null;

    /// <summary>Whether a reason must be given for a move; administrators always give one.</summary>
    public bool NeedsReason(MoveKind kind) => Rules.Move(kind) is not { Reason: not ReasonRule.Required };
}

/// <summary>A move that was refused: which form shows its input and its faults again.</summary>
/// <param name="Form">Name of the form, see <see cref="NameOf"/>.</param>
public sealed record RefusedMove(string Form, Error Error, IFormCollection Posted)
{
    public static string NameOf(string move, int number) => $"{move}-{number}";
}

/// <summary>A run with everything that pages show of it to one officer.</summary>
public sealed record ProcessView
{
    public required ProcessInstance Instance { get; init; }

    public required ProcessModel Model { get; init; }

    public required ProcessState State { get; init; }

    public required IReadOnlyList<MyTask> Mine { get; init; }

    public required IReadOnlyList<TaskRow> Tasks { get; init; }

    public required IReadOnlyList<HistoryRow> History { get; init; }

    public required IReadOnlyDictionary<string, string> Names { get; init; }

    public required IReadOnlyList<Colleague> Colleagues { get; init; }

    public required KernelActor Actor { get; init; }

    /// <summary>The diagram's XML.</summary>
    public required string Diagram { get; init; }

    public RefusedMove? Refused { get; init; }

    public Capacity Capacity => ProcessHost.CapacityOf(Actor);

    public bool IsAdministrator => Capacity is Capacity.Administrator;

    public bool MaySupervise => Capacity is Capacity.Supervisor or Capacity.Administrator;

    public bool IsRunning => !State.IsOver;

    /// <summary>Ids of elements where the process is now.</summary>
    public IReadOnlyList<string> Current => [.. State.Tokens.Where(t => t.State is not TokenState.AtJoin).Select(t => t.Node).Distinct()];

    public IReadOnlyList<string> Failed => [.. State.Incidents.Select(i => i.Node).Distinct()];

    public IReadOnlyList<string> Done =>
        [.. Tasks.Where(t => t.Status is "done").Select(t => t.Node)
            .Concat(History.Where(h => h.Kind is "step-finished" or "step-skipped").Select(h => h.Node))
            .OfType<string>().Distinct()];

    /// <summary>For the diagram: element id → done, now or failed.</summary>
    public string Marks => Json.Of(
        Failed.Select(f => (f, "failed")).Concat(Current.Select(c => (c, "now"))).Concat(Done.Select(d => (d, "done")))
            .DistinctBy(m => m.Item1).ToDictionary(m => m.Item1, m => m.Item2)).Text;

    /// <summary>Steps of this officer that may be taken back: nobody has opened what follows. The engine has the last word.</summary>
    public IReadOnlyList<TrailStep> Recallable =>
        [.. State.Trail.Where(t =>
            !t.IsSkipped && t.By.Any(p => p.Id == Me) && State.Trail.All(later => later.From != t.Id || later.IsSkipped)
            && Model.Find(t.Node) is UserTask { Rules: var rules } && rules.Move(MoveKind.Recall) is not null
            && State.Steps.Where(s => s.From == t.Id).SelectMany(s => s.Tasks).All(task => task.OpenedAt is null))
            .Take(State.Steps.Count == 0 ? 0 : 5)];

    /// <summary>Tasks of others that this officer may ask for.</summary>
    public IReadOnlyList<TaskRow> Urgeable =>
        Capacity is Capacity.Doer && State.Starter != Me && !State.Trail.Any(t => t.By.Any(p => p.Id == Me))
            ? []
            : [.. Tasks.Where(t => t.Status == "open" && Mine.All(m => m.Row.Task != t.Task)
                && (Capacity is not Capacity.Doer || Model.Find(t.Node) is UserTask { Rules: var rules }
                    && rules.Move(MoveKind.Urge) is not null))];

    /// <summary>Tasks that this officer gave to somebody else for a time.</summary>
    public IReadOnlyList<TaskRow> Delegated => [.. Tasks.Where(t => t.Status == "open" && t.Owner == Actor.Id)];

    /// <summary>Signers of one of the officer's steps who have not signed.</summary>
    public IReadOnlyList<TaskRow> Removable(MyTask mine) =>
        [.. Tasks.Where(t => t.Step == mine.Row.Step && t.Task != mine.Row.Task && t.Status is "open" or "waiting"
            && t.Step == mine.Row.Step)];

    public string NameOf(string? id) => id is null or "system" ? "系统" : Names.GetValueOrDefault(id) ?? "申请人";

    public string? NodeName(string? node) => node is null ? null : Model.Find(node)?.Name;

    private string Me => Actor.Id.ToString();
}

/// <summary>Gathers a <see cref="ProcessView"/>.</summary>
public sealed class ProcessViews(
    ProcessHost host, IProcessOffice office, Deputies deputies, ArtefactStore artefacts, ProcessActs acts)
{
    /// <summary>The newest run of a record; null where none was started.</summary>
    public async Task<ProcessView?> OfSubjectAsync(DbSession session, string subjectType, Guid subjectId,
        CancellationToken cancellationToken) =>
        await session.FindProcessAsync(subjectType, subjectId, cancellationToken) is { } instance
            ? await OpenAsync(session, instance, cancellationToken) : null;

    public async Task<ProcessView> OpenAsync(DbSession session, ProcessInstance instance, CancellationToken cancellationToken)
    {
        var model = await host.ModelAsync(instance.ProcessKey, instance.ProcessVersion, cancellationToken)
            ?? throw new InvalidOperationException($"process {instance.ProcessKey} v{instance.ProcessVersion} is gone");
        var tasks = await session.TasksOfAsync(instance.Id, cancellationToken);
        var history = await session.HistoryOfAsync(instance.Id, cancellationToken);
        var candidacy = await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken);
        var people = history.SelectMany(h =>
            (string?[])[h.Actor, h.OnBehalfOf, .. (h.Source ?? "").Split(' '), .. (h.Target ?? "").Split(' ')])
            .Concat(tasks.SelectMany(t => (string?[])[t.Assignee?.ToString(), t.Owner?.ToString()]))
            .OfType<string>().Where(p => p.Length == 36).Distinct().ToList();
        var mine = Mine(session.Actor, candidacy.All, tasks, model).ToList();
        return new()
        {
            Instance = instance, Model = model, State = instance.Read(), Tasks = tasks, History = history, Actor = session.Actor,
                Mine = mine,
            Names = await office.NamesAsync(people, cancellationToken),
            Colleagues = mine.Count == 0 ? [] : await office.ColleaguesAsync(session.Actor, cancellationToken),
            Diagram = (await artefacts.GetAsync(ProcessKind.Name, instance.ProcessKey, instance.ProcessVersion, cancellationToken))?.Content
                ?? "",
        };
    }

    /// <summary>Notes that the officer looks at their tasks: nobody before them can take the step back any more.</summary>
    public Task LookAsync(ProcessView view, CancellationToken cancellationToken) =>
        acts.OpenAsync(view.Instance.Id, [.. view.Mine.Where(m => m.Row.OpenedAt is null).Select(m => m.Row.Task)], view.Actor,
            cancellationToken);

    private static IEnumerable<MyTask> Mine(KernelActor actor, IReadOnlyList<string> candidacy, IReadOnlyList<TaskRow> tasks,
        ProcessModel model)
    {
        foreach (var task in tasks.Where(t => t.Status == "open"))
        {
            var isMine = task.Assignee == actor.Id;
            if (!isMine && !(task.Assignee is null && task.Candidates.Any(candidacy.Contains))) { continue; }
            if (model.Find(task.Node) is UserTask node) { yield return new(task, node, isMine); }
        }
    }
}
