using Microsoft.Extensions.Options;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary>Makes actors of officers from their rights.</summary>
internal sealed class Actors(Database database, IOptions<IdentityOptions> options, TimeProvider clock) : IActors
{
    public async Task<Actor?> OfficerAsync(Guid id, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.officer-actor", Actor.System("identity"));
        var name = await read.ScalarAsync<string>(
            "select display_name from identity.accounts where id = @id and kind = 'officer' and status = 'active' and deleted_at is null",
            new { id }, cancellationToken);
        return name is null ? null : OfficerOf(id, name,
            await read.RightsAsync(id, options.Value.OrganisationAdminRole, clock.GetUtcNow(), cancellationToken));
    }

    /// <param name="rights">Null where the officer has no office any more: then they may nothing.</param>
    public static Actor OfficerOf(Guid id, string name, Rights? rights) => new()
    {
        Kind = ActorKind.Officer, Id = id, Name = name, OrganisationId = rights?.Standing.OrganisationId,
        OrganisationPath = rights?.Standing.OrganisationPath ?? "", Region = rights?.Standing.OrganisationRegion ?? "",
        Roles = rights?.Roles ?? new HashSet<string>(), Permissions = rights?.Permissions ?? new HashSet<string>(), Scope = rights?.Scope()
            ?? DataScope.Nothing,
    };
}
