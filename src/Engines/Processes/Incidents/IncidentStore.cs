using Zhengtong.Kernel;

namespace Zhengtong.Processes.Incidents;

/// <summary>Rights of those who keep processes running; repairing also belongs to those who may repair the process itself.</summary>
public static class IncidentRights
{
    public const string Read = "operations.read";
    public const string Act = "operations.act";
    public const string Repair = "processes.repair";
}

/// <summary>Something of a run that waits for an operator. No applicant: operators repair without reading whose it is.</summary>
public sealed record IncidentRow
{
    public required Guid InstanceId { get; init; }

    public required int Incident { get; init; }

    public required string Node { get; init; }

    public required string Code { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public required string ProcessKey { get; init; }

    public required int ProcessVersion { get; init; }

    public required string SubjectType { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }
}

internal static class IncidentStore
{
    private const string Columns =
        """
        n.instance_id, n.incident, n.node, n.code, n.message, n.at, n.closed_at, i.process_key, i.process_version, i.subject_type, i.number, i.title
        """;

    /// <summary>Open ones oldest first, or closed ones latest first; 51 at most: the last one says that there are more.</summary>
    public static Task<IReadOnlyList<IncidentRow>> IncidentsAsync(
        this DbSession session, bool closed, string? process, PageCursor? after, CancellationToken cancellationToken)
    {
        var (at, instance, incident) = after ?? (closed ? PageCursor.Latest : PageCursor.Oldest);
        var args = new { process, at, instance, incident };
        return closed
            ? session.QueryAsync<IncidentRow>(
                $"""
                select {Columns}
                from processes.incidents n
                join processes.instances i on i.id = n.instance_id
                where n.closed_at is not null
                  and (@process::text is null or i.process_key = @process)
                  and (n.at, n.instance_id, n.incident) < (@at, @instance, @incident)
                order by n.at desc, n.instance_id desc, n.incident desc
                limit 51
                """, args, cancellationToken)
            : session.QueryAsync<IncidentRow>(
                $"""
                select {Columns}
                from processes.incidents n
                join processes.instances i on i.id = n.instance_id
                where n.closed_at is null
                  and (@process::text is null or i.process_key = @process)
                  and (n.at, n.instance_id, n.incident) > (@at, @instance, @incident)
                order by n.at, n.instance_id, n.incident
                limit 51
                """, args, cancellationToken);
    }

    public static Task<IncidentRow?> FindIncidentAsync(this DbSession session, Guid instance, int incident,
        CancellationToken cancellationToken) =>
        session.FindAsync<IncidentRow>(
            $"""
            select {Columns}
            from processes.incidents n
            join processes.instances i on i.id = n.instance_id
            where n.instance_id = @instance and n.incident = @incident
            """, new { instance, incident }, cancellationToken);
}
