using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Listing;

internal static class ListEndpoints
{
    public static void MapListing(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(DesignerLinks.Root, ListAsync).ForOfficers(DesignersModule.Permission);
        routes.MapGet(DesignerLinks.Root + "/{kind}", ListAsync).ForOfficers(DesignersModule.Permission);
        routes.MapGet(DesignerLinks.Root + "/{kind}/{key}/references", ReferencesAsync).ForOfficers(DesignersModule.Permission);
    }

    private static async Task<IResult> ListAsync(
        string? kind, string? q, string? state, Database database, CurrentActor current, DefinitionKinds kinds,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> all =
            [.. kinds.All.Select(k => k.Name), .. kinds.Owners.Where(o => o.Kind == DefinitionKinds.Register).Select(o => o.Kind)];
        // Registers have a designer of their own; who may not open it is not led there.
        if (!current.Actor.May("registers.design")) { all = [.. all.Where(k => k != DefinitionKinds.Register)]; }
        var shown = all.Contains(kind ?? "") ? [kind ?? ""] : all;
        var words = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        var rows = await database.Read("definitions.list", current.Actor).DefinitionsAsync(shown, words, cancellationToken);
        return Page.Of<ListPage>(new
        {
            Rows = Filtered(rows, state).OrderBy(r => all.ToList().IndexOf(r.Kind)).ToList(), Kinds = kinds, All = all,
            Kind = shown.Count == 1 ? shown[0] : null, State = state,
            MayCreate = kinds.All.Any(k => (shown.Count > 1 || shown[0] == k.Name) && current.Actor.May(k.Edit)),
        });
    }

    private static IEnumerable<DefinitionRow> Filtered(IReadOnlyList<DefinitionRow> rows, string? state) => state switch
    {
        "draft" => rows.Where(r => r.DraftAt is not null),
        "withdrawn" => rows.Where(r => r.Active is false),
        "local" => rows.Where(r => r.Pack is null or DefinitionKinds.LocalPack),
        _ => rows,
    };

    private static async Task<IResult> ReferencesAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        References references, DefinitionKinds kinds,
        ArtefactStore artefacts, CancellationToken cancellationToken)
    {
        if (await reader.OpenAsync(
            database.Read("definitions.references", current.Actor), kind, key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        return Page.Of<ReferencesPage>(new
        {
            Definition = definition, Kinds = kinds, To = references.To(kind, key), MayDesign = current.Actor.May("registers.design"),
            Uses = references.In(kind, definition.Text).Select(r => (r, artefacts.Latest(r.Kind, r.Key)?.Title)).ToList(),
        });
    }
}
