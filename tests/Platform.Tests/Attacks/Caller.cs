using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>
/// Somebody who calls, and what the packs' files say they hold: read here from the files, not asked of the platform, so that a fault in
/// the working out of rights shows.
/// </summary>
internal sealed partial record Caller(string Name, ActorKind Kind, IReadOnlySet<string> Permissions)
{
    private static readonly string[] Officers =
    [
        "clerk1", "clerk2", "reviewer1", "approver1", "orgadmin1", "service1", "register1", "editor1", "publisher1", "leader1",
        "integrator1", "operator1", "sysadmin", "secadmin", "auditor", "u0033",
    ];

    /// <summary>A visitor, two citizens, an officer of each role, and a program whose key is good for one thing only.</summary>
    public static IReadOnlyList<Caller> All { get; } =
    [
        new("visitor", ActorKind.Anonymous, new HashSet<string>()),
        new("chenguilan", ActorKind.Person, new HashSet<string>()), new("limei", ActorKind.Person, new HashSet<string>()),
        .. Officers.Select(Officer), new("program", ActorKind.Client, new HashSet<string> { "services.read" }),
    ];

    public static Caller Of(string name) => All.First(c => c.Name == name);

    /// <summary>Signs in as this caller; a program sends its key with every request.</summary>
    public async Task<Browser> EnterAsync(PlatformFixture platform)
    {
        switch (Kind)
        {
            case ActorKind.Anonymous: return platform.Visitor();
            case ActorKind.Person: return await platform.CitizenAsync(Name);
            case ActorKind.Officer: return await platform.OfficerAsync(Name);
            default:
                var http = platform.Client();
                http.DefaultRequestHeaders.Add("Authorization", "Bearer " + await KeyAsync(platform, [.. Permissions]));
                return new(http);
        }
    }

    /// <summary>What the route's declared rule says about this caller.</summary>
    public bool May(AccessRule rule) => rule.Kind switch
    {
        AccessKind.Everybody => true,
        AccessKind.SignedIn => Kind is not ActorKind.Anonymous,
        AccessKind.Applicant => Kind is ActorKind.Person,
        AccessKind.Officer => Kind is ActorKind.Officer && (rule.Permission is null || Permissions.Contains(rule.Permission)),
        AccessKind.Api => Kind is ActorKind.Officer or ActorKind.Client && Permissions.Contains(rule.Permission!),
        _ => false,
    };

    /// <summary>A new key with these scopes, made by the integrator as people make it.</summary>
    public static async Task<string> KeyAsync(PlatformFixture platform, params string[] scopes)
    {
        var integrator = await platform.OfficerAsync("integrator1");
        var page = await integrator.FillAsync("/workbench/identity/api-clients", "name=\"name\"", ("name", "测试系统 " + Guid.NewGuid()));
        page = await integrator.SubmitAsync(page, page.Form("/keys").Set("scopes", scopes).Set("days", "30"));
        return KeyText().Match(page.Html) is { Success: true } key ? key.Value : throw new InvalidOperationException(page.ToString());
    }

    private static Caller Officer(string account)
    {
        var packs = Path.Combine(TestCluster.Root, "packs");
        var lines = File.ReadLines(Path.Combine(packs, "demo", "officers.tsv")).Select(l => l.Split('\t')).ToList();
        var column = Array.IndexOf(lines[0], "roles");
        var roles = lines.First(l => l[0] == account)[column].Split(',');
        Assert.NotEmpty(roles);
        return new(account, ActorKind.Officer, roles.SelectMany(r => PermissionsOf(Path.Combine(packs, "base", "roles", r + ".yaml")))
            .ToHashSet());
    }

    private static IEnumerable<string> PermissionsOf(string file) =>
        File.ReadLines(file).SkipWhile(l => !l.StartsWith("permissions:", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => l.StartsWith("  - ", StringComparison.Ordinal)).Select(l => l[4..].Trim());

    [GeneratedRegex("zt_[A-Za-z0-9_-]{20,}")]
    private static partial Regex KeyText();
}
