using System.Collections.Frozen;

namespace Zhengtong.Kernel;

/// <summary>
/// Which days are working days, as the State Council announces them year by year: Monday to Friday, less the holidays, plus the weekend
/// days that are worked in exchange (调休). A year without an announcement is unknown and never guessed.
/// </summary>
public sealed class WorkingDays
{
    private readonly FrozenDictionary<DateOnly, string> _holidays;
    private readonly FrozenDictionary<DateOnly, string> _extraDays;
    private readonly FrozenSet<int> _years;
    private readonly FrozenSet<int> _provisional;

    public WorkingDays(
        IEnumerable<int> years, IEnumerable<KeyValuePair<DateOnly, string>> holidays, IEnumerable<KeyValuePair<DateOnly, string>> extraDays,
        IEnumerable<int>? provisional = null)
    {
        (_years, _provisional) = (years.ToFrozenSet(), (provisional ?? []).ToFrozenSet());
        (_holidays, _extraDays) = (holidays.ToFrozenDictionary(), extraDays.ToFrozenDictionary());
    }

    /// <summary>Years that the calendar knows.</summary>
    public IReadOnlyCollection<int> Years => _years;

    /// <summary>Whether the year holds the statutory days only, because its announcement is not out yet.</summary>
    public bool IsProvisional(int year) => _provisional.Contains(year);

    /// <summary>Null where the year is unknown.</summary>
    public bool? IsWorkingDay(DateOnly day) => _years.Contains(day.Year) ? Works(day) : null;

    /// <summary>Name of the holiday or of the make-up day, where the day is one.</summary>
    public string? NameOf(DateOnly day) => _holidays.GetValueOrDefault(day) ?? _extraDays.GetValueOrDefault(day);

    /// <summary>The <paramref name="days"/>-th working day after <paramref name="day"/>, which itself is day 0 and not counted.</summary>
    /// <param name="days">0 gives the day itself; negative counts backwards.</param>
    /// <returns>A working day, or <c>time-limit.calendar-gap</c> when the calendar ends before it.</returns>
    public Result<DateOnly> Add(DateOnly day, int days)
    {
        var step = Math.Sign(days);
        var left = Math.Abs(days);
        while (left > 0)
        {
            day = day.AddDays(step);
            if (!_years.Contains(day.Year)) { return CalendarErrors.Gap(day.Year); }
            if (Works(day)) { left--; }
        }
        return day;
    }

    /// <summary>Working days after <paramref name="from"/> up to and including <paramref name="to"/>; 0 where it is not later.</summary>
    /// <returns>The number, or <c>time-limit.calendar-gap</c> when the span touches an unknown year.</returns>
    public Result<int> Between(DateOnly from, DateOnly to)
    {
        var count = 0;
        for (var day = from.AddDays(1); day <= to; day = day.AddDays(1))
        {
            if (!_years.Contains(day.Year)) { return CalendarErrors.Gap(day.Year); }
            if (Works(day)) { count++; }
        }
        return count;
    }

    /// <summary>The day itself when it is a working day, else the next one.</summary>
    public Result<DateOnly> OnOrAfter(DateOnly day)
    {
        while (true)
        {
            if (!_years.Contains(day.Year)) { return CalendarErrors.Gap(day.Year); }
            if (Works(day)) { return day; }
            day = day.AddDays(1);
        }
    }

    private bool Works(DateOnly day) =>
        _extraDays.ContainsKey(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.ContainsKey(day));
}

public static class CalendarErrors
{
    public static Error Gap(int year) => new(
        ErrorKind.Conflict, "time-limit.calendar-gap", $"工作日历缺少{year}年的安排，无法计算期限，请管理员补充节假日安排后再试。");

    public static readonly Error Missing = new(ErrorKind.Conflict, "time-limit.no-calendar", "没有安装工作日历，无法计算期限，请联系管理员。");
}
