using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>What to look for among issued documents.</summary>
public sealed record IssuedQuery
{
    /// <summary>Part of title, number, holder or issuer; or a whole verification code.</summary>
    public string? Words { get; init; }

    /// <summary><c>valid</c>, <c>expired</c>, <c>revoked</c> or null for all.</summary>
    public string? Status { get; init; }

    public string? Kind { get; init; }

    /// <summary>Regions whose documents may be seen; documents without a region are seen with <see cref="DataScope.All"/> only.</summary>
    public DataScope? Scope { get; init; }

    /// <summary>Continue after the last one of the page before.</summary>
    public PageCursor? After { get; init; }

    public int Size { get; init; } = 20;
}

/// <summary>Reads what was issued.</summary>
public sealed class IssuedStore
{
    public Task<IssuedDocument?> FindAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<IssuedDocument>($"select {Columns} from documents.issued where id = @id", new { id }, cancellationToken);

    public Task<IssuedDocument?> FindByCodeAsync(DbSession session, string code, CancellationToken cancellationToken) =>
        session.FindAsync<IssuedDocument>($"select {Columns} from documents.issued where code = @code", new { code }, cancellationToken);

    /// <summary>All documents of a case or a record, oldest first.</summary>
    public Task<IReadOnlyList<IssuedDocument>> OfSubjectAsync(
        DbSession session, string subjectType, Guid subjectId, CancellationToken cancellationToken) =>
        session.QueryAsync<IssuedDocument>(
            $"select {Columns} from documents.issued where subject_type = @subjectType and subject_id = @subjectId order by at, id limit 200",
            new { subjectType, subjectId }, cancellationToken);

    /// <summary>What somebody holds, newest first.</summary>
    public Task<IReadOnlyList<IssuedDocument>> OfHolderAsync(DbSession session, Guid holderId, CancellationToken cancellationToken) =>
        session.QueryAsync<IssuedDocument>(
            $"select {Columns} from documents.issued where holder_id = @holderId order by at desc, id limit 200", new { holderId },
            cancellationToken);

    /// <summary>The valid licence of a type that somebody holds, for materials that need not be handed in.</summary>
    public Task<IReadOnlyList<IssuedDocument>> ValidOfTypeAsync(
        DbSession session, Guid holderId, string licenceType, DateOnly today, CancellationToken cancellationToken) =>
        session.QueryAsync<IssuedDocument>(
            $"""
            select {Columns} from documents.issued
            where holder_id = @holderId and licence_type = @licenceType and revoked_at is null and (valid_until is null or valid_until >= @today)
            order by at desc, id limit 20
            """, new { holderId, licenceType, today }, cancellationToken);

    /// <summary>A page of documents, newest first, one row more than asked for where there are more.</summary>
    public Task<IReadOnlyList<IssuedDocument>> SearchAsync(
        DbSession session, IssuedQuery query, DateOnly today, CancellationToken cancellationToken)
    {
        var words = query.Words?.Trim() is { Length: > 0 } given ? given : null;
        return session.QueryAsync<IssuedDocument>(
            $"""
            select {Columns} from documents.issued
            where (@words::text is null or code = @code
                or (title || ' ' || number || ' ' || coalesce(holder_name, '') || ' ' || issuer) ilike @pattern)
              and (@kind::text is null or kind = @kind)
              and (@status::text is null or @status = case
                    when revoked_at is not null then 'revoked' when valid_until < @today then 'expired' else 'valid' end)
              and (@everything or exists (select from unnest(@regions) as r where starts_with(region, r)))
              and (@at::timestamptz is null or (at, id) < (@at, @id))
            order by at desc, id desc
            limit @limit
            """,
            new
            {
                words, code = Codes.Normal(words) ?? "", pattern = $"%{Escape(words ?? "")}%", query.Kind, query.Status, today,
                everything = query.Scope is null or { All: true }, regions = query.Scope?.Regions.ToArray() ?? [],
                at = query.After?.At.UtcDateTime, id = query.After?.Id ?? Guid.Empty, limit = query.Size + 1,
            }, cancellationToken);
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    internal const string Columns =
        """
        id, document, version, kind, title, number, code as verify_code, subject_type, subject_id, region, issuer, holder_id, holder_name, licence_type,
        valid_until, file_id, at, issued_by_name, revoked_at, revoked_by_name, revoke_reason
        """;
}
