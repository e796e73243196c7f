namespace Zhengtong.Kernel;

/// <summary>The time zone in which the platform's offices work. Instants are stored in UTC; this is for edges and calendars only.</summary>
public static class PlatformTime
{
    /// <summary>China has had one zone without summer time since 1992; a machine without the zone database gets the fixed offset.</summary>
    public static TimeZoneInfo Zone { get; } =
        TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out var zone)
            ? zone
            : TimeZoneInfo.CreateCustomTimeZone("Asia/Shanghai", TimeSpan.FromHours(8), "Asia/Shanghai", "Asia/Shanghai");

    public static DateTimeOffset ToLocal(this DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>The legal day at that instant.</summary>
    public static DateOnly ToLocalDay(this DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToLocal().DateTime);

    /// <summary>The instant at which a legal day begins.</summary>
    public static DateTimeOffset StartOfDay(this DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    public static DateOnly Today(this TimeProvider clock) => clock.GetUtcNow().ToLocalDay();
}
