using Zhengtong.Decisions;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>What eligibility says of a case, as it is kept with it.</summary>
/// <param name="Values">Everything the decision gives, e.g. <c>amount</c>; documents and registers read it.</param>
/// <param name="Explanation">Which rules fired, in words.</param>
public sealed record CaseDecision(
    bool Eligible, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, object?> Values, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings);

public sealed record MissingMaterial(string Key, string Title, string Reason);

/// <summary>Asks a service item's decisions.</summary>
internal sealed class CaseDecisions(DecisionEngine decisions, TimeProvider clock)
{
    /// <summary>Null where the item has no eligibility decision.</summary>
    public CaseDecision? Eligibility(Dossier dossier)
    {
        if (!dossier.Service.Decisions.TryGetValue("eligibility", out var reference)) { return null; }
        var answer = decisions.Evaluate(reference, dossier.Facts(clock.Today()));
        var values = answer.Value as IReadOnlyDictionary<string, object?> ?? new Dictionary<string, object?> { ["eligible"] = answer.Value };
        return new(
            values.GetValueOrDefault("eligible") is true,
            [.. (values.GetValueOrDefault("reasons") as IEnumerable<object?> ?? []).OfType<string>()],
            values, answer.Explanation, answer.Warnings);
    }

    /// <summary>What the pre-check finds missing: the item's own decision table, or its required materials where it has none.</summary>
    public IReadOnlyList<MissingMaterial> Missing(Dossier dossier)
    {
        if (!dossier.Service.Decisions.TryGetValue("materials", out var reference))
        {
            return [.. dossier.Missing.Select(m => new MissingMaterial(m.Key, m.Title, "未提交"))];
        }
        var answer = decisions.Evaluate(reference, dossier.Facts(clock.Today()));
        return [.. (answer.Value as IEnumerable<object?> ?? []).OfType<IReadOnlyDictionary<string, object?>>().Select(m => Named(dossier, m))
            .Where(m => dossier.Materials.All(have => have.Key != m.Key))];
    }

    private static MissingMaterial Named(Dossier dossier, IReadOnlyDictionary<string, object?> missing)
    {
        var key = missing.GetValueOrDefault("key") as string ?? "";
        return new(key, dossier.Service.Materials.FirstOrDefault(m => m.Key == key)?.Title ?? key, missing.GetValueOrDefault("reason") as string ?? "未提交");
    }
}
