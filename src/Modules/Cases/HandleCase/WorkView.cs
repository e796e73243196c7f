using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Decisions;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Cases.HandleCase;

/// <summary>An open task that this officer may work on, with what the model allows at its step.</summary>
public sealed record MyTask(TaskRow Row, UserTask Node, bool IsMine, IReadOnlyList<MoveKind> Moves)
{
    public StepRules Rules => Node.Rules;

    public bool Allows(MoveKind kind) => Moves.Contains(kind);
}

/// <summary>Everything that the page of a case shows to an officer.</summary>
public sealed record WorkView
{
    public required Dossier Dossier { get; init; }

    public required ProcessInstance? Process { get; init; }

    public required ProcessModel? Model { get; init; }

    public required IReadOnlyList<MyTask> Mine { get; init; }

    public required IReadOnlyList<TaskRow> Tasks { get; init; }

    public required IReadOnlyList<HistoryRow> History { get; init; }

    public required IReadOnlyDictionary<string, string> Names { get; init; }

    public required IReadOnlyList<MissingMaterial> Missing { get; init; }

    public required CaseDecision? Decision { get; init; }

    /// <summary>What decisions answered when somebody acted, oldest first.</summary>
    public required IReadOnlyList<LoggedDecision> Decided { get; init; }

    public required IReadOnlyList<IssuedRow> Documents { get; init; }

    public required string? Diagram { get; init; }

    /// <summary>Ids of elements where the process is, and which are done, for the diagram.</summary>
    public IReadOnlyList<string> Current => [.. Tasks.Where(t => t.Status is "open" or "waiting").Select(t => t.Node).Distinct()];

    public IReadOnlyList<string> Done => [.. Tasks.Where(t => t.Status is "done").Select(t => t.Node).Distinct()];
}

public sealed record IssuedRow(Guid Id, string Document, string Title, string Number, DateTimeOffset At);

/// <summary>Gathers a <see cref="WorkView"/>.</summary>
internal sealed class WorkViewReader(
    DossierReader dossiers, CaseDecisions decisions, DecisionLog log, ProcessHost processes, IProcessOffice office, ArtefactStore artefacts)
{
    public async Task<WorkView> OpenAsync(DbSession session, Case @case, CancellationToken cancellationToken)
    {
        var dossier = await dossiers.OpenAsync(session, @case, cancellationToken);
        var instance = await session.FindProcessAsync(CaseProcess.SubjectTypeName, @case.Id, cancellationToken);
        var model = instance is null ? null : await processes.ModelAsync(instance.ProcessKey, instance.ProcessVersion, cancellationToken);
        var tasks = instance is null ? [] : await session.TasksOfAsync(instance.Id, cancellationToken);
        var history = instance is null ? [] : await session.HistoryOfAsync(instance.Id, cancellationToken);
        var candidacy = await office.CandidacyOfAsync(session.Actor, cancellationToken);
        var people = history.SelectMany(h => (string?[])[h.Actor, h.Source, h.Target]).OfType<string>().Distinct().ToList();
        return new()
        {
            Dossier = dossier, Process = instance, Model = model, Tasks = tasks, History = history,
            Mine = model is null ? [] : [.. Mine(session.Actor, candidacy, tasks, model)],
            Names = await office.NamesAsync(people, cancellationToken),
            Missing = @case.IsOver ? [] : decisions.Missing(dossier),
            Decision = decisions.Eligibility(dossier),
            Decided = await log.OfAsync(session, CaseDecisions.SubjectOf(@case.Id), cancellationToken),
            Documents = await session.IssuedAsync(@case.Id, cancellationToken),
            Diagram = instance is null ? null : (await artefacts.GetAsync("process", instance.ProcessKey, instance.ProcessVersion, cancellationToken))?.Content,
        };
    }

    private static IEnumerable<MyTask> Mine(Kernel.Actor actor, IReadOnlyList<string> candidacy, IReadOnlyList<TaskRow> tasks, ProcessModel model)
    {
        foreach (var task in tasks.Where(t => t.Status == "open"))
        {
            var isMine = task.Assignee == actor.Id;
            if (!isMine && !(task.Assignee is null && task.Candidates.Any(candidacy.Contains))) { continue; }
            if (model.Find(task.Node) is not UserTask node) { continue; }
            var own = node.Rules.Moves.Select(m => m.Kind);
            yield return new(task, node, isMine, [.. own.Concat(model.Rules.Moves.Select(m => m.Kind)).Distinct()]);
        }
    }
}
