namespace Zhengtong.Kernel;

/// <summary>Removes what has been done long ago: delivered events, ended jobs, answered submissions.</summary>
public sealed class HouseKeeping(Database database, OutboxOptions outbox, JobOptions jobs) : IJobHandler<HouseKeeping.Args>
{
    public const string Name = "kernel.house-keeping";

    /// <summary>A form that was opened and posted so long ago is not posted again by a browser's back button.</summary>
    private static readonly TimeSpan SubmissionsFor = TimeSpan.FromDays(30);

    public sealed record Args;

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        var events = await RepeatAsync(
            """
            with old as (
                select o.id, o.seq
                from kernel.outbox o
                where o.at < @until and o.expanded_at is not null
                  and not exists (select 1 from kernel.outbox_deliveries d where d.event_id = o.id and d.state in ('pending', 'poison'))
                order by o.at
                limit 5000
            ),
            gone as (
                delete from kernel.outbox_deliveries d using old where d.event_id = old.id
            )
            delete from kernel.outbox o using old where o.seq = old.seq
            """, outbox.Retention, cancellationToken);
        var ended = await RepeatAsync(
            "delete from kernel.jobs where id in (select id from kernel.jobs where finished_at < @until limit 1000)", jobs.Retention,
            cancellationToken);
        var submissions = await RepeatAsync(
            "delete from kernel.submissions where id in (select id from kernel.submissions where at < @until limit 5000)", SubmissionsFor,
            cancellationToken);
        return new { events, ended, submissions };
    }

    /// <summary>In short transactions: a single long one would hold back every event of the platform.</summary>
    private async Task<int> RepeatAsync(string sql, TimeSpan age, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            await using var work = await database.BeginAsync(new(Name, Actor.System("house-keeping")), cancellationToken);
            var count = await work.ExecuteAsync(sql, new { until = work.Now - age }, cancellationToken);
            if (count == 0) { return total; }
            await work.CommitAsync(cancellationToken);
            total += count;
        }
    }
}
