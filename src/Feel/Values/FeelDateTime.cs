namespace Zhengtong.Feel;

/// <summary>A day and a time of day: local, with an offset from UTC, or in a named zone.</summary>
public sealed record FeelDateTime(FeelDate Date, FeelTime Time)
{
    public static FeelDateTime From(DateTimeOffset instant) => new(
        FeelDate.From(DateOnly.FromDateTime(instant.DateTime)),
        new FeelTime(instant.TimeOfDay.Ticks * 100, (int)instant.Offset.TotalSeconds));

    /// <summary>The wall clock of <paramref name="value"/>; UTC when its kind says so, else local.</summary>
    public static FeelDateTime From(DateTime value) => new(
        FeelDate.From(DateOnly.FromDateTime(value)),
        new FeelTime(value.TimeOfDay.Ticks * 100, value.Kind == DateTimeKind.Utc ? 0 : null));

    /// <summary>Midnight UTC of a day: what a date means where an instant is asked for (DMN 1.5, 10.3.2.3.7).</summary>
    internal static FeelDateTime Midnight(FeelDate date) => new(date, new FeelTime(0, 0));

    /// <returns>Null for local values and outside the years that <see cref="DateTimeOffset"/> knows.</returns>
    public DateTimeOffset? ToDateTimeOffset()
    {
        if (Date.Year is < 1 or > 9999 || OffsetSeconds is not { } offset || offset % 60 != 0 || Math.Abs(offset) > 14 * 3600)
        {
            return null;
        }

        var clock = new DateTime(Date.Year, Date.Month, Date.Day, 0, 0, 0, DateTimeKind.Unspecified).AddTicks(Time.NanoOfDay / 100);
        var ticks = clock.Ticks - (offset * TimeSpan.TicksPerSecond);
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks
            ? null
            : new DateTimeOffset(clock, TimeSpan.FromSeconds(offset));
    }

    /// <summary>The wall clock, without offset and zone; null outside the years that <see cref="DateTime"/> knows.</summary>
    public DateTime? ToDateTime() => Date.Year is < 1 or > 9999
        ? null
        : new DateTime(Date.Year, Date.Month, Date.Day, 0, 0, 0, DateTimeKind.Unspecified).AddTicks(Time.NanoOfDay / 100);

    /// <summary>Offset from UTC in seconds on this day, by offset or zone; null for local values.</summary>
    public int? OffsetSeconds => Time.OffsetSeconds ?? (Time.Zone is null ? null : Zones.OffsetAt(Time.Zone, Date, Time));

    internal Int128 LocalNanos => ((Int128)Date.EpochDay * FeelTime.NanosPerDay) + Time.NanoOfDay;

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z; a local value is taken as it stands.</summary>
    internal Int128 Instant => LocalNanos - ((Int128)(OffsetSeconds ?? 0) * FeelTime.NanosPerSecond);

    internal FeelDateTime? PlusMonths(long months) => Date.AddMonths(months) is { } date ? new FeelDateTime(date, Time) : null;

    /// <summary>The instant that many nanoseconds later, on the clock of the same zone.</summary>
    internal FeelDateTime? Plus(Int128 nanos)
    {
        if (AtLocal(LocalNanos + nanos) is not { } guess || Time.Zone is null)
        {
            return AtLocal(LocalNanos + nanos);
        }

        // The zone may have another offset by then: the clock shows what it shows at that instant, also where an hour is left out.
        var instant = Instant + nanos;
        return AtLocal(instant + ((Int128)Zones.OffsetAtInstant(Time.Zone, instant, guess) * FeelTime.NanosPerSecond));
    }

    private FeelDateTime? AtLocal(Int128 total)
    {
        var day = total / FeelTime.NanosPerDay;
        var rest = total % FeelTime.NanosPerDay;
        if (rest < 0)
        {
            rest += FeelTime.NanosPerDay;
            day--;
        }

        return Int128.Abs(day) < 800_000_000_000 && FeelDate.FromEpochDay((long)day) is { } date
            ? new FeelDateTime(date, new FeelTime((long)rest, Time.OffsetSeconds, Time.Zone))
            : null;
    }

    public override string ToString() => $"{Date}T{Time}";
}
