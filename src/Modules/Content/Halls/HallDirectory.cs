using Zhengtong.Content.Packs;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.Halls;

/// <summary>办事大厅: the organisations of the kind <c>hall</c>, with what can be done there.</summary>
internal sealed class HallDirectory(IOrganisations organisations, IRegions regions, ServiceCatalogue services, ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<MapShapes> _maps = new(artefacts, MapKind.Name, a => MapShapes.Read(a.Content, static _ => { }));

    /// <summary>In the order of the tree: the city's hall, the districts', the towns'.</summary>
    public async ValueTask<IReadOnlyList<OrganisationRef>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await organisations.BelowAsync("/", cancellationToken)).Where(o => o.Kind == "hall" && o.Key is not null).OrderBy(
            o => o.Region.Length).ThenBy(o => o.Region, StringComparer.Ordinal)];

    public async ValueTask<OrganisationRef?> FindAsync(string key, CancellationToken cancellationToken) =>
        await organisations.FindByKeyAsync(key, cancellationToken) is { Kind: "hall" } hall ? hall : null;

    /// <summary>Outlines of the regions that have halls.</summary>
    public IReadOnlyList<MapShape> Shapes(IReadOnlyList<OrganisationRef> halls) =>
        [.. _maps.All().SelectMany(m => m.Shapes).Where(s => halls.Any(h => h.Region.StartsWith(s.Code, StringComparison.Ordinal)))];

    public async ValueTask<string> RegionNameAsync(string code, CancellationToken cancellationToken) =>
        (await regions.FindAsync(code, cancellationToken))?.Name ?? code;

    /// <summary>Items accepted at the level of the hall.</summary>
    public IReadOnlyList<ServiceItem> ServicesAt(OrganisationRef hall)
    {
        var level = hall.Region.Length switch { <= 4 => "city", <= 6 => "district", _ => "town" };
        return [.. services.All().Where(i => i.AcceptLevel == level)];
    }

    /// <summary>Marks for a map: the halls that have a place, numbered as the list shows them.</summary>
    public static IReadOnlyList<MapMark> Marks(IReadOnlyList<OrganisationRef> halls) =>
        [.. halls.Index().Where(h => h.Item is { Longitude: not null, Latitude: not null }).Select(
            h => new MapMark((double)h.Item.Longitude!, (double)h.Item.Latitude!, $"{h.Index + 1}", h.Item.Name))];
}
