using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.Packs;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.ReadArticles;

/// <summary>政务公开: columns, their lists, articles, feeds, pictures and attachments.</summary>
internal static class ReadEndpoints
{
    private const int Size = 15;
    private const int FeedSize = 30;
    private const int EachOnFront = 5;

    public static void MapReadArticles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ContentLinks.Columns, FrontAsync).ForEverybody();
        routes.MapGet(ContentLinks.Feed, FeedAsync).ForEverybody();
        routes.MapGet("/content/pictures/{**path}", Picture).ForEverybody();
        routes.MapGet("/content/{column}", ListAsync).ForEverybody();
        routes.MapGet("/content/{column}/feed.xml", ColumnFeedAsync).ForEverybody();
        routes.MapGet("/articles/{slug}", ShowAsync).ForEverybody();
        routes.MapGet("/articles/{slug}/files/{file:guid}", FileAsync).ForEverybody();
    }

    private static async Task<IResult> FrontAsync(CurrentActor current, Database database, ContentColumns columns, ArticleReader reader,
        CancellationToken cancellationToken)
    {
        var roots = columns.Roots();
        var articles = await reader.FirstOfEachAsync(database.Read("content.front", current.Actor), [.. roots.Select(c => c.Key)],
            EachOnFront, cancellationToken);
        return Page.Of<FrontPage>(
            new { Columns = roots, Articles = articles.ToLookup(a => a.ColumnKey),
            Below = columns.All().Where(c => c.Parent is not null).ToLookup(c => c.Parent!) });
    }

    private static async Task<IResult> ListAsync(
        string column, string? source, string? cursor, HttpContext context, CurrentActor current, Database database, ContentColumns columns,
        ArticleReader reader, CancellationToken cancellationToken)
    {
        if (columns.Find(column) is not { IsListed: true } found) { return ArticleErrors.NoColumn.ToResult(context); }
        var session = database.Read("content.list", current.Actor);
        var within = columns.Within(column);
        var page = await reader.PageAsync(session, within, string.IsNullOrEmpty(source) ? null : source, cursor, Size, cancellationToken);
        return Page.Of<ColumnPage>(new
        {
            Column = found, Source = source, page.Articles, page.Next, Columns = columns,
                Sources = await reader.SourcesAsync(session, within, cancellationToken),
        });
    }

    private static async Task<IResult> ShowAsync(
        string slug, HttpContext context, CurrentActor current, Database database, ContentColumns columns, ArticleReader reader,
        ServiceCatalogue services,
        PlatformFiles files, Readings readings, PublicAddress address, CancellationToken cancellationToken)
    {
        var session = database.Read("content.read", current.Actor);
        if (await reader.FindAsync(session, slug, cancellationToken) is not var (article, version)) { return ArticleErrors.Gone.ToResult(
            context); }
        if (HttpMethods.IsGet(context.Request.Method)) { readings.Count(article.Id); }
        return Page.Of<ArticlePage>(new
        {
            Article = article, Version = version, Column = columns.Find(article.ColumnKey),
                ParentColumn = columns.Find(columns.Find(article.ColumnKey)?.Parent ?? ""),
            Related = await reader.RelatedAsync(session, article, version.Interprets, cancellationToken),
            Services = (IReadOnlyList<ServiceItem>)[.. article.Services.Select(services.Find).OfType<ServiceItem>()],
            Attachments = await AttachmentsAsync(files, session, version, cancellationToken),
                Address = address.Of(ContentLinks.Article(slug)),
        });
    }

    /// <summary>Files of a version that its text does not show itself.</summary>
    internal static async Task<IReadOnlyList<FileEntry>> AttachmentsAsync(
        PlatformFiles files, DbSession session, ArticleVersion version, CancellationToken cancellationToken) =>
        version.Files.Length == 0 ? [] :
        [
            .. (await files.FindAsync(session, version.Files, cancellationToken))
                .Where(f => f.State == "kept" && f.Id.ToString() != version.Picture
                    && !version.Body.Contains(f.Id.ToString(), StringComparison.OrdinalIgnoreCase)),
        ];

    private static async Task<IResult> FileAsync(
        string slug, Guid file, HttpContext context, CurrentActor current, Database database, ArticleReader reader, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        var session = database.Read("content.file", current.Actor);
        return await reader.FindAsync(session, slug, cancellationToken) is var (_, version) && version.Files.Contains(file)
            ? await AnswerAsync(files, session, file, context, cancellationToken)
            : ArticleErrors.NoFile.ToResult(context);
    }

    internal static async Task<IResult> AnswerAsync(PlatformFiles files, DbSession session, Guid file, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await files.FindAsync(session, file, cancellationToken) is not { } entry) { return ArticleErrors.NoFile.ToResult(context); }
        var opened = await files.OpenAsync(entry, cancellationToken);
        return opened.IsSuccess ? new FileAnswer(entry, opened.Value, inline: entry.Type.StartsWith("image/", StringComparison.Ordinal))
            : opened.Error.ToResult(context);
    }

    private static IResult Picture(string path, HttpContext context, ArtefactStore artefacts) =>
        artefacts.Latest(PictureKind.Name, path) is { } picture ? new PictureAnswer(picture) : ArticleErrors.NoFile.ToResult(context);

    private static async Task<IResult> FeedAsync(
        CurrentActor current, Database database, ContentColumns columns, ArticleReader reader, ShellContext shell, PublicAddress address,
        CancellationToken cancellationToken)
    {
        var listed = columns.All().Where(c => c.IsListed).Select(c => c.Key).ToList();
        var page = await reader.PageAsync(database.Read("content.feed", current.Actor), listed, null, null, FeedSize, cancellationToken);
        return new Feed($"{shell.SiteName} 政务公开", ContentLinks.Feed, address.Root, page.Articles, columns);
    }

    private static async Task<IResult> ColumnFeedAsync(
        string column, HttpContext context, CurrentActor current, Database database, ContentColumns columns, ArticleReader reader,
        ShellContext shell,
        PublicAddress address, CancellationToken cancellationToken)
    {
        if (columns.Find(column) is not { IsListed: true } found) { return ArticleErrors.NoColumn.ToResult(context); }
        var page = await reader.PageAsync(database.Read("content.feed", current.Actor), columns.Within(column), null, null, FeedSize,
            cancellationToken);
        return new Feed($"{shell.SiteName} {found.Title}", ContentLinks.FeedOf(column), address.Root, page.Articles, columns);
    }
}

/// <summary>The address under which people reach the platform.</summary>
public sealed class PublicAddress(string url)
{
    public string Root { get; } = url.TrimEnd('/');

    public string Of(string path) => Root + path;
}
