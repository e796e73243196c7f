using System.Collections.Concurrent;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Documents;
using Zhengtong.Feel;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>Issues a case's documents: numbered, sealed, signed and listed with the case, within the act that causes them.</summary>
internal sealed class CaseDocuments(DocumentIssuer issuer, DossierReader dossiers, IOrganisations organisations, TimeProvider clock)
{
    private static readonly FeelEngine Engine = new();
    private static readonly FeelScope Names = FeelScope.Of("form", "applicant", "decision", "case", "today", "situation", "service");
    private static readonly ConcurrentDictionary<string, FeelExpression?> Compiled = new(StringComparer.Ordinal);

    /// <summary>The general notice for a use such as <c>accepted</c>; nothing happens where no pack has one.</summary>
    public async Task<Result> IssueForUseAsync(UnitOfWork work, Guid caseId, string use, CancellationToken cancellationToken)
    {
        if (issuer.ByUse(use) is not { } document) { return Result.Done; }
        if (await work.FindCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        return await IssueAsync(work, await dossiers.OpenAsync(work, @case, cancellationToken), document, null, false, cancellationToken);
    }

    /// <param name="isLicence">The document is the licence that the item's outcome names.</param>
    public async Task<Result> IssueAsync(
        UnitOfWork work, Dossier dossier, string document, CaseDecision? decision, bool isLicence, CancellationToken cancellationToken)
    {
        var @case = dossier.Case;
        var organisation = await organisations.FindAsync(@case.OrganisationId, cancellationToken);
        var facts = FactsOf(dossier, decision, clock.Today());
        var outcome = dossier.Service.Outcome;
        var issued = await issuer.IssueAsync(work, new()
        {
            Document = document, SubjectType = CaseProcess.SubjectTypeName, SubjectId = @case.Id, Facts = facts, Region = @case.Region,
            Issuer = organisation?.Name ?? "", HolderId = @case.ApplicantId, HolderName = dossier.ApplicantName,
            LicenceType = isLicence && outcome.LicenceType.Length > 0 ? outcome.LicenceType : null,
            ValidUntil = isLicence && outcome.LicenceValid.Length > 0 ? Until(outcome.LicenceValid, facts, clock.Today()) : null,
        }, cancellationToken);
        if (!issued.IsSuccess) { return issued.Error; }
        await work.ExecuteAsync(
            "insert into cases.issued_documents (id, case_id, document, title, number, at) values (@Id, @caseId, @Document, @Title, @Number, @now)",
            new { issued.Value.Id, caseId = @case.Id, issued.Value.Document, issued.Value.Title, issued.Value.Number, now = work.Now },
            cancellationToken);
        work.Audit("document", issued.Value.Id.ToString(), after: new { issued.Value.Document, issued.Value.Number },
            summary: $"制发{issued.Value.Title}");
        return Result.Done;
    }

    /// <summary>What expressions of outcomes and documents see.</summary>
    public static Dictionary<string, object?> FactsOf(Dossier dossier, CaseDecision? decision, DateOnly today)
    {
        var facts = dossier.Facts(today);
        facts["decision"] = decision?.Values ?? new Dictionary<string, object?>();
        if (facts["case"] is Dictionary<string, object?> shown)
        {
            shown["materials"] = dossier.Materials.GroupBy(m => m.Key).Select(object? (g) => new Dictionary<string, object?>
            {
                ["title"] = dossier.Service.Materials.FirstOrDefault(m => m.Key == g.Key)?.Title ?? "申请人签署的确认书", ["copies"] = g.Count(),
            }).ToList();
        }
        if (dossier.Case.Correction.To<Correction>() is { } correction && facts["case"] is Dictionary<string, object?> about)
        {
            about["reason"] = correction.Reason;
            about["deadline"] = correction.Deadline;
            about["missing"] = correction.Missing.Select(object? (m) =>
                new Dictionary<string, object?> { ["title"] = m.Title, ["reason"] = m.Reason }).ToList();
        }
        return facts;
    }

    public static object? Evaluate(string text, Dictionary<string, object?> facts) =>
        FeelValue.ToClr(Compiled.GetOrAdd(text, static t => Engine.Compile(t, Names).Expression)?.Evaluate(facts).Value);

    /// <summary>A date, or a duration from today; years and months come back as their FEEL text.</summary>
    private static DateOnly? Until(string text, Dictionary<string, object?> facts, DateOnly today) =>
        Evaluate($"if ({text}) instance of date then ({text}) else today + ({text})", facts) switch
        {
            DateOnly day => day,
            _ => null,
        };
}
