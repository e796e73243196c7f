using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>A compiled expression. Immutable and thread-safe.</summary>
public sealed class FeelExpression
{
    private readonly Code code;
    private readonly FrameLayout layout;
    private readonly FeelInput[] inputs;
    private readonly FeelOptions options;

    internal FeelExpression(string text, FeelSyntax syntax, Code code, FrameLayout layout, FeelInput[] inputs, FeelOptions options)
    {
        (Text, Syntax) = (text, syntax);
        (this.code, this.layout, this.inputs, this.options) = (code, layout, inputs, options);
    }

    public string Text { get; }

    public FeelSyntax Syntax { get; }

    /// <summary>Type of the value as far as it is known before evaluation.</summary>
    public FeelType Type => Syntax.Type;

    /// <summary>The declared names that the expression uses: what it depends on.</summary>
    public IEnumerable<string> UsedNames => inputs.Select(i => i.Name);

    /// <summary>Evaluates over values, which are converted as <see cref="FeelValue.From(object?)"/> does; absent ones are null.</summary>
    public FeelResult Evaluate(IReadOnlyDictionary<string, object?>? values = null)
    {
        var evaluation = new Evaluation(options);
        var value = Run(evaluation, Fill(layout, inputs, values), code);
        return new FeelResult(value, evaluation.Warnings);
    }

    internal static object?[] Fill(FrameLayout layout, FeelInput[] inputs, IReadOnlyDictionary<string, object?>? values)
    {
        var slots = layout.Count == 0 ? [] : new object?[layout.Count];
        foreach (var input in inputs)
        {
            slots[input.Slot] = values is not null && values.TryGetValue(input.Name, out var value) ? FeelValue.From(value) : null;
        }

        return slots;
    }

    internal static object? Run(Evaluation evaluation, object?[] slots, Code code)
    {
        try
        {
            return code(new Frame(slots, null, evaluation));
        }
        catch (FeelLimitException e)
        {
            return evaluation.Warn(e.Code, e.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            return evaluation.Warn("limit.call-depth", "the evaluation is nested too deep");
        }
    }
}

/// <summary>Compiled unary tests. Immutable and thread-safe.</summary>
public sealed class FeelTest
{
    private readonly TestCode code;
    private readonly FrameLayout layout;
    private readonly FeelInput[] inputs;
    private readonly FeelOptions options;
    private readonly int valueSlot;

    internal FeelTest(string text, FeelUnaryTests syntax, TestCode code, FrameLayout layout, FeelInput[] inputs, FeelOptions options)
    {
        (Text, Syntax) = (text, syntax);
        (this.code, this.layout, this.inputs, this.options) = (code, layout, inputs, options);
        valueSlot = inputs.First(i => i.Name == "?").Slot;
    }

    public string Text { get; }

    public FeelUnaryTests Syntax { get; }

    /// <summary>Whether a value passes; the result is true, false or null.</summary>
    public FeelResult Evaluate(object? value, IReadOnlyDictionary<string, object?>? values = null)
    {
        var evaluation = new Evaluation(options);
        var slots = FeelExpression.Fill(layout, inputs, values);
        var tested = slots[valueSlot] = FeelValue.From(value);
        var result = FeelExpression.Run(evaluation, slots, frame => FeelValue.Box(code(frame, tested)));
        return new FeelResult(result, evaluation.Warnings);
    }
}
