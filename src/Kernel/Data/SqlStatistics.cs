namespace Zhengtong.Kernel;

/// <summary>Statements and time of one request; hot pages have a budget of statements in their tests.</summary>
public sealed class SqlStatistics
{
    private static readonly AsyncLocal<SqlStatistics?> Scope = new();
    private long _ticks;
    private int _statements;

    public int Statements => _statements;

    public TimeSpan Elapsed => TimeSpan.FromTicks(_ticks);

    /// <summary>Starts counting for the current flow of execution (one request, one job).</summary>
    public static SqlStatistics Start() => Scope.Value = new();

    internal static void Count(TimeSpan elapsed)
    {
        if (Scope.Value is not { } current) { return; }
        Interlocked.Increment(ref current._statements);
        Interlocked.Add(ref current._ticks, elapsed.Ticks);
    }
}
