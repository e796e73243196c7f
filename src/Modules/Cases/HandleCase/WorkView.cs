using Zhengtong.Bpmn.Model;
using Zhengtong.Decisions;
using Zhengtong.Kernel;
using Zhengtong.Processes.Instances;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Everything that the page of a case shows to an officer.</summary>
public sealed record WorkView
{
    public required Dossier Dossier { get; init; }

    /// <summary>The run that moves the case; null for one that never started.</summary>
    public required ProcessView? Process { get; init; }

    public required IReadOnlyList<MissingMaterial> Missing { get; init; }

    public required CaseDecision? Decision { get; init; }

    /// <summary>What decisions answered when somebody acted, oldest first.</summary>
    public required IReadOnlyList<LoggedDecision> Decided { get; init; }

    public required IReadOnlyList<IssuedRow> Documents { get; init; }

    /// <summary>What the officer's open tasks let be changed, by task.</summary>
    public required IReadOnlyDictionary<int, StepSheet> Sheets { get; init; }

    /// <summary>What was changed while the case was handled, oldest first.</summary>
    public required IReadOnlyList<CaseChange> Changes { get; init; }

    /// <summary>Fields of the application that the officer's steps do not show.</summary>
    public IReadOnlySet<string> Hidden => HiddenIn(Process);

    /// <summary>What one of the officer's steps shows is shown.</summary>
    public static HashSet<string> HiddenIn(ProcessView? process) =>
        process?.Mine.Select(m => m.Rules.Fields.Where(f => f.Access is FieldAccess.Hidden).Select(f => f.Name))
            .Aggregate((IEnumerable<string>?)null, (all, some) => all?.Intersect(some) ?? some)?.ToHashSet() ?? [];
}

public sealed record IssuedRow(Guid Id, string Document, string Title, string Number, DateTimeOffset At);

/// <summary>Gathers a <see cref="WorkView"/>.</summary>
internal sealed class WorkViewReader(
    DossierReader dossiers, CaseDecisions decisions, DecisionLog log, ProcessViews processes, StepSheets sheets)
{
    public async Task<WorkView> OpenAsync(DbSession session, Case @case, CancellationToken cancellationToken)
    {
        var dossier = await dossiers.OpenAsync(session, @case, cancellationToken);
        var process = await processes.OfSubjectAsync(session, CaseProcess.SubjectTypeName, @case.Id, cancellationToken);
        var open = new Dictionary<int, StepSheet>();
        foreach (var task in process?.Mine ?? [])
        {
            if (await sheets.OpenAsync(session, dossier, task.Rules, cancellationToken) is { } sheet) { open[task.Row.Task] = sheet; }
        }
        return new()
        {
            Dossier = dossier,
            Process = process,
            Sheets = open,
            Changes = await sheets.OfAsync(session, @case.Id, cancellationToken),
            Missing = @case.IsOver ? [] : decisions.Missing(dossier),
            Decision = decisions.Eligibility(dossier),
            Decided = await log.OfAsync(session, CaseDecisions.SubjectOf(@case.Id), cancellationToken),
            Documents = await session.IssuedAsync(@case.Id, cancellationToken),
        };
    }
}
