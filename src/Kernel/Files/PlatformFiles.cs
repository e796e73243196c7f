using Microsoft.Extensions.Logging;
using Npgsql;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>What an upload must be.</summary>
public sealed record UploadRules
{
    /// <summary>Endings without dots; empty for any that is not dangerous.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>At most this; the platform's own limit holds besides.</summary>
    public long? MaxBytes { get; init; }
}

public sealed record FileUsage
{
    public string State { get; init; } = "";

    public string Type { get; init; } = "";

    public long Count { get; init; }

    public long Bytes { get; init; }
}

/// <summary>A file as others know it.</summary>
public sealed record FileEntry
{
    public Guid Id { get; init; }

    /// <summary>As the user called it, without folders.</summary>
    public string Name { get; init; } = "";

    public string Type { get; init; } = "";

    public long Size { get; init; }

    /// <summary>SM3 of the plain bytes, lower-case hexadecimal.</summary>
    public string Sm3 { get; init; } = "";

    public int? Width { get; init; }

    public int? Height { get; init; }

    /// <summary><c>temporary</c>, <c>kept</c>, <c>quarantined</c> or <c>discarded</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>What keeps it, e.g. <c>case:0198…</c>.</summary>
    public string? Owner { get; init; }

    public string? Scan { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid CreatedBy { get; init; }

    public string CreatedByName { get; init; } = "";
}

/// <summary>
/// Takes files in, keeps them, gives them out. An upload is received, measured, hashed, recognised and scanned before anything else knows
/// of it; it stays temporary until an act keeps it. Who may see a file is the owner's question: this class does not know.
/// </summary>
public sealed class PlatformFiles(
    Database database, IFileStore store, IFileScanner scanner, FileOptions options, FileCipher cipher, TimeProvider clock,
    ILogger<PlatformFiles> log)
{
    /// <summary>Never taken in, whatever a form accepts: what a browser or a machine would run.</summary>
    private static readonly HashSet<string> Dangerous =
        ["html", "svg", "exe", "elf", "bin", "js", "bat", "cmd", "sh", "ps1", "jar", "msi", "dll", "hta", "vbs"];

    /// <summary>Receives an upload to the end or leaves nothing behind.</summary>
    /// <param name="content">Read once; a stream that breaks off throws, and nothing is left.</param>
    /// <returns>The temporary file, or why it is refused.</returns>
    public async Task<Result<FileEntry>> UploadAsync(
        string name, Stream content, UploadRules rules, Actor actor, CancellationToken cancellationToken)
    {
        name = CleanName(name);
        var ending = EndingOf(name);
        if (ending.Length == 0 || Dangerous.Contains(ending)
            || (rules.Accept.Count > 0 && !rules.Accept.Contains(ending, StringComparer.OrdinalIgnoreCase)))
        {
            return FileErrors.WrongEnding(rules.Accept);
        }
        var limit = Math.Min(rules.MaxBytes ?? long.MaxValue, options.MaxUploadBytes);
        var spool = SpoolPath();
        try
        {
            await using var received = new FileStream(
                spool, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
                System.IO.FileOptions.DeleteOnClose | System.IO.FileOptions.Asynchronous);
            try
            {
                var sm3 = await ReceiveAsync(content, received, limit, cancellationToken);
                if (sm3 is null) { return FileErrors.TooLarge(limit); }
                var sniffed = await ContentSniffer.SniffAsync(received, cancellationToken);
                if (sniffed.Fault is { } fault) { return FileErrors.Broken(fault); }
                if (Dangerous.Contains(sniffed.Ending) || !ContentSniffer.Fits(sniffed, ending)) { return FileErrors.WrongContent(ending); }
                var scan = await scanner.ScanAsync(received, cancellationToken);
                return await TakeInAsync(name, received, sm3, sniffed, scan, actor, cancellationToken);
            }
            finally
            {
                // It lay here in clear.
                await SpoolFile.WipeAsync(received);
            }
        }
        catch (Exception failure) when (IsFull(failure))
        {
            log.LogError(failure, "An upload of {Actor} found no room", actor.Id);
            return FileErrors.Full;
        }
        catch (IOException failure) when (failure.Message.StartsWith("the malware scanner", StringComparison.Ordinal))
        {
            log.LogError(failure, "An upload was refused because it could not be scanned");
            return FileErrors.ScannerAway;
        }
    }

    /// <summary>Stores bytes that the platform made itself (documents, exports) as a kept file.</summary>
    public async Task<Result<FileEntry>> AddAsync(
        UnitOfWork work, string name, string type, Stream content, string owner, CancellationToken cancellationToken)
    {
        var id = work.NewId();
        byte[] hash;
        content.Position = 0;
        hash = await Sm3.HashAsync(content, cancellationToken);
        var entry = new FileEntry
        {
            Id = id, Name = CleanName(name), Type = type, Size = content.Length, Sm3 = Convert.ToHexStringLower(hash), State = "kept",
            Owner = owner,
            CreatedAt = work.Now, CreatedBy = work.Actor.Id, CreatedByName = work.Actor.Name,
        };
        try { await StoreAsync(id, content, cancellationToken); }
        catch (Exception failure) when (IsFull(failure)) { return FileErrors.Full; }
        // If the act fails, the bytes are left without a row: the clean-up takes them.
        await InsertAsync(work, entry, cancellationToken);
        return entry;
    }

    public Task<FileEntry?> FindAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<FileEntry>($"select {Columns} from kernel.files where id = @id", new { id }, cancellationToken);

    public Task<IReadOnlyList<FileEntry>> FindAsync(
        DbSession session, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        session.QueryAsync<FileEntry>(
            $"select {Columns} from kernel.files where id = any(@ids)", new { ids = ids.ToArray() }, cancellationToken);

    /// <summary>Files that something keeps, oldest first.</summary>
    public Task<IReadOnlyList<FileEntry>> OwnedAsync(DbSession session, string owner, CancellationToken cancellationToken) =>
        session.QueryAsync<FileEntry>(
            $"select {Columns} from kernel.files where owner = @owner and state = 'kept' order by created_at, id limit 500", new { owner },
            cancellationToken);

    /// <summary>Takes temporary files of this actor over, within the act that refers to them.</summary>
    /// <param name="owner">Who keeps them from now on, e.g. <c>case:0198…</c>.</param>
    /// <returns>An error when one is not there any more, or is somebody else's.</returns>
    public async Task<Result> KeepAsync(UnitOfWork work, IReadOnlyCollection<Guid> ids, string owner, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToArray();
        var kept = await work.ExecuteAsync(
            """
            update kernel.files
            set state = 'kept', owner = @owner, kept_at = @now
            where id = any(@wanted)
              and ((state = 'temporary' and created_by = @actor) or (state = 'kept' and owner = @owner))
            """, new { wanted, owner, now = work.Now, actor = work.Actor.Id }, cancellationToken);
        return kept == wanted.Length ? Result.Done : FileErrors.NotFound;
    }

    /// <summary>Marks files as not needed any more; the clean-up removes the bytes after the act is committed.</summary>
    public Task DiscardAsync(UnitOfWork work, IReadOnlyCollection<Guid> ids, string owner, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "update kernel.files set state = 'discarded' where id = any(@ids) and owner = @owner and state = 'kept'",
            new { ids = ids.ToArray(), owner }, cancellationToken);

    /// <summary>The plain bytes of a file that is not quarantined.</summary>
    public async Task<Result<Stream>> OpenAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        if (entry.State is "quarantined" or "discarded") { return FileErrors.NotFound; }
        try
        {
            var stored = await store.OpenAsync(NameOf(entry.Id), cancellationToken);
            return await cipher.OpenAsync(stored, entry.Id, cancellationToken);
        }
        catch (FileNotFoundException missing)
        {
            log.LogError(missing, "The bytes of file {File} are missing", entry.Id);
            return FileErrors.Missing;
        }
    }

    /// <summary>Number and size by state and type.</summary>
    public Task<IReadOnlyList<FileUsage>> UsageAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<FileUsage>(
            "select state, type, count(*) as count, coalesce(sum(size), 0)::bigint as bytes from kernel.files group by state, type", null,
            cancellationToken);

    /// <summary>The newest quarantined files.</summary>
    public Task<IReadOnlyList<FileEntry>> QuarantinedAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<FileEntry>(
            $"select {Columns} from kernel.files where state = 'quarantined' order by created_at desc limit 50", null, cancellationToken);

    internal static string NameOf(Guid id) => id.ToString("n");

    /// <returns>The SM3, or null when there is more than <paramref name="limit"/>.</returns>
    private static async Task<byte[]?> ReceiveAsync(Stream content, FileStream received, long limit, CancellationToken cancellationToken)
    {
        using var hasher = new Sm3Hasher();
        var buffer = new byte[1 << 16];
        var total = 0L;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += read;
            if (total > limit) { return null; }
            hasher.Append(buffer.AsSpan(0, read));
            await received.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        await received.FlushAsync(cancellationToken);
        return hasher.Finish();
    }

    private async Task<Result<FileEntry>> TakeInAsync(
        string name, FileStream received, byte[] sm3, SniffedContent sniffed, ScanResult scan, Actor actor,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("files.upload", actor), cancellationToken);
        var entry = new FileEntry
        {
            Id = work.NewId(), Name = name, Type = sniffed.Type, Size = received.Length, Sm3 = Convert.ToHexStringLower(sm3),
            Width = sniffed.Width,
            Height = sniffed.Height, State = scan.Threat is null ? "temporary" : "quarantined", Scan = scan.Threat,
            CreatedAt = work.Now, CreatedBy = actor.Id, CreatedByName = actor.Name,
        };
        await StoreAsync(entry.Id, received, cancellationToken);
        try
        {
            await InsertAsync(work, entry, cancellationToken);
            work.Audit("file", entry.Id.ToString(), after: new { entry.Type, entry.Size, entry.Sm3, entry.State, entry.Scan });
            await work.CommitAsync(cancellationToken);
        }
        catch (PostgresException)
        {
            // Only where the database has said no. A connection that broke in the commit may have left the row: the clean-up finds out.
            await store.DeleteAsync(NameOf(entry.Id), CancellationToken.None);
            throw;
        }
        if (scan.Threat is not null)
        {
            log.LogWarning("Upload {File} of {Actor} is quarantined: {Threat}", entry.Id, actor.Id, scan.Threat);
            return FileErrors.Infected;
        }
        return entry;
    }

