using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Health;

/// <summary>Whether the platform is well, at one glance.</summary>
internal static class HealthEndpoints
{
    public static void MapHealthPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Root, () => new SeeOther(OperationsLinks.Health)).ForOfficers(OperationsRights.Read);
        routes.MapGet(OperationsLinks.Health, ShowAsync).ForOfficers(OperationsRights.Read);
    }

    private static async Task<IResult> ShowAsync(
        CurrentActor current, Database database, Kernel.Health health, OutboxQueue queue, Kernel.Jobs jobs,
        CancellationToken cancellationToken)
    {
        var checks = await health.CheckAsync(cancellationToken);
        // Without a database the page still says that there is none.
        if (checks.Any(c => c is { Name: "database", IsGood: false })) { return Page.Of<HealthPage>(new { Checks = checks }); }
        var session = database.Read("operations.health", current.Actor);
        return Page.Of<HealthPage>(new
        {
            Checks = checks, Outbox = await queue.StateAsync(session, cancellationToken),
            Jobs = await jobs.CountsAsync(session, cancellationToken),
            Hours = await jobs.HoursAsync(session, cancellationToken),
        });
    }
}
