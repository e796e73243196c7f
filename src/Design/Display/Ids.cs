namespace Zhengtong.Design;

/// <summary>Ids that tie a heading to its box. Unique within the process, so also within a page and after a partial reload.</summary>
internal static class Ids
{
    private static long _last;

    public static string Next(string prefix) => $"{prefix}-{Interlocked.Increment(ref _last):x}";
}
