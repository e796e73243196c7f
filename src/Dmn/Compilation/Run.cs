using Zhengtong.Feel;

namespace Zhengtong.Dmn.Compilation;

/// <summary>One evaluation of a graph: values of inputs and of decisions as far as they are computed. Used by one thread.</summary>
internal sealed class Run
{
    private readonly object?[] values;
    private readonly bool[] known;

    public Run(int nodes, Evaluation evaluation, Recorder? recorder)
    {
        values = new object?[nodes];
        known = new bool[nodes];
        Evaluation = evaluation;
        Recorder = recorder;
    }

    public Evaluation Evaluation { get; }

    /// <summary>Keeps the explanation; null when none is wanted.</summary>
    public Recorder? Recorder { get; }

    public bool IsKnown(int node) => known[node];

    public object? this[int node]
    {
        get => values[node];
        set => (values[node], known[node]) = (value, true);
    }
}

/// <summary>Collects the explanation while decisions call each other.</summary>
internal sealed class Recorder
{
    private readonly Stack<List<DmnTableTrace>> open = new();

    public List<DmnStep> Steps { get; } = [];

    public void Begin() => open.Push([]);

    public void Add(DmnTableTrace trace)
    {
        if (open.TryPeek(out var tables))
        {
            tables.Add(trace);
        }
    }

    public IReadOnlyList<DmnTableTrace> End() => open.Pop();
}
