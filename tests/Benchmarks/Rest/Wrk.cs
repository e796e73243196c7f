using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>What a run of wrk saw.</summary>
/// <param name="CpuMilliseconds">Processor time for each request, of the server and of the database together.</param>
internal sealed record Load(double Rate, double CpuMilliseconds);

/// <summary>Runs <c>wrk -t1 -c16</c>.</summary>
internal static partial class Wrk
{
    private static readonly int Seconds = int.TryParse(Environment.GetEnvironmentVariable("ZT_BENCH_SECONDS"), out var seconds)
        ? seconds
        : 6;

    /// <param name="script">Lua that makes the requests; null for a plain get.</param>
    /// <param name="cpu">Processor time so far of whoever answers.</param>
    public static Load Run(Uri url, string? cookie, string? script, Func<TimeSpan> cpu)
    {
        Once(url, cookie, script, 2);
        var before = cpu();
        var output = Once(url, cookie, script, Seconds);
        var spent = cpu() - before;
        var requests = double.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        if (Failures().Match(output) is { Success: true } failures) { throw new InvalidOperationException($"{url}: {failures.Value}"); }
        return new(double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture), spent.TotalMilliseconds / requests);
    }

    private static string Once(Uri url, string? cookie, string? script, int seconds)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true, ArgumentList = { "-t1", "-c16", $"-d{seconds}s" } };
        if (cookie is not null) { start.ArgumentList.Add("-H"); start.ArgumentList.Add($"Cookie: {cookie}"); }
        var file = script is null ? null : Path.GetTempFileName();
        if (file is not null)
        {
            File.WriteAllText(file, script);
            start.ArgumentList.Add("-s");
            start.ArgumentList.Add(file);
        }
        start.ArgumentList.Add(url.ToString());
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start");
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (file is not null) { File.Delete(file); }
        return wrk.ExitCode == 0 ? output : throw new InvalidOperationException($"wrk failed: {output}");
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Non-2xx or 3xx responses: \d+|Socket errors: .*")]
    private static partial Regex Failures();
}
