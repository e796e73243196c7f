using Microsoft.Extensions.Options;
using Zhengtong.Identity.Rights;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Administration;

/// <summary>Which organisations, officers and regions somebody administers, and which they only see.</summary>
internal sealed record AdminRange
{
    /// <summary>Administrators of the separated sides: their rights bound what they do, not where.</summary>
    public bool All { get; init; }

    /// <summary>Paths of the organisations that are administered with everything below.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Regions that are administered with everything below: those of the administered organisations.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>What the actor's data scope lets them see besides.</summary>
    public DataScope Scope { get; init; } = DataScope.Nothing;

    public required Rights.Rights? Rights { get; init; }

    /// <summary>May grant whatever they like: the security side, who in turn may not create accounts.</summary>
    public bool GrantsAnything => Rights?.Standing.Separation == "security";

    public bool Manages(string path) => All || Paths.Any(p => path.StartsWith(p, StringComparison.Ordinal));

    public bool ManagesRegion(string code) => All || Regions.Any(r => code.StartsWith(r, StringComparison.Ordinal));

    public bool SeesRegion(string code) => ManagesRegion(code) || Scope.CoversRegion(code);

    /// <summary>Parameters of <see cref="SeenOrganisations"/>.</summary>
    public object Sql => new
    {
        rangeAll = All || Scope.All,
        rangePaths = Paths.Concat(Scope.Organisations).Select(p => p + "%").ToArray(),
        rangeRegions = Scope.Regions.Select(r => r + "%").ToArray(),
    };

    /// <summary>Condition on <c>identity.organisations o</c>: inside what the actor administers or sees.</summary>
    public const string SeenOrganisations = "(@rangeAll or o.path like any(@rangePaths) or o.region like any(@rangeRegions))";
}

internal sealed class AdminRanges(Database database, IOptions<IdentityOptions> options, TimeProvider clock)
{
    public async Task<AdminRange> OfAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Kind is ActorKind.System) { return new() { All = true, Scope = DataScope.Everything, Rights = null }; }
        if (actor.Kind is not ActorKind.Officer) { return new() { Scope = actor.Scope, Rights = null }; }
        var read = database.Read("identity.range", actor);
        var rights = await read.RightsAsync(actor.Id, options.Value.OrganisationAdminRole, clock.GetUtcNow(), cancellationToken);
        if (rights is null) { return new() { Rights = null }; }
        if (rights.Standing.Separation is not (null or "business"))
        {
            return new() { All = true, Scope = DataScope.Everything, Rights = rights };
        }
        var paths = rights.Standing.AppointedPaths.ToList();
        if (rights.Standing.OrganisationPath is { } own
            && rights.Sources.Any(s => s.Role == options.Value.OrganisationAdminRole && s.Source == "role"))
        {
            paths.Add(own);
        }
        var regions = paths.Count == 0
            ? []
            : await read.QueryAsync<string>("select distinct region from identity.organisations where path = any(@paths)",
                new { paths = paths.ToArray() }, cancellationToken);
        return new() { Paths = paths, Regions = regions, Scope = actor.Scope, Rights = rights };
    }
}

internal static class AdminErrors
{
    public static readonly Error OutOfRange = Error.Forbidden("identity.out-of-range", "该机构或人员不在您的管理范围内。");
    public static readonly Error NotFound = Error.NotFound("identity.not-found", "没有找到，可能已被删除或不在您的权限内。");
    public static readonly Error ChangedMeanwhile = Error.Conflict("identity.changed-meanwhile", "在您编辑期间已被他人修改，请重新打开后再改。");
}
