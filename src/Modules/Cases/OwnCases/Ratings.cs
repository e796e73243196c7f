using System.Globalization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

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
    /// <returns>False where the case has been rated already.</returns>
    public static async Task<bool> TryRateAsync(this UnitOfWork work, Case @case, int level, string[] tags, string? words,
        CancellationToken cancellationToken)
    {
        var added = await work.ExecuteAsync(
            """
            insert into cases.ratings (case_id, service_key, organisation_id, level, tags, words, rated_at)
            values (@Id, @ServiceKey, @OrganisationId, @level, @tags, @words, @now)
            on conflict (case_id) do nothing
            """,
            new { @case.Id, @case.ServiceKey, @case.OrganisationId, level, tags,
                words = string.IsNullOrWhiteSpace(words) ? null : words.Trim(), now = work.Now },
            cancellationToken);
        if (added == 0) { return false; }
        work.Raise(new(CaseEvents.Rated, $"case:{@case.Id}", new { caseId = @case.Id, level }));
        work.Audit("case", @case.Id.ToString(), after: new { level = level.ToString(CultureInfo.InvariantCulture) }, summary: "评价");
        return true;
    }

    /// <summary>The applicant takes the application back; the process says whether that is still possible.</summary>
    public static async Task<Result> WithdrawAsync(this UnitOfWork work, ProcessHost processes, Guid caseId, string reason,
        CancellationToken cancellationToken)
    {
        var sent = await processes.SendAsync(work, caseId, "cases.withdrawn", DataMap.Of(("reason", reason)), cancellationToken);
        if (sent.IsSuccess) { work.Audit("case", caseId.ToString(), summary: "申请人撤回"); }
        return sent;
    }

    public static Task<RatingRow?> RatingAsync(this DbSession session, Guid caseId, CancellationToken cancellationToken) =>
        session.FindAsync<RatingRow>(
            "select level, tags, words, rated_at, followed_up_at, follow_up_words from cases.ratings where case_id = @caseId",
            new { caseId }, cancellationToken);

    /// <summary>The rating, held until the act ends: no second follow-up is begun meanwhile.</summary>
    public static Task<RatingRow?> HoldRatingAsync(this UnitOfWork work, Guid caseId, CancellationToken cancellationToken) =>
        work.FindAsync<RatingRow>(
            """
            select level, tags, words, rated_at, followed_up_at, follow_up_words
            from cases.ratings
            where case_id = @caseId
            for update
            """, new { caseId }, cancellationToken);

    public static Task SetFollowUpAsync(this UnitOfWork work, Guid caseId, Guid instance, CancellationToken cancellationToken) =>
        work.ExecuteAsync("update cases.ratings set follow_up_id = @instance where case_id = @caseId", new { caseId, instance },
            cancellationToken);

    public static Task SetFollowedUpAsync(
        this UnitOfWork work, Guid caseId, string words, bool reached, string by, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update cases.ratings
            set followed_up_at = @now, follow_up_words = @words, follow_up_reached = @reached, followed_up_by = @by
            where case_id = @caseId
            """, new { caseId, words, reached, by, now = work.Now }, cancellationToken);
}
