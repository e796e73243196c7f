using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ReadArticles;

/// <summary>Counts how often articles are opened, by day. Gathered in memory and written together: a page that is read costs no
/// write.</summary>
internal sealed class Readings(Database database, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(Guid Article, DateOnly Day), int> _counts = [];

    public void Count(Guid article) => _counts.AddOrUpdate((article, clock.Today()), 1, static (_, count) => count + 1);

    /// <summary>Writes what has gathered.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var taken = _counts.Keys.ToList().Select(k => _counts.TryRemove(k, out var count) ? (k.Article, k.Day, Count: count) : default)
            .Where(c => c.Count > 0).ToList();
        if (taken.Count == 0) { return; }
        try
        {
            await using var work = await database.BeginAsync(new("content.count-readings", Actor.System("content")), cancellationToken);
            await work.ExecuteAsync(
                """
                insert into content.readings (article_id, day, count)
                select r.article_id, r.day, r.count
                from unnest(@articles::uuid[], @days::date[], @counts::int[]) r(article_id, day, count)
                on conflict (article_id, day) do update set count = readings.count + excluded.count
                """,
                new { articles = taken.Select(t => t.Article).ToArray(), days = taken.Select(t => t.Day).ToArray(),
                    counts = taken.Select(t => t.Count).ToArray() },
                cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        catch (Exception)
        {
            foreach (var (article, day, count) in taken) { _counts.AddOrUpdate((article, day), count, (_, known) => known + count); }
            throw;
        }
    }
}

/// <summary>Writes the readings every few seconds and at the end.</summary>
internal sealed class ReadingsWorker(Readings readings, TimeProvider clock, ILogger<ReadingsWorker> log)
    : PeriodicWorker(TimeSpan.FromSeconds(15), clock, log)
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try { await readings.FlushAsync(cancellationToken); }
        catch (NpgsqlException fault) { Log.LogWarning("Readings of the last seconds are lost: {Message}", fault.Message); }
    }

    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await readings.FlushAsync(cancellationToken);
        return false;
    }
}
