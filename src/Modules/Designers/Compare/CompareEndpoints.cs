using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Compare;

/// <summary>History of a definition, single versions, and two of them side by side.</summary>
internal static class CompareEndpoints
{
    public static void MapCompare(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/{kind}/{key}").ForOfficers(DesignersModule.Permission);
        group.MapGet("versions", HistoryAsync);
        group.MapGet("versions/{version:int}", VersionAsync);
        group.MapGet("compare", CompareAsync);
    }

    private static async Task<IResult> HistoryAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        ArtefactStore artefacts,
        CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.history", current.Actor);
        return await reader.OpenAsync(read, kind, key, cancellationToken) is { } definition
            ? Page.Of<VersionsPage>(new { Definition = definition,
                Versions = await artefacts.HistoryAsync(read, kind, key, cancellationToken) })
            : DefinitionErrors.NotFound.ToResult(context);
    }

    private static async Task<IResult> VersionAsync(
        string kind, string key, int version, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        ArtefactStore artefacts,
        CancellationToken cancellationToken)
    {
        if (await reader.OpenAsync(database.Read("definitions.version", current.Actor), kind, key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        return await artefacts.GetAsync(kind, key, version, cancellationToken) is { } found
            ? Page.Of<VersionPage>(new { Definition = definition, Version = found })
            : DefinitionErrors.NoVersion.ToResult(context);
    }

    private static async Task<IResult> CompareAsync(
        string kind, string key, int? from, int? to, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        ArtefactStore artefacts,
        CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.compare", current.Actor);
        if (await reader.OpenAsync(read, kind, key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        var versions = (await artefacts.HistoryAsync(read, kind, key, cancellationToken)).Select(v => v.Version).ToList();
        if (definition.Draft is not null) { versions.Insert(0, 0); }
        var (left, right) = (from ?? definition.Newest?.Version ?? 0, to ?? 0);
        if (await TextAsync(left) is not { } a || await TextAsync(right) is not { } b)
        {
            return DefinitionErrors.NoVersion.ToResult(context);
        }
        return Page.Of<ComparePage>(new
        {
            Definition = definition, From = left, To = right, Versions = versions, Lines = LineDiff.Compare(a, b),
            Elements = definition.Kind.Language == "xml" ? ElementDiff.Compare(a, b) : [],
            Left = definition.Kind.Designer is DesignerKind.Bpmn ? a : null,
            Right = definition.Kind.Designer is DesignerKind.Bpmn ? b : null,
        });

        async Task<string?> TextAsync(int version) =>
            version == 0 ? definition.Draft?.Content : (await artefacts.GetAsync(kind, key, version, cancellationToken))?.Content;
    }
}

internal static class VersionNames
{
    public static string Of(int version) => version == 0 ? "草稿" : $"第 {version} 版";
}
