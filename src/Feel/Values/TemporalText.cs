namespace Zhengtong.Feel;

/// <summary>Reads the lexical forms of XML Schema that FEEL uses, with zones after an @ (DMN 1.5, 10.3.2.3 and 10.3.4.1).</summary>
internal static class TemporalText
{
    /// <summary>The value of an at literal: date, time, date and time, or duration; null when it is none of them.</summary>
    public static object? ReadAny(string text) =>
        (object?)ReadDate(text) ?? ReadTime(text) ?? (object?)ReadDateTime(text) ?? ReadDuration(text);

    public static FeelDate? ReadDate(ReadOnlySpan<char> text)
    {
        var at = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
        {
            at++;
        }

        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        var digits = at - start;
        if (digits is < 4 or > 9 || (digits > 4 && text[start] == '0') || text.Length - at != 6)
        {
            return null;
        }

        if (text[at] != '-' || text[at + 3] != '-' || !Two(text[(at + 1)..], out var month) || !Two(text[(at + 4)..], out var day))
        {
            return null;
        }

        var year = int.Parse(text[start..at]);
        return FeelDate.Create(negative ? -year : year, month, day);
    }

    public static FeelTime? ReadTime(ReadOnlySpan<char> text) => ReadTime(text, out _);

    public static FeelDateTime? ReadDateTime(ReadOnlySpan<char> text)
    {
        var separator = text.IndexOf('T');
        if (separator < 0)
        {
            return ReadDate(text) is { } day ? new FeelDateTime(day, new FeelTime(0)) : null;
        }

        if (ReadDate(text[..separator]) is not { } date || ReadTime(text[(separator + 1)..], out var nextDay) is not { } time)
        {
            return null;
        }

        var actual = nextDay ? date.AddDays(1) : date;
        return actual is null ? null : new FeelDateTime(actual, time);
    }

    /// <summary>Either kind of duration.</summary>
    public static object? ReadDuration(ReadOnlySpan<char> text)
    {
        var negative = text.Length > 0 && text[0] == '-';
        var at = negative ? 1 : 0;
        if (at >= text.Length || text[at++] != 'P' || at >= text.Length)
        {
            return null;
        }

        var rest = text[at..];
        return rest.IndexOfAny('Y', 'M') is var i && i >= 0 && rest[..i].IndexOfAny('D', 'T') < 0
            ? ReadYearsMonths(rest, negative)
            : ReadDaysTime(rest, negative);
    }

    private static YearsMonthsDuration? ReadYearsMonths(ReadOnlySpan<char> text, bool negative)
    {
        FeelNumber months = 0;
        if (Part(ref text, 'Y', out var years))
        {
            months = years * 12;
        }

        if (Part(ref text, 'M', out var rest))
        {
            months += rest;
        }

        return text.IsEmpty ? YearsMonthsDuration.Create(negative ? -months : months) : null;
    }

    private static DaysTimeDuration? ReadDaysTime(ReadOnlySpan<char> text, bool negative)
    {
        FeelNumber seconds = 0;
        var any = false;
        if (Part(ref text, 'D', out var days))
        {
            seconds += days * 86400;
            any = true;
        }

        if (!text.IsEmpty)
        {
            if (text[0] != 'T')
            {
                return null;
            }

            text = text[1..];
            any = false;
            if (Part(ref text, 'H', out var hours))
            {
                seconds += hours * 3600;
                any = true;
            }

            if (Part(ref text, 'M', out var minutes))
            {
                seconds += minutes * 60;
                any = true;
            }

            if (Part(ref text, 'S', out var exact, fraction: true))
            {
                seconds += exact;
                any = true;
            }
        }

        var nanos = seconds * FeelTime.NanosPerSecond;
        return any && text.IsEmpty ? DaysTimeDuration.Create(negative ? -nanos : nanos) : null;
    }

    private static bool Part(ref ReadOnlySpan<char> text, char unit, out FeelNumber value, bool fraction = false)
    {
        value = 0;
        var at = 0;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (fraction && text[at] == '.' && at > 0)))
        {
            at++;
        }

        if (at == 0 || at > 40 || at >= text.Length || text[at] != unit || !FeelNumber.TryParse(text[..at].TrimEnd('.'), out value))
        {
            return false;
        }

        text = text[(at + 1)..];
        return true;
    }

    private static FeelTime? ReadTime(ReadOnlySpan<char> text, out bool nextDay)
    {
        nextDay = false;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':'
            || !Two(text, out var hour) || !Two(text[3..], out var minute) || !Two(text[6..], out var second))
        {
            return null;
        }

        var at = 8;
        long nano = 0;
        if (at < text.Length && text[at] == '.')
        {
            var start = ++at;
            long unit = FeelTime.NanosPerSecond / 10;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                nano += (text[at] - '0') * unit;
                unit /= 10;
            }

            if (at == start)
            {
                return null;
            }
        }

        if (hour == 24 && minute == 0 && second == 0 && nano == 0)
        {
            nextDay = true;
            hour = 0;
        }

        if (hour > 23 || minute > 59 || second > 59 || !ReadZone(text[at..], out var offset, out var zone))
        {
            return null;
        }

        return new FeelTime((((((hour * 60L) + minute) * 60) + second) * FeelTime.NanosPerSecond) + nano, offset, zone);
    }

    private static bool ReadZone(ReadOnlySpan<char> text, out int? offset, out string? zone)
    {
        offset = null;
        zone = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] == '@')
        {
            zone = text[1..].ToString();
            return Zones.Exists(zone);
        }

        if (text is "Z" or "z")
        {
            offset = 0;
            return true;
        }

        if (text[0] is not ('+' or '-') || text.Length is not (6 or 9) || text[3] != ':'
            || !Two(text[1..], out var hours) || !Two(text[4..], out var minutes) || minutes > 59)
        {
            return false;
        }

        var seconds = 0;
        if (text.Length == 9 && (text[6] != ':' || !Two(text[7..], out seconds) || seconds > 59))
        {
            return false;
        }

        var total = (hours * 3600) + (minutes * 60) + seconds;
        offset = text[0] == '-' ? -total : total;
        return FeelTime.IsOffset(offset);
    }

    private static bool Two(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (text.Length < 2 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1]))
        {
            return false;
        }

        value = ((text[0] - '0') * 10) + text[1] - '0';
        return true;
    }
}
