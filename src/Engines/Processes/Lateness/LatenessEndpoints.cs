using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Lateness;

/// <summary>时限统计: who is late where.</summary>
internal static class LatenessEndpoints
{
    public static void MapLateness(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ProcessLinks.Statistics, ShowAsync).ForOfficers("statistics.read");

    private static async Task<IResult> ShowAsync(
        int? days, string? by, CurrentActor current, Database database, ProcessHost host, IProcessOffice office, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var read = database.Read("processes.statistics", current.Actor);
        var span = days is 7 or 30 or 90 or 365 ? days.Value : 30;
        var now = clock.GetUtcNow();
        var isPerson = by == "person";
        var rows = isPerson
            ? await read.LatenessByPersonAsync(now.AddDays(-span), now, cancellationToken)
            : await read.LatenessByStepAsync(now.AddDays(-span), now, cancellationToken);
        var names = isPerson ? await office.NamesAsync([.. rows.Select(r => r.Key)], cancellationToken) : null;
        return Page.Of<LatenessPage>(new
        {
            Days = span, ByPerson = isPerson,
            Rows = rows.Where(r => names is null || names.ContainsKey(r.Key)).Select(r => names is not null
                ? r with { Name = names[r.Key] }
                : r with { Process = host.Latest(r.Process ?? "")?.Name ?? r.Process }).ToList(),
        });
    }
}
