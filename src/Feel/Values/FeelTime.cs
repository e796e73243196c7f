using System.Globalization;

namespace Zhengtong.Feel;

/// <summary>A time of day to the nanosecond: local, with an offset from UTC, or in a named zone.</summary>
public sealed record FeelTime
{
    internal const long NanosPerSecond = 1_000_000_000;
    internal const long NanosPerDay = 86_400 * NanosPerSecond;

    internal FeelTime(long nanoOfDay, int? offsetSeconds = null, string? zone = null) =>
        (NanoOfDay, OffsetSeconds, Zone) = (nanoOfDay, offsetSeconds, zone);

    public long NanoOfDay { get; }

    /// <summary>Offset from UTC in seconds; null for local times and for named zones.</summary>
    public int? OffsetSeconds { get; }

    /// <summary>Name of the zone in the time zone database; null when there is none.</summary>
    public string? Zone { get; }

    public int Hour => (int)(NanoOfDay / (3600 * NanosPerSecond));

    public int Minute => (int)(NanoOfDay / (60 * NanosPerSecond) % 60);

    public int Second => (int)(NanoOfDay / NanosPerSecond % 60);

    /// <summary>Nanoseconds within the second.</summary>
    public int Nano => (int)(NanoOfDay % NanosPerSecond);

    /// <summary>Whether the time says where it is: by offset or by zone.</summary>
    public bool IsZoned => OffsetSeconds is not null || Zone is not null;

    internal bool IsLocal => !IsZoned;

    /// <summary>The seconds with their fraction.</summary>
    internal FeelNumber ExactSecond => Second + (FeelNumber.FromInt64(Nano) / 1_000_000_000);

    /// <returns>Null when a part is out of range.</returns>
    public static FeelTime? Create(long hour, long minute, FeelNumber second, int? offsetSeconds = null, string? zone = null)
    {
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second < 0 || second >= 60)
        {
            return null;
        }

        var nanos = (second * NanosPerSecond).Round(0, FeelRounding.Down);
        return nanos.TryToInt64(out var fine) && IsOffset(offsetSeconds)
            ? new FeelTime((((hour * 60) + minute) * 60 * NanosPerSecond) + fine, offsetSeconds, zone)
            : null;
    }

    public static FeelTime From(TimeOnly time) => new(time.Ticks * 100);

    public TimeOnly ToTimeOnly() => new(NanoOfDay / 100);

    internal static bool IsOffset(int? seconds) => seconds is null or (>= -18 * 3600 and <= 18 * 3600);

    /// <summary>Offset in seconds; for a zone its standard offset, since a time of day knows no date.</summary>
    internal int? StandardOffset => OffsetSeconds ?? (Zone is null ? null : Zones.StandardOffset(Zone));

    /// <summary>Nanoseconds after midnight UTC, for ordering and equality of times that say where they are.</summary>
    internal long Instant => NanoOfDay - ((StandardOffset ?? 0) * NanosPerSecond);

    internal FeelTime Plus(Int128 nanos)
    {
        var sum = (NanoOfDay + (long)(nanos % NanosPerDay) + NanosPerDay) % NanosPerDay;
        return new FeelTime(sum, OffsetSeconds, Zone);
    }

    public override string ToString() => ClockText + ZoneText;

    internal string ClockText
    {
        get
        {
            var fraction = Nano == 0 ? "" : "." + Nano.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
            return $"{Hour:00}:{Minute:00}:{Second:00}{fraction}";
        }
    }

    internal string ZoneText => Zone is not null ? "@" + Zone : OffsetSeconds is { } offset ? OffsetText(offset) : "";

    internal static string OffsetText(int offset)
    {
        if (offset == 0)
        {
            return "Z";
        }

        var size = Math.Abs(offset);
        var seconds = size % 60 == 0 ? "" : $":{size % 60:00}";
        return $"{(offset < 0 ? '-' : '+')}{size / 3600:00}:{size / 60 % 60:00}{seconds}";
    }
}
