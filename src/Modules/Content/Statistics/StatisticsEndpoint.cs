using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Statistics;

/// <summary>One line of the statistics: a column or a department.</summary>
public sealed record ContentFigure(string Key, long Published, long Passed, long Returned, long Readings)
{
    /// <summary>审核通过率; null where nothing was judged.</summary>
    public decimal? PassRate => Passed + Returned == 0 ? null : (decimal)Passed / (Passed + Returned);
}

public sealed record MostRead(Guid Id, string Title, string ColumnKey, long Readings);

/// <summary>What was published, how much of it passed at once, and what is read.</summary>
internal static class StatisticsEndpoint
{
    public static void MapContentStatistics(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ContentLinks.Statistics, ShowAsync).ForOfficers(ContentRights.Read);

    private static async Task<IResult> ShowAsync(
        string? from, string? to, CurrentActor current, Database database, ContentColumns columns, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var today = clock.Today();
        var first = DateOnly.TryParseExact(from, "yyyy-MM-dd", out var f) ? f : new DateOnly(today.Year, 1, 1);
        var last = DateOnly.TryParseExact(to, "yyyy-MM-dd", out var t) && t >= first ? t : today;
        var session = database.Read("content.statistics", current.Actor);
        var scope = new ArticleScope(current.Actor);
        var arguments = scope.With(new { start = first.StartOfDay(), end = last.AddDays(1).StartOfDay(), first, last });
        return Page.Of<StatisticsPage>(new
        {
            From = first, To = last, Columns = columns,
            ByColumn = await session.QueryAsync<ContentFigure>(
                $"{Figures} select column_key as key, {Sums} from per_article group by column_key order by published desc, key", arguments,
                cancellationToken),
            ByDepartment = await session.QueryAsync<ContentFigure>(
                $"{Figures} select organisation as key, {Sums} from per_article group by organisation order by published desc, key limit 50",
                arguments, cancellationToken),
            Most = await session.QueryAsync<MostRead>(
                $"""
                {Figures}
                select id, title, column_key as columnkey, readings
                from per_article
                where readings > 0
                order by readings desc, id
                limit 20
                """, arguments, cancellationToken),
        });
    }

    private const string Sums =
        """
        sum(published)::bigint as published, sum(passed)::bigint as passed, sum(returned)::bigint as returned,
        sum(readings)::bigint as readings
        """;

    private const string Figures =
        """
        with per_article as (
            select a.id, a.title, a.column_key, a.organisation,
                   (a.live is not null and a.published_at >= @start and a.published_at < @end)::int as published,
                   (select count(*) from content.reviews r where r.article_id = a.id and r.outcome = 'passed' and r.at >= @start
                       and r.at < @end) as passed,
                   (select count(*) from content.reviews r where r.article_id = a.id and r.outcome = 'returned' and r.at >= @start
                       and r.at < @end) as returned,
                   (select coalesce(sum(r.count),
                       0)::bigint from content.readings r where r.article_id = a.id and r.day between @first and @last) as readings
            from content.articles a
            where a.status <> 'deleted'
              and (@All or a.region like any(@Regions) or a.organisation_path like any(@Organisations) or a.author_id = @Me)
        )
        """;
}
