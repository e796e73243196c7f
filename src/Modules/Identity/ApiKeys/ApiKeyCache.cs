using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Zhengtong.GuoMi;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.ApiKeys;

/// <summary>Who calls with <c>Authorization: Bearer zt_…</c>: known keys for a short while, and each client's calls of this
/// minute.</summary>
internal sealed class ApiKeyCache(Database database, SecurityPolicy policy, IOptions<IdentityOptions> options, TimeProvider clock)
{
    private static readonly Error Refused = new(ErrorKind.Unauthenticated, "identity.api-key-refused", "接口密钥无效、已过期或已吊销。");
    private static readonly Error TooMany = new(ErrorKind.TooMany, "identity.api-too-many", "调用过于频繁，请稍后再试。");
    private static readonly Error WrongNetwork = new(ErrorKind.Forbidden, "identity.api-network", "此接口密钥不允许从当前网络调用。");
    private readonly ConcurrentDictionary<string, Entry> _entries = [];
    private readonly ConcurrentDictionary<Guid, (long Minute, int Calls)> _calls = [];

    public void ForgetAll() => _entries.Clear();

    public static (string Prefix, string Token, byte[] Hash) NewKey()
    {
        var prefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var token = $"zt_{prefix}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        return (prefix, token, Sm3.Hash(Encoding.ASCII.GetBytes(token)));
    }

    /// <summary>Whether this is a key that has been let in lately; nobody is asked.</summary>
    public bool Knows(string token) =>
        token.Split('_') is ["zt", var prefix, _, ..] && token.Length <= 64 && _entries.TryGetValue(prefix, out var entry)
        && CryptographicOperations.FixedTimeEquals(Sm3.Hash(Encoding.ASCII.GetBytes(token)), entry.Key.SecretHash);

    public async ValueTask<Result<Actor>> AuthenticateAsync(string token, string remoteAddress, CancellationToken cancellationToken)
    {
        if (token.Split('_') is not ["zt", { Length: 12 } prefix, _, ..] || token.Length is < 59 or > 64 || !token.All(char.IsAscii))
        {
            return Refused;
        }
        var now = clock.GetUtcNow();
        if (!_entries.TryGetValue(prefix, out var entry) || entry.Until <= now)
        {
            if (await LoadAsync(prefix, now, cancellationToken) is not { } loaded) { return Refused; }
            _entries[prefix] = entry = loaded;
        }
        if (entry.Key.ExpiresAt <= now
            || !CryptographicOperations.FixedTimeEquals(Sm3.Hash(Encoding.ASCII.GetBytes(token)), entry.Key.SecretHash))
        {
            return Refused;
        }
        if (!entry.Allows(remoteAddress)) { return WrongNetwork; }
        var settings = await policy.CurrentAsync(cancellationToken);
        var minute = now.ToUnixTimeSeconds() / 60;
        var (_, calls) = _calls.AddOrUpdate(
            entry.Key.ClientId, (minute, 1), (_, c) => c.Minute == minute ? (minute, c.Calls + 1) : (minute, 1));
        if (calls > settings.ApiCallsPerMinute) { return TooMany; }
        return entry.Actor with { RemoteAddress = remoteAddress };
    }

    private async Task<Entry?> LoadAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.api-key", Actor.System("identity"));
        var key = await read.FindAsync<KeyRow>(
            """
            select k.id, k.client_id, c.name, c.organisation_id, o.path, o.region as organisation_region, c.networks, k.secret_hash, k.scopes, k.expires_at
            from identity.api_keys k
            join identity.api_clients c on c.id = k.client_id
            left join identity.organisations o on o.id = c.organisation_id
            where k.prefix = @prefix and k.revoked_at is null and c.disabled_at is null and k.expires_at > @now
            """, new { prefix, now }, cancellationToken);
        if (key is null) { return null; }
        await read.QueryAsync<int>(
            "update identity.api_keys set last_used_at = @now where id = @Id returning 1", new { now, key.Id }, cancellationToken);
        var actor = new Actor
        {
            Kind = ActorKind.Client, Id = key.ClientId, Name = key.Name, OrganisationId = key.OrganisationId,
            OrganisationPath = key.Path ?? "", Region = key.OrganisationRegion ?? "", Permissions = key.Scopes.ToHashSet(), Scope = ScopeOf(key),
            SessionId = key.Id.ToString(),
        };
        return new(key, actor, [.. key.Networks.Select(n => IPNetwork.Parse(n))], now + options.Value.SessionCacheTime);
    }

    /// <summary>A system of an organisation sees what its officers see at least: its subtree and its region. One that belongs to nobody
    /// serves the platform as a whole.</summary>
    private static DataScope ScopeOf(KeyRow key)
    {
        if (key.OrganisationId is null) { return DataScope.Everything; }
        IReadOnlyList<string> regions = key.OrganisationRegion is { Length: > 0 } region ? [region] : [];
        IReadOnlyList<string> organisations = key.Path is { Length: > 0 } path ? [path] : [];
        return new() { Regions = regions, Organisations = organisations };
    }

    private sealed record Entry(KeyRow Key, Actor Actor, IReadOnlyList<IPNetwork> Networks, DateTimeOffset Until)
    {
        public bool Allows(string address) =>
            Networks.Count == 0 || IPAddress.TryParse(address, out var ip) && Networks.Any(n => n.Contains(SecuritySettings.Plain(ip)));
    }

    private sealed class KeyRow
    {
        public Guid Id { get; init; }

        public Guid ClientId { get; init; }

        public string Name { get; init; } = "";

        public Guid? OrganisationId { get; init; }

        public string? Path { get; init; }

        public string? OrganisationRegion { get; init; }

        public string[] Networks { get; init; } = [];

        public byte[] SecretHash { get; init; } = [];

        public string[] Scopes { get; init; } = [];

        public DateTimeOffset ExpiresAt { get; init; }
    }
}
