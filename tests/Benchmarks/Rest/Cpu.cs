using System.Globalization;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>Processor time and memory of processes, from <c>/proc</c>.</summary>
internal static class Cpu
{
    private const double TicksPerSecond = 100;

    public static TimeSpan Of(int pid) => TimeSpan.FromSeconds(TicksOf(Stat(pid)) / TicksPerSecond);

    /// <summary>Of a postmaster and the processes that it has started, and of those that have ended.</summary>
    public static TimeSpan OfCluster(int postmaster)
    {
        double ticks = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || Stat(pid) is not { } stat) { continue; }
            if (pid == postmaster) { ticks += TicksOf(stat) + Number(stat, 13) + Number(stat, 14); }
            else if (stat[1] == postmaster.ToString(CultureInfo.InvariantCulture)) { ticks += TicksOf(stat); }
        }
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>MiB of a process that are in memory.</summary>
    public static double ResidentMebibytes(int pid) =>
        File.ReadLines($"/proc/{pid}/status").Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(l => double.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).First();

    // Fields after the name, which may hold spaces: state, ppid, …
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private static double TicksOf(string[]? stat) => stat is null ? 0 : Number(stat, 11) + Number(stat, 12);

    private static double Number(string[] stat, int at) => double.Parse(stat[at], CultureInfo.InvariantCulture);
}
