using System.Globalization;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Times that people write without a zone are meant in the platform's; days and months are cut in it.</summary>
public static class LocalTime
{
    internal static string ZoneName => PlatformTime.Zone.Id;

    public static DateOnly Day(DateTimeOffset instant) => instant.ToLocalDay();

    public static DateTimeOffset ToInstant(DateTime local)
    {
        var wall = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return new DateTimeOffset(wall, PlatformTime.Zone.GetUtcOffset(wall)).ToUniversalTime();
    }

    internal static DateTimeOffset? Parse(string text)
    {
        if (DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return ToInstant(local);
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && text.Length >= 16 && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
            ? instant : null;
    }

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd", "yyyy/M/d H:mm",
            "yyyy/M/d H:mm:ss"];
}
