using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>What an auditor looks for.</summary>
public sealed record AuditQuery
{
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    public Guid? ActorId { get; init; }

    /// <summary>Part of the actor's name.</summary>
    public string? ActorName { get; init; }

    /// <summary>Whole name of an operation, its beginning up to a dot (<c>cases.</c>), or a part of its words (<c>登录</c>).</summary>
    public string? Operation { get; init; }

    public string? SubjectType { get; init; }

    public string? SubjectId { get; init; }

    public string? RemoteAddress { get; init; }

    /// <summary>Sequence number of the last entry of the page before.</summary>
    public long? Before { get; init; }
}

/// <summary>Reads the audit, and writes what has no transaction of its own: refused attempts, reads of sensitive data.</summary>
public sealed class AuditLog(Database database, AuditWriter writer, TimeProvider clock)
{
    /// <summary>Writes an entry at once. It is there before the answer is given, so a read that is not audited does not happen.</summary>
    public async Task WriteAsync(Operation operation, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        writer.Append(batch, operation, clock.GetUtcNow(), [entry]);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Newest first, 50 by page.</summary>
    public Task<IReadOnlyList<AuditRow>> SearchAsync(
        DbSession session, AuditQuery query, CancellationToken cancellationToken, int limit = 50) =>
        session.QueryAsync(Sql("desc", " limit @limit"), Args(query, limit), AuditRow.Read, cancellationToken);

    public async Task<AuditRow?> FindAsync(DbSession session, long seq, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            $"select {AuditRow.Columns} from audit.entries where seq = @seq", new { seq }, AuditRow.Read, cancellationToken))
            .SingleOrDefault();

    /// <summary>Oldest first, without holding them: for exports.</summary>
    public IAsyncEnumerable<AuditRow> StreamAsync(DbSession session, AuditQuery query, CancellationToken cancellationToken) =>
        session.StreamAsync(Sql("asc", ""), Args(query, 0), AuditRow.Read, cancellationToken);

    private static string Sql(string direction, string limit) =>
        $"""
         select {AuditRow.Columns}
         from audit.entries
         where (@From::timestamptz is null or at >= @From)
           and (@Until::timestamptz is null or at < @Until)
           and (@ActorId::uuid is null or actor_id = @ActorId)
           and (@actorName::text is null or actor_name like @actorName)
           and (@operation::text is null or operation = any(@operations)
                or (@operation like '%.' and starts_with(operation, @operation)))
           and (@SubjectType::text is null or subject_type = @SubjectType)
           and (@SubjectId::text is null or subject_id = @SubjectId)
           and (@RemoteAddress::text is null or remote_address = @RemoteAddress)
           and (@Before::bigint is null or seq < @Before)
         order by seq {direction}
         """ + limit;

    private static object Args(AuditQuery query, int limit) => new
    {
        query.From, query.Until, query.ActorId, query.SubjectId, query.SubjectType, query.RemoteAddress, query.Before,
        operation = query.Operation, operations = (string[])[query.Operation ?? "", .. AuditWords.OperationsLike(query.Operation ?? "")], limit,
        actorName = query.ActorName is { Length: > 0 } name
            ? $"%{name.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%"
            : null,
    };
}
