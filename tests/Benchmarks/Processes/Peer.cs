using System.Diagnostics;
using System.Globalization;

namespace Zhengtong.Benchmarks.Processes;

/// <summary>
/// The npm library bpmn-engine on the same model, in the folder <c>peer</c>; fetched when it is first asked for, and by nothing else.
/// </summary>
internal static class Peer
{
    /// <returns>Instances a second from start to end, or null where npm or the library is not to be had.</returns>
    internal static double? Instances()
    {
        var folder = Path.Combine(BenchDatabase.Root, "tests", "Benchmarks", "Processes", "peer");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))
            && Run("npm", folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts") is null)
        {
            return null;
        }
        var answer = Run("node", folder, "bpmn-engine.js");
        return double.TryParse(answer?.Trim().Split(' ')[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : null;
    }

    private static string? Run(string program, string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder,
                RedirectStandardOutput = true });
            var answer = process?.StandardOutput.ReadToEnd();
            process?.WaitForExit();
            return process is { ExitCode: 0 } ? answer : null;
        }
        catch (System.ComponentModel.Win32Exception) { return null; }
    }
}
