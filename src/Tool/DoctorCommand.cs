using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class DoctorCommand
{
    /// <summary>Exit code 0 when nothing is below the baseline, 1 when something is; warnings alone are 0.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = await Installation.OpenAsync(args, withWorkers: false, cancellationToken);
        var (bad, warnings) = (0, 0);
        foreach (var check in app.Services.GetServices<IInstallationCheck>())
        {
            await foreach (var finding in check.CheckAsync(cancellationToken))
            {
                if (finding.Verdict == CheckVerdict.Bad) { bad++; }
                if (finding.Verdict == CheckVerdict.Warning) { warnings++; }
                Console.WriteLine($"{Word(finding.Verdict),-5} {finding.Name,-22} {finding.Message}");
                if (finding.Advice is { } advice) { Console.WriteLine($"{"",-28} → {advice}"); }
            }
        }
        Console.WriteLine(bad + warnings == 0 ? "\nnothing to do" : $"\n{bad} below the baseline, {warnings} to look at");
        return bad == 0 ? 0 : 1;
    }

    private static string Word(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Good => "ok", CheckVerdict.Warning => "look", _ => "BAD",
    };
}
