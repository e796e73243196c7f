using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases;

/// <summary>A case with everything that pages and rules ask of it, opened for somebody who may see it.</summary>
public sealed record Dossier(
    Case Case, ServiceItem Service, FormDefinition Form, FilledForm Filled, IReadOnlyDictionary<string, string> Situation,
    IReadOnlyDictionary<string, object?> Applicant, string ApplicantName, IReadOnlyList<CaseMaterial> Materials,
    IReadOnlyList<NeededMaterial> Needed)
{
    /// <summary>The item's decision models by key, in the versions of this case.</summary>
    public required IReadOnlyDictionary<string, DecisionVersion> Rules { get; init; }

    /// <summary>What rules and expressions see: the form, the applicant, the situation, the case, today.</summary>
    public Dictionary<string, object?> Facts(DateOnly today) => new(StringComparer.Ordinal)
    {
        ["form"] = Filled.Answers,
        ["applicant"] = Applicant,
        ["situation"] = Situation.ToDictionary(s => s.Key, object? (s) => s.Value),
        ["materials"] = Materials.Select(object? (m) => m.Key).Distinct().ToList(),
        ["today"] = today,
        ["case"] = new Dictionary<string, object?>
        {
            ["number"] = Case.Number, ["region"] = Case.Region, ["channel"] = Case.Channel,
            ["submitted"] = Case.SubmittedAt?.ToLocalDay(), ["accepted"] = Case.AcceptedAt?.ToLocalDay(),
            ["due"] = CaseWords.DueDay(Case.DueAt),
        },
        ["service"] = new Dictionary<string, object?>
        {
            ["key"] = Service.Key, ["title"] = Service.Title, ["statutory"] = Service.TimeLimit.Statutory,
            ["promised"] = Service.TimeLimit.Promised,
        },
    };

    /// <summary>Required materials that nothing has been handed in for.</summary>
    public IReadOnlyList<Material> Missing =>
        [.. Needed.Where(n => n.Need is MaterialNeed.Required && Materials.All(m => m.Key != n.Material.Key)).Select(n => n.Material)];
}
