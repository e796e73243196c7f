using System.Collections.Concurrent;
using Zhengtong.Feel;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Makes a decision take effect: the register entry and what the applicant is told, all within the act.</summary>
internal sealed class CaseOutcome(DossierReader dossiers, CaseDecisions decisions, RecordStore records, TimeProvider clock)
{
    private static readonly FeelEngine Engine = new();
    private static readonly FeelScope Names = FeelScope.Of("form", "applicant", "decision", "case", "today", "situation", "service");
    private static readonly ConcurrentDictionary<string, FeelExpression?> Compiled = new(StringComparer.Ordinal);

    public async Task<Result> ApproveAsync(UnitOfWork work, Guid caseId, CancellationToken cancellationToken)
    {
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        var decision = decisions.Eligibility(dossier);
        await work.SetDecidedAsync(caseId, CaseStatus.Approved, "approved", decision is null ? default : Json.Of(decision), cancellationToken);
        await work.AddTimelineAsync(caseId, "approved", "准予", null, null, cancellationToken);
        var outcome = dossier.Service.Outcome;
        if (outcome.Register.Length > 0)
        {
            var facts = Facts(dossier, decision);
            var values = outcome.Values.ToDictionary(v => v.Key, v => Evaluate(v.Value, facts));
            // The approver decides; the register's own rights are about people who edit it by hand.
            var record = await records.InsertAsync(work, outcome.Register, values, cancellationToken, Authority.Platform);
            if (!record.IsSuccess) { return record.Error; }
            work.Audit($"register:{outcome.Register}", record.Value.Id.ToString(), summary: $"办件 {@case.Number} 准予后登记");
        }
        return Result.Done;
    }

    public async Task<Result> RefuseAsync(UnitOfWork work, Guid caseId, CancellationToken cancellationToken)
    {
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        await work.SetDecidedAsync(caseId, CaseStatus.Refused, "refused", default, cancellationToken);
        await work.AddTimelineAsync(caseId, "refused", "不予许可", null, null, cancellationToken);
        return Result.Done;
    }

    private Dictionary<string, object?> Facts(Dossier dossier, CaseDecision? decision)
    {
        var facts = dossier.Facts(clock.Today());
        facts["decision"] = decision?.Values ?? new Dictionary<string, object?>();
        return facts;
    }

    private static object? Evaluate(string text, Dictionary<string, object?> facts) =>
        FeelValue.ToClr(Compiled.GetOrAdd(text, static t => Engine.Compile(t, Names).Expression)?.Evaluate(facts).Value);
}
