using Zhengtong.Kernel;

namespace Zhengtong.Cases.HandleCase;

/// <param name="Submitted">Cases handed in on that day.</param>
/// <param name="Ended">Cases that ended on it.</param>
public sealed record CaseDay(DateOnly Day, int Submitted, int Ended);

/// <param name="Open">Cases under way, whenever they were handed in during the span.</param>
/// <param name="Late">Of these, those over their limit.</param>
public sealed record ServiceLoad(string Title, int Submitted, int Open, int Late);

/// <summary>What has been going on in somebody's scope lately.</summary>
/// <param name="IsCapped">There was more than is counted here: the newest count.</param>
public sealed record HomeStatistics(IReadOnlyList<CaseDay> Days, IReadOnlyList<ServiceLoad> Services, bool IsCapped)
{
    public const int Span = 30;

    /// <summary>The newest cases that are counted: enough for a district, and bounded for a city with millions.</summary>
    private const int MostCounted = 20_000;

    public static HomeStatistics None { get; } = new([], [], false);

    /// <summary>One statement for both charts: it walks the index of submissions back from today.</summary>
    internal static async Task<HomeStatistics> ReadAsync(DbSession session, DateOnly today, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var scope = new CaseScope(session.Actor);
        var from = today.AddDays(1 - Span);
        var rows = await session.QueryAsync<(string? Title, DateOnly? Day, int Submitted, int Ended, int Open, int Late)>(
            $"""
            with recent as materialized (
                select service_title, submitted_at, ended_at, due_at, clock_stopped
                from cases.cases
                where submitted_at >= @from
                  and {scope.Sql}
                order by submitted_at desc
                limit @most
            )
            select null::text as title, d.day::date as day,
                   (select count(*)::int from recent where (submitted_at at time zone @zone)::date = d.day) as submitted,
                   (select count(*)::int from recent where (ended_at at time zone @zone)::date = d.day) as ended, 0 as open, 0 as late
            from generate_series(@first::date, @today::date, interval '1 day') d(day)
            union all
            select service_title, null, count(*)::int, 0, count(*) filter (where ended_at is null)::int,
                   count(*) filter (where ended_at is null and due_at < @now and not clock_stopped)::int
            from recent
            group by service_title
            """, scope.With(new { from = from.StartOfDay(), first = from, today, now,
                zone = PlatformTime.Zone.Id, most = MostCounted + 1 }), cancellationToken);
        return new(
            [.. rows.Where(r => r.Day is not null).OrderBy(r => r.Day)
                .Select(r => new CaseDay(r.Day!.Value, r.Submitted, r.Ended))], // filtered
            [.. rows.Where(r => r.Title is not null).OrderByDescending(r => r.Submitted).Take(8)
                .Select(r => new ServiceLoad(r.Title!, r.Submitted, r.Open, r.Late))], // filtered
            rows.Where(r => r.Day is not null).Sum(r => r.Submitted) > MostCounted);
    }
}
