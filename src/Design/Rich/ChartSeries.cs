namespace Zhengtong.Design;

/// <summary>A row of numbers in a chart; null leaves a gap.</summary>
/// <param name="Tone">For what is good or bad; null takes the next colour.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<decimal?> Values, Tone? Tone = null);

/// <summary>How a chart draws.</summary>
public enum ChartKind
{
    /// <summary>Bars beside one another.</summary>
    Bar,

    /// <summary>Bars to the right, for long names.</summary>
    HorizontalBar,

    /// <summary>Bars on one another.</summary>
    Stacked,

    /// <summary>Lines over time.</summary>
    Line,

    /// <summary>Filled lines over time.</summary>
    Area,

    /// <summary>Shares of a whole; the first series only, up to six parts.</summary>
    Pie,

    /// <summary>Several measures of a few things.</summary>
    Radar,

    /// <summary>One value between 0 and 100.</summary>
    Gauge,
}
