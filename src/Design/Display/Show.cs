using System.Globalization;

namespace Zhengtong.Design;

/// <summary>How numbers, dates and sizes are written for people. Nothing here knows the machine's culture.</summary>
public static class Show
{
    /// <summary>What stands for "not there".</summary>
    public const string Nothing = "—";

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary><c>1,234.50</c>, always two decimals.</summary>
    public static string Money(decimal? value) => value?.ToString("#,##0.00", Plain) ?? Nothing;

    /// <summary><c>12,345</c>, decimals as they come (at most four).</summary>
    public static string Number(decimal? value) => value?.ToString("#,##0.####", Plain) ?? Nothing;

    /// <summary>Large numbers as they are read: <c>9,876</c>, <c>1,234.5 万</c>, <c>3.2 亿</c>.</summary>
    public static string Large(decimal? value) => value switch
    {
        null => Nothing,
        { } v when Math.Abs(v) >= 100_000_000 => (v / 100_000_000).ToString("#,##0.##", Plain) + " 亿",
        { } v when Math.Abs(v) >= 10_000 => (v / 10_000).ToString("#,##0.#", Plain) + " 万",
        _ => Number(value),
    };

    /// <summary>A share: 0.125 is <c>12.5%</c>.</summary>
    public static string Percent(decimal? value) => value is { } v ? (v * 100).ToString("#,##0.##", Plain) + "%" : Nothing;

    /// <summary><c>2026-11-20</c>.</summary>
    public static string Date(DateOnly? value) => value?.ToString("yyyy-MM-dd", Plain) ?? Nothing;

    /// <summary><c>2026年11月20日</c>, for documents and the portal.</summary>
    public static string LongDate(DateOnly? value) => value is { } v ? $"{v.Year}年{v.Month}月{v.Day}日" : Nothing;

    /// <summary><c>2026-11-20 09:30</c> in the zone.</summary>
    public static string Instant(DateTimeOffset? value, TimeZoneInfo zone) =>
        value is { } v ? TimeZoneInfo.ConvertTime(v, zone).ToString("yyyy-MM-dd HH:mm", Plain) : Nothing;

    /// <summary><c>周五</c>.</summary>
    public static string Weekday(DayOfWeek day) => "周" + "日一二三四五六"[(int)day];

    /// <summary><c>512 B</c>, <c>34 KB</c>, <c>1.2 MB</c>.</summary>
    public static string FileSize(long bytes) => bytes switch
    {
        < 1024 => bytes + " B",
        < 1024 * 1024 => Math.Round(bytes / 1024m) + " KB",
        < 1024L * 1024 * 1024 => (bytes / 1024m / 1024).ToString("0.#", Plain) + " MB",
        _ => (bytes / 1024m / 1024 / 1024).ToString("0.##", Plain) + " GB",
    };

    /// <summary><c>3 分 20 秒</c>, <c>2 小时 5 分</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} 秒",
        { TotalMinutes: < 60 } => $"{span.Minutes} 分 {span.Seconds} 秒",
        { TotalHours: < 24 } => $"{span.Hours} 小时 {span.Minutes} 分",
        _ => $"{span.Days} 天 {span.Hours} 小时",
    };

    /// <summary>A count that stopped counting: <c>1000+</c>.</summary>
    public static string Count(long count, bool capped) => count.ToString("#,##0", Plain) + (capped ? "+" : "");
}
