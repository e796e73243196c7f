using Zhengtong.Content.Packs;
using Zhengtong.Kernel;

namespace Zhengtong.Content;

/// <summary>Articles and their versions as rows.</summary>
internal static class ArticleStore
{
    private const string Columns =
        """
        id, slug, pack, column_key, region, organisation, status, title, latest, live, published_at, until, pinned, process_instance_id,
            author_id,
        author, created_at, updated_at, version
        """;

    private const string VersionColumns =
        """
        article_id, number, column_key, title, summary, source, issued_by, document_number, body, picture, picture_text, link, interprets,
            services,
        tags, files, publish_at, until, pinned, author_id, author, created_at
        """;

    /// <summary>An article that the officer may know of.</summary>
    public static Task<Article?> FindArticleAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Article>(
            $"""
            select {Columns}
            from content.articles
            where id = @id and status <> 'deleted'
              and (@All or region like any(@Regions) or organisation_path like any(@Organisations) or author_id = @Me)
            """, new ArticleScope(session.Actor).With(new { id }), cancellationToken);

    /// <summary>The same without asking whose it is: for the process, which acts for nobody in particular.</summary>
    public static Task<Article?> ArticleOfProcessAsync(this UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        work.FindAsync<Article>($"select {Columns} from content.articles where id = @id", new { id }, cancellationToken);

    public static Task<ArticleVersion?> VersionAsync(this DbSession session, Guid articleId, int number,
        CancellationToken cancellationToken) =>
        session.FindAsync<ArticleVersion>(
            $"select {VersionColumns} from content.versions where article_id = @articleId and number = @number", new { articleId, number },
            cancellationToken);

    /// <summary>All versions, newest first.</summary>
    public static Task<IReadOnlyList<ArticleVersion>> VersionsAsync(this DbSession session, Guid articleId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<ArticleVersion>(
            $"select {VersionColumns} from content.versions where article_id = @articleId order by number desc limit 100",
            new { articleId }, cancellationToken);

    public static Task InsertArticleAsync(this UnitOfWork work, Article article, string organisationPath,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into content.articles
                (id, slug, edited, column_key, region, organisation_path, organisation, status, title, latest, author_id, author,
                    created_at, updated_at)
            values (@Id, @Slug, true, @ColumnKey, @Region, @organisationPath, @Organisation, @Status, @Title, @Latest, @AuthorId, @Author,
                @now, @now)
            """,
            new
            {
                article.Id, article.Slug, article.ColumnKey, article.Region, organisationPath, article.Organisation, article.Status,
                    article.Title,
                article.Latest, article.AuthorId, article.Author, now = work.Now,
            }, cancellationToken);

    /// <summary>Writes a version: a new one, or the open one again.</summary>
    public static Task WriteVersionAsync(this UnitOfWork work, Guid articleId, int number, ArticleText text,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into content.versions
                (article_id, number, column_key, title, summary, source, issued_by, document_number, body, picture, picture_text, link,
                    interprets,
                 services, tags, files, publish_at, until, pinned, author_id, author, created_at)
            values (@articleId, @number, @ColumnKey, @Title, @Summary, @Source, @IssuedBy, @DocumentNumber, @Body, @Picture, @PictureText,
                @Link,
                @Interprets, @services, @tags, @files, @PublishAt, @Until, @Pinned, @author, @name, @now)
            on conflict (article_id, number) do update
            set column_key = excluded.column_key, title = excluded.title, summary = excluded.summary, source = excluded.source,
                issued_by = excluded.issued_by, document_number = excluded.document_number, body = excluded.body,
                    picture = excluded.picture,
                picture_text = excluded.picture_text, link = excluded.link, interprets = excluded.interprets, services = excluded.services,
                tags = excluded.tags, files = excluded.files, publish_at = excluded.publish_at, until = excluded.until,
                    pinned = excluded.pinned,
                author_id = excluded.author_id, author = excluded.author, created_at = excluded.created_at
            """,
            new
            {
                articleId, number, text.ColumnKey, text.Title, text.Summary, text.Source, text.IssuedBy, text.DocumentNumber, text.Body,
                    text.Picture,
                text.PictureText, text.Link, text.Interprets, services = text.Services.ToArray(), tags = text.Tags.ToArray(),
                    files = text.Files.ToArray(),
                text.PublishAt, text.Until, text.Pinned, author = work.Actor.Id, name = work.Actor.Name, now = work.Now,
            }, cancellationToken);

    /// <summary>The article's own row after an edit; nothing where somebody else was quicker.</summary>
    public static async Task<bool> TryEditAsync(this UnitOfWork work, Article article, int number, ArticleText text,
        CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update content.articles
            set status = 'draft', latest = @number, title = @Title, edited = true, updated_at = @now, version = version + 1,
                column_key = case when live is null then @ColumnKey else column_key end
            where id = @Id and version = @Version
            """, new { article.Id, article.Version, number, text.Title, text.ColumnKey, now = work.Now }, cancellationToken) == 1;

    public static Task SetReviewingAsync(this UnitOfWork work, Guid id, Guid? process, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update content.articles
            set status = 'reviewing', process_instance_id = coalesce(@process, process_instance_id), updated_at = @now,
                version = version + 1
            where id = @id
            """, new { id, process, now = work.Now }, cancellationToken);

    public static Task SetReturnedAsync(this UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update content.articles
            set status = 'draft', updated_at = @now, version = version + 1
            where id = @id and status = 'reviewing'
            """,
            new { id, now = work.Now }, cancellationToken);

    /// <summary>Makes a version the one that the public reads.</summary>
    public static Task SetLiveAsync(this UnitOfWork work, Article article, ArticleVersion version, SearchText search,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update content.articles
            set status = 'published', live = @Number, column_key = @ColumnKey, title = @Title, until = @Until, pinned = @Pinned,
                updated_at = @now,
                published_at = case when @PublishAt > @now then @PublishAt else coalesce(published_at, @now) end, version = version + 1,
                search_title = @searchTitle, pinyin = @Pinyin, initials = @Initials, tokens = @Tokens::tsvector
            where id = @Id
            """,
            new
            {
                article.Id, version.Number, version.ColumnKey, version.Title, version.Until, version.Pinned, version.PublishAt,
                    now = work.Now,
                searchTitle = search.Title, search.Pinyin, search.Initials, search.Tokens,
            }, cancellationToken);

    /// <summary>Takes an article out of the public's sight; a reader of the old address is told.</summary>
    public static async Task<bool> TryWithdrawAsync(this UnitOfWork work, Article article, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update content.articles
            set status = 'withdrawn', live = null, published_at = null, edited = true, updated_at = @now, version = version + 1
            where id = @Id and version = @Version and live is not null
            """, new { article.Id, article.Version, now = work.Now }, cancellationToken) == 1;

    public static async Task<bool> TryDeleteAsync(this UnitOfWork work, Article article, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update content.articles
            set status = 'deleted', edited = true, updated_at = @now, version = version + 1
            where id = @Id and version = @Version and live is null and status in ('draft', 'withdrawn')
            """, new { article.Id, article.Version, now = work.Now }, cancellationToken) == 1;

    public static Task AddReviewAsync(this UnitOfWork work, Guid articleId, int number, bool passed, string? reason,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into content.reviews (id, article_id, number, outcome, reason, reviewer_id, reviewer, at)
            values (@id, @articleId, @number, @outcome, @reason, @reviewer, @name, @now)
            """,
            new
            {
                id = work.NewId(), articleId, number, outcome = passed ? "passed" : "returned", reason, reviewer = work.Actor.Id,
                    name = work.Actor.Name,
                now = work.Now,
            }, cancellationToken);

    public static Task<IReadOnlyList<ArticleReview>> ReviewsAsync(this DbSession session, Guid articleId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<ArticleReview>(
            "select number, outcome, reason, reviewer, at from content.reviews where article_id = @articleId order by at desc limit 100",
            new { articleId }, cancellationToken);

    /// <summary>An article of a pack: new, or newer than before. What somebody has edited stays as it is.</summary>
    public static async Task ImportArticleAsync(
        this UnitOfWork work, string pack, ArticleFile file, string region, SearchText search, CancellationToken cancellationToken)
    {
        var known = await work.FindAsync<Imported>(
            "select id, latest, edited from content.articles where slug = @Slug", new { file.Slug }, cancellationToken);
        if (known is { Edited: true }) { return; }
        var (id, number) = (known?.Id ?? work.NewId(), (known?.Latest ?? 0) + 1);
        // Offices open at nine: the hour under which articles of a day are read.
        var publishedAt = file.Published.StartOfDay().AddHours(9);
        await work.ExecuteAsync(
            """
            insert into content.articles
                (id, slug, pack, column_key, region, organisation_path, organisation, status, title, latest, live, published_at, until,
                    pinned,
                 author_id, author, created_at, updated_at, search_title, pinyin, initials, tokens)
            values (@id, @Slug, @pack, @ColumnKey, @region, '', @Source, 'published', @Title, @number, @number, @publishedAt, @Until,
                @Pinned,
                @author, @name, @publishedAt, @now, @searchTitle, @Pinyin, @Initials, @Tokens::tsvector)
            on conflict (slug) do update
            set pack = excluded.pack, column_key = excluded.column_key, region = excluded.region, organisation = excluded.organisation,
                title = excluded.title,
                latest = excluded.latest, live = excluded.live, published_at = excluded.published_at, until = excluded.until,
                    pinned = excluded.pinned,
                status = 'published', updated_at = excluded.updated_at, version = articles.version + 1,
                    search_title = excluded.search_title,
                pinyin = excluded.pinyin, initials = excluded.initials, tokens = excluded.tokens
            """,
            new
            {
                id, file.Slug, pack, file.Text.ColumnKey, region, file.Text.Source, file.Text.Title, number, publishedAt, file.Text.Until,
                file.Text.Pinned, author = work.Actor.Id, name = work.Actor.Name, now = work.Now, searchTitle = search.Title, search.Pinyin,
                search.Initials, search.Tokens,
            }, cancellationToken);
        await work.WriteVersionAsync(id, number, file.Text, cancellationToken);
    }
}

internal sealed record Imported(Guid Id, int Latest, bool Edited);

/// <summary>A judgement of a reviewer on a version.</summary>
public sealed record ArticleReview(int Number, string Outcome, string? Reason, string Reviewer, DateTimeOffset At);
