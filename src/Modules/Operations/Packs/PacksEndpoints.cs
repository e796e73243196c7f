using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Packs;

/// <summary>Which packs are installed and what they brought.</summary>
internal static class PacksEndpoints
{
    public static void MapInstalledPacks(this IEndpointRouteBuilder routes) =>
        routes.MapGet(OperationsLinks.Packs, ShowAsync).ForOfficers(OperationsRights.Read);

    private static async Task<IResult> ShowAsync(
        CurrentActor current, Database database, ArtefactStore artefacts, IEnumerable<IArtefactKind> kinds,
        CancellationToken cancellationToken)
    {
        var packs = await database.Read("packs.list", current.Actor).QueryAsync<InstalledPack>(
            "select key, title, version, installed_at, installed_by from kernel.packs order by installed_at, key limit 500", null,
            cancellationToken);
        var counts = kinds.Where(k => !k.IsData).OrderBy(k => k.Order)
            .SelectMany(k => artefacts.All(k.Kind).GroupBy(a => a.Pack).Select(g => new PackContent(g.Key, k.Title, g.Count()))).ToList();
        return Page.Of<PacksPage>(new { Packs = packs, Contents = (IReadOnlyList<PackContent>)counts });
    }
}

public sealed record InstalledPack
{
    public string Key { get; init; } = "";

    public string Title { get; init; } = "";

    public string Version { get; init; } = "";

    public DateTimeOffset InstalledAt { get; init; }

    public string InstalledBy { get; init; } = "";
}

public sealed record PackContent(string Pack, string Kind, int Count);
