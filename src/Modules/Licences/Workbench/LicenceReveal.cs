using Zhengtong.Documents;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Licences.Download;

namespace Zhengtong.Licences.Workbench;

/// <summary>Who holds a document, for officers in whose scope it was issued.</summary>
internal sealed class LicenceReveal(Database database, IssuedStore store) : IRevealSource
{
    public const string KindName = "licence";
    public const string Holder = "holder";

    public string Kind => KindName;

    public async Task<RevealedValue?> FindAsync(Actor actor, string subject, string field, CancellationToken cancellationToken) =>
        actor.May(LicenceRights.Read) && field == Holder && Guid.TryParse(subject, out var id)
        && await store.FindAsync(database.Read("documents.reveal", actor), id, cancellationToken) is { HolderName: { Length: > 0 } name } document
        && DownloadEndpoint.InScope(actor, document)
            ? new("持有人", Mask.Name(name) ?? "", name, ("document", subject), LicenceLinks.One(id))
            : null;
}
