using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Documents;
using Zhengtong.Kernel;

namespace Zhengtong.Licences.Download;

/// <summary>The file itself, for its holder and for officers; who took it stands in the audit.</summary>
internal static class DownloadEndpoint
{
    public static void MapDownload(this IEndpointRouteBuilder routes) => routes.MapGet("/documents/{id:guid}", GetAsync).ForSignedIn();

    private static async Task<IResult> GetAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, IssuedStore store, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("documents.download", current.Actor), cancellationToken);
        // Somebody else's document is answered like none: its existence is nobody's business.
        if (await store.FindAsync(work, id, cancellationToken) is not { } document || !MaySee(current.Actor, document))
        {
            return DocumentErrors.NotFound.ToResult(context);
        }
        if (await files.FindAsync(work, document.FileId, cancellationToken) is not { } entry)
        {
            return DocumentErrors.NotFound.ToResult(context);
        }
        var content = await files.OpenAsync(entry, cancellationToken);
        if (!content.IsSuccess) { return content.Error.ToResult(context); }
        work.Audit("document", id.ToString(), summary: $"下载{document.Title}{document.Number}");
        await work.CommitAsync(cancellationToken);
        return new FileAnswer(entry, content.Value, inline: true);
    }

    internal static bool MaySee(Actor actor, IssuedDocument document) => actor.Kind switch
    {
        ActorKind.Person or ActorKind.LegalPerson => document.HolderId is { } holder && (holder == actor.Id || holder == actor.OnBehalfOf),
        ActorKind.Officer => (actor.May(LicenceRights.Read) || actor.May(LicenceRights.ReadCases)) && InScope(actor, document),
        _ => false,
    };

    /// <summary>Documents without a region belong to everybody who may read documents at all.</summary>
    internal static bool InScope(Actor actor, IssuedDocument document) =>
        document.Region is not { } region || actor.Scope.CoversRegion(region)
            || (actor.Region.Length > 0 && region.StartsWith(actor.Region, StringComparison.Ordinal));
}
