using Zhengtong.Feel;

namespace Zhengtong.Dmn;

/// <summary>A value, the failures swallowed on the way to it, and how it came about.</summary>
/// <param name="Value">A FEEL value; <see cref="FeelValue.ToClr"/> turns it into a plain one.</param>
/// <param name="Trace">Every decision computed, in order, each once; empty unless asked for.</param>
public sealed record DmnResult(object? Value, IReadOnlyList<FeelWarning> Warnings, IReadOnlyList<DmnStep> Trace)
{
    /// <summary>Whether the value was reached without a swallowed failure.</summary>
    public bool IsClean => Warnings.Count == 0;
}

/// <summary>A decision that was computed.</summary>
/// <param name="Inputs">What it was given: values of the required inputs and decisions.</param>
/// <param name="Tables">Tables that were looked into, with the rules that fired.</param>
public sealed record DmnStep(
    string Decision, string? DecisionId, object? Value, IReadOnlyList<DmnInputValue> Inputs, IReadOnlyList<DmnTableTrace> Tables);

public sealed record DmnInputValue(string Name, object? Value);

/// <summary>One look into a decision table: the inputs, and the rules that fired for them.</summary>
public sealed record DmnTableTrace(string Table, IReadOnlyList<DmnInputValue> Inputs, IReadOnlyList<DmnRuleHit> Hits);

/// <summary>A rule that fired.</summary>
/// <param name="Rule">Number of the rule in its table, from 1.</param>
/// <param name="RuleId">XML id of the rule; null when it has none.</param>
/// <param name="Annotations">What the author noted beside the rule.</param>
public sealed record DmnRuleHit(int Rule, string? RuleId, IReadOnlyList<string> Annotations);

/// <summary>Options of compiling and evaluating models.</summary>
public sealed record DmnOptions
{
    public static DmnOptions Default { get; } = new();

    /// <summary>Bounds of every evaluation of a model.</summary>
    public FeelOptions Feel { get; init; } = FeelOptions.Default;

    /// <summary>Definitions that models may import.</summary>
    public IReadOnlyList<DmnDefinitions> Imports { get; init; } = [];
}