    private async Task StoreAsync(Guid id, Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        // Encrypted beside before it goes to the store: an object store must know the length in front.
        await using var encrypted = new FileStream(
            SpoolPath(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            System.IO.FileOptions.DeleteOnClose | System.IO.FileOptions.Asynchronous);
        await cipher.SealAsync(content, encrypted, id, cancellationToken);
        encrypted.Position = 0;
        await store.WriteAsync(NameOf(id), encrypted, encrypted.Length, cancellationToken);
    }

    private static Task<int> InsertAsync(UnitOfWork work, FileEntry entry, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into kernel.files (id, name, type, size, sm3, width, height, state, owner, scan, created_at, created_by, created_by_name, kept_at)
            values (@Id, @Name, @Type, @Size, @Sm3, @Width, @Height, @State, @Owner, @Scan, @CreatedAt, @CreatedBy, @CreatedByName,
                case when @State = 'kept' then @CreatedAt end)
            """, entry, cancellationToken);

    private static bool IsFull(Exception failure) =>
        failure is FileStoreFullException || (failure is IOException && (failure.HResult & 0xFFFF) is 28 or 122);

    private string SpoolPath()
    {
        var folder = Path.Combine(options.Folder, "spool");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, Guid.CreateVersion7(clock.GetUtcNow()).ToString("n"));
    }

    /// <summary>Without folders, control characters and what file systems dislike; not longer than they allow.</summary>
    internal static string CleanName(string name)
    {
        name = name.Replace('\\', '/');
        name = name[(name.LastIndexOf('/') + 1)..];
        name = string.Concat(name.Where(
            c => !char.IsControl(c) && c is not ('"' or '<' or '>' or '|' or ':' or '*' or '?' or '\u202E' or '\u202D'))).Trim(' ', '.');
        if (name.Length == 0) { return "未命名"; }
        if (name.Length <= 120) { return name; }
        var ending = Path.GetExtension(name);
        return ending.Length is > 0 and < 12 ? name[..(120 - ending.Length)] + ending : name[..120];
    }

    private static string EndingOf(string name) => Path.GetExtension(name).TrimStart('.').ToLowerInvariant();

    private const string Columns =
        "id, name, type, size, sm3, width, height, state, owner, scan, created_at, created_by, created_by_name";
}

public static class FileErrors
{
    public static readonly Error NotFound = Error.NotFound("files.not-found", "文件不存在或已失效，请重新上传。");
    public static readonly Error Missing = new(ErrorKind.Unavailable, "files.missing", "文件暂时无法读取，请稍后再试或联系管理员。");
    public static readonly Error Full = new(ErrorKind.Unavailable, "files.store-full", "文件存储空间不足，本次上传未保存，请稍后再试或联系管理员。");
    public static readonly Error ScannerAway = new(ErrorKind.Unavailable, "files.scanner-unavailable", "文件安全检查暂时不可用，本次上传未保存，请稍后再试。");
    public static readonly Error Infected = Error.Invalid("files.infected", "文件未通过安全检查，已被隔离，请更换文件后重新上传。");

    public static Error Broken(string fault) => Error.Invalid("files.broken", $"{fault}。");

    public static Error WrongEnding(IReadOnlyList<string> accept) => Error.Invalid(
        "files.wrong-ending", accept.Count == 0 ? "不能上传这种类型的文件。" : $"只能上传 {string.Join('、', accept)} 格式的文件。");

    public static Error WrongContent(string ending) => Error.Invalid("files.wrong-content", $"文件内容不是 {ending} 格式，请上传原始文件，不要只修改文件名。");

    public static Error TooLarge(long limit) => new(ErrorKind.TooLarge, "files.too-large", $"文件超过 {Size(limit)}，请压缩或拆分后上传。");

    private static string Size(long bytes) => bytes >= 1024 * 1024 ? $"{bytes / 1024.0 / 1024:0.#} MB" : $"{bytes / 1024.0:0.#} KB";
}
