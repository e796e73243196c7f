using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

internal static class RightsReading
{
    /// <summary>The platform's zone decides when a grant ends with its last day.</summary>
    public static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).DateTime);

    /// <summary>What the officer holds today; null where there is no such officer.</summary>
    public static async Task<Rights?> RightsAsync(
        this DbSession session, Guid officerId, string adminRole, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await session.StandingAsync(officerId, cancellationToken) is not { } standing) { return null; }
        return new(standing, await session.RightSourcesAsync(officerId, adminRole, Today(now), cancellationToken));
    }
}
