using Zhengtong.Cases.OwnCases;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.HandleCase;

/// <summary>One line of a list of cases.</summary>
public sealed record CaseRow
{
    public required Guid Id { get; init; }

    public string? Number { get; init; }

    public required string ServiceKey { get; init; }

    public required string ServiceTitle { get; init; }

    public required string Status { get; init; }

    public required byte[] ApplicantNameSealed { get; init; }

    public required string Region { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public bool ClockStopped { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <param name="Words">A case number, its beginning, or the applicant's whole name.</param>
/// <param name="NameIndex">Blind index of the words, because names are stored encrypted.</param>
public sealed record CaseQuery(string? Words, byte[]? NameIndex, string? Status, string? Service, string? After, int Size = 20)
{
    /// <summary><c>yellow</c> or <c>red</c>: cases under way that are near or over their limit.</summary>
    public string? Light { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>How the list is sorted.</summary>
    public CaseSort Sort { get; init; } = CaseSort.Latest;
}

/// <summary>A case with its rating.</summary>
public sealed record RatedCase
{
    public required Guid Id { get; init; }

    public string? Number { get; init; }

    public required string ServiceTitle { get; init; }

    public required int Level { get; init; }

    public string? Words { get; init; }

    public DateTimeOffset RatedAt { get; init; }

    public DateTimeOffset? FollowedUpAt { get; init; }
}

public sealed record CaseListPage(IReadOnlyList<CaseRow> Rows, string? Next);

public static class CaseLists
{
    /// <summary>Counts above this read <c>1000+</c>: people do not use the number, and counting is what costs.</summary>
    public const int MostCounted = 1000;
    private const int CountedAtMost = MostCounted + 1;

    private const string Columns =
        "id, number, service_key, service_title, status, applicant_name_sealed, region, submitted_at, updated_at, due_at, warn_at, clock_stopped, ended_at";

    /// <summary>Submitted cases in the officer's scope, sorted as asked.</summary>
    internal static async Task<CaseListPage> CasesInScopeAsync(this DbSession session, CaseQuery query, CancellationToken cancellationToken)
    {
        var scope = new CaseScope(session.Actor);
        var (sort, cursor) = (query.Sort, query.Sort.Read(query.After));
        var rows = await session.QueryAsync<CaseRow>(
            $"""
            {Hits(query)}
            select {Columns}
            from cases.cases
            where submitted_at is not null
              and {scope.Sql}
              {Matching(query)}
              and ({sort.Key}, id) {sort.Beyond} (@key, @id)
            order by {sort.Key} {sort.Direction}, id {sort.Direction}
            limit @limit
            """, scope.With(Arguments(query, cursor)), cancellationToken);
        return rows.Count <= query.Size
            ? new(rows, null)
            : new([.. rows.Take(query.Size)], sort.CursorOf(rows[query.Size - 1]));
    }

    internal static Task<int> CountInScopeAsync(this DbSession session, CaseQuery query, CancellationToken cancellationToken)
    {
        var scope = new CaseScope(session.Actor);
        return session.ScalarAsync<int>(
            $"""
            {Hits(query)}
            select count(*)::int
            from (
                select 1
                from cases.cases
                where submitted_at is not null
                  and {scope.Sql}
                  {Matching(query)}
                limit {CountedAtMost}
            ) capped
            """, scope.With(Arguments(query, query.Sort.Read(null))), cancellationToken);
    }

    /// <summary>One's own cases and drafts, latest change first; an agent sees those of the principal they act for now.</summary>
    internal static async Task<CaseListPage> OwnCasesAsync(
        this DbSession session, string? group, string? after, int size, CancellationToken cancellationToken)
    {
        var (at, id, _) = PageCursor.Read(after) ?? PageCursor.Latest;
        var rows = await session.QueryAsync<CaseRow>(
            $"""
            select {Columns}
            from cases.cases
            where applicant_id = @behalf
              {OwnCaseGroups.Sql(group)}
              and (updated_at, id) < (@at, @id)
            order by updated_at desc, id desc
            limit @limit
            """, new { behalf = session.Actor.OnBehalfOf ?? session.Actor.Id, at, id, limit = size + 1 }, cancellationToken);
        return Cut(rows, size, r => r.UpdatedAt);
    }

    internal static Task<IReadOnlyList<IssuedRow>> IssuedAsync(this DbSession session, Guid caseId, CancellationToken cancellationToken) =>
        session.QueryAsync<IssuedRow>(
            "select id, document, title, number, at from cases.issued_documents where case_id = @caseId order by at, id limit 100",
            new { caseId }, cancellationToken);

    /// <summary>Each way of finding walks its own index: one condition with "or" would walk all cases by date instead.</summary>
    private static string Hits(CaseQuery query) => query.Words is null ? "" :
        """
        with hits as materialized (
            select id from cases.cases where number = @words
            union
            (select id from cases.cases
             where number collate "C" >= @prefix and number collate "C" < @prefixEnd
             order by number collate "C" desc
             limit 2000)
            union
            select id from cases.cases where applicant_name_index = @NameIndex
        )
        """;

    /// <summary>Ratings of cases in the officer's scope, latest first.</summary>
    /// <param name="show"><c>open</c>: bad and not followed up; <c>answered</c>: bad and followed up; null: all.</param>
    internal static async Task<(IReadOnlyList<RatedCase> Rows, string? Next)> RatingsInScopeAsync(
        this DbSession session, string? show, string? after, int size, CancellationToken cancellationToken)
    {
        var (at, id, _) = PageCursor.Read(after) ?? PageCursor.Latest;
        var scope = new CaseScope(session.Actor);
        var rows = await session.QueryAsync<RatedCase>(
            $"""
            select c.id, c.number, c.service_title, r.level, r.words, r.rated_at, r.followed_up_at
            from (
                select id, number, service_title
                from cases.cases
                where ended_at is not null and {scope.Sql}
            ) c
            join cases.ratings r on r.case_id = c.id
            where (@show::text is null or (r.level <= 2 and (r.followed_up_at is not null) = (@show = 'answered')))
              and (r.rated_at, r.case_id) < (@at, @id)
            order by r.rated_at desc, r.case_id desc
            limit @limit
            """, scope.With(new { show = show is "open" or "answered" ? show : null, at, id, limit = size + 1 }), cancellationToken);
        return rows.Count <= size
            ? (rows, null)
            : ([.. rows.Take(size)], new PageCursor(rows[size - 1].RatedAt, rows[size - 1].Id).ToString());
    }

    private static string Matching(CaseQuery query) =>
        (query.Words is null ? "" : "and id in (select id from hits) ")
        + (query.Status is null ? "" : "and status = @Status ")
        + (query.Service is null ? "" : "and service_key = @Service ")
        + query.Light switch
        {
            "red" => "and ended_at is null and not clock_stopped and due_at < @Now ",
            "yellow" => "and ended_at is null and not clock_stopped and due_at >= @Now and warn_at < @Now ",
            _ => "",
        };

    private static object Arguments(CaseQuery query, (object Key, Guid Id) after)
    {
        // What is no beginning of a number has an empty range.
        var (prefix, end) = query.Words is { } words && words.All(char.IsAsciiLetterOrDigit) ? (words, words + '\uffff') : ("~", "~");
        return new { words = query.Words, prefix, prefixEnd = end, NameIndex = query.NameIndex ?? [], query.Status, query.Service,
            query.Now, key = after.Key, id = after.Id, limit = query.Size + 1 };
    }

    private static CaseListPage Cut(IReadOnlyList<CaseRow> rows, int size, Func<CaseRow, DateTimeOffset> at) =>
        rows.Count <= size ? new(rows, null) : new([.. rows.Take(size)], new PageCursor(at(rows[size - 1]), rows[size - 1].Id).ToString());
}
