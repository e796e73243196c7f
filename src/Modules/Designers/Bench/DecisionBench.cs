using System.Text.RegularExpressions;
using Zhengtong.Decisions;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Designers.Bench;

/// <param name="Sample">What the field holds at first: every name that the rules use, without a value.</param>
public sealed record BenchInput(string Name, string Label, string Type, string Sample);

public sealed record BenchDecision(string Name, string Label);

/// <summary>An answer with how it came about.</summary>
/// <param name="Value">As FEEL text.</param>
/// <param name="Steps">A sentence for each table looked into and each decision computed.</param>
public sealed record BenchAnswer(string Value, IReadOnlyList<string> Steps, IReadOnlyList<string> Warnings);

/// <summary>Tries a decision model, published or not, with values typed as FEEL (JSON is FEEL).</summary>
public sealed partial class DecisionBench
{
    private static readonly FeelEngine Engine = new();
    private readonly DmnModel _model;
    private readonly string _text;

    private DecisionBench(DmnModel model, string text) => (_model, _text) = (model, text);

    /// <summary>Null where the text is no decision model.</summary>
    public static DecisionBench? Open(string dmn) => DmnModel.Read(dmn).Model is { } model ? new(model, dmn) : null;

    public IReadOnlyList<BenchDecision> Decisions =>
        [.. _model.Definitions.Elements.OfType<DmnElement.Decision>().Select(d => new BenchDecision(d.Name, DecisionWords.LabelOf(d)))
            .Reverse()];

    public IReadOnlyList<BenchInput> Inputs(DateOnly today) =>
        [.. _model.Inputs.Select(i => new BenchInput(
            i.Name, _model.Definitions.Elements.FirstOrDefault(e => e.Name == i.Name) is { } element
                ? DecisionWords.LabelOf(element)
                : i.Name, i.Type.ToString() ?? "",
            i.Name == "today" ? today.ToString("yyyy-MM-dd") : Sample(i.Name)))];

    /// <param name="inputs">Name → FEEL text; empty is null.</param>
    /// <returns>The answer, or what is wrong with which input.</returns>
    public (BenchAnswer? Answer, IReadOnlyList<(string Input, string Message)> Faults) Run(
        string decision, IReadOnlyDictionary<string, string> inputs)
    {
        var faults = new List<(string, string)>();
        var values = new Dictionary<string, object?>();
        foreach (var input in _model.Inputs)
        {
            if (!inputs.TryGetValue(input.Name, out var text) || string.IsNullOrWhiteSpace(text)) { continue; }
            text = text.Trim();
            // A day is typed as a day; in FEEL that would be a subtraction.
            if (Day().IsMatch(text)) { text = $"date(\"{text}\")"; }
            var compiled = Engine.Compile(text);
            if (compiled.Expression is null)
            {
                faults.Add((input.Name, string.Join("；", compiled.Faults.Select(f => $"第 {f.Line} 行第 {f.Column} 列：{f.Message}"))));
                continue;
            }
            values[input.Name] = compiled.Expression.Evaluate(FeelContext.Empty).Value;
        }
        if (faults.Count > 0) { return (null, faults); }
        var result = _model.Evaluate(decision, values);
        return (new(Text(result.Value), DecisionWords.Say(_model, result), [.. result.Warnings.Select(w => DecisionWords.Say(_model, w)).Distinct()]), []);
    }

    private static string Text(object? value) => value is null ? "null" : FeelValue.ToText(value);

    private string Sample(string input)
    {
        var names = Regex.Matches(_text, $@"(?<![\p{{L}}\p{{N}}_.]){Regex.Escape(input)}\.([\p{{L}}_][\p{{L}}\p{{N}}_]*)")
            .Select(m => m.Groups[1].Value).Distinct().ToList();
        return names.Count == 0 ? "" : $"{{\n{string.Join(",\n", names.Select(n => $"  {n}: null"))}\n}}";
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Day();
}
