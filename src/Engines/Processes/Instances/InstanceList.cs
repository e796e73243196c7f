using Zhengtong.Kernel;

namespace Zhengtong.Processes.Instances;

/// <summary>One run in the list of those who look after processes; no applicant.</summary>
public sealed record RunRow
{
    public required Guid Id { get; init; }

    public required string ProcessKey { get; init; }

    public required int ProcessVersion { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required string Status { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public bool ClockStopped { get; init; }

    public string? Step { get; init; }
}

internal static class InstanceList
{
    /// <summary>Runs of the reader's regions, latest first, 51 at most: the last one says that there are more.</summary>
    public static Task<IReadOnlyList<RunRow>> RunsAsync(
        this DbSession session, string? number, string? status, string? process, PageCursor? after,
        CancellationToken cancellationToken) =>
        session.QueryAsync<RunRow>(
            """
            select i.id, i.process_key, i.process_version, i.number, i.title, i.status, i.started_at, i.ended_at, i.due_at, i.warn_at, i.clock_stopped,
                   (select string_agg(t.name, '、') from processes.tasks t where t.instance_id = i.id and t.status = 'open') as step
            from processes.instances i
            where (@number::text is null or starts_with(i.number, @number))
              and (@status::text is null or i.status = @status)
              and (@process::text is null or i.process_key = @process)
              and (i.started_at, i.id) < (@At, @Id)
              and (@all or exists (select 1 from unnest(@regions::text[]) r(code) where starts_with(i.region, r.code)))
            order by i.started_at desc, i.id desc
            limit 51
            """,
            new
            {
                number, status, process, (after ?? PageCursor.Latest).At, (after ?? PageCursor.Latest).Id, all = session.Actor.Scope.All,
                regions = session.Actor.Scope.Regions.ToArray(),
            }, cancellationToken);
}
