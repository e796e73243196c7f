using Zhengtong.Kernel;

namespace Zhengtong.Content.ListArticles;

/// <summary>A line of the workbench's list.</summary>
public sealed record ArticleRow
{
    public required Guid Id { get; init; }

    public required string Slug { get; init; }

    public required string Title { get; init; }

    public required string ColumnKey { get; init; }

    public required string Region { get; init; }

    public required string Organisation { get; init; }

    public required string Status { get; init; }

    public required string Author { get; init; }

    public int Latest { get; init; }

    public int? Live { get; init; }

    public bool Pinned { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How often it was opened, all days together.</summary>
    public long Readings { get; init; }
}

/// <param name="Words">In title, summary, text, source or tag.</param>
public sealed record ArticleQuery(
    string? Words, IReadOnlyList<string>? Columns, string? Status, string? Organisation, string? Region, string? Tag, string? After,
    int Size = 20);

internal static class ArticleLists
{
    private const int MostCounted = 1000;

    private const string Matching =
        """
        from content.articles a
        join content.versions v on v.article_id = a.id and v.number = a.latest
        where a.status <> 'deleted'
          and (@All or a.region like any(@Regions) or a.organisation_path like any(@Organisations) or a.author_id = @Me)
          and (@columns::text[] is null or v.column_key = any(@columns))
          and (@Status::text is null or a.status = @Status)
          and (@Organisation::text is null or a.organisation = @Organisation)
          and (@region::text is null or a.region like @region)
          and (@Tag::text is null or v.tags @> array[@Tag])
          and (@words::text is null or v.title ilike @words or v.summary ilike @words or v.body ilike @words or v.source ilike @words)
        """;

    /// <summary>Articles within the officer's scope, latest change first.</summary>
    public static async Task<(IReadOnlyList<ArticleRow> Rows, string? Next)> ArticlesAsync(
        this DbSession session, ArticleQuery query, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<ArticleRow>(
            $"""
            select a.id, a.slug, a.title, v.column_key, a.region, a.organisation, a.status, a.author, a.latest, a.live, a.pinned,
                a.published_at,
                   a.updated_at, (select coalesce(sum(r.count), 0) from content.readings r where r.article_id = a.id) as readings
            {Matching}
              and (a.updated_at, a.id) < (@at, @id)
            order by a.updated_at desc, a.id desc
            limit @limit
            """, Arguments(session, query), cancellationToken);
        return rows.Count <= query.Size ? (rows, null) : ([.. rows.Take(query.Size)],
            new PageCursor(rows[query.Size - 1].UpdatedAt, rows[query.Size - 1].Id).ToString());
    }

    /// <summary>Counted up to a thousand.</summary>
    public static async Task<(int Count, bool Capped)> CountArticlesAsync(
        this DbSession session, ArticleQuery query, CancellationToken cancellationToken)
    {
        var count = await session.ScalarAsync<int>($"select count(*)::int from (select 1 {Matching} limit @most) c",
            Arguments(session, query), cancellationToken);
        return count > MostCounted ? (MostCounted, true) : (count, false);
    }

    /// <summary>Departments that have articles, for the filter.</summary>
    public static Task<IReadOnlyList<string>> DepartmentsAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<string>(
            """
            select distinct organisation
            from content.articles
            where status <> 'deleted'
              and (@All or region like any(@Regions) or organisation_path like any(@Organisations) or author_id = @Me)
            order by organisation
            limit 200
            """, new ArticleScope(session.Actor).With(new { }), cancellationToken);

    private static object Arguments(DbSession session, ArticleQuery query)
    {
        var (at, id, _) = PageCursor.Read(query.After) ?? PageCursor.Latest;
        var words = query.Words is null ? null
            : "%" + query.Words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
                .Replace("_", "\\_", StringComparison.Ordinal) + "%";
        var region = query.Region is { } code && code.All(char.IsAsciiDigit) ? code + "%" : null;
        return new ArticleScope(session.Actor).With(new
        {
            columns = query.Columns?.ToArray(), query.Status, query.Organisation, region, query.Tag, words, at, id, limit = query.Size + 1,
                most = MostCounted + 1,
        });
    }
}
