using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>Seals every few seconds and looks after partitions.</summary>
internal sealed class AuditWorker(AuditSealer sealer, ILogger<AuditWorker> log)
    : PeriodicWorker(TimeSpan.FromSeconds(10), TimeProvider.System, log)
{
    private const int RoundsBetweenPartitions = 6 * 60 * 6; // six hours

    private int _round;

    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (_round % RoundsBetweenPartitions == 0) { await sealer.EnsurePartitionsAsync(cancellationToken); }
        await sealer.SealAsync(cancellationToken);
        _round++;
        return false;
    }
}

/// <summary>Signs the chain every hour.</summary>
public sealed class AuditSigning(AuditSealer sealer) : IJobHandler<AuditSigning.Args>
{
    public const string Name = "audit.sign";

    public sealed record Args;

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        await sealer.SealAsync(cancellationToken);
        return new { signed = await sealer.SignAsync(cancellationToken) };
    }
}

/// <summary>Verifies everything, with progress.</summary>
public sealed class AuditVerification(AuditVerifier verifier, AuditSealer sealer) : IJobHandler<AuditVerification.Args>
{
    public const string Name = "audit.verify";

    public sealed record Args;

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        await sealer.SealAsync(cancellationToken);
        return await verifier.VerifyAsync((done, total) => run.Report(done, total, $"已校验 {done} / {total} 块"), cancellationToken);
    }
}

/// <summary>Writes what a search finds into a CSV file.</summary>
public sealed class AuditExport(Database database, AuditLog audit, PlatformFiles files, FileOptions options) : IJobHandler<AuditQuery>
{
    public const string Name = "audit.export";

    public sealed record Outcome(Guid FileId, long Rows);

    public async Task<object?> RunAsync(AuditQuery args, JobRun run, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(options.Folder, "spool");
        Directory.CreateDirectory(folder);
        await using var file = new FileStream(
            Path.Combine(folder, $"audit-{run.Id:n}-{run.Attempt}"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            System.IO.FileOptions.DeleteOnClose);
        // With a mark, or the usual spreadsheet program takes Chinese for something else.
        await using var writer = new StreamWriter(file, new UTF8Encoding(true), leaveOpen: true);
        await writer.WriteLineAsync("序号,时间,操作,操作名称,人员类型,人员,代表,机构,地址,对象类型,对象,摘要,原因,依据,变更前,变更后");
        var rows = 0L;
        await foreach (var row in audit.StreamAsync(database.Read("audit.export", run.Actor), args, cancellationToken))
        {
            await writer.WriteLineAsync(string.Join(',', new[]
            {
                row.Seq.ToString(CultureInfo.InvariantCulture), row.At.ToLocal().ToString("yyyy-MM-dd HH:mm:ss.fff"), row.Operation,
                AuditWords.Operation(row.Operation), row.ActorKind, row.ActorName,
                row.OnBehalfOf?.ToString(), row.OrganisationId?.ToString(), row.RemoteAddress, row.SubjectType, row.SubjectId, row.Summary,
                row.Reason,
                row.LegalBasis, row.Before, row.After,
            }.Select(Cell)));
            if (++rows % 1000 == 0) { run.Report(rows, null, $"已导出 {rows} 条"); }
        }
        await writer.FlushAsync(cancellationToken);
        await using var work = await database.BeginAsync(new("audit.export", run.Actor), cancellationToken);
        await run.HoldAsync(work, cancellationToken);
        var stored = await files.AddAsync(
            work, $"审计日志-{work.Now.ToLocal():yyyyMMdd-HHmm}.csv", "text/csv", file, $"job:{run.Id}", cancellationToken);
        if (!stored.IsSuccess) { throw new JobFailedException(stored.Error); }
        work.Audit("job", run.Id.ToString(), after: new { rows }, summary: "导出审计日志");
        await work.CommitAsync(cancellationToken);
        run.Report(rows, rows);
        return new Outcome(stored.Value.Id, rows);
    }

    /// <summary>Quoted where needed; what a spreadsheet would take for a formula is made a text.</summary>
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) { return ""; }
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') { text = "'" + text; }
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
