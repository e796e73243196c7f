using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>Tells the applicant, and whoever applied for them, what happened to a case: in the platform, and by SMS where a number is
/// known.</summary>
internal sealed class CaseMessages(Messages messages, IPeople people)
{
    /// <param name="kind">A code of the list <c>message-kind</c>, e.g. <c>case-accepted</c>.</param>
    /// <param name="reason">Stands in the text; what the last correction asked for by default.</param>
    public async Task TellAsync(UnitOfWork work, Guid caseId, string kind, CancellationToken cancellationToken, string? reason = null)
    {
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return; }
        var correction = @case.Correction.To<Correction>();
        var values = new Dictionary<string, string>
        {
            ["service"] = @case.ServiceTitle, ["number"] = @case.Number ?? "", ["reason"] = reason ?? correction?.Reason ?? "",
            // What is due is the applicant's answer while one is asked for, else the decision.
            ["due"] = (kind == "case-correction" ? CaseWords.Day(correction?.Deadline) : CaseWords.Due(@case.DueAt)) ?? "",
        };
        // A company has no inbox of its own: its agent reads for it, as a child does for a parent who asked them to.
        var readers = @case.ApplicantKind == "person" ? (IReadOnlyList<Guid?>)[@case.ApplicantId, @case.AgentId] : [@case.AgentId];
        foreach (var reader in readers.OfType<Guid>().Distinct())
        {
            await messages.SendAsync(work, new()
            {
                RecipientId = reader, Kind = kind, Values = values, Link = CaseLinks.View(caseId), Subject = $"case:{caseId}",
                Phone = (await people.PersonAsync(reader, cancellationToken))?.Mobile,
            }, cancellationToken);
        }
    }
}
