using System.Globalization;

namespace Zhengtong.Feel;

/// <summary>A duration of years and months, counted in months.</summary>
public sealed record YearsMonthsDuration(long Months)
{
    internal const long Limit = 12L * 2 * FeelDate.MaxYear;

    public int CompareTo(YearsMonthsDuration? other) => other is null ? 1 : Months.CompareTo(other.Months);

    internal static YearsMonthsDuration? Create(FeelNumber months) =>
        months.Round(0, FeelRounding.Down).TryToInt64(out var whole) && whole is <= Limit and >= -Limit
            ? new YearsMonthsDuration(whole)
            : null;

    public override string ToString()
    {
        if (Months == 0)
        {
            return "P0M";
        }

        var size = Math.Abs(Months);
        return (Months < 0 ? "-P" : "P") + (size >= 12 ? $"{size / 12}Y" : "") + (size % 12 != 0 ? $"{size % 12}M" : "");
    }
}

/// <summary>A duration of days, hours, minutes and seconds, counted in nanoseconds.</summary>
public sealed record DaysTimeDuration
{
    internal static readonly Int128 Limit = (Int128)FeelTime.NanosPerDay * 800_000_000_000;

    internal DaysTimeDuration(Int128 nanos) => Nanos = nanos;

    /// <summary>Length in nanoseconds.</summary>
    public Int128 Nanos { get; }

    public static DaysTimeDuration From(TimeSpan span) => new((Int128)span.Ticks * 100);

    /// <returns>Null when it is longer than <see cref="TimeSpan"/> can say.</returns>
    public TimeSpan? ToTimeSpan() =>
        Nanos / 100 is var ticks && ticks >= long.MinValue && ticks <= long.MaxValue ? new TimeSpan((long)ticks) : null;

    internal long Days => (long)(Nanos / FeelTime.NanosPerDay);

    internal int Hours => (int)(Nanos / (3600 * FeelTime.NanosPerSecond) % 24);

    internal int Minutes => (int)(Nanos / (60 * FeelTime.NanosPerSecond) % 60);

    internal FeelNumber Seconds => FeelNumber.FromInt64((long)(Nanos % (60 * FeelTime.NanosPerSecond))) / FeelTime.NanosPerSecond;

    internal static DaysTimeDuration? Create(Int128 nanos) =>
        Int128.Abs(nanos) <= Limit ? new DaysTimeDuration(nanos) : null;

    internal static DaysTimeDuration? Create(FeelNumber nanos)
    {
        var whole = nanos.Round(0, FeelRounding.Down).ToBigInteger();
        return System.Numerics.BigInteger.Abs(whole) <= (System.Numerics.BigInteger)Limit ? new DaysTimeDuration((Int128)whole) : null;
    }

    internal FeelNumber AsNumber => FeelNumber.FromBigInteger((System.Numerics.BigInteger)Nanos);

    public int CompareTo(DaysTimeDuration? other) => other is null ? 1 : Nanos.CompareTo(other.Nanos);

    public override string ToString()
    {
        if (Nanos == 0)
        {
            return "PT0S";
        }

        var size = Int128.Abs(Nanos);
        var days = size / FeelTime.NanosPerDay;
        var clock = (long)(size % FeelTime.NanosPerDay);
        var (hours, minutes) = (clock / (3600 * FeelTime.NanosPerSecond), clock / (60 * FeelTime.NanosPerSecond) % 60);
        var (seconds, nano) = (clock / FeelTime.NanosPerSecond % 60, clock % FeelTime.NanosPerSecond);
        var fraction = nano == 0 ? "" : "." + nano.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
        var time = (hours > 0 ? $"{hours}H" : "") + (minutes > 0 ? $"{minutes}M" : "")
            + (seconds > 0 || nano > 0 ? $"{seconds}{fraction}S" : "");
        return (Nanos < 0 ? "-P" : "P") + (days > 0 ? $"{days.ToString(CultureInfo.InvariantCulture)}D" : "")
            + (time.Length > 0 ? "T" + time : "");
    }
}
