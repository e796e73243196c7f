using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <param name="Parts">The dump and the stored files.</param>
public sealed record BackupSummary(BackupHead Head, long Parts, long Bytes);

/// <summary>
/// Backs the database and the stored files up into one encrypted file, and brings them back into an empty database. The master key is never
/// in it: who restores needs the same key, from its file, its shares or its device.
/// </summary>
public sealed class Backups
{
    private const string DumpPart = "database.dump";
    private const string FilePrefix = "files/";
    private readonly Database _database;
    private readonly DatabaseAddress _address;
    private readonly IFileStore _store;
    private readonly ICryptoProvider _provider;
    private readonly AuditSealer _sealer;
    private readonly TimeProvider _clock;

    internal Backups(
        Database database, DatabaseAddress address, IFileStore store, ICryptoProvider provider, AuditSealer sealer, TimeProvider clock) =>
        (_database, _address, _store, _provider, _sealer, _clock) =
            (database, address, store, provider, sealer, clock);

    /// <summary>Writes a backup; a file of that name is not there before, or the act is refused.</summary>
    /// <param name="report">Called with the number of files done.</param>
    public async Task<BackupSummary> CreateAsync(string path, Action<long>? report, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await _sealer.SealAsync(cancellationToken);
        var id = Guid.CreateVersion7(_clock.GetUtcNow());
        var secret = Sm4EnvelopeKey.NewSecret();
        var half = path + ".part";
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(_address.ConnectionString);
            var head = new BackupHead(
                id, _clock.GetUtcNow(), typeof(Backups).Assembly.GetName().Version?.ToString(3) ?? "", connection.Database ?? "",
                _provider.Name, _provider.WrapKey(secret, Label(id)));
            var parts = 0L;
            await using (var file = new FileStream(half, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = System.IO.FileOptions.Asynchronous, BufferSize = 1 << 20,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await BackupFile.WriteAsync(file, head, secret, async into =>
                {
                    await DumpAsync(into, cancellationToken);
                    // Behind the dump: then every file that the dump knows is there.
                    await foreach (var stored in _store.ListAsync(cancellationToken))
                    {
                        if (stored.Name.EndsWith(".part", StringComparison.Ordinal)) { continue; }
                        Stream content;
                        try { content = await _store.OpenAsync(stored.Name, cancellationToken); }
                        catch (FileNotFoundException) { continue; } // cleaned up meanwhile
                        await using (content) { await into.AddAsync(FilePrefix + stored.Name, content, cancellationToken); }
                        report?.Invoke(into.Count - 1);
                    }
                    parts = into.Count;
                }, cancellationToken);
                file.Flush(flushToDisk: true);
            }
            // Read back before anybody relies on it.
            await using (var check = OpenFile(half))
            {
                var (_, text) = await BackupFile.ReadHeadAsync(check, cancellationToken);
                await BackupFile.ReadAsync(check, text, secret, static (_, _) => Task.CompletedTask, cancellationToken);
            }
            File.Move(half, path, overwrite: false);
            var bytes = new FileInfo(path).Length;
            await NoteAsync(id, path, bytes, parts - 1, Stopwatch.GetElapsedTime(started), cancellationToken);
            return new(head, parts, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            File.Delete(half);
        }
    }

    /// <summary>Reads a backup to its end and changes nothing.</summary>
    /// <exception cref="BackupRefusedException">Another master key, altered, or not complete.</exception>
    public async Task<BackupSummary> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = OpenFile(path);
        var (head, text) = await BackupFile.ReadHeadAsync(file, cancellationToken);
        var secret = Unwrap(head);
        try
        {
            var hasDump = false;
            var parts = await BackupFile.ReadAsync(file, text, secret, (name, _) =>
            {
                hasDump |= name == DumpPart;
                return name == DumpPart || IsFile(name) ? Task.CompletedTask : throw new BackupRefusedException($"Unknown part {name}.");
            }, cancellationToken);
            return hasDump ? new(head, parts, file.Length) : throw new BackupRefusedException("The backup holds no database.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Restores into an empty database. The whole file is read and checked before anything is changed; the database comes back in
    /// one transaction, so a run that is cut off is simply started again.</summary>
    /// <exception cref="BackupRefusedException">The backup, or the database, is not as it must be; says why.</exception>
    public async Task<BackupSummary> RestoreAsync(string path, Action<long>? report, CancellationToken cancellationToken)
    {
        var summary = await VerifyAsync(path, cancellationToken);
        await RefuseFullAsync(cancellationToken);
        var secret = Unwrap(summary.Head);
        try
        {
            // Files first: as long as the database is empty, all of it can be done again.
            await PassAsync(path, secret, async (name, content) =>
            {
                if (!IsFile(name)) { return; }
                await using var buffered = new FileStream(
                    Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16,
                    System.IO.FileOptions.DeleteOnClose | System.IO.FileOptions.Asynchronous);
                await content.CopyToAsync(buffered, cancellationToken);
                buffered.Position = 0;
                await _store.WriteAsync(name[FilePrefix.Length..], buffered, buffered.Length, cancellationToken);
                report?.Invoke(1);
            }, cancellationToken);
            await PassAsync(
                path, secret, (name, content) => name == DumpPart ? UndumpAsync(content, cancellationToken) : Task.CompletedTask,
                cancellationToken);
            await ProtectAuditAsync(cancellationToken);
            return summary;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static string Label(Guid id) => $"zt-backup:{id:n}";

    /// <summary>Names of stored files are ours: hexadecimal ids.</summary>
    private static bool IsFile(string name) =>
        name.StartsWith(FilePrefix, StringComparison.Ordinal) && name.Length is > 10 and < 100
        && name[FilePrefix.Length..].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
        && !name.Contains("..", StringComparison.Ordinal);

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true);

    private byte[] Unwrap(BackupHead head)
    {
        try { return _provider.UnwrapKey(head.Key, Label(head.Id)); }
        catch (InvalidOperationException fault)
        {
            throw new BackupRefusedException(
                $"The backup was made with another master key ({head.Provider}). Bring that key back first. {fault.Message}", fault);
        }
    }

    private static async Task PassAsync(string path, byte[] secret, Func<string, Stream, Task> read, CancellationToken cancellationToken)
    {
        await using var file = OpenFile(path);
        var (_, text) = await BackupFile.ReadHeadAsync(file, cancellationToken);
        await BackupFile.ReadAsync(file, text, secret, read, cancellationToken);
    }

    private async Task DumpAsync(BackupParts into, CancellationToken cancellationToken)
    {
        using var dump = Start("pg_dump", "--format=custom", "--compress=1", "--no-owner");
        var complaints = dump.StandardError.ReadToEndAsync(cancellationToken);
        await into.AddAsync(DumpPart, dump.StandardOutput.BaseStream, cancellationToken);
        await dump.WaitForExitAsync(cancellationToken);
        if (dump.ExitCode != 0) { throw new IOException($"pg_dump failed: {await complaints}"); }
    }

    private async Task UndumpAsync(Stream content, CancellationToken cancellationToken)
    {
        using var restore = Start("pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction");
        var complaints = restore.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await content.CopyToAsync(restore.StandardInput.BaseStream, cancellationToken);
            restore.StandardInput.Close();
        }
        catch (IOException) when (restore.HasExited)
        {
            // It has said no; why stands in its complaints.
        }
        catch
        {
            restore.Kill();
            throw;
        }
        await restore.WaitForExitAsync(cancellationToken);
        if (restore.ExitCode != 0)
        {
            throw new BackupRefusedException($"pg_restore failed, the database is as empty as before: {await complaints}");
        }
    }

    private Process Start(string program, params string[] options)
    {
        var connection = new NpgsqlConnectionStringBuilder(_address.ConnectionString);
        var start = new ProcessStartInfo(PrivateCluster.FindProgram(program))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        foreach (var option in options) { start.ArgumentList.Add(option); }
        start.ArgumentList.Add($"--dbname={connection.Database}");
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString();
        start.Environment["PGUSER"] = connection.Username;
        // In the environment of the child alone: what stands on a command line, everybody on the machine can read.
        if (connection.Password is { } password) { start.Environment["PGPASSWORD"] = password; }
        start.Environment["PGSSLMODE"] = connection.SslMode.ToString() switch
        {
            "VerifyFull" => "verify-full", "VerifyCA" => "verify-ca", var mode => mode.ToLowerInvariant(),
        };
        var process = Process.Start(start) ?? throw new IOException($"{program} does not start");
        if (program == "pg_dump") { process.StandardInput.Close(); }
        return process;
    }

    private async Task RefuseFullAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            select count(*)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
            """, connection);
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! > 0)
        {
            throw new BackupRefusedException(
                "The database is not empty: restore into a new one, and switch over to it when it is verified.");
        }
    }

    /// <summary>Rights are not in the dump, for the names of roles may be others here; those of the audit are taken away again.</summary>
    private async Task ProtectAuditAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            do $$
            declare
                t text;
            begin
                for t in select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'audit' loop
                    execute format('revoke update, delete, truncate on %s from public, current_user', t);
                end loop;
            end $$
            """, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task NoteAsync(Guid id, string path, long bytes, long files, TimeSpan took, CancellationToken cancellationToken)
    {
        await using var work = await _database.BeginAsync(new("backup.create", Actor.System("backup")), cancellationToken);
        await work.ExecuteAsync(
            "insert into kernel.backups (id, at, file, bytes, files, took) values (@id, @at, @file, @bytes, @files, @took)",
            new { id, at = work.Now, file = Path.GetFileName(path), bytes, files, took }, cancellationToken);
        work.Audit("backup", id.ToString(), after: new { file = Path.GetFileName(path), bytes, files });
        await work.CommitAsync(cancellationToken);
    }
}
