using System.Globalization;

namespace Zhengtong.Cases.HandleCase;

/// <summary>An order of the list of cases. Each has a key that an index serves; cursors carry the key and the id of the last row.</summary>
/// <param name="Name">As the address names it: <c>submitted</c>, <c>due</c> or <c>number</c>, with <c>-</c> for the other way round.</param>
public sealed record CaseSort(string Name)
{
    /// <summary>Where no limit runs yet: behind all that have one.</summary>
    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static CaseSort Latest { get; } = new("-submitted");

    private string Field => Name.TrimStart('-');

    private bool IsDescending => Name[0] == '-';

    /// <summary>SQL of the key over <c>cases.cases</c>.</summary>
    internal string Key => Field switch
    {
        "number" => "number collate \"C\"",
        "due" => "coalesce(due_at, timestamptz '9999-01-01 00:00:00+00')",
        _ => "submitted_at",
    };

    internal string Beyond => IsDescending ? "<" : ">";

    internal string Direction => IsDescending ? "desc" : "asc";

    /// <summary>Latest first for what is no order.</summary>
    public static CaseSort Of(string? name) => name is "submitted" or "due" or "-due" or "number" or "-number" ? new(name) : Latest;

    internal string CursorOf(CaseRow last) => string.Create(CultureInfo.InvariantCulture, $"{last.Id}_{Field switch
    {
        "number" => last.Number ?? "",
        "due" => (last.DueAt ?? Never).UtcTicks,
        _ => (last.SubmittedAt ?? last.UpdatedAt).UtcTicks,
    }}");

    /// <summary>Where the page before ended; before the first row where there was none, or what came is no cursor of this order.</summary>
    internal (object Key, Guid Id) Read(string? cursor)
    {
        if (cursor?.Split('_', 2) is [var text, var key] && Guid.TryParse(text, out var id))
        {
            if (Field == "number") { return (key.Replace("\0", "", StringComparison.Ordinal), id); }
            if (long.TryParse(key, CultureInfo.InvariantCulture, out var ticks) && ticks >= 0 && ticks < DateTime.MaxValue.Ticks)
            {
                return (new DateTimeOffset(ticks, TimeSpan.Zero), id);
            }
        }
        return (Field, IsDescending) switch
        {
            ("number", false) => ("", Guid.Empty),
            ("number", true) => ("\uffff", Guid.AllBitsSet),
            (_, false) => (DateTimeOffset.UnixEpoch, Guid.Empty),
            _ => (Never, Guid.AllBitsSet),
        };
    }
}
