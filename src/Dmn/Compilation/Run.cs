using Zhengtong.Feel;

namespace Zhengtong.Dmn.Compilation;

/// <summary>One evaluation of a graph: values of inputs and of decisions as far as they are computed. Used by one thread.</summary>
internal sealed class Run
{
    private readonly object?[] values;
    private readonly bool[] known;
    private readonly Frame?[] frames;

    public Run(int nodes, Evaluation evaluation, Recorder? recorder)
    {
        values = new object?[nodes];
        known = new bool[nodes];
        frames = new Frame?[nodes];
        Evaluation = evaluation;
        Recorder = recorder;
    }

    public Evaluation Evaluation { get; }

    /// <summary>Keeps the explanation; null when none is wanted.</summary>
    public Recorder? Recorder { get; set; }

    /// <summary>The variables of a decision; it is computed once in a run, so that a later run can use them again.</summary>
    public Frame FrameOf(int node, FrameLayout layout) => frames[node] ??= new Frame(new object?[layout.Count], null, Evaluation);

    /// <summary>Forgets everything, so that the next run starts as new.</summary>
    public void Reset()
    {
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i])
            {
                frames[i]?.Slots.AsSpan().Clear();
            }
        }

        Array.Clear(values);
        Array.Clear(known);
        Recorder = null;
        Evaluation.Reset();
    }

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
