using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Zhengtong.Feel;

/// <summary>What one evaluation uses up and collects: warnings, steps, depth and time. Used by one thread.</summary>
public sealed class Evaluation
{
    private const int StepsBetweenLooksAtTheClock = 512;

    private long deadline;
    private List<FeelWarning>? warnings;
    private long steps;
    private int depth;

    public Evaluation(FeelOptions options)
    {
        Options = options;
        Reset();
    }

    /// <summary>Makes the object as new, so that a host that evaluates millions of times need not make millions of them.</summary>
    internal void Reset()
    {
        (warnings, steps, depth, Source, Position, Host) = (null, 0, 0, null, -1, null);
        var options = Options;
        deadline = options.TimeLimit == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : Stopwatch.GetTimestamp() + (long)(options.TimeLimit.TotalSeconds * Stopwatch.Frequency);
    }

    public FeelOptions Options { get; }

    /// <summary>Failures swallowed so far.</summary>
    public IReadOnlyList<FeelWarning> Warnings => warnings ?? (IReadOnlyList<FeelWarning>)[];

    /// <summary>Name that warnings carry as their source.</summary>
    public string? Source { get; set; }

    /// <summary>Offset in the expression that is being evaluated, for warnings.</summary>
    internal int Position { get; set; } = -1;

    /// <summary>What the host of the evaluation keeps with it.</summary>
    internal object? Host { get; set; }

    internal int WarningCount => warnings?.Count ?? 0;

    /// <summary>Records a swallowed failure and gives the null that stands for it.</summary>
    public object? Warn(string code, string message)
    {
        warnings ??= [];
        if (warnings.Count < Options.MaxWarnings)
        {
            warnings.Add(new FeelWarning(code, message, Position, Source));
        }

        return null;
    }

    internal void ForgetAfter(int count)
    {
        if (warnings is not null && warnings.Count > count)
        {
            warnings.RemoveRange(count, warnings.Count - count);
        }
    }

    /// <summary>Counts a step of work.</summary>
    /// <exception cref="FeelLimitException"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Step()
    {
        steps++;
        if (steps % StepsBetweenLooksAtTheClock == 0)
        {
            CheckBounds();
        }
    }

    internal void Steps(int count)
    {
        steps += count;
        CheckBounds();
    }

    private void CheckBounds()
    {
        if (steps > Options.MaxIterations)
        {
            throw new FeelLimitException("limit.iterations", $"more than {Options.MaxIterations} steps");
        }

        if (Stopwatch.GetTimestamp() > deadline)
        {
            throw new FeelLimitException("limit.time", $"longer than {Options.TimeLimit.TotalSeconds} seconds");
        }
    }

    internal void CheckListLength(long length)
    {
        if (length > Options.MaxListLength)
        {
            throw new FeelLimitException("limit.list-length", $"a list of more than {Options.MaxListLength} elements");
        }
    }

    internal void CheckStringLength(long length)
    {
        if (length > Options.MaxStringLength)
        {
            throw new FeelLimitException("limit.string-length", $"a string of more than {Options.MaxStringLength} characters");
        }
    }

    internal void EnterCall()
    {
        if (++depth > Options.MaxCallDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new FeelLimitException("limit.call-depth", $"calls nested deeper than {Options.MaxCallDepth}");
        }

        Step();
    }

    internal void LeaveCall() => depth--;
}

/// <summary>A bound of <see cref="FeelOptions"/> was reached; becomes null with a warning at the edge of the evaluation.</summary>
public sealed class FeelLimitException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
