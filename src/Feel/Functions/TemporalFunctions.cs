namespace Zhengtong.Feel.Functions;

/// <summary>Functions of dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7 and 10.3.4.8).</summary>
internal static class TemporalFunctions
{
    private static readonly string[] Weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    public static IEnumerable<Builtin> All { get; } =
    [
        new("date", FeelType.Date,
            Overload.Of("year:number, month:number, day:number", (a, e) => DateOf(a, e)),
            Overload.Of("from:any", (a, e) => Single(a[0]) switch
            {
                string text => (object?)TemporalText.ReadDate(text) ?? NoLiteral("date", text, e),
                FeelDate date => date,
                FeelDateTime instant => instant.Date,
                var other => NoArgument("date", other, e),
            })),
        new("time", FeelType.Time,
            Overload.Of("hour:number, minute:number, second:number, offset:days?~", (a, e) => TimeOf(a, e)),
            Overload.Of("from:any", (a, e) => Single(a[0]) switch
            {
                string text => (object?)TemporalText.ReadTime(text) ?? NoLiteral("time", text, e),
                FeelTime time => time,
                FeelDateTime instant => instant.Time,
                FeelDate => new FeelTime(0, 0),
                var other => NoArgument("time", other, e),
            })),
        new("date and time", FeelType.DateTime,
            Overload.Of("date:day, time:any", (a, e) => a[1] is FeelTime time
                ? new FeelDateTime(a[0] as FeelDate ?? ((FeelDateTime)a[0]!).Date, time)
                : NoArgument("date and time", a[1], e)),
            Overload.Of(
                "year:number, month:number, day:number, hour:number, minute:number, second:number, offset:any?~", (a, e) => Parts(a, e)),
            Overload.Of(
                "year:number, month:number, day:number, hour:number, minute:number, second:number, timezone:string", (a, e) => Parts(a, e)),
            Overload.Of("from:any", (a, e) => Single(a[0]) switch
            {
                string text => (object?)TemporalText.ReadDateTime(text) ?? NoLiteral("date and time", text, e),
                FeelDateTime instant => instant,
                FeelDate date => FeelDateTime.Midnight(date),
                var other => NoArgument("date and time", other, e),
            })),
        new("duration", FeelType.Any, Overload.Of("from:any", (a, e) => Single(a[0]) switch
        {
            string text => TemporalText.ReadDuration(text) ?? NoLiteral("duration", text, e),
            YearsMonthsDuration or DaysTimeDuration => Single(a[0]),
            var other => NoArgument("duration", other, e),
        })),
        new("years and months duration", FeelType.YearsMonthsDuration,
            Overload.Of("from:day, to:day", (a, _) => MonthsBetween(a[0]!, a[1]!))),
        new("now", FeelType.DateTime, Overload.Of("", (_, e) => FeelDateTime.From(e.Options.Clock.GetLocalNow()))),
        new("today", FeelType.Date, Overload.Of("", (_, e) => FeelDateTime.From(e.Options.Clock.GetLocalNow()).Date)),
        new("day of week", FeelType.String, Overload.Of("date:day", (a, _) => Weekdays[Day(a).Weekday - 1])),
        new("month of year", FeelType.String, Overload.Of("date:day", (a, _) => Months[Day(a).Month - 1])),
        new("day of year", FeelType.Number, Overload.Of("date:day", (a, _) => FeelNumber.Box(Day(a).DayOfYear))),
        new("week of year", FeelType.Number, Overload.Of("date:day", (a, _) => FeelNumber.Box(Day(a).WeekOfYear))),
        new("is", FeelType.Boolean, Overload.Of("value1:any?~, value2:any?~", (a, _) => FeelValue.Box(Identical(a[0], a[1])))),
    ];

    private static object? Single(object? value) => value is FeelList { Count: 1 } list ? list[0] : value;

    private static FeelDate Day(object?[] arguments) => arguments[0] as FeelDate ?? ((FeelDateTime)arguments[0]!).Date;

    private static object? NoLiteral(string function, string text, Evaluation evaluation) =>
        evaluation.Warn("literal.temporal", $"{function}: '{text}' is none");

    private static object? NoArgument(string function, object? value, Evaluation evaluation) =>
        evaluation.Warn("call.arguments", $"{function} cannot be called with ({FeelTypes.Describe(value)})");

    private static bool TryWhole(object? value, out long whole)
    {
        whole = 0;
        return value is FeelNumber number && number.TryToInt64(out whole);
    }

    private static object? DateOf(object?[] parts, Evaluation evaluation) =>
        TryWhole(parts[0], out var year) && TryWhole(parts[1], out var month) && TryWhole(parts[2], out var day)
            && FeelDate.Create(year, month, day) is { } date
            ? date
            : evaluation.Warn("temporal.range", $"there is no day {parts[0]}-{parts[1]}-{parts[2]}");

    private static object? TimeOf(object?[] parts, Evaluation evaluation) =>
        TryOffset(parts[3], out var offset) && Clock(parts, 0, offset, null) is { } time
            ? time
            : evaluation.Warn("temporal.range", $"there is no time {parts[0]}:{parts[1]}:{parts[2]}");

    private static FeelTime? Clock(object?[] parts, int at, int? offset, string? zone) =>
        TryWhole(parts[at], out var hour) && TryWhole(parts[at + 1], out var minute)
            ? FeelTime.Create(hour, minute, (FeelNumber)parts[at + 2]!, offset, zone)
            : null;

    private static object? Parts(object?[] parts, Evaluation evaluation)
    {
        var zone = parts[6] as string;
        var offset = default(int?);
        var valid = zone is null ? TryOffset(parts[6], out offset) : Zones.Exists(zone);
        return valid && DateOf(parts, evaluation) is FeelDate date && Clock(parts, 3, offset, zone) is { } time
            ? new FeelDateTime(date, time)
            : evaluation.Warn("temporal.range", "there is no such date and time");
    }

    // An offset is a duration, or a number of hours.
    private static bool TryOffset(object? value, out int? seconds)
    {
        seconds = null;
        switch (value)
        {
            case null:
                return true;
            case DaysTimeDuration duration:
                var exact = duration.Nanos / FeelTime.NanosPerSecond;
                seconds = Int128.Abs(exact) <= int.MaxValue ? (int)exact : int.MaxValue;
                return FeelTime.IsOffset(seconds);
            case FeelNumber hours when (hours * 3600).TryToInt32(out var whole):
                seconds = whole;
                return FeelTime.IsOffset(seconds);
            default:
                return false;
        }
    }

    private static YearsMonthsDuration MonthsBetween(object from, object to)
    {
        var start = from as FeelDateTime ?? FeelDateTime.Midnight((FeelDate)from);
        var end = to as FeelDateTime ?? FeelDateTime.Midnight((FeelDate)to);
        var months = ((end.Date.Year - (long)start.Date.Year) * 12) + end.Date.Month - start.Date.Month;

        // A month counts when it is complete.
        var rest = end.Date.Day.CompareTo(start.Date.Day);
        rest = rest == 0 ? end.Time.NanoOfDay.CompareTo(start.Time.NanoOfDay) : rest;
        months += months > 0 && rest < 0 ? -1 : months < 0 && rest > 0 ? 1 : 0;
        return new YearsMonthsDuration(months);
    }

    // Unlike equality this tells the same instant on different clocks apart (DMN 1.5, 10.3.4.11).
    private static bool Identical(object? a, object? b) => (a, b) switch
    {
        (FeelTime x, FeelTime y) => x == y,
        (FeelDateTime x, FeelDateTime y) => x == y,
        _ => FeelValue.Same(a, b),
    };
}
