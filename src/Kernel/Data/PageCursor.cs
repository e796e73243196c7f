using System.Globalization;

namespace Zhengtong.Kernel;

/// <summary>Where a page of a list ended: its last row's moment and id. The next one begins behind it, however many rows lie before.</summary>
/// <param name="Number">Where several rows have an id: the number of the row, e.g. of the task within its run.</param>
public readonly record struct PageCursor(DateTimeOffset At, Guid Id, int Number = 0)
{
    /// <summary>Before the first row of a list that shows the oldest first.</summary>
    public static PageCursor Oldest { get; } = new(DateTimeOffset.UnixEpoch, Guid.Empty);

    /// <summary>Before the first row of a list that shows the latest first.</summary>
    public static PageCursor Latest { get; } = new(new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), Guid.AllBitsSet, int.MaxValue);

    /// <summary>Null for what is no cursor: the list begins at its beginning.</summary>
    public static PageCursor? Read(string? text) =>
        text?.Split('_') is { Length: 2 or 3 } parts && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at > 0 && at < DateTime.MaxValue.Ticks && Guid.TryParse(parts[1], out var id)
        && int.TryParse(parts.ElementAtOrDefault(2) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(new DateTimeOffset(at, TimeSpan.Zero), id, number)
            : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}_{Id}") + (Number == 0 ? "" : $"_{Number}");
}
