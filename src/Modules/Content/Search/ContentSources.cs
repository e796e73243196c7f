using Zhengtong.Content.Contracts;
using Zhengtong.Content.Halls;
using Zhengtong.Content.ListArticles;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Search;

/// <summary>Articles and help: by title, sound, initials, a slip, or the words of the text. One statement for both.</summary>
internal sealed class ArticleSource(Database database, ContentColumns columns, ChineseText chinese, TimeProvider clock) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Portal;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("articles", "政务公开", "news", 20), new("help", "帮助", "help", 30)];

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken)
    {
        var plain = Normal.Form(words);
        if (plain.Length == 0) { return []; }
        var isLetters = plain.All(c => char.IsAsciiLetterLower(c) || c == ' ');
        var sound = isLetters ? plain.Replace(" ", "", StringComparison.Ordinal) : chinese.PinyinOf(plain);
        var rows = await database.Read("content.search", actor).QueryAsync<Row>(
            """
            select a.slug, a.column_key, v.title, v.summary, v.source, v.link, a.published_at,
                   case when a.search_title = @plain then 100
                        when a.search_title like @contains then 80
                        when @sound <> '' and a.pinyin like @soundLike then 70
                        when @initials <> '' and a.initials like @initialsLike then 65
                        when a.search_title like any(@patterns) then 50
                        else 40 end as score
            from content.articles a
            join content.versions v on v.article_id = a.id and v.number = a.live
            where a.live is not null and a.published_at <= @now and a.column_key <> 'carousel'
              and (a.search_title like any(@patterns)
                   or (@sound <> '' and a.pinyin like @soundLike)
                   or (@initials <> '' and a.initials like @initialsLike)
                   or (@query <> '' and a.tokens @@ to_tsquery('simple', @query)))
            order by score desc, a.published_at desc
            limit @most
            """,
            new
            {
                plain, contains = $"%{Escaped(plain)}%", patterns = ChineseText.TolerantPatterns(plain).ToArray(), now = clock.GetUtcNow(),
                    most = limit * 2,
                // A single syllable sounds like a hundred words.
                sound = sound.Length >= 4 ? sound : "", soundLike = $"%{Escaped(sound)}%", query = ChineseText.SearchQuery(plain),
                initials = isLetters && plain.Length >= 2 ? plain : "", initialsLike = $"%{Escaped(plain)}%",
            }, cancellationToken);
        return
        [
            .. rows.Select(r => new SearchHit(
                columns.Find(r.ColumnKey)?.Kind == "guide" ? "help" : "articles", r.Title, r.Link ?? ContentLinks.Article(r.Slug),
                r.Summary,
                $"{columns.TitleOf(r.ColumnKey)} · {r.Source} · {Show.Date(r.PublishedAt.ToLocalDay())}", r.Score)),
        ];
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace(
            "_", "\\_", StringComparison.Ordinal);

    private sealed record Row
    {
        public string Slug { get; init; } = "";

        public string ColumnKey { get; init; } = "";

        public string Title { get; init; } = "";

        public string Summary { get; init; } = "";

        public string Source { get; init; } = "";

        public string? Link { get; init; }

        public DateTimeOffset PublishedAt { get; init; }

        public int Score { get; init; }
    }
}

/// <summary>Halls by name, place or telephone.</summary>
internal sealed class HallSource(HallDirectory halls, ChineseText chinese) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Portal;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("halls", "办事大厅", "map-pin", 40, _ => ContentLinks.Halls)];

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken) =>
    [
        .. (await halls.AllAsync(cancellationToken))
            .Select(h => (Hall: h, Fit: Best(chinese.Fit(h.Name, words), chinese.Fit(h.ShortName, words), Contains(h.Address, words),
                Contains(h.Phone, words))))
            .Where(h => h.Fit is not TextFit.None)
            .OrderByDescending(h => h.Fit)
            .Take(limit)
            .Select(h => new SearchHit("halls", h.Hall.Name, ContentLinks.Hall(h.Hall.Key ?? ""), h.Hall.Address, h.Hall.OfficeHours,
                10 * (int)h.Fit)),
    ];

    private static TextFit Contains(string? text, string words) => text?.Contains(words, StringComparison.Ordinal) == true
        ? TextFit.Contains : TextFit.None;

    private static TextFit Best(params ReadOnlySpan<TextFit> fits)
    {
        var best = TextFit.None;
        foreach (var fit in fits) { best = fit > best ? fit : best; }
        return best;
    }
}

/// <summary>Articles of the editors' desk, within their scope.</summary>
internal sealed class DeskSource(Database database, ContentColumns columns) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Workbench;

    public IReadOnlyList<SearchGroup> Groups { get; } =
        [new("desk", "信息稿件", "news", 50, w => $"{ContentLinks.Workbench}?q={Uri.EscapeDataString(w)}")];

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken)
    {
        if (!actor.May(ContentRights.Read)) { return []; }
        var query = new ArticleQuery(words, null, null, null, null, null, null, limit);
        var (rows, _) = await database.Read("content.search", actor).ArticlesAsync(query, cancellationToken);
        return [.. rows.Select(r => new SearchHit("desk", r.Title, ContentLinks.View(r.Id), null,
            $"{columns.TitleOf(r.ColumnKey)} · {ArticleStatus.Title(r.Status)}"))];
    }
}
