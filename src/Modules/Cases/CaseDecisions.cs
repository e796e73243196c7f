using Zhengtong.Decisions;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>What eligibility says of a case, as it is kept with it.</summary>
/// <param name="Values">Everything the decision gives, e.g. <c>amount</c>; documents and registers read it.</param>
/// <param name="Explanation">Which rules fired, in words.</param>
public sealed record CaseDecision(
    bool Eligible, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, object?> Values, IReadOnlyList<string> Explanation,
    IReadOnlyList<string> Warnings);

public sealed record MissingMaterial(string Key, string Title, string Reason);

/// <summary>Asks a service item's decisions, in the versions that the case was started with.</summary>
internal sealed class CaseDecisions(DecisionLog log, TimeProvider clock)
{
    /// <summary>Under which the log keeps what was asked for a case.</summary>
    public static string SubjectOf(Guid caseId) => $"case:{caseId}";

    /// <summary>Null where the item has no eligibility decision.</summary>
    public CaseDecision? Eligibility(Dossier dossier) => Ask(dossier, "eligibility") is { } answer ? Of(answer) : null;

    /// <summary>The same, kept in the case's log: for acts that rest on the answer.</summary>
    public async Task<CaseDecision?> EligibilityAsync(UnitOfWork work, Dossier dossier, CancellationToken cancellationToken)
    {
        if (Ask(dossier, "eligibility") is not { } answer) { return null; }
        await log.WriteAsync(work, SubjectOf(dossier.Case.Id), answer, cancellationToken);
        return Of(answer);
    }

    /// <param name="purpose"><c>eligibility</c> or <c>materials</c>.</param>
    public DecisionAnswer? Ask(Dossier dossier, string purpose) =>
        dossier.Service.Decisions.TryGetValue(purpose, out var reference)
            ? DecisionEngine.Evaluate(dossier.Rules[DecisionEngine.KeyOf(reference)], reference, dossier.Facts(clock.Today()))
            : null;

    public static CaseDecision Of(DecisionAnswer answer)
    {
        var values = answer.Value as IReadOnlyDictionary<string, object?>
            ?? new Dictionary<string, object?> { ["eligible"] = answer.Value };
        return new(
            values.GetValueOrDefault("eligible") is true,
            [.. (values.GetValueOrDefault("reasons") as IEnumerable<object?> ?? []).OfType<string>()],
            values, answer.Explanation, answer.Warnings);
    }

    /// <summary>What the pre-check finds missing: the item's own decision table, or its required materials where it has none.</summary>
    public IReadOnlyList<MissingMaterial> Missing(Dossier dossier) => Missing(dossier, Ask(dossier, "materials"));

    /// <summary>The same, kept in the case's log.</summary>
    public async Task<IReadOnlyList<MissingMaterial>> MissingAsync(UnitOfWork work, Dossier dossier, CancellationToken cancellationToken)
    {
        var answer = Ask(dossier, "materials");
        if (answer is not null) { await log.WriteAsync(work, SubjectOf(dossier.Case.Id), answer, cancellationToken); }
        return Missing(dossier, answer);
    }

    private static IReadOnlyList<MissingMaterial> Missing(Dossier dossier, DecisionAnswer? answer)
    {
        if (answer is null) { return [.. dossier.Missing.Select(m => new MissingMaterial(m.Key, m.Title, "未提交"))]; }
        return [.. (answer.Value as IEnumerable<object?> ?? []).OfType<IReadOnlyDictionary<string, object?>>()
            .Select(m => Named(dossier, m))
            .Where(m => dossier.Materials.All(have => have.Key != m.Key))];
    }

    private static MissingMaterial Named(Dossier dossier, IReadOnlyDictionary<string, object?> missing)
    {
        var key = missing.GetValueOrDefault("key") as string ?? "";
        return new(key, dossier.Service.Materials.FirstOrDefault(m => m.Key == key)?.Title ?? key,
            missing.GetValueOrDefault("reason") as string ?? "未提交");
    }
}
