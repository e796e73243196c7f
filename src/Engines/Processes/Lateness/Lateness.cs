using Zhengtong.Kernel;

namespace Zhengtong.Processes.Lateness;

/// <summary>How a step or a person keeps the limits, over a span.</summary>
public sealed record LatenessRow
{
    /// <summary>Process and step, or the person's id.</summary>
    public required string Key { get; init; }

    public string? Name { get; init; }

    public string? Process { get; init; }

    public int InTime { get; init; }

    /// <summary>Done after the limit.</summary>
    public int Late { get; init; }

    public int Open { get; init; }

    /// <summary>Still open and over the limit.</summary>
    public int Overdue { get; init; }

    /// <summary>From arrival to done.</summary>
    public double? Hours { get; init; }

    public decimal? Share => InTime + Late == 0 ? null : Math.Round(100m * InTime / (InTime + Late), 1);
}

/// <summary>Who is late where, within the reader's regions.</summary>
internal static class LatenessStore
{
    public static Task<IReadOnlyList<LatenessRow>> LatenessByStepAsync(this DbSession session, DateTimeOffset since, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        session.QueryAsync<LatenessRow>(
            """
            select i.process_key || '/' || t.node as key, max(t.name) as name, i.process_key as process,
                   (count(*) filter (where t.status = 'done' and (t.due_at is null or t.done_at <= t.due_at)))::int as in_time,
                   (count(*) filter (where t.status = 'done' and t.done_at > t.due_at))::int as late,
                   (count(*) filter (where t.status = 'open'))::int as open,
                   (count(*) filter (where t.status = 'open' and t.due_at < @now and not i.clock_stopped))::int as overdue,
                   (avg(extract(epoch from t.done_at - t.created_at) / 3600) filter (where t.status = 'done'))::float8 as hours
            from processes.tasks t
            join processes.instances i on i.id = t.instance_id
            where t.created_at >= @since
              and (@all or exists (select 1 from unnest(@regions::text[]) r(code) where starts_with(i.region, r.code)))
            group by i.process_key, t.node
            order by count(*) filter (where t.done_at > t.due_at or (t.status = 'open' and t.due_at < @now)) desc, i.process_key, t.node
            limit 50
            """, Arguments(session, since, now), cancellationToken);

    public static Task<IReadOnlyList<LatenessRow>> LatenessByPersonAsync(this DbSession session, DateTimeOffset since, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        session.QueryAsync<LatenessRow>(
            """
            select coalesce(t.done_by, t.assignee)::text as key,
                   (count(*) filter (where t.status = 'done' and (t.due_at is null or t.done_at <= t.due_at)))::int as in_time,
                   (count(*) filter (where t.status = 'done' and t.done_at > t.due_at))::int as late,
                   (count(*) filter (where t.status = 'open'))::int as open,
                   (count(*) filter (where t.status = 'open' and t.due_at < @now and not i.clock_stopped))::int as overdue,
                   (avg(extract(epoch from t.done_at - t.created_at) / 3600) filter (where t.status = 'done'))::float8 as hours
            from processes.tasks t
            join processes.instances i on i.id = t.instance_id
            where t.created_at >= @since and coalesce(t.done_by, t.assignee) is not null and coalesce(t.done_by, t.assignee) <> i.starter
              and (@all or exists (select 1 from unnest(@regions::text[]) r(code) where starts_with(i.region, r.code)))
            group by coalesce(t.done_by, t.assignee)
            order by count(*) filter (where t.done_at > t.due_at or (t.status = 'open' and t.due_at < @now)) desc, key
            limit 50
            """, Arguments(session, since, now), cancellationToken);

    private static object Arguments(DbSession session, DateTimeOffset since, DateTimeOffset now) =>
        new { since, now, all = session.Actor.Scope.All, regions = session.Actor.Scope.Regions.ToArray() };
}
