using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Files;

/// <summary>How much lies in the file store, and what was quarantined. Contents are nobody's business here.</summary>
internal static class FilesEndpoints
{
    public static void MapFileUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet(OperationsLinks.Files, ShowAsync).ForOfficers(OperationsRights.Read);

    private static async Task<IResult> ShowAsync(
        CurrentActor current, Database database, PlatformFiles files, CancellationToken cancellationToken)
    {
        var session = database.Read("files.usage", current.Actor);
        return Page.Of<FilesPage>(new
        {
            Usage = await files.UsageAsync(session, cancellationToken),
            Quarantined = await files.QuarantinedAsync(session, cancellationToken),
        });
    }
}
