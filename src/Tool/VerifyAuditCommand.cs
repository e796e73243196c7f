using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class VerifyAuditCommand
{
    /// <summary>Exit code 0 when the audit is whole, 1 when not: for the scheduler of whoever does not trust ours.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var head = args.SkipWhile(a => a != "--head").Skip(1).FirstOrDefault();
        await using var app = await Installation.OpenAsync(
            [.. args.Where(a => a != "--head" && a != head)], withWorkers: false, cancellationToken);
        await app.Services.GetRequiredService<AuditSealer>().SealAsync(cancellationToken);
        var report = await app.Services.GetRequiredService<AuditVerifier>().VerifyAsync(Progress, head, cancellationToken);
        if (!Console.IsOutputRedirected) { Console.Write("\r\u001b[K"); }
        foreach (var finding in report.Findings) { Console.WriteLine($"{finding.Kind,-9} {finding.Message}"); }
        if (report.FindingCount > report.Findings.Count) { Console.WriteLine($"… and {report.FindingCount - report.Findings.Count} more"); }
        Console.WriteLine($"{report.Entries} entries, {report.Blocks} blocks, {report.Signatures} signatures, {report.Stamps} time stamps, "
            + $"{report.Pending} not sealed yet");
        Console.WriteLine($"head {report.Head}");
        Console.WriteLine(report.IsIntact ? "intact" : $"{report.FindingCount} findings");
        return report.IsIntact ? 0 : 1;
    }

    private static void Progress(long done, long total)
    {
        if (!Console.IsOutputRedirected && (done % 10 == 0 || done == total)) { Console.Write($"\r{done} / {total} blocks"); }
    }
}
