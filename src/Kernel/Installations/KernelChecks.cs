using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>Database, keys, clock, backups and audit.</summary>
internal sealed class KernelChecks(
    Database database, DatabaseAddress address, Migrator migrator, ICryptoProvider provider, AuditSealer sealer, AuditVerifier verifier,
    IConfiguration configuration, TimeProvider clock) : IInstallationCheck
{
    private static readonly TimeSpan BackupEvery = TimeSpan.FromHours(26);
    private static readonly TimeSpan OldestBackup = TimeSpan.FromDays(7);
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(2);

    public async IAsyncEnumerable<CheckFinding> CheckAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken);
        yield return Link(state);
        yield return Rights(state);
        yield return state.IsSuperuser
            ? CheckFinding.Warning("database.audit-rights", "a superuser gets around the rights that keep the audit append-only",
                "give the platform a user of its own, as above")
            : state.MayChangeAudit ? CheckFinding.Bad("database.audit-rights", "the platform's user may change or delete audit entries",
                "revoke update, delete, truncate on all tables in schema audit from this user")
            : CheckFinding.Good("database.audit-rights", "the audit is append-only for the platform's user");
        var missing = await migrator.PendingAsync(cancellationToken);
        yield return missing.Count == 0
            ? CheckFinding.Good("database.schema", "as the program expects")
            : CheckFinding.Bad("database.schema", $"{missing.Count} migrations are missing", "run `zt migrate`");
        yield return Key();
        foreach (var finding in KeyFile(SoftwareCryptoProvider.FileOf(configuration))) { yield return finding; }
        yield return Time(state);
        yield return await BackupAsync(cancellationToken);
        yield return await SealsAsync(cancellationToken);
        await sealer.SealAsync(cancellationToken);
        var report = await verifier.VerifyAsync(null, cancellationToken);
        yield return report.IsIntact
            ? CheckFinding.Good("audit.chain", $"{report.Entries} entries in {report.Blocks} blocks are as they were written")
            : CheckFinding.Bad("audit.chain", $"{report.FindingCount} findings, the first: {report.Findings[0].Message}",
                "secure the machine, then look at `zt verify-audit` and compare with a backup");
        yield return await ForwardingAsync(cancellationToken);
    }

    private async Task<CheckFinding> ForwardingAsync(CancellationToken cancellationToken)
    {
        if (configuration["Zhengtong:AuditForwarding:Host"] is not { Length: > 0 } host)
        {
            return CheckFinding.Warning("audit.forwarding", "audit entries stay on this database alone",
                "set Zhengtong__AuditForwarding__Host to a log collector on another machine");
        }
        var failure = await database.Read("doctor.forwarding", Actor.System("doctor")).ScalarAsync<string>(
            "select failure from kernel.audit_forwarding", null, cancellationToken);
        return failure is null
            ? CheckFinding.Good("audit.forwarding", $"to {host}")
            : CheckFinding.Bad("audit.forwarding", failure,
                "see docs/how-to/forward-the-audit.md; nothing is lost, it goes on where it stopped");
    }

    internal static CheckFinding Rights(DatabaseState state) => state switch
    {
        { IsSuperuser: true } => CheckFinding.Bad("database.rights", $"user {state.User} is a superuser",
            "give the platform a user of its own that owns its database and nothing else"),
        { MayCreateRoles: true } or { MayCreateDatabases: true } => CheckFinding.Warning("database.rights",
            $"user {state.User} may create roles or databases", "alter that role: nocreaterole nocreatedb"),
        { PublicMayConnect: true, IsLocal: false } => CheckFinding.Warning("database.rights",
            "every role of the server may connect to this database", "revoke connect, temporary on this database from public"),
        _ => CheckFinding.Good("database.rights", $"user {state.User} has no more than it needs"),
    };

    /// <summary>The file of the master key: its owner's alone, and not where backups or files lie.</summary>
    internal static IEnumerable<CheckFinding> KeyFile(string file)
    {
        if (!File.Exists(file) || OperatingSystem.IsWindows()) { yield break; }
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        yield return (File.GetUnixFileMode(file) & others) == 0
            ? CheckFinding.Good("keys.file-rights", $"{file} is its owner's alone")
            : CheckFinding.Bad("keys.file-rights", $"{file} can be read by others", $"chmod 600 {file}");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if ((File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            yield return CheckFinding.Bad("keys.folder-rights", $"others may replace files in {folder}", $"chmod 700 {folder}");
        }
    }

    internal static CheckFinding Link(DatabaseState state) =>
        state.Version < 15 ? CheckFinding.Bad("database.version", $"PostgreSQL {state.Version}", "upgrade to PostgreSQL 15 or later")
        : state.IsLocal || state.IsEncrypted ? CheckFinding.Good("database.link", state.IsEncrypted ? "encrypted" : "on this machine")
        : CheckFinding.Bad("database.link", "the connection to the database is not encrypted",
            "switch ssl on in PostgreSQL and add `SSL Mode=VerifyFull;Root Certificate=…` to the connection string");

    private CheckFinding Key()
    {
        try { provider.Probe(); }
        catch (Exception fault) when (fault is CryptoUnavailableException or InvalidOperationException)
        {
            return CheckFinding.Bad("keys.provider", fault.Message, "see docs/how-to/keys.md");
        }
        return CheckFinding.Good("keys.provider", provider.Name);
    }

    private CheckFinding Time(DatabaseState state)
    {
        var skew = (clock.GetUtcNow() - state.Now).Duration();
        if (skew > MostSkew)
        {
            return CheckFinding.Bad("time", $"this machine and the database differ by {skew.TotalSeconds:0.0} s",
                "let both follow the same time servers (chrony or systemd-timesyncd)");
        }
        return IsSynchronised() switch
        {
            false => CheckFinding.Warning("time", "the clock of this machine follows no time server",
                "install chrony and name the time servers of the government network"),
            _ => CheckFinding.Good("time", $"within {Math.Max(1, skew.TotalMilliseconds):0} ms of the database"),
        };
    }

    private async Task<CheckFinding> BackupAsync(CancellationToken cancellationToken)
    {
        var last = await database.Read("doctor.backup", Actor.System("doctor")).ScalarAsync<DateTimeOffset?>(
            "select max(at) from kernel.backups", null, cancellationToken);
        var age = clock.GetUtcNow() - last;
        const string advice = "run `zt backup` every night, and keep the file on another machine";
        return age switch
        {
            null => CheckFinding.Bad("backup.age", "there is no backup", advice),
            { } old when old > OldestBackup => CheckFinding.Bad("backup.age", $"the newest backup is {old.TotalDays:0} days old", advice),
            { } old when old > BackupEvery =>
                CheckFinding.Warning("backup.age", $"the newest backup is {old.TotalHours:0} hours old", advice),
            { } fresh => CheckFinding.Good("backup.age", $"{fresh.TotalHours:0.0} hours"),
        };
    }

    private async Task<CheckFinding> SealsAsync(CancellationToken cancellationToken)
    {
        var read = database.Read("doctor.seals", Actor.System("doctor"));
        var signed = await read.ScalarAsync<DateTimeOffset?>("select max(signed_at) from audit.signatures", null, cancellationToken);
        var since = await read.ScalarAsync<DateTimeOffset?>(
            """
            select min(sealed_at)
            from audit.blocks
            where number > coalesce((select max(block) from audit.signatures), 0)
            """, null, cancellationToken);
        // Where nothing happens there is nothing to sign.
        return since is null || clock.GetUtcNow() - since < TimeSpan.FromHours(2)
            ? CheckFinding.Good("audit.seals", signed is null ? "nothing to sign yet" : $"signed {signed:yyyy-MM-dd HH:mm} UTC")
            : CheckFinding.Bad("audit.seals", $"the audit has not been signed since {since:yyyy-MM-dd HH:mm} UTC",
                "look at the job 签名审计链 under 运维 → 后台任务; a node with workers must run");
    }

    private async Task<DatabaseState> StateAsync(CancellationToken cancellationToken)
    {
        var rows = await database.Read("doctor.database", Actor.System("doctor")).QueryAsync<DatabaseState>(
            """
            select current_user::text as "user", r.rolsuper as is_superuser, r.rolcreaterole as may_create_roles,
                r.rolcreatedb as may_create_databases, clock_timestamp() as now,
                current_setting('server_version_num')::int / 10000 as version,
                coalesce((select s.ssl from pg_stat_ssl s where s.pid = pg_backend_pid()), false) as is_encrypted,
                has_database_privilege('public', current_database(), 'connect') as public_may_connect,
                not r.rolsuper and (has_table_privilege('audit.entries', 'delete') or has_table_privilege('audit.entries', 'update'))
                    as may_change_audit
            from pg_roles r
            where r.rolname = current_user
            """, null, cancellationToken);
        var host = new NpgsqlConnectionStringBuilder(address.ConnectionString).Host ?? "";
        return rows[0] with
        {
            IsLocal = host.StartsWith('/') || host is "localhost" || IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip),
        };
    }

    /// <summary>What the kernel says of its own clock; null where it cannot be asked.</summary>
    private static bool? IsSynchronised()
    {
        if (!OperatingSystem.IsLinux()) { return null; }
        const int notSynchronised = 5;
        // struct timex is 208 bytes; all zero asks and changes nothing.
        return ClockState(new byte[256]) is >= 0 and var state ? state != notSynchronised : null;
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockState(byte[] timex);

    internal sealed record DatabaseState
    {
        public string User { get; init; } = "";

        public bool IsSuperuser { get; init; }

        public bool MayCreateRoles { get; init; }

        public bool MayCreateDatabases { get; init; }

        public int Version { get; init; }

        public DateTimeOffset Now { get; init; }

        public bool IsEncrypted { get; init; }

        public bool PublicMayConnect { get; init; }

        public bool MayChangeAudit { get; init; }

        public bool IsLocal { get; init; }
    }
}
