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
}

public sealed record IssuedRow(Guid Id, string Document, string Title, string Number, DateTimeOffset At);

/// <summary>Gathers a <see cref="WorkView"/>.</summary>
internal sealed class WorkViewReader(DossierReader dossiers, CaseDecisions decisions, DecisionLog log, ProcessViews processes)
{
    public async Task<WorkView> OpenAsync(DbSession session, Case @case, CancellationToken cancellationToken)
    {
        var dossier = await dossiers.OpenAsync(session, @case, cancellationToken);
        return new()
        {
            Dossier = dossier,
            Process = await processes.OfSubjectAsync(session, CaseProcess.SubjectTypeName, @case.Id, cancellationToken),
            Missing = @case.IsOver ? [] : decisions.Missing(dossier),
            Decision = decisions.Eligibility(dossier),
            Decided = await log.OfAsync(session, CaseDecisions.SubjectOf(@case.Id), cancellationToken),
            Documents = await session.IssuedAsync(@case.Id, cancellationToken),
        };
    }
}
