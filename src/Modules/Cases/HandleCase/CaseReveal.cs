using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes.Instances;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Numbers in the answers of a case, for officers in whose scope it is and whose steps do not hide them.</summary>
internal sealed class CaseReveal(Database database, DossierReader dossiers, ProcessViews processes) : IRevealSource
{
    public const string KindName = "case";

    public string Kind => KindName;

    public async Task<RevealedValue?> FindAsync(Actor actor, string subject, string field, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.reveal", actor);
        if (!actor.May("cases.read") || !Guid.TryParse(subject, out var id)
            || await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case)
        {
            return null;
        }
        var process = await processes.OfSubjectAsync(read, CaseProcess.SubjectTypeName, id, cancellationToken);
        if (WorkView.HiddenIn(process).Contains(field)) { return null; }
        var filled = (await dossiers.OpenAsync(read, @case, cancellationToken)).Filled;
        return filled.Form.Find(field) is { Mask: { } mask } found && filled.IsShown(found)
            && filled.Answers.GetValueOrDefault(field) is string { Length: > 0 } clear
                ? new(found.Label, Masking.Apply(mask, clear), clear, ("case", subject), CaseLinks.Handle(id))
                : null;
    }
}
