namespace Zhengtong.Registers;

/// <summary>A line of a table that comes in.</summary>
/// <param name="Line">As the person counts in the file, the heading being 1.</param>
/// <param name="Cells">In the order of the heading; null where nothing stands.</param>
public readonly record struct LoadLine(int Line, string?[] Cells)
{
    /// <summary>Id of the record, where the caller must know it; else a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>When the record came about, where that was before now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Who made it, where that was not the one who loads.</summary>
    public string? By { get; init; }
}

/// <summary>A line that was refused, with every reason.</summary>
/// <param name="IsTaken">Nothing is wrong with it but that a record with its unique value is there already.</param>
public sealed record BadLine(int Line, IReadOnlyList<string> Reasons, bool IsTaken = false);

/// <summary>What came of a load.</summary>
/// <param name="Read">Lines read.</param>
/// <param name="Loaded">Records written.</param>
/// <param name="Bad">Lines refused.</param>
/// <param name="Details">Of the first lines refused, in order.</param>
public sealed record LoadOutcome(long Read, long Loaded, long Bad, IReadOnlyList<BadLine> Details);
