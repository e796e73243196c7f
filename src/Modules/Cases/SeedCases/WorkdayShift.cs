using Zhengtong.Kernel;

namespace Zhengtong.Cases.SeedCases;

/// <summary>
/// Moves moments by whole working days: what was so many working days apart stays so, and with it every time limit, whatever holidays lie
/// between.
/// </summary>
internal sealed class WorkdayShift
{
    private readonly List<DateOnly> _days = [];
    private readonly Dictionary<DateOnly, int> _places = [];

    public WorkdayShift(WorkingDays calendar)
    {
        for (var day = new DateOnly(calendar.Years.Min(), 1, 1); day.Year <= calendar.Years.Max(); day = day.AddDays(1))
        {
            if (calendar.IsWorkingDay(day) is true) { _days.Add(day); }
            _places[day] = _days.Count - 1;
        }
    }

    /// <summary>Working days from the first that the calendar knows to the day.</summary>
    public int PlaceOf(DateOnly day) => _places[day];

    public DateOnly Add(DateOnly day, int shift)
    {
        var place = _places[day];
        // A day off keeps its distance from the working day before it.
        var after = place < 0 ? 0 : day.DayNumber - _days[place].DayNumber;
        return _days[Math.Clamp(place + shift, 0, _days.Count - 1)].AddDays(after);
    }

    /// <param name="minutes">Moves the time of day too, but not that of limits, which end with the day.</param>
    public DateTimeOffset Add(DateTimeOffset at, int shift, int minutes)
    {
        var local = at.ToLocal();
        var time = local.TimeOfDay;
        // The end of a day is the beginning of the next one.
        if (time == TimeSpan.Zero) { return Add(DateOnly.FromDateTime(local.DateTime).AddDays(-1), shift).AddDays(1).StartOfDay(); }
        var moved = Add(DateOnly.FromDateTime(local.DateTime), shift).StartOfDay() + time;
        return time < TimeSpan.FromHours(6) ? moved : moved.AddMinutes(minutes);
    }
}
