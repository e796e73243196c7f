namespace Zhengtong.Kernel;

/// <summary>A column of ciphertexts that moves to the newest key after a rotation.</summary>
/// <param name="Table">Qualified and quoted where need be; from code and definitions, never from users. Its key is <c>id uuid</c>.</param>
/// <param name="Place">Where a row's ciphertext belongs.</param>
/// <param name="Index">Column of the blind index of the same value, if there is one.</param>
/// <param name="IndexOf">The index of a value under the current key.</param>
public sealed record SealedColumn(
    string Table, string Column, Func<Guid, string> Place, string? Index = null, Func<string, byte[]?>? IndexOf = null)
{
    internal string Name => $"{Table}.{Column}";
}

/// <summary>The columns of one room, as they are now.</summary>
public sealed record SealedColumns(Func<IServiceProvider, IEnumerable<SealedColumn>> Of);

/// <summary>
/// Moves fields, blind indexes, files and wrapped keys to the newest keys: in batches, each with its place in one transaction, so that a
/// run that is cut off goes on where it stopped. What somebody writes meanwhile is under the new key already and is left alone.
/// </summary>
public sealed class Reencryption(
    Database database, KeyRing ring, FieldCipher cipher, FileCipher files, IFileStore store, IEnumerable<SealedColumns> rooms,
    IServiceProvider services) : IJobHandler<Reencryption.Args>
{
    public const string Name = "keys.reencrypt";
    private const string FilesPlace = "~files";
    private const int Batch = 500;
    private const int FileBatch = 20;

    public sealed record Args;

    public sealed record Outcome(long Looked, long Moved, long Unreadable, int Keys);

    private sealed record Place(string Column, Guid After, long Looked, long Moved, long Unreadable);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        ring.Refresh();
        var keys = await RewrapAsync(run, cancellationToken);
        var columns = rooms.SelectMany(r => r.Of(services)).OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        var total = await CountAsync(columns, cancellationToken);
        var place = run.Checkpoint<Place>() ?? new("", Guid.Empty, 0, 0, 0);
        foreach (var column in columns.Where(c => string.CompareOrdinal(c.Name, place.Column) >= 0))
        {
            if (column.Name != place.Column) { place = place with { Column = column.Name, After = Guid.Empty }; }
            while (await ColumnAsync(column, place, run, cancellationToken) is { } next)
            {
                place = next;
                run.Report(place.Looked, Math.Max(total, place.Looked), $"正在处理 {column.Name}");
            }
        }
        if (place.Column != FilesPlace) { place = place with { Column = FilesPlace, After = Guid.Empty }; }
        while (await FilesAsync(place, run, cancellationToken) is { } next)
        {
            place = next;
            run.Report(place.Looked, Math.Max(total, place.Looked), "正在处理文件");
        }
        if (place.Unreadable > 0)
        {
            await run.LogAsync($"{place.Unreadable} 项内容无法读取（密钥已归档或销毁，或内容被改动），已跳过。", cancellationToken, "warning");
        }
        return new Outcome(place.Looked, place.Moved, place.Unreadable, keys);
    }

    private async Task<int> RewrapAsync(JobRun run, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new(Name, run.Actor), cancellationToken);
        await run.HoldAsync(work, cancellationToken);
        var count = ring.Rewrap(work.Connection);
        if (count == 0) { return 0; }
        work.Audit("key", "", after: new { rewrapped = count });
        await work.CommitAsync(cancellationToken);
        return count;
    }

    private async Task<long> CountAsync(List<SealedColumn> columns, CancellationToken cancellationToken)
    {
        var session = database.Read(Name, Actor.System("keys"));
        var total = await session.ScalarAsync<long>("select count(*) from kernel.files", null, cancellationToken);
        foreach (var column in columns)
        {
            // Names of tables and columns are the code's and the definitions'.
            total += await session.ScalarAsync<long>("select count(" + column.Column + ") from " + column.Table, null, cancellationToken);
        }
        return total;
    }

    /// <returns>The place behind this batch, or null when there is nothing more.</returns>
    private async Task<Place?> ColumnAsync(SealedColumn column, Place place, JobRun run, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new(Name, run.Actor), cancellationToken);
        var index = column.Index ?? "null::bytea";
        var rows = await work.QueryAsync(
            "select id, " + column.Column + ", " + index + " from " + column.Table
            + " where id > @After and " + column.Column + " is not null order by id limit @Batch",
            new { place.After, Batch },
            static r => (Id: r.GetGuid(0), Cipher: (byte[])r[1], Index: r.IsDBNull(2) ? null : (byte[])r[2]), cancellationToken);
        if (rows.Count == 0) { return null; }
        var changed = new List<(Guid Id, byte[] Old, byte[] New, byte[]? Index)>();
        var unreadable = 0;
        foreach (var row in rows)
        {
            try
            {
                var fresh = cipher.Reencrypt(row.Cipher, column.Place(row.Id));
                var found = column.IndexOf is null || row.Index is null
                    ? row.Index
                    : column.IndexOf(cipher.Decrypt(fresh, column.Place(row.Id)));
                if (fresh != row.Cipher || (found is not null && !found.AsSpan().SequenceEqual(row.Index)))
                {
                    changed.Add((row.Id, row.Cipher, fresh, found));
                }
            }
            catch (System.Security.Cryptography.AuthenticationTagMismatchException)
            {
                unreadable++;
            }
        }
        // The same value under another key is no change of the record: histories that the database keeps stay out of it.
        await work.ExecuteAsync("select set_config('zt.reencrypting', 'on', true)", null, cancellationToken);
        // Only what is as it was read: a row that somebody has written meanwhile is newer than ours.
        var moved = changed.Count == 0 ? 0 : await work.ExecuteAsync(
            "update " + column.Table + " t set " + column.Column + " = v.fresh"
            + (column.Index is null ? "" : ", " + column.Index + " = coalesce(v.found, t." + column.Index + ")")
            + " from unnest(@ids::uuid[], @old::bytea[], @fresh::bytea[], @found::bytea[]) v (id, old, fresh, found)"
            + " where t.id = v.id and t." + column.Column + " = v.old",
            new
            {
                ids = changed.Select(c => c.Id).ToArray(), old = changed.Select(c => c.Old).ToArray(),
                fresh = changed.Select(c => c.New).ToArray(), found = changed.Select(c => c.Index).ToArray(),
            }, cancellationToken);
        var next = place with
        {
            After = rows[^1].Id, Looked = place.Looked + rows.Count, Moved = place.Moved + moved,
            Unreadable = place.Unreadable + unreadable,
        };
        await run.CheckpointAsync(work, next, cancellationToken);
        work.Audit("key", column.Name, after: new { looked = rows.Count, moved, unreadable });
        await work.CommitAsync(cancellationToken);
        return next;
    }

    private async Task<Place?> FilesAsync(Place place, JobRun run, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new(Name, run.Actor), cancellationToken);
        var ids = await work.QueryAsync<Guid>(
            "select id from kernel.files where id > @After order by id limit @FileBatch", new { place.After, FileBatch },
            cancellationToken);
        if (ids.Count == 0) { return null; }
        var (moved, unreadable) = (0, 0);
        foreach (var id in ids)
        {
            switch (await files.ResealAsync(store, id, cancellationToken))
            {
                case true: moved++; break;
                case null: unreadable++; break;
                default: break;
            }
        }
        var next = place with
        {
            After = ids[^1], Looked = place.Looked + ids.Count, Moved = place.Moved + moved, Unreadable = place.Unreadable + unreadable,
        };
        await run.CheckpointAsync(work, next, cancellationToken);
        work.Audit("key", "files", after: new { looked = ids.Count, moved, unreadable });
        await work.CommitAsync(cancellationToken);
        return next;
    }
}
