using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Persons;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>
/// Sessions in memory for a short while. What somebody revokes is forgotten here at once by <see cref="SignalWatch"/>; the short life
/// bounds what a node could miss that is cut off from the database.
/// </summary>
internal sealed class SessionCache(Database database, SecurityPolicy policy, IOptions<IdentityOptions> options, TimeProvider clock)
{
    private const int MaxEntries = 50_000;
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Entry> _entries = [];
    private readonly IdentityOptions _options = options.Value;

    public void ForgetAll() => _entries.Clear();

    public void Forget(Guid sessionId)
    {
        foreach (var (key, entry) in _entries) { if (entry.SignedIn.Row.Id == sessionId) { _entries.TryRemove(key, out _); } }
    }

    public void ForgetAccount(Guid accountId)
    {
        foreach (var (key, entry) in _entries) { if (entry.SignedIn.Row.AccountId == accountId) { _entries.TryRemove(key, out _); } }
    }

    /// <summary>Whose session this is, if it is known here without asking; nobody's is asked for.</summary>
    public Guid? AccountOf(string? token) =>
        SessionTokens.HashOf(token) is { } hash && _entries.TryGetValue(Convert.ToHexString(hash), out var entry)
            && entry.IdleUntil > clock.GetUtcNow()
            ? entry.SignedIn.Row.AccountId
            : null;

    /// <summary>The running session with this token, or null.</summary>
    public async ValueTask<SignedIn?> FindAsync(string? token, string remoteAddress, CancellationToken cancellationToken)
    {
        if (SessionTokens.HashOf(token) is not { } hash) { return null; }
        var (key, now) = (Convert.ToHexString(hash), clock.GetUtcNow());
        if (!_entries.TryGetValue(key, out var entry) || entry.Until <= now)
        {
            var read = database.Read("identity.session", Actor.System("identity"));
            if (await read.RunningSessionAsync(hash, now, cancellationToken) is not { } row) { return null; }
            entry = new(await BuildAsync(read, row, hash, now, cancellationToken),
                now + _options.SessionCacheTime) { TouchedAt = row.SeenAt, IdleUntil = row.IdleUntil };
            if (_entries.Count >= MaxEntries) { _entries.Clear(); }
            _entries[key] = entry;
        }
        var session = entry.SignedIn.Row;
        if (entry.IdleUntil <= now || session.ExpiresAt <= now) { _entries.TryRemove(key, out _); return null; }
        // A session does not travel: rules of place and hour hold as long as it runs.
        if (session.AccountKind == "officer" && !await AllowsAsync(entry.SignedIn.Actor.Roles, remoteAddress, now,
            cancellationToken)) { return null; }
        if (now - entry.TouchedAt >= TouchEvery) { await TouchAsync(entry, now, cancellationToken); }
        return entry.SignedIn with { Actor = entry.SignedIn.Actor with { RemoteAddress = remoteAddress } };
    }

    private async ValueTask<bool> AllowsAsync(
        IReadOnlySet<string> roles, string address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await policy.CurrentAsync(cancellationToken);
        return settings.AllowsNetwork(address, roles) && settings.AllowsHour(now.ToOffset(TimeSpan.FromHours(8)).Hour, roles);
    }

    private async Task TouchAsync(Entry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = entry.SignedIn.Row;
        var idle = row.IdleUntil - row.SeenAt;
        (entry.TouchedAt, entry.IdleUntil) = (now, now + idle);
        await database.Read("identity.session.touch", Actor.System("identity")).QueryAsync<int>(
            "update identity.sessions set seen_at = @now, idle_until = @until where id = @Id and ended_at is null returning 1",
            new { row.Id, now, until = now + idle }, cancellationToken);
    }

    private async Task<SignedIn> BuildAsync(
        DbSession read, SessionRow row, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (row.AccountKind == "officer")
        {
            var rights = await read.RightsAsync(row.AccountId, _options.OrganisationAdminRole, now, cancellationToken);
            var standing = rights?.Standing;
            var actor = Actors.OfficerOf(row.AccountId, row.DisplayName, rights) with { SessionId = row.Id.ToString() };
            return new(row, hash, actor, string.Join(" · ", new[] { standing?.OrganisationName, standing?.Post }.OfType<string>()));
        }
        var principal = row.OnBehalfOf is { } wanted
            ? (await read.PrincipalsAsync(row.AccountId, now, cancellationToken)).FirstOrDefault(p => p.Id == wanted)
            : null;
        var implied = await read.QueryAsync<(string Role, string? Permission)>(
            """
            select r.key, p.permission
            from identity.roles r
            left join identity.role_permissions p on p.role = r.key and p.held
            where r.implicit and r.deleted_at is null
            """, null, cancellationToken);
        return new(row, hash, new Actor
        {
            Kind = principal is { IsCompany: true } ? ActorKind.LegalPerson : ActorKind.Person, Id = row.AccountId, Name = row.DisplayName,
            OnBehalfOf = principal?.Id ?? row.AccountId, SessionId = row.Id.ToString(), Scope = new() { Own = true },
            Roles = implied.Select(i => i.Role).ToHashSet(),
            Permissions = implied.Where(i => i.Permission is not null).Select(i => i.Permission!).ToHashSet(),
        }, principal is null ? "" : $"代 {principal.Name}");
    }

    private sealed record Entry(SignedIn SignedIn, DateTimeOffset Until)
    {
        public DateTimeOffset TouchedAt { get; set; }

        public DateTimeOffset IdleUntil { get; set; }
    }
}
