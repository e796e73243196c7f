using System.Collections.Concurrent;

namespace Zhengtong.Feel;

/// <summary>Offsets of named zones, from the system's time zone database.</summary>
internal static class Zones
{
    private static readonly ConcurrentDictionary<string, TimeZoneInfo?> Known = new(StringComparer.Ordinal);

    public static bool Exists(string name) => Find(name) is not null;

    public static int StandardOffset(string name) => (int)(Find(name)?.BaseUtcOffset.TotalSeconds ?? 0);

    public static int OffsetAt(string name, FeelDate date, FeelTime time)
    {
        // The Gregorian calendar repeats every 400 years: a year outside the framework's range has the rules of its image within.
        var year = date.Year is >= 2 and <= 9998 ? date.Year : date.Year > 0 ? 9598 + ((date.Year - 9598) % 400) : 2;
        var day = Math.Min(date.Day, FeelDate.DaysInMonth(year, date.Month));
        var clock = new DateTime(year, date.Month, day, 0, 0, 0, DateTimeKind.Unspecified).AddTicks(time.NanoOfDay / 100);
        return (int)(Find(name)?.GetUtcOffset(clock).TotalSeconds ?? 0);
    }

    /// <param name="instant">Nanoseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="about">A local value near it, for the years that the framework does not know.</param>
    public static int OffsetAtInstant(string name, Int128 instant, FeelDateTime about)
    {
        if (about.Date.Year is < 2 or > 9998)
        {
            return OffsetAt(name, about.Date, about.Time);
        }

        var utc = DateTime.UnixEpoch.AddTicks((long)(instant / 100));
        return (int)(Find(name)?.GetUtcOffset(utc).TotalSeconds ?? 0);
    }

    private static TimeZoneInfo? Find(string name)
    {
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var found = name.Length is > 0 and <= 64 && name.All(IsZoneCharacter) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;

        // Only found names are remembered: the database bounds their number, what users mistype does not.
        return found is null ? null : Known.GetOrAdd(name, found);
    }

    private static bool IsZoneCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+';
}
