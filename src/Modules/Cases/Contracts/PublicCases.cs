using System.Text.RegularExpressions;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.Contracts;

/// <summary>What everybody may know of all cases together.</summary>
/// <param name="Submitted">Applications ever handed in.</param>
/// <param name="Decided">Of them, those that have ended.</param>
/// <param name="ThisMonth">Handed in since the first of the month.</param>
public sealed record CaseFigures(long Submitted, long Decided, long ThisMonth, RatingFigures Ratings);

/// <summary>好差评 of one thing: how many, how many of them satisfied (level 3 and above), sum of levels.</summary>
public sealed record RatingFigures(string Key, long Count, long Good, long Bad, long Levels)
{
    /// <summary>满意度: share of 基本满意 and better; null where nobody has rated.</summary>
    public decimal? Satisfaction => Count == 0 ? null : (decimal)Good / Count;

    public decimal? Average => Count == 0 ? null : Math.Round((decimal)Levels / Count, 2);
}

/// <summary>A rating as everybody may read it: what was said, never by whom.</summary>
public sealed record PublicRating
{
    public string ServiceKey { get; init; } = "";

    public string ServiceTitle { get; init; } = "";

    public int Level { get; init; }

    public string[] Tags { get; init; } = [];

    public string? Words { get; init; }

    public DateTimeOffset RatedAt { get; init; }

    /// <summary>What the department answered.</summary>
    public string? Answer { get; init; }
}

/// <summary>公示: an outcome that the law has published.</summary>
/// <param name="Applicant">A legal person's name; a natural person's masked.</param>
public sealed record PublicResult(Guid Id, string Number, string ServiceKey, string ServiceTitle, string Applicant, string Outcome,
    Guid OrganisationId, DateTimeOffset DecidedAt);

public sealed record PublicRatings(
    IReadOnlyList<RatingFigures> Levels, IReadOnlyList<RatingFigures> ByService, IReadOnlyList<RatingFigures> ByOrganisation,
    IReadOnlyList<RatingFigures> ByRegion);

