using Zhengtong.Kernel;

namespace Zhengtong.Cases.OwnCases;

/// <summary>好差评 of one case: once, five levels, tags, words.</summary>
public sealed record RatingRow
{
    public required int Level { get; init; }

    public required string[] Tags { get; init; }

    public string? Words { get; init; }

    public DateTimeOffset RatedAt { get; init; }

    public DateTimeOffset? FollowedUpAt { get; init; }

    public string? FollowUpWords { get; init; }
}

internal static class Ratings
{
    public static async Task<bool> TryRateAsync(this UnitOfWork work, Case @case, int level, string[] tags, string? words, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            insert into cases.ratings (case_id, service_key, organisation_id, level, tags, words, rated_at)
            values (@Id, @ServiceKey, @OrganisationId, @level, @tags, @words, @now)
            on conflict (case_id) do nothing
            """,
            new { @case.Id, @case.ServiceKey, @case.OrganisationId, level, tags, words = string.IsNullOrWhiteSpace(words) ? null : words.Trim(), now = work.Now },
            cancellationToken) == 1;

    public static Task<RatingRow?> RatingAsync(this DbSession session, Guid caseId, CancellationToken cancellationToken) =>
        session.FindAsync<RatingRow>(
            "select level, tags, words, rated_at, followed_up_at, follow_up_words from cases.ratings where case_id = @caseId",
            new { caseId }, cancellationToken);
}
