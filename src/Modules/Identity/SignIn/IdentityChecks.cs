using Microsoft.Extensions.Options;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <summary>Passwords that everybody knows, and rules of sign-in that are weaker than the baseline.</summary>
internal sealed class IdentityChecks(Database database, Passwords passwords, SecurityPolicy policy, IOptions<IdentityOptions> options)
    : IInstallationCheck
{
    /// <summary>Hashing is slow on purpose; a known password among so many says enough.</summary>
    private const int MostTried = 12;

    public async IAsyncEnumerable<CheckFinding> CheckAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken);
        yield return known.Count == 0
            ? CheckFinding.Good("accounts", "no officer has kept a password that packs or the demonstration bring")
            : CheckFinding.Bad("accounts", $"{string.Join(", ", known)} can be signed in with a password that everybody knows",
                "let their owners change it at the next sign-in, or disable them");
        var settings = await policy.CurrentAsync(cancellationToken);
        var weak = Weak(settings).ToList();
        yield return weak.Count == 0
            ? CheckFinding.Good("sign-in", "rules of sign-in are those of the baseline or stronger")
            : CheckFinding.Bad("sign-in", string.Join("; ", weak), "change them in the workbench under 安全 → 安全策略");
        yield return settings.SecondFactorRoles.Count > 0
            ? CheckFinding.Good("second-factor", $"asked of {string.Join(", ", settings.SecondFactorRoles)}")
            : CheckFinding.Warning("second-factor", "no role must use a second factor", "ask it of the administrators at least");
    }

    internal static IEnumerable<string> Weak(SecuritySettings s)
    {
        if (s.MinPasswordLength < 8 || s.MinPasswordClasses < 3) { yield return "passwords may be short, or of fewer than 3 kinds"; }
        if (s.MaxPasswordAgeDays is 0 or > 90) { yield return "officers may keep a password longer than 90 days"; }
        if (s.LockAfterFailures is < 1 or > 10) { yield return "more than 10 wrong passwords are allowed"; }
        if (s.WorkbenchIdleMinutes > 60) { yield return "an idle workbench stays open longer than an hour"; }
        if (s.AbsoluteHours > 24) { yield return "a session may last longer than a day"; }
    }

    /// <summary>Officers who have the password that they were made with.</summary>
    private async Task<IReadOnlyList<string>> KnownAsync(CancellationToken cancellationToken)
    {
        var accounts = await database.Read("identity.check", Actor.System("doctor")).QueryAsync<(string Name, string Hash)>(
            """
            select name, password_hash
            from identity.accounts
            where kind = 'officer' and status = 'active' and deleted_at is null
              and password_hash is not null and not must_change_password
              and (password_set_at is null or password_set_at <= created_at + interval '1 minute')
            order by name
            limit @MostTried
            """, new { MostTried }, cancellationToken);
        var found = new List<string>();
        foreach (var (name, hash) in accounts)
        {
            foreach (var password in new[] { IdentityOptions.DemoPassword, options.Value.InitialPassword }.OfType<string>().Distinct())
            {
                if (await passwords.VerifyAsync(password, hash, cancellationToken)) { found.Add(name); break; }
            }
        }
        return found;
    }
}
