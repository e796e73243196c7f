using Zhengtong.Feel;

namespace Zhengtong.Dmn.Compilation;

/// <summary>An element of the compiled graph.</summary>
internal abstract class Node(int index, string modelNamespace, string name, string? id)
{
    public int Index { get; } = index;

    public string Namespace { get; } = modelNamespace;

    public string Name { get; } = name;

    public string? Id { get; } = id;

    /// <summary>Name of the variable that carries the value.</summary>
    public string VariableName { get; init; } = name;

    public FeelType Type { get; set; } = FeelType.Any;

    /// <summary>The value in a run, computed when it is not known yet.</summary>
    public abstract object? ValueIn(Run run);
}

internal sealed class InputNode(int index, string modelNamespace, string name, string? id) : Node(index, modelNamespace, name, id)
{
    public override object? ValueIn(Run run) => run[Index];
}

/// <summary>A slot filled before logic runs: from one node, or from the nodes that are known under a prefix.</summary>
internal sealed record Link(int Slot, Node? Single, string[] Names, Node[] Group)
{
    public object? ValueIn(Run run) => Single is not null ? Single.ValueIn(run) : GroupIn(run);

    private FeelContext GroupIn(Run run) => new(Names, [.. Group.Select(n => n.ValueIn(run))]);
}

internal sealed class DecisionNode(int index, string modelNamespace, string name, string? id) : Node(index, modelNamespace, name, id)
{
    public Link[] Links { get; set; } = [];

    public FrameLayout Layout { get; set; } = new();

    /// <summary>Null when the decision is made elsewhere.</summary>
    public Code? Code { get; set; }

    public override object? ValueIn(Run run)
    {
        if (run.IsKnown(Index))
        {
            return run[Index];
        }

        // Set first: a graph that leads back here (a fault of the model) ends instead of running on.
        run[Index] = null;
        if (Code is null)
        {
            return null;
        }

        var frame = run.FrameOf(Index, Layout);
        var slots = frame.Slots;
        foreach (var link in Links)
        {
            slots[link.Slot] = link.ValueIn(run);
        }

        var evaluation = run.Evaluation;
        var outer = evaluation.Source;
        evaluation.Source = Name;
        run.Recorder?.Begin();
        var value = Type.Coerce(Code(frame), evaluation, Name);
        evaluation.Source = outer;
        run[Index] = value;
        run.Recorder?.Steps.Add(new DmnStep(Name, Id, value, InputsOf(slots), run.Recorder.End()));
        return value;
    }

    private List<DmnInputValue> InputsOf(object?[] slots)
    {
        var inputs = new List<DmnInputValue>();
        foreach (var link in Links)
        {
            if (link.Single is InputNode or DecisionNode)
            {
                inputs.Add(new DmnInputValue(link.Single.Name, slots[link.Slot]));
            }
            else if (slots[link.Slot] is FeelContext group)
            {
                inputs.AddRange(group.Where(e => e.Value is not FeelFunction).Select(e => new DmnInputValue(e.Key, e.Value)));
            }
        }

        return inputs;
    }
}

/// <summary>Knowledge is a function, the same in every run.</summary>
internal sealed class KnowledgeNode(int index, string modelNamespace, string name, string? id) : Node(index, modelNamespace, name, id)
{
    public FeelFunction? Function { get; set; }

    public override object? ValueIn(Run run) => Function;
}

/// <summary>The function of a business knowledge model; its logic is set after all functions are known to each other.</summary>
internal sealed class KnowledgeFunction(string name, IReadOnlyList<FeelParameter> parameters, FeelType result)
    : FeelFunction(name, parameters, result)
{
    private FrameLayout layout = new();
    private int[] slots = [];
    private Code? body;
    private Frame? around;

    public void Define(FrameLayout bodyLayout, int[] parameterSlots, Code code, Frame knowledge) =>
        (layout, slots, body, around) = (bodyLayout, parameterSlots, code, knowledge);

    internal override object? Call(object?[] arguments, Evaluation evaluation)
    {
        if (!TryBind(arguments, evaluation))
        {
            return null;
        }

        if (body is null)
        {
            return evaluation.Warn("call.no-logic", $"{Name} has no logic");
        }

        var values = new object?[layout.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[slots[i]] = arguments[i];
        }

        evaluation.EnterCall();
        var value = body(new Frame(values, around, evaluation));
        evaluation.LeaveCall();
        return Result.Coerce(value, evaluation, Name);
    }
}

/// <summary>The function of a decision service: a run of its own over the inputs it is given.</summary>
internal sealed class ServiceFunction(string name, IReadOnlyList<FeelParameter> parameters, FeelType result, Func<int> nodes)
    : FeelFunction(name, parameters, result)
{
    private Node[] inputs = [];
    private Node[] outputs = [];

    /// <param name="inputNodes">Input data and input decisions, in the order of the parameters.</param>
    public void Define(Node[] inputNodes, Node[] outputNodes) => (inputs, outputs) = (inputNodes, outputNodes);

    public IReadOnlyList<Node> Inputs => inputs;

    internal override object? Call(object?[] arguments, Evaluation evaluation)
    {
        if (!TryBind(arguments, evaluation))
        {
            return null;
        }

        evaluation.EnterCall();
        var outer = evaluation.Host as Run;
        var run = new Run(nodes(), evaluation, outer?.Recorder);
        for (var i = 0; i < inputs.Length; i++)
        {
            run[inputs[i].Index] = arguments[i];
        }

        evaluation.Host = run;
        object? value = outputs.Length == 1
            ? outputs[0].ValueIn(run)
            : new FeelContext([.. outputs.Select(o => o.VariableName)], [.. outputs.Select(o => o.ValueIn(run))]);
        evaluation.Host = outer;
        evaluation.LeaveCall();
        return Result.Coerce(value, evaluation, Name);
    }
}
