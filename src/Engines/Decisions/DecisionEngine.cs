using Zhengtong.Dmn;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

/// <summary>A decision's answer as plain values, with how it came about in words.</summary>
/// <param name="Value">Text, decimal, bool, <see cref="DateOnly"/>, lists and dictionaries.</param>
/// <param name="Explanation">A sentence for each decision computed and each rule that fired, in order.</param>
/// <param name="Warnings">What the evaluation swallowed: shown to the officer, because null is seldom what the author meant.</param>
/// <param name="Version">Version of the model that answered.</param>
public sealed record DecisionAnswer(object? Value, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings, int Version);

/// <summary>Evaluates published decisions. Thread-safe; a model is compiled once per version.</summary>
public sealed class DecisionEngine(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<DmnModel> _models = new(artefacts, DecisionKind.Name, DecisionKind.Compile);

    /// <summary>The newest model of a key, or null.</summary>
    public DmnModel? Latest(string key) => _models.Latest(key);

    /// <param name="reference"><c>key#decision</c>, by name or id; without <c>#</c> the model's only decision that no other needs.</param>
    /// <param name="facts">Values for the model's inputs by name; others are left aside.</param>
    /// <exception cref="InvalidOperationException">No such decision is published: packs check references, so this is a broken installation.</exception>
    public DecisionAnswer Evaluate(string reference, IReadOnlyDictionary<string, object?> facts)
    {
        var (key, name) = reference.Split('#', 2) is [var k, var n] ? (k, n) : (reference, null);
        var model = _models.Latest(key) ?? throw new InvalidOperationException($"decision {key} is not published");
        var decision = name ?? model.Decisions.Last().Name;
        var result = model.Evaluate(decision, facts);
        return new(
            FeelValue.ToClr(result.Value),
            [.. result.Trace.SelectMany(Say)],
            [.. result.Warnings.Select(w => w.ToString())],
            artefacts.Latest(DecisionKind.Name, key)?.Version ?? 0);
    }

    private static IEnumerable<string> Say(DmnStep step)
    {
        foreach (var table in step.Tables)
        {
            var inputs = string.Join("，", table.Inputs.Select(i => $"{i.Name} = {Text(i.Value)}"));
            var rules = table.Hits.Count == 0 ? "没有规则命中" : $"命中规则 {string.Join("、", table.Hits.Select(h => h.Rule))}";
            var notes = string.Join("；", table.Hits.SelectMany(h => h.Annotations).Where(a => a.Length > 0));
            yield return $"{table.Table}：{inputs}，{rules}{(notes.Length > 0 ? $"（{notes}）" : "")}";
        }
        yield return $"{step.Decision} = {Text(step.Value)}";
    }

    private static string Text(object? value) => value switch
    {
        null => "空",
        true => "是",
        false => "否",
        string text => text,
        _ => FeelValue.ToText(value),
    };
}
