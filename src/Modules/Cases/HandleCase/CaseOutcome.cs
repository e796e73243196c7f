using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Makes a decision take effect: the register entry and what the applicant is told, all within the act.</summary>
internal sealed class CaseOutcome(
    DossierReader dossiers, CaseDecisions decisions, RecordStore records, CaseDocuments documents, TimeProvider clock)
{
    public async Task<Result> ApproveAsync(UnitOfWork work, Guid caseId, CancellationToken cancellationToken)
    {
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        var decision = await decisions.EligibilityAsync(work, dossier, cancellationToken);
        await work.SetDecidedAsync(
            caseId, CaseStatus.Approved, "approved", decision is null ? default : Json.Of(decision), cancellationToken);
        work.AddTimeline(caseId, "approved", "准予");
        var outcome = dossier.Service.Outcome;
        if (outcome.Register.Length > 0)
        {
            var facts = CaseDocuments.FactsOf(dossier, decision, clock.Today());
            var values = outcome.Values.ToDictionary(v => v.Key, v => CaseDocuments.Evaluate(v.Value, facts));
            // The approver decides; the register's own rights are about people who edit it by hand.
            var record = await records.InsertAsync(work, outcome.Register, values, cancellationToken, Authority.Platform);
            if (!record.IsSuccess) { return record.Error; }
            work.Audit($"register:{outcome.Register}", record.Value.Id.ToString(), summary: $"办件 {@case.Number} 准予后登记");
        }
        foreach (var document in outcome.Documents)
        {
            var issued = await documents.IssueAsync(work, dossier, document, decision, isLicence: true, cancellationToken);
            if (!issued.IsSuccess) { return issued; }
        }
        return Result.Done;
    }

    public async Task<Result> RefuseAsync(UnitOfWork work, Guid caseId, CancellationToken cancellationToken)
    {
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        await work.SetDecidedAsync(caseId, CaseStatus.Refused, "refused", default, cancellationToken);
        work.AddTimeline(caseId, "refused", "不予许可");
        return await documents.IssueForUseAsync(work, caseId, "refused", cancellationToken);
    }
}
