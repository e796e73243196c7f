namespace Zhengtong.Registers;

/// <summary>A line of a table that comes in.</summary>
/// <param name="Line">As the person counts in the file, the heading being 1.</param>
/// <param name="Cells">In the order of the heading; null where nothing stands.</param>
public readonly record struct LoadLine(int Line, string?[] Cells);

/// <summary>A line that was refused, with every reason.</summary>
public sealed record BadLine(int Line, IReadOnlyList<string> Reasons);

/// <summary>What came of a load.</summary>
/// <param name="Read">Lines read.</param>
/// <param name="Loaded">Records written.</param>
/// <param name="Bad">Lines refused.</param>
/// <param name="Details">Of the first lines refused, in order.</param>
public sealed record LoadOutcome(long Read, long Loaded, long Bad, IReadOnlyList<BadLine> Details);
