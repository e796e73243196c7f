namespace Zhengtong.Feel;

/// <summary>Bounds that keep any text and any input from taking the process down. All are per evaluation unless they say
/// otherwise.</summary>
public sealed record FeelOptions
{
    public static FeelOptions Default { get; } = new();

    /// <summary>Longest expression, in UTF-16 code units.</summary>
    public int MaxTextLength { get; init; } = 1_000_000;

    /// <summary>Deepest nesting of an expression, in levels of syntax.</summary>
    public int MaxDepth { get; init; } = 400;

    /// <summary>Deepest chain of calls of functions written in FEEL.</summary>
    public int MaxCallDepth { get; init; } = 500;

    /// <summary>Most steps of loops, filters, sorts and list functions together.</summary>
    public long MaxIterations { get; init; } = 10_000_000;

    /// <summary>Longest list that an operation may build, in elements.</summary>
    public int MaxListLength { get; init; } = 1_000_000;

    /// <summary>Longest string that an operation may build, in UTF-16 code units.</summary>
    public int MaxStringLength { get; init; } = 1_000_000;

    /// <summary>Longest evaluation; checked at loops and calls.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest single match of a pattern that needs backtracking (only those with back references do).</summary>
    public TimeSpan PatternTimeLimit { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Most warnings kept with a result; the rest are counted.</summary>
    public int MaxWarnings { get; init; } = 100;

    /// <summary>Clock of <c>now</c> and <c>today</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
