using System.Globalization;

namespace Zhengtong.Processes;

/// <summary>An order of the to-dos by something else than arrival.</summary>
/// <param name="Name">As the address names it: <c>due</c> or <c>number</c>, with <c>-</c> for the other way round.</param>
internal sealed record InboxSort(string Name)
{
    /// <summary>Where there is no limit: behind all that have one.</summary>
    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private string Field => Name.TrimStart('-');

    private bool IsDescending => Name[0] == '-';

    /// <summary>SQL of the key over <c>processes.tasks t</c> and <c>processes.instances i</c>.</summary>
    private string Key => Field switch
    {
        "number" => "i.number collate \"C\"",
        _ => "coalesce(t.due_at, i.due_at, timestamptz '9999-01-01 00:00:00+00')",
    };

    /// <summary>The rows behind the cursor.</summary>
    public string After => $" where ({Key}, t.instance_id, t.task) {(IsDescending ? "<" : ">")} (@key, @instance, @task) ";

    public string Order => IsDescending
        ? $" order by {Key} desc, t.instance_id desc, t.task desc "
        : $" order by {Key}, t.instance_id, t.task ";

    /// <summary>Null for what is no order, and for that of arrival, which has an index.</summary>
    public static InboxSort? Of(string? name) => name is "due" or "-due" or "number" or "-number" ? new(name) : null;

    public string CursorOf(InboxItem last) => string.Create(CultureInfo.InvariantCulture, $"{last.InstanceId}_{last.Task}_{Field switch
    {
        "number" => last.Number,
        _ => (last.DueAt ?? Never).UtcTicks,
    }}");

    /// <summary>Where the page before ended; before the first row where there was none, or what came is no cursor of this order.</summary>
    public (object Key, Guid Instance, int Task) Read(string? cursor)
    {
        if (cursor?.Split('_', 3) is [var id, var number, var key] && Guid.TryParse(id, out var instance)
            && int.TryParse(number, CultureInfo.InvariantCulture, out var task))
        {
            if (Field == "number") { return (key.Replace("\0", "", StringComparison.Ordinal), instance, task); }
            if (long.TryParse(key, CultureInfo.InvariantCulture, out var ticks) && ticks >= 0 && ticks < DateTime.MaxValue.Ticks)
            {
                return (new DateTimeOffset(ticks, TimeSpan.Zero), instance, task);
            }
        }
        return (Field, IsDescending) switch
        {
            ("number", false) => ("", Guid.Empty, -1),
            ("number", true) => ("\uffff", Guid.AllBitsSet, int.MaxValue),
            (_, false) => (DateTimeOffset.UnixEpoch, Guid.Empty, -1),
            _ => (Never, Guid.AllBitsSet, int.MaxValue),
        };
    }
}