/// <summary>The public's questions about cases. Figures are kept for some minutes: they are the same for everybody, and counting
/// costs.</summary>
public sealed partial class PublicCases
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(2);
    private readonly Database _database;
    private readonly DossierReader _dossiers;
    private readonly TimeProvider _clock;
    private (DateTimeOffset Until, CaseFigures Value)? _figures;
    private (DateTimeOffset Until, PublicRatings Value)? _ratings;

    internal PublicCases(Database database, DossierReader dossiers, TimeProvider clock) =>
        (_database, _dossiers, _clock) = (database, dossiers, clock);

    public async Task<CaseFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (_figures is { } kept && kept.Until > now) { return kept.Value; }
        var today = now.ToLocalDay();
        var row = await Read().FindAsync<Figures>(
            """
            select count(*) as submitted, count(*) filter (where ended_at is not null) as decided,
                   count(*) filter (where submitted_at >= @month) as thismonth
            from cases.cases
            where submitted_at is not null
            """, new { month = new DateOnly(today.Year, today.Month, 1).StartOfDay() }, cancellationToken) ?? new(0, 0, 0);
        var ratings = (await RatingsAsync(cancellationToken)).Levels;
        var all = new RatingFigures("", ratings.Sum(r => r.Count), ratings.Sum(r => r.Good), ratings.Sum(r => r.Bad),
            ratings.Sum(r => r.Levels));
        var figures = new CaseFigures(row.Submitted, row.Decided, row.ThisMonth, all);
        _figures = (now + Keep, figures);
        return figures;
    }

    /// <summary>Ratings by level, service item, organisation (id) and county.</summary>
    public async Task<PublicRatings> RatingsAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (_ratings is { } kept && kept.Until > now) { return kept.Value; }
        var rows = await Read().QueryAsync<Grouped>(
            """
            select grouping(r.level, r.service_key, r.organisation_id, left(c.region, 6)) as grouping, r.level, r.service_key,
                r.organisation_id,
                   left(c.region, 6) as region, count(*) as count, count(*) filter (where r.level >= 3) as good,
                   count(*) filter (where r.level <= 2) as bad, sum(r.level)::bigint as levels
            from cases.ratings r
            join cases.cases c on c.id = r.case_id
            group by grouping sets ((r.level), (r.service_key), (r.organisation_id), (left(c.region, 6)))
            """, null, cancellationToken);
        var ratings = new PublicRatings(
            Of(rows, 0b0111, r => $"{r.Level}"), Of(rows, 0b1011, r => r.ServiceKey ?? ""), Of(rows, 0b1101, r => $"{r.OrganisationId}"),
            Of(rows, 0b1110, r => r.Region ?? ""));
        _ratings = (now + Keep, ratings);
        return ratings;
    }

    /// <summary>The newest ratings that say something, at most <paramref name="limit"/>; numbers and names of people are masked.</summary>
    /// <param name="service">Only of this item; null for all.</param>
    public async Task<IReadOnlyList<PublicRating>> CommentsAsync(string? service, int limit, CancellationToken cancellationToken)
    {
        var rows = await Read().QueryAsync<PublicRating>(
            """
            select r.service_key, c.service_title, r.level, r.tags, r.words, r.rated_at, r.follow_up_words as answer
            from cases.ratings r
            join cases.cases c on c.id = r.case_id
            where (@service::text is null or r.service_key = @service)
              and (r.words is not null or cardinality(r.tags) > 0)
            order by r.rated_at desc
            limit @limit
            """, new { service, limit }, cancellationToken);
        return [.. rows.Select(r => r with { Words = Masked(r.Words), Answer = Masked(r.Answer) })];
    }

    /// <summary>Decided cases of the given items, latest first.</summary>
    public async Task<(IReadOnlyList<PublicResult> Results, string? Next)> ResultsAsync(
        IReadOnlyCollection<string> services, string? after, int size, CancellationToken cancellationToken)
    {
        var (at, id, _) = PageCursor.Read(after) ?? PageCursor.Latest;
        var rows = await Read().QueryAsync<Decided>(
            """
            select id, number, service_key, service_title, applicant_kind, applicant_name_sealed, outcome, organisation_id, ended_at
            from cases.cases
            where ended_at is not null
              and outcome in ('approved', 'refused')
              and service_key = any(@services)
              and (ended_at, id) < (@at, @id)
            order by ended_at desc, id desc
            limit @limit
            """, new { services = services.ToArray(), at, id, limit = size + 1 }, cancellationToken);
        var shown = rows.Take(size).Select(
            r => new PublicResult(r.Id, r.Number, r.ServiceKey, r.ServiceTitle, NameOf(r), r.Outcome, r.OrganisationId,
            r.EndedAt)).ToList();
        return (shown, rows.Count > size ? new PageCursor(rows[size - 1].EndedAt, rows[size - 1].Id).ToString() : null);
    }

    private string NameOf(Decided row)
    {
        var name = _dossiers.NameOf(row.Id, row.ApplicantNameSealed);
        return row.ApplicantKind == "legal-person" ? name : Mask.Name(name) ?? "";
    }

    /// <summary>Long numbers (telephones, certificates, cards) and mail addresses are nobody's business; nor are names after a form of
    /// address.</summary>
    internal static string? Masked(string? words) => words is null ? null
        : Titled().Replace(Address().Replace(Number().Replace(words, m => m.Value[..Math.Min(3, m.Length)] + "****"), "***"),
            m => m.Groups[1].Value + "*" + m.Groups[2].Value);

    private static IReadOnlyList<RatingFigures> Of(IEnumerable<Grouped> rows, int grouping, Func<Grouped, string> key) =>
        [.. rows.Where(r => r.Grouping == grouping).Select(r => new RatingFigures(key(r), r.Count, r.Good, r.Bad, r.Levels))
            .OrderByDescending(r => r.Count).ThenBy(r => r.Key, StringComparer.Ordinal)];

    private ReadSession Read() => _database.Read("cases.public", Actor.Anonymous);

    private sealed record Figures(long Submitted, long Decided, long ThisMonth);

    private sealed record Grouped
    {
        public int Grouping { get; init; }

        public int? Level { get; init; }

        public string? ServiceKey { get; init; }

        public Guid? OrganisationId { get; init; }

        public string? Region { get; init; }

        public long Count { get; init; }

        public long Good { get; init; }

        public long Bad { get; init; }

        public long Levels { get; init; }
    }

    private sealed record Decided
    {
        public Guid Id { get; init; }

        public string Number { get; init; } = "";

        public string ServiceKey { get; init; } = "";

        public string ServiceTitle { get; init; } = "";

        public string ApplicantKind { get; init; } = "";

        public byte[] ApplicantNameSealed { get; init; } = [];

        public string Outcome { get; init; } = "";

        public Guid OrganisationId { get; init; }

        public DateTimeOffset EndedAt { get; init; }
    }

    [GeneratedRegex(@"[0-9０-９][0-9０-９ \-]{5,}[0-9０-９xX]")]
    private static partial Regex Number();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")]
    private static partial Regex Address();

    [GeneratedRegex(@"(\p{IsCJKUnifiedIdeographs})\p{IsCJKUnifiedIdeographs}{1,2}(先生|女士|同志|科长|主任|局长|师傅|大姐|大哥)")]
    private static partial Regex Titled();
}
