using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ReadArticles;

/// <summary>An article in a list of the portal.</summary>
public sealed record PublicArticle
{
    public required Guid Id { get; init; }

    public required string Slug { get; init; }

    public required string ColumnKey { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required string Source { get; init; }

    public string? DocumentNumber { get; init; }

    public string? Picture { get; init; }

    public string? PictureText { get; init; }

    public string? Link { get; init; }

    public string? Interprets { get; init; }

    public required string[] Services { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    public DateOnly? Until { get; init; }

    public bool Pinned { get; init; }

    /// <summary>Its own page, or where it leads instead.</summary>
    public string Href => Link ?? Contracts.ContentLinks.Article(Slug);

    public string? PictureHref => Picture is null ? null
        : Guid.TryParse(Picture, out var file) ? Contracts.ContentLinks.File(Slug, file)
        : Contracts.ContentLinks.Picture(Picture);
}

public sealed record ArticleList(IReadOnlyList<PublicArticle> Articles, string? Next);

/// <summary>What everybody may read: live versions whose time has come.</summary>
internal sealed class ArticleReader(TimeProvider clock)
{
    private const string Columns =
        """
        a.id, a.slug, a.column_key, v.title, v.summary, v.source, v.document_number, v.picture, v.picture_text, v.link, v.interprets,
            v.services,
        a.published_at, a.until, a.pinned
        """;

    private const string Live =
        """
        from content.articles a
        join content.versions v on v.article_id = a.id and v.number = a.live
        where a.live is not null and a.published_at <= @now
        """;

    /// <summary>A page of columns: pinned ones first, then the newest.</summary>
    /// <param name="source">Only what this department says; null for all.</param>
    /// <param name="after">Cursor of the page before.</param>
    public async Task<ArticleList> PageAsync(
        DbSession session, IReadOnlyList<string> columns, string? source, string? after, int size, CancellationToken cancellationToken)
    {
        var (pinned, at, id) = Cursor(after);
        var rows = await session.QueryAsync<PublicArticle>(
            $"""
            select {Columns}
            {Live}
              and a.column_key = any(@columns)
              and (@source::text is null or v.source = @source)
              and (a.pinned, a.published_at, a.id) < (@pinned, @at, @id)
            order by a.pinned desc, a.published_at desc, a.id desc
            limit @limit
            """, new { columns = columns.ToArray(), source, pinned, at, id, limit = size + 1, now = clock.GetUtcNow() }, cancellationToken);
        if (rows.Count <= size) { return new(rows, null); }
        var last = rows[size - 1];
        return new([.. rows.Take(size)], $"{(last.Pinned ? 1 : 0)}_{last.PublishedAt.UtcTicks}_{last.Id}");
    }

    /// <summary>The first few of each column, in one question: for front pages. What is over is left out.</summary>
    public Task<IReadOnlyList<PublicArticle>> FirstOfEachAsync(DbSession session, IReadOnlyList<string> columns, int each,
        CancellationToken cancellationToken) =>
        session.QueryAsync<PublicArticle>(
            $"""
            select f.*
            from unnest(@columns::text[]) with ordinality as c(key, place)
            cross join lateral (
                select {Columns}
                {Live}
                  and a.column_key = c.key
                  and (a.until is null or a.until >= @today)
                order by a.pinned desc, a.published_at desc, a.id desc
                limit @each
            ) f
            order by c.place, f.pinned desc, f.published_at desc, f.id desc
            """, new { columns = columns.ToArray(), each, now = clock.GetUtcNow(), today = clock.Today() }, cancellationToken);

    /// <summary>Live article by its address, with everything it says.</summary>
    public async Task<(PublicArticle Article, ArticleVersion Version)?> FindAsync(
        DbSession session, string slug, CancellationToken cancellationToken)
    {
        var found = await session.FindAsync<PublicArticle>($"select {Columns} {Live} and a.slug = @slug",
            new { slug, now = clock.GetUtcNow() }, cancellationToken);
        if (found is null) { return null; }
        var live = await session.FindAsync<ArticleVersion>(
            """
            select v.article_id, v.number, v.column_key, v.title, v.summary, v.source, v.issued_by, v.document_number, v.body, v.picture,
                v.picture_text,
                   v.link, v.interprets, v.services, v.tags, v.files, v.publish_at, v.until, v.pinned, v.author_id, v.author, v.created_at
            from content.articles a
            join content.versions v on v.article_id = a.id and v.number = a.live
            where a.id = @Id
            """, new { found.Id }, cancellationToken);
        return live is null ? null : (found, live);
    }

    /// <summary>What belongs to an article: the policy it explains, explanations of it, and others on the same service items or in its
    /// column.</summary>
    public Task<IReadOnlyList<PublicArticle>> RelatedAsync(DbSession session, PublicArticle article, string? interprets,
        CancellationToken cancellationToken) =>
        session.QueryAsync<PublicArticle>(
            $"""
            select {Columns}
            {Live}
              and a.id <> @Id
              and a.column_key <> 'carousel'
              and (a.slug = @interprets or v.interprets = @Slug or v.services && @Services or a.column_key = @ColumnKey)
            order by (a.slug = @interprets or v.interprets = @Slug) desc nulls last, (v.services && @Services) desc, a.published_at desc
            limit 8
            """,
            new { article.Id, article.Slug, article.Services, article.ColumnKey, interprets = interprets ?? "", now = clock.GetUtcNow() },
            cancellationToken);

    /// <summary>Departments that have published in these columns.</summary>
    public Task<IReadOnlyList<string>> SourcesAsync(DbSession session, IReadOnlyList<string> columns,
        CancellationToken cancellationToken) =>
        session.QueryAsync<string>(
            $"""
            select distinct v.source
            {Live}
              and a.column_key = any(@columns)
            order by v.source
            limit 100
            """, new { columns = columns.ToArray(), now = clock.GetUtcNow() }, cancellationToken);

    /// <summary>Policy documents to choose from when an explanation of one is written.</summary>
    public async Task<IReadOnlyList<Option>> PoliciesAsync(DbSession session, CancellationToken cancellationToken) =>
    [
        .. (await session.QueryAsync<(string Slug, string Title)>(
            """
            select a.slug, v.title
            from content.articles a
            join content.versions v on v.article_id = a.id and v.number = a.live
            where v.document_number is not null
            order by a.published_at desc
            limit 200
            """, null, cancellationToken)).Select(p => new Option(p.Slug, p.Title)),
    ];

    private static (bool Pinned, DateTimeOffset At, Guid Id) Cursor(string? after) =>
        after?.Split('_') is [var pinned, var ticks, var id] && long.TryParse(ticks, out var t) && t > 0 && t < DateTime.MaxValue.Ticks
            && Guid.TryParse(id, out var i)
            ? (pinned == "1", new(t, TimeSpan.Zero), i)
            : (true, new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), new("ffffffff-ffff-ffff-ffff-ffffffffffff"));
}
