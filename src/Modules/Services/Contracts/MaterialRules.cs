using System.Collections.Concurrent;
using Zhengtong.Feel;

namespace Zhengtong.Services.Contracts;

/// <summary>Whether a material is wanted.</summary>
public enum MaterialNeed
{
    Required,

    /// <summary>It depends on answers that are not known yet.</summary>
    Depends,
    Optional,
}

public sealed record NeededMaterial(Material Material, MaterialNeed Need);

/// <summary>Says which materials a situation and a form need: FEEL over <c>form</c>, <c>situation</c>, <c>applicant</c>.</summary>
public sealed class MaterialRules
{
    private static readonly FeelEngine Engine = new();
    private static readonly FeelScope Names = FeelScope.Of("form", "situation", "applicant");
    private readonly ConcurrentDictionary<string, FeelExpression?> _compiled = new(StringComparer.Ordinal);

    /// <summary>For a filled-in form: each material is wanted or not. A rule that cannot be worked out leaves its material
    /// optional.</summary>
    public IReadOnlyList<NeededMaterial> For(
        ServiceItem item, IReadOnlyDictionary<string, object?> form, IReadOnlyDictionary<string, string> situation,
        IReadOnlyDictionary<string, object?> applicant)
    {
        var scope = new Dictionary<string, object?>
        {
            ["form"] = form, ["situation"] = situation.ToDictionary(s => s.Key, object? (s) => s.Value), ["applicant"] = applicant,
        };
        return [.. item.Materials.Select(
            m => new NeededMaterial(m, Evaluate(m.Required, scope) is true ? MaterialNeed.Required : MaterialNeed.Optional))];
    }

    /// <summary>For the guide, where only the situation is known: its answers count as those of the form of the same name.</summary>
    public IReadOnlyList<NeededMaterial> ForGuide(ServiceItem item, IReadOnlyDictionary<string, string> situation)
    {
        var known = situation.ToDictionary(s => s.Key, object? (s) => s.Value);
        var scope = new Dictionary<string, object?> { ["form"] = known, ["situation"] = known,
            ["applicant"] = new Dictionary<string, object?>() };
        return [.. item.Materials.Select(m => new NeededMaterial(m, GuideNeed(item, m, scope)))];
    }

    private MaterialNeed GuideNeed(ServiceItem item, Material material, Dictionary<string, object?> scope) => material.Required switch
    {
        "true" => MaterialNeed.Required,
        "false" => MaterialNeed.Optional,
        var rule when Evaluate(rule, scope) is true => MaterialNeed.Required,
        // Every question of the guide that the rule speaks of is answered: then the answer is no.
        var rule when item.Situations.Any(s => rule.Contains(s.Key, StringComparison.Ordinal))
            && item.Situations.Where(s => rule.Contains(s.Key, StringComparison.Ordinal))
                .All(s => ((Dictionary<string, object?>)scope["situation"]!).ContainsKey(s.Key))
            => MaterialNeed.Optional,
        _ => MaterialNeed.Depends,
    };

    private object? Evaluate(string rule, Dictionary<string, object?> scope) =>
        _compiled.GetOrAdd(rule, static r => Engine.Compile(r, Names).Expression)?.Evaluate(scope).Value;
}
