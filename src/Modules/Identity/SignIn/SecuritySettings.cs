using System.Net;
using System.Text.Json.Serialization;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <summary>Rules that a security administrator may change while the platform runs.</summary>
internal sealed record SecuritySettings
{
    /// <summary>Bound of a password's length, 8 to 64.</summary>
    public int MinPasswordLength { get; init; } = 8;

    /// <summary>Of lower case, upper case, digits and signs, how many kinds must occur; 1 to 4.</summary>
    public int MinPasswordClasses { get; init; } = 3;

    /// <summary>How many former passwords may not come back.</summary>
    public int PasswordHistory { get; init; } = 5;

    /// <summary>After how many days an officer's password must be changed; 0 never.</summary>
    public int MaxPasswordAgeDays { get; init; } = 90;

    /// <summary>Wrong passwords in a row before the account is locked.</summary>
    public int LockAfterFailures { get; init; } = 5;

    /// <summary>First lock; each further failure doubles it, up to a day.</summary>
    public int LockMinutes { get; init; } = 2;

    /// <summary>Failed sign-ins from one address in ten minutes before it is slowed down.</summary>
    public int MaxFailuresPerAddress { get; init; } = 30;

    public int WorkbenchIdleMinutes { get; init; } = 60;

    public int PortalIdleMinutes { get; init; } = 30;

    /// <summary>After how many hours one must sign in again in any case.</summary>
    public int AbsoluteHours { get; init; } = 12;

    /// <summary>Sessions of one account at the same time; the oldest one gives way.</summary>
    public int MaxSessions { get; init; } = 5;

    /// <summary>Roles whose holders must use a second factor.</summary>
    public IReadOnlyList<string> SecondFactorRoles { get; init; } = [];

    /// <summary>Networks (<c>10.0.0.0/8</c>) from which the workbench may be entered; empty for all.</summary>
    public IReadOnlyList<string> WorkbenchNetworks { get; init; } = [];

    /// <summary>Hours of the day (platform's zone) in which the workbench may be entered; from = to means always.</summary>
    public int WorkbenchFromHour { get; init; }

    public int WorkbenchToHour { get; init; }

    /// <summary>Networks and hours for holders of a role, besides those for all.</summary>
    public IReadOnlyList<RoleRule> RoleRules { get; init; } = [];

    /// <summary>Calls of one API client in a minute.</summary>
    public int ApiCallsPerMinute { get; init; } = 600;

    /// <summary>What is guessed first; extended by whoever may edit code lists.</summary>
    [JsonIgnore]
    public CodeList? WeakPasswords { get; init; }

    public bool AllowsNetwork(string address, IReadOnlySet<string>? roles = null) =>
        Contains(WorkbenchNetworks, address) && RulesOf(roles).All(r => Contains(r.Networks, address));

    public bool AllowsHour(int hour, IReadOnlySet<string>? roles = null) =>
        Contains(WorkbenchFromHour, WorkbenchToHour, hour) && RulesOf(roles).All(r => Contains(r.FromHour, r.ToHour, hour));

    private IEnumerable<RoleRule> RulesOf(IReadOnlySet<string>? roles) =>
        roles is null ? [] : RoleRules.Where(r => roles.Contains(r.Role));

    private static bool Contains(IReadOnlyList<string> networks, string address) =>
        networks.Count == 0
        || IPAddress.TryParse(address, out var ip)
            && networks.Any(n => IPNetwork.TryParse(n, out var network) && network.Contains(Plain(ip)));

    private static bool Contains(int from, int to, int hour) =>
        from == to || (from < to ? hour >= from && hour < to : hour >= from || hour < to);

    internal static IPAddress Plain(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
}

/// <summary>Where and when holders of a role may enter the workbench: <c>security-admin 10.8.0.0/16,10.9.1.0/24 8-18</c>.</summary>
/// <param name="Networks">Empty for all.</param>
/// <param name="FromHour">From = to means always.</param>
internal sealed record RoleRule(string Role, IReadOnlyList<string> Networks, int FromHour, int ToHour)
{
    public override string ToString() =>
        $"{Role} {(Networks.Count == 0 ? "*" : string.Join(',', Networks))} {(FromHour == ToHour ? "*" : $"{FromHour}-{ToHour}")}";

    /// <summary>Null for what cannot be read.</summary>
    public static RoleRule? Read(string line)
    {
        if (line.Split((char[])[' ', '\t', '　'], StringSplitOptions.RemoveEmptyEntries) is not [var role, var networks,
            var hours]) { return null; }
        var list = networks == "*" ? [] : networks.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!list.All(n => IPNetwork.TryParse(n, out _))) { return null; }
        if (hours == "*") { return new(role, list, 0, 0); }
        return hours.Split('-') is [var first, var last] && int.TryParse(first, out var from) && int.TryParse(last, out var to)
            && from is >= 0 and <= 23 && to is >= 0 and <= 24 && from != to
            ? new(role, list, from, to)
            : null;
    }
}

/// <summary>The settings in force, read once and again after a signal.</summary>
internal sealed class SecurityPolicy(Database database, CodeLists codes)
{
    private volatile Stored? _stored;

    public void Forget() => _stored = null;

    public async ValueTask<SecuritySettings> CurrentAsync(CancellationToken cancellationToken) =>
        (await StoredAsync(cancellationToken)).Settings with { WeakPasswords = codes.Find("weak-password") };

    public async ValueTask<(SecuritySettings Settings, int Version)> VersionedAsync(CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(cancellationToken);
        return (stored.Settings, stored.Version);
    }

    /// <returns>False where somebody else has changed them meanwhile.</returns>
    public static async Task<bool> SaveAsync(UnitOfWork work, SecuritySettings settings, int version, CancellationToken cancellationToken)
    {
        var saved = await work.ExecuteAsync(
            """
            insert into identity.security_settings as s (id, settings, version, updated_at, updated_by_name)
            values (1, @settings, 1, @now, @by)
            on conflict (id) do update
            set settings = excluded.settings, version = s.version + 1, updated_at = excluded.updated_at, updated_by_name = excluded.updated_by_name
            where s.version = @version
            """, new { settings = Json.Of(settings), now = work.Now, by = work.Actor.Name, version }, cancellationToken);
        if (saved == 1) { await work.SignalAsync(Signals.Settings, null, cancellationToken); }
        return saved == 1;
    }

    private async ValueTask<Stored> StoredAsync(CancellationToken cancellationToken)
    {
        if (_stored is { } known) { return known; }
        var rows = await database.Read("identity.settings.load", Actor.System("identity")).QueryAsync<(string Settings, int Version)>(
            "select settings::text, version from identity.security_settings where id = 1", null, cancellationToken);
        return _stored = rows is [var row] ? new(new Json(row.Settings).To<SecuritySettings>() ?? new(), row.Version) : new(new(), 0);
    }

    private sealed record Stored(SecuritySettings Settings, int Version);
}
