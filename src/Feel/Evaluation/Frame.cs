namespace Zhengtong.Feel;

/// <summary>A compiled expression.</summary>
internal delegate object? Code(Frame frame);

/// <summary>A compiled unary test of a value.</summary>
internal delegate bool? TestCode(Frame frame, object? value);

/// <summary>The variables of one activation. Slots are set before they are read; a function keeps a copy of those around it.</summary>
internal sealed class Frame(object?[] slots, Frame? parent, Evaluation evaluation)
{
    public object?[] Slots { get; } = slots;

    public Frame? Parent { get; } = parent;

    public Evaluation Evaluation { get; } = evaluation;

    public object? Warn(int position, string code, string message)
    {
        Evaluation.Position = position;
        return Evaluation.Warn(code, message);
    }

    public Frame Snapshot() => new((object?[])Slots.Clone(), Parent, Evaluation);
}

/// <summary>How many slots an activation needs.</summary>
internal sealed class FrameLayout
{
    public int Count { get; private set; }

    public int Add() => Count++;
}

/// <summary>Where the names at a place are found when the expression runs.</summary>
internal sealed class CompileScope(CompileScope? parent, FrameLayout layout)
{
    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);

    public CompileScope? Parent { get; } = parent;

    public FrameLayout Layout { get; } = layout;

    /// <summary>Slot of the element of a filter whose members are names here; -1 when this is no such scope.</summary>
    public int ElementSlot { get; init; } = -1;

    public int Declare(string name) => slots[name] = Layout.Add();

    public void Alias(string name, int slot) => slots[name] = slot;

    public bool TryFind(string name, out int slot) => slots.TryGetValue(name, out slot);
}

/// <summary>A function written in FEEL, with the variables around it.</summary>
internal sealed class Closure(
    string name, IReadOnlyList<FeelParameter> parameters, FeelType result, FrameLayout layout, int[] parameterSlots, Code body,
    Frame captured)
    : FeelFunction(name, parameters, result)
{
    /// <summary>Lets a function see itself under the name that its value is given.</summary>
    public void Bind(int slot) => captured.Slots[slot] = this;

    internal override object? Call(object?[] arguments, Evaluation evaluation)
    {
        if (!TryBind(arguments, evaluation))
        {
            return null;
        }

        var slots = new object?[layout.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            slots[parameterSlots[i]] = arguments[i];
        }

        evaluation.EnterCall();
        var value = body(new Frame(slots, captured, evaluation));
        evaluation.LeaveCall();
        return Result.Coerce(value, evaluation, Name);
    }
}
