using System.Globalization;
using System.Text.RegularExpressions;

namespace Zhengtong.Bpmn.Interpreter;

/// <summary>A duration of ISO 8601: months and the rest, because a month is no fixed number of days.</summary>
public readonly record struct IsoDuration(int Months, TimeSpan Rest)
{
    public DateTimeOffset After(DateTimeOffset instant) => instant.AddMonths(Months).Add(Rest);

    public DateTimeOffset Before(DateTimeOffset instant) => instant.AddMonths(-Months).Subtract(Rest);
}

/// <summary>The literals of ISO 8601 that timers are written in.</summary>
public static partial class IsoTime
{
    // Beyond a thousand years a due time has no meaning and arithmetic overflows.
    private const double MostDays = 365_250;

    public static bool TryDuration(string text, out IsoDuration duration)
    {
        duration = default;
        var match = Duration().Match(text.Trim());
        if (!match.Success || text.Trim().EndsWith('T') || text.Trim().Length < 3)
        {
            return false;
        }

        var months = (Part(match, "y") * 12) + Part(match, "m");
        var days = (Part(match, "w") * 7) + Part(match, "d") + (Part(match, "h") / 24) + (Part(match, "n") / 1440)
            + (Part(match, "s") / 86400);
        if (months > 12_000 || days > MostDays)
        {
            return false;
        }

        var seconds = (decimal)(Part(match, "w") * 7 + Part(match, "d")) * 86400 + (decimal)Part(match, "h") * 3600
            + (decimal)Part(match, "n") * 60 + (decimal)Part(match, "s");
        duration = new((int)months, new TimeSpan((long)(seconds * TimeSpan.TicksPerSecond)));
        return true;
    }

    /// <summary>An instant; without an offset it is taken as UTC.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text.Trim(),
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out instant);

    /// <summary>A repeating interval such as <c>R3/PT10M</c> or <c>R/2026-01-01T00:00:00Z/P1D</c>.</summary>
    /// <param name="repetitions">Null for without end.</param>
    public static bool TryCycle(string text, out int? repetitions, out DateTimeOffset? start, out IsoDuration interval)
    {
        repetitions = null;
        start = null;
        interval = default;
        var parts = text.Trim().Split('/');
        if (parts.Length is < 2 or > 3 || !parts[0].StartsWith('R'))
        {
            return false;
        }

        if (parts[0].Length > 1)
        {
            if (!int.TryParse(parts[0].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }

            repetitions = count;
        }

        if (parts.Length == 3)
        {
            if (!TryInstant(parts[1], out var first))
            {
                return false;
            }

            start = first;
        }

        return TryDuration(parts[^1], out interval) && (interval.Months > 0 || interval.Rest > TimeSpan.Zero);
    }

    internal static bool IsLiteral(string text) =>
        TryDuration(text, out _) || TryInstant(text, out _) || TryCycle(text, out _, out _, out _);

    private static double Part(Match match, string group) =>
        match.Groups[group].Success ? double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^P(?:(?<y>\d{1,6})Y)?(?:(?<m>\d{1,6})M)?(?:(?<w>\d{1,6})W)?(?:(?<d>\d{1,7})D)?(?:T(?:(?<h>\d{1,8})H)?(?:(?<n>\d{1,9})M)?(?:(?<s>\d{1,10}(?:\.\d{1,7})?)S)?)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
