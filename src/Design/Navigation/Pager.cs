namespace Zhengtong.Design;

/// <summary>Where a list stands.</summary>
public sealed record Pager
{
    /// <summary>Rows in all, or as far as was counted; null when not counted.</summary>
    public long? Count { get; init; }

    /// <summary>The count stopped at its bound: <c>1000+</c>.</summary>
    public bool Capped { get; init; }

    /// <summary>Cursor of the next page; null on the last one.</summary>
    public string? Next { get; init; }

    /// <summary>Cursor of the page before; null on the first one.</summary>
    public string? Previous { get; init; }

    /// <summary>For a list whose rows are not counted: the number is known only where all of them are on the page.</summary>
    /// <param name="rows">On this page.</param>
    /// <param name="next">Cursor of the next page.</param>
    /// <param name="cursor">Cursor of this page; null on the first.</param>
    public static Pager Uncounted(int rows, string? next, string? cursor) =>
        new() { Count = next is null && cursor is null ? rows : null, Next = next };

    /// <summary>Name of the cursor in the query.</summary>
    public string CursorName { get; init; } = "cursor";

    /// <summary>Rows per page.</summary>
    public int Size { get; init; } = 20;

    /// <summary>Sizes to choose from; empty hides the choice.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [];
}
