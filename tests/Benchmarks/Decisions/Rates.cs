using System.Diagnostics;

namespace Zhengtong.Benchmarks.Decisions;

/// <summary>Rates and allocations of short calls.</summary>
internal static class Rates
{
    /// <summary>Calls per second of the best of several rounds, after warming up.</summary>
    public static double Best(Action<int> call, double seconds = 0.5, int rounds = 5)
    {
        Loop(call, seconds);
        return Enumerable.Range(0, rounds).Max(_ => Loop(call, seconds));
    }

    /// <summary>Bytes allocated by one call on this thread.</summary>
    public static double Allocated(Action<int> call)
    {
        const int Calls = 10_000;
        call(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            call(i);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }

    private static double Loop(Action<int> call, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        do
        {
            for (var i = 0; i < 64; i++)
            {
                call(calls++);
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
