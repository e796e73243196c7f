using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Expressions;

/// <summary>The expression language of conditions, mappings, scripts and rules.</summary>
/// <remarks>An evaluation is a function of text, variables and instant: no clock, no random numbers, or replay would give another
/// state.</remarks>
public interface IProcessExpressions
{
    /// <summary>Evaluates; what fails is told in the result, never thrown.</summary>
    /// <param name="at">The instant of the event that is worked on: what the text may take for now.</param>
    ExpressionResult Evaluate(string text, IVariableScope scope, DateTimeOffset at);

    /// <summary>What is wrong with the text as it stands, or null when it can be evaluated.</summary>
    string? Check(string text);
}

/// <summary>The variables an expression sees: those of the activity, then of the enclosing scopes outwards.</summary>
public interface IVariableScope
{
    /// <summary>All names that can be seen, the nearest first; a name may come twice.</summary>
    IEnumerable<string> Names { get; }

    bool TryGet(string name, out object? value);
}

/// <summary>A value with everything the evaluation swallowed on its way.</summary>
/// <param name="Value">A value of the set of <see cref="DataMap"/>; null also when evaluation failed.</param>
/// <param name="Error">Why there is no value at all (the text does not parse, a bound was hit); null when there is one.</param>
/// <param name="Warnings">What became null silently: shown with the step it happened in.</param>
public readonly record struct ExpressionResult(object? Value, string? Error = null, Items<string> Warnings = default);

/// <summary>A scope over a plain map.</summary>
public sealed class MapScope(DataMap variables) : IVariableScope
{
    public IEnumerable<string> Names => variables.Keys;

    public bool TryGet(string name, out object? value) => variables.TryGetValue(name, out value);
}
