namespace Zhengtong.Kernel;

/// <summary>Removes what nobody keeps: stale uploads, discarded files, and bytes without a row.</summary>
public sealed class FileCleanUp(Database database, IFileStore store, FileOptions options, TimeProvider clock)
    : IJobHandler<FileCleanUp.Args>
{
    public const string Name = "files.clean-up";

    public sealed record Args;

    public sealed record Outcome(int Rows, int Orphans, int Spooled);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        var rows = await RemoveRowsAsync(run, cancellationToken);
        var orphans = await RemoveOrphansAsync(cancellationToken);
        return new Outcome(rows, orphans, await RemoveSpooledAsync());
    }

    private async Task<int> RemoveRowsAsync(JobRun run, CancellationToken cancellationToken)
    {
        var count = 0;
        while (true)
        {
            await using var work = await database.BeginAsync(new("files.clean-up", Actor.System("files")), cancellationToken);
            await run.HoldAsync(work, cancellationToken);
            var ids = await work.QueryAsync<Guid>(
                """
                delete from kernel.files
                where id in (
                    select id
                    from kernel.files
                    where state = 'discarded' or (state = 'temporary' and created_at < @until)
                    limit 200
                    for update skip locked)
                returning id
                """, new { until = work.Now - options.TemporaryFor }, cancellationToken);
            if (ids.Count == 0) { return count; }
            work.Audit("file", "", summary: $"清理 {ids.Count} 个无主文件");
            await work.CommitAsync(cancellationToken);
            // After the commit: a row without bytes would be a lost file, bytes without a row are found by the next clean-up.
            foreach (var id in ids) { await store.DeleteAsync(PlatformFiles.NameOf(id), cancellationToken); }
            count += ids.Count;
            run.Report(count, null, $"已清理 {count} 个文件");
        }
    }

    private async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        // Young bytes may belong to an act that is not committed yet.
        var until = clock.GetUtcNow() - options.TemporaryFor;
        await foreach (var batch in store.ListAsync(cancellationToken).Where(f => f.At < until).Chunk(500)
            .WithCancellation(cancellationToken))
        {
            var ids = batch.Select(f => Guid.TryParseExact(f.Name, "n", out var id) ? id : Guid.Empty).ToArray();
            var known = (await database.Read("files.clean-up", Actor.System("files")).QueryAsync<Guid>(
                "select id from kernel.files where id = any(@ids)", new { ids }, cancellationToken)).ToHashSet();
            foreach (var (file, id) in batch.Zip(ids))
            {
                // What is not named by an id and is not a broken-off write of ours is not ours to delete.
                var isOurs = id != Guid.Empty || file.Name.EndsWith(".part", StringComparison.Ordinal);
                if (!isOurs || known.Contains(id)) { continue; }
                await store.DeleteAsync(file.Name, cancellationToken);
                count++;
            }
        }
        return count;
    }

    /// <summary>Uploads of a process that was killed: nothing holds them any more.</summary>
    private async Task<int> RemoveSpooledAsync()
    {
        var folder = Path.Combine(options.Folder, "spool");
        if (!Directory.Exists(folder)) { return 0; }
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (File.GetLastWriteTimeUtc(path) >= (clock.GetUtcNow() - options.TemporaryFor).UtcDateTime) { continue; }
            await SpoolFile.DestroyAsync(path);
            count++;
        }
        return count;
    }
}
