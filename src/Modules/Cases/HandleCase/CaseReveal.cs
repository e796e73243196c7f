using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Numbers in the answers of a case, for officers in whose scope it is.</summary>
internal sealed class CaseReveal(Database database, DossierReader dossiers) : IRevealSource
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
        var filled = (await dossiers.OpenAsync(read, @case, cancellationToken)).Filled;
        return filled.Form.Find(field) is { Mask: { } mask } found && filled.IsShown(found)
            && filled.Answers.GetValueOrDefault(field) is string { Length: > 0 } clear
                ? new(found.Label, Masking.Apply(mask, clear), clear, ("case", subject), CaseLinks.Handle(id))
                : null;
    }
}
