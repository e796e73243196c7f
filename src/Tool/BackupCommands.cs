using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class BackupCommands
{
    public static async Task<int> CreateAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args is not [var path, .. var rest] || path.StartsWith('-'))
        {
            Console.Error.WriteLine("usage: zt backup FILE");
            return 2;
        }
        if (File.Exists(path))
        {
            Console.Error.WriteLine($"{path} is there already; a backup is never written over");
            return 2;
        }
        await using var app = await Installation.OpenAsync(rest, withWorkers: false, cancellationToken);
        var backups = app.Services.GetRequiredService<Backups>();
        var made = await backups.CreateAsync(Path.GetFullPath(path), Progress("files"), cancellationToken);
        End();
        Console.WriteLine($"{path}: database and {made.Parts - 1} files, {made.Bytes / 1048576.0:0.0} MB, encrypted and read back");
        Console.WriteLine($"its key is under the master key of {made.Head.Provider}: keep that one apart from the backup");
        return 0;
    }

    public static async Task<int> RestoreAsync(string[] args, CancellationToken cancellationToken)
    {
        var onlyVerify = args.Contains("--verify");
        args = [.. args.Where(a => a != "--verify")];
        if (args is not [var path, .. var rest] || !File.Exists(path))
        {
            Console.Error.WriteLine("usage: zt restore FILE [--verify]");
            return 2;
        }
        await using var app = await Installation.OpenAsync(rest, withWorkers: false, cancellationToken);
        var backups = app.Services.GetRequiredService<Backups>();
        try
        {
            var found = onlyVerify
                ? await backups.VerifyAsync(Path.GetFullPath(path), cancellationToken)
                : await backups.RestoreAsync(Path.GetFullPath(path), Progress("files"), cancellationToken);
            End();
            Console.WriteLine(
                $"backup of {found.Head.At:yyyy-MM-dd HH:mm} UTC, version {found.Head.Platform}: database and {found.Parts - 1} files");
            if (onlyVerify) { Console.WriteLine("whole and readable with this master key; nothing was changed"); return 0; }
        }
        catch (BackupRefusedException refused)
        {
            End();
            Console.Error.WriteLine(refused.Message);
            return 1;
        }
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<AuditSealer>().SealAsync(cancellationToken);
        var report = await app.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, cancellationToken);
        Console.WriteLine(report.IsIntact
            ? $"restored; {report.Entries} audit entries are as they were written"
            : $"restored, but the audit has {report.FindingCount} findings: see zt verify-audit");
        return report.IsIntact ? 0 : 1;
    }

    private static Action<long>? Progress(string what)
    {
        var count = 0L;
        return Console.IsOutputRedirected ? null : _ => Console.Write($"\r\u001b[K{++count} {what}");
    }

    private static void End()
    {
        if (!Console.IsOutputRedirected) { Console.Write("\r\u001b[K"); }
    }
}
