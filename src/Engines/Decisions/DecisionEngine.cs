using Zhengtong.Dmn;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

/// <summary>A decision's answer as plain values, with how it came about in words.</summary>
/// <param name="Decision">What answered, as <c>key#decision</c>.</param>
/// <param name="Title">What the author calls the decision.</param>
/// <param name="Version">Version of the model that answered.</param>
/// <param name="Value">Text, decimal, bool, <see cref="DateOnly"/>, lists and dictionaries.</param>
/// <param name="Explanation">A sentence for each decision computed and each rule that fired, in order.</param>
/// <param name="Warnings">What the evaluation swallowed: shown to the officer, because null is seldom what the author meant.</param>
public sealed record DecisionAnswer(
    string Decision, string Title, int Version, object? Value, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings);

/// <summary>A published version of a model: what a case was started with, whatever has been published since.</summary>
public sealed record DecisionVersion(DmnModel Model, int Version);

/// <summary>Evaluates published decisions. Thread-safe; a model is compiled once per version.</summary>
public sealed class DecisionEngine(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<DmnModel> _models = new(artefacts, DecisionKind.Name, DecisionKind.Compile);

    /// <summary>The newest model of a key, or null.</summary>
    public DmnModel? Latest(string key) => _models.Latest(key);

    /// <param name="reference"><c>key#decision</c>, by name or id; without <c>#</c> the model's last decision.</param>
    /// <param name="facts">Values for the model's inputs by name; others are left aside.</param>
    /// <exception cref="InvalidOperationException">No such decision is published: packs check references, so this is a broken
    /// installation.</exception>
    public DecisionAnswer Evaluate(string reference, IReadOnlyDictionary<string, object?> facts)
    {
        var (key, name) = reference.Split('#', 2) is [var k, var n] ? (k, n) : (reference, null);
        var model = _models.Latest(key) ?? throw new InvalidOperationException($"decision {key} is not published");
        return Evaluate(model, key, name ?? model.Decisions.Last().Name, facts);
    }

    /// <summary>The same with a version that somebody has kept.</summary>
    public static DecisionAnswer Evaluate(DecisionVersion pinned, string reference, IReadOnlyDictionary<string, object?> facts)
    {
        var decision = reference.Split('#', 2) is [_, var name] ? name : pinned.Model.Decisions.Last().Name;
        return Evaluate(pinned, KeyOf(reference), decision, facts);
    }

    /// <summary>That version of a model, or the newest one where none is asked for; null where it does not exist.</summary>
    public async ValueTask<DecisionVersion?> FindAsync(string reference, int? version, CancellationToken cancellationToken)
    {
        var key = KeyOf(reference);
        if ((version ?? artefacts.Latest(DecisionKind.Name, key)?.Version) is not { } wanted) { return null; }
        return await _models.GetAsync(key, wanted, cancellationToken) is { } model ? new(model, wanted) : null;
    }

    /// <summary>The model of a reference, which may name a decision within it.</summary>
    public static string KeyOf(string reference) => reference.Split('#')[0];

    internal DecisionAnswer Evaluate(DmnModel model, string key, string decision, IReadOnlyDictionary<string, object?> facts) =>
        Evaluate(new DecisionVersion(model, artefacts.Latest(DecisionKind.Name, key)?.Version ?? 0), key, decision, facts);

    private static DecisionAnswer Evaluate(DecisionVersion asked, string key, string decision, IReadOnlyDictionary<string, object?> facts)
    {
        var result = asked.Model.Evaluate(decision, facts);
        return new(
            $"{key}#{decision}", DecisionWords.LabelOf(asked.Model, decision), asked.Version, FeelValue.ToClr(result.Value), DecisionWords.Say(asked.Model, result),
            [.. result.Warnings.Select(w => DecisionWords.Say(asked.Model, w)).Distinct()]);
    }
}
