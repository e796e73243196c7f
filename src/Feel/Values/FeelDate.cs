namespace Zhengtong.Feel;

/// <summary>A calendar day of the proleptic Gregorian calendar, years -999,999,999 to 999,999,999.</summary>
public sealed record FeelDate
{
    internal const int MaxYear = 999_999_999;

    private FeelDate(int year, int month, int day) => (Year, Month, Day) = (year, month, day);

    public int Year { get; }

    public int Month { get; }

    public int Day { get; }

    /// <summary>Days since 1970-01-01.</summary>
    internal long EpochDay
    {
        get
        {
            // March-based years put the leap day last, which makes the day of the year a linear function of the month.
            long year = Month <= 2 ? Year - 1L : Year;
            var era = FloorDiv(year, 400);
            var yearOfEra = year - (era * 400);
            var dayOfYear = (((153 * (Month > 2 ? Month - 3 : Month + 9)) + 2) / 5) + Day - 1;
            var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
            return (era * 146097) + dayOfEra - 719468;
        }
    }

    /// <summary>1 for Monday to 7 for Sunday.</summary>
    public int Weekday => (int)FloorMod(EpochDay + 3, 7) + 1;

    public int DayOfYear => (int)(EpochDay - Create(Year, 1, 1)!.EpochDay) + 1;

    /// <summary>The week after ISO 8601: weeks begin on Monday, week 1 holds the first Thursday.</summary>
    public int WeekOfYear
    {
        get
        {
            var thursday = EpochDay - (Weekday - 4);
            var year = FromEpochDay(thursday)?.Year ?? Year;
            return (int)((thursday - Create(year, 1, 1)!.EpochDay) / 7) + 1;
        }
    }

    /// <returns>Null when there is no such day.</returns>
    public static FeelDate? Create(long year, long month, long day) =>
        year is >= -MaxYear and <= MaxYear && month is >= 1 and <= 12 && day >= 1 && day <= DaysInMonth(year, (int)month)
            ? new FeelDate((int)year, (int)month, (int)day)
            : null;

    public static FeelDate From(DateOnly day) => new(day.Year, day.Month, day.Day);

    /// <returns>Null outside the years that <see cref="DateOnly"/> knows.</returns>
    public DateOnly? ToDateOnly() => Year is >= 1 and <= 9999 ? new DateOnly(Year, Month, Day) : null;

    internal static FeelDate? FromEpochDay(long epochDay)
    {
        var shifted = epochDay + 719468;
        var era = FloorDiv(shifted, 146097);
        var dayOfEra = shifted - (era * 146097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1;
        var month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        return Create(year, month, day);
    }

    /// <summary>Adds months; a day that the month does not have becomes its last day.</summary>
    internal FeelDate? AddMonths(long months)
    {
        if (months is > 12L * 2 * MaxYear or < -12L * 2 * MaxYear)
        {
            return null;
        }

        var total = (Year * 12L) + Month - 1 + months;
        var year = FloorDiv(total, 12);
        var month = (int)FloorMod(total, 12) + 1;
        return year is >= -MaxYear and <= MaxYear ? Create(year, month, Math.Min(Day, DaysInMonth(year, month))) : null;
    }

    internal FeelDate? AddDays(long days) =>
        days is > 800_000_000_000 or < -800_000_000_000 ? null : FromEpochDay(EpochDay + days);

    internal static int DaysInMonth(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    internal static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    internal static long FloorMod(long value, long by) => ((value % by) + by) % by;

    public int CompareTo(FeelDate? other) => other is null ? 1 : EpochDay.CompareTo(other.EpochDay);

    public override string ToString() =>
        Year < 0 ? $"-{-Year:0000}-{Month:00}-{Day:00}" : $"{Year:0000}-{Month:00}-{Day:00}";
}
