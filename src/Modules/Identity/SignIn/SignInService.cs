using Microsoft.Extensions.Options;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <param name="Kind"><c>officer</c> at the workbench, <c>person</c> at the portal.</param>
/// <param name="Password">Null where another proof than a password is shown.</param>
/// <param name="OldToken">The session the browser had: it ends with the new one.</param>
internal sealed record SignInAttempt(
    string Kind, string Name, string? Password, string Address, string UserAgent, byte[] Device, string? OldToken);

/// <param name="Token">For the browser's cookie, in clear only here.</param>
internal sealed record SignInOutcome(string Token, string Stage, Guid AccountId);

/// <summary>From a name and a password to a session, or to a refusal that tells nothing about which accounts there are.</summary>
internal sealed class SignInService(
    Database database, Passwords passwords, PersonalFields fields, SecurityPolicy policy, IOptions<IdentityOptions> options,
    TimeProvider clock)
{
    public async Task<Result<SignInOutcome>> SignInAsync(SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var settings = await policy.CurrentAsync(cancellationToken);
        var visitor = Actor.Anonymous with { RemoteAddress = attempt.Address };
        var read = database.Read("identity.sign-in", visitor);
        var now = clock.GetUtcNow();
        var failed = await read.ScalarAsync<int>(
            "select count(*) from identity.sign_in_attempts where address = @Address and at > @since and outcome <> 'signed-in'",
            new { attempt.Address, since = now.AddMinutes(-10) }, cancellationToken);
        if (failed >= settings.MaxFailuresPerAddress) { return SignInErrors.TooMany; }

        var typed = attempt.Name.Trim();
        var account = typed.Length is > 0 and <= 100
            ? await read.FindAccountByNameAsync(fields, attempt.Kind, typed, cancellationToken)
            : null;
        var key = LockKey(account, attempt.Kind, typed);
        var lockedUntil = (await read.LockoutAsync(key, cancellationToken)) is [var (_, until)] ? until : null;
        // Checked also when it cannot help: the time taken says nothing.
        var good = await passwords.VerifyAsync(
            attempt.Password is { Length: <= 128 } password ? password : "", account?.PasswordHash, cancellationToken);

        await using var work = await database.BeginAsync(new("identity.sign-in", visitor), cancellationToken);
        if (lockedUntil > now)
        {
            return await RefuseAsync(work, account, attempt, "locked", SignInErrors.Locked(lockedUntil.Value - now), cancellationToken);
        }
        if (account is null || !good || account.Status != "active")
        {
            var end = await work.CountFailureAsync(key, settings, cancellationToken);
            return await RefuseAsync(work, account, attempt, "wrong",
                end is { } lockEnd ? SignInErrors.Locked(lockEnd - now) : SignInErrors.Wrong, cancellationToken);
        }
        return await PlaceAndHourAsync(work, account, attempt, settings, cancellationToken)
            ?? await OpenAsync(work, account, attempt, settings, "password", factorGiven: false, cancellationToken);
    }

    /// <summary>Lets an account in by another proof than its password: a certificate, the word of another system. All other rules
    /// hold.</summary>
    public async Task<Result<SignInOutcome>> EnterAsync(
        Guid accountId, SignInAttempt attempt, string way, bool factorGiven, CancellationToken cancellationToken)
    {
        var settings = await policy.CurrentAsync(cancellationToken);
        var visitor = Actor.Anonymous with { RemoteAddress = attempt.Address };
        await using var work = await database.BeginAsync(new("identity.sign-in", visitor), cancellationToken);
        var account = await work.FindAccountAsync(accountId, cancellationToken);
        if (account is null || account.Kind != attempt.Kind || account.Status != "active")
        {
            return await RefuseAsync(work, account, attempt, "disabled", SignInErrors.NotActive, cancellationToken);
        }
        return await PlaceAndHourAsync(work, account, attempt, settings, cancellationToken)
            ?? await OpenAsync(work, account, attempt, settings, way, factorGiven, cancellationToken);
    }

    /// <summary>
    /// Asks again who sits at the screen. A wrong answer counts like one at the door, so that whoever found an open screen cannot guess on:
    /// it is kept, and the work ends with it.
    /// </summary>
    public async Task<Result> ConfirmAsync(UnitOfWork work, Account account, string password, CancellationToken cancellationToken)
    {
        var key = LockKey(account, account.Kind, account.Name);
        if (await work.LockoutAsync(key, cancellationToken) is [(_, { } until)] && until > work.Now)
        {
            return SignInErrors.Locked(until - work.Now);
        }
        if (password.Length <= 128 && await passwords.VerifyAsync(password, account.PasswordHash, cancellationToken))
        {
            await work.ForgetFailuresAsync(key, cancellationToken);
            return Result.Done;
        }
        await work.CountFailureAsync(key, await policy.CurrentAsync(cancellationToken), cancellationToken);
        work.Audit("account", account.Id.ToString(), after: new { outcome = "wrong" }, summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        return SignInErrors.WrongCurrent;
    }

    /// <summary>Notes a refused proof that names no account; counts for the address.</summary>
    public async Task NoteFailureAsync(SignInAttempt attempt, string outcome, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(
            new("identity.sign-in", Actor.Anonymous with { RemoteAddress = attempt.Address }), cancellationToken);
        await RefuseAsync(work, null, attempt, outcome, SignInErrors.Wrong, cancellationToken);
    }

    private async Task<Result<SignInOutcome>?> PlaceAndHourAsync(
        UnitOfWork work, Account account, SignInAttempt attempt, SecuritySettings settings, CancellationToken cancellationToken)
    {
        if (account.Kind != "officer") { return null; }
        var roles = settings.RoleRules.Count == 0
            ? new HashSet<string>()
            : (await work.RightSourcesAsync(account.Id, options.Value.OrganisationAdminRole, RightsReading.Today(work.Now),
                cancellationToken))
                .Where(s => s.Role is not null).Select(s => s.Role!).ToHashSet();
        if (!settings.AllowsNetwork(attempt.Address, roles))
        {
            return await RefuseAsync(work, account, attempt, "network", SignInErrors.WrongNetwork, cancellationToken);
        }
        if (settings.AllowsHour(work.Now.ToOffset(TimeSpan.FromHours(8)).Hour, roles)) { return null; }
        return await RefuseAsync(work, account, attempt, "hour", SignInErrors.WrongHour, cancellationToken);
    }

    /// <summary>The next stage of a half signed-in account; <c>open</c> when nothing is left to do.</summary>
    public async Task<string> StageAsync(
        DbSession session, Account account, bool factorGiven, SecuritySettings settings, CancellationToken cancellationToken)
    {
        if (!factorGiven && account.TotpEnabledAt is not null) { return Stage.SecondFactor; }
        if (account.TotpEnabledAt is null && account.Kind == "officer" && settings.SecondFactorRoles.Count > 0)
        {
            var sources = await session.RightSourcesAsync(
                account.Id, options.Value.OrganisationAdminRole, RightsReading.Today(clock.GetUtcNow()), cancellationToken);
            if (sources.Any(s => s.Role is { } role && settings.SecondFactorRoles.Contains(role))) { return Stage.EnrolFactor; }
        }
        var tooOld = account.Kind == "officer" && settings.MaxPasswordAgeDays > 0 && !options.Value.Demo
            && account.PasswordSetAt < clock.GetUtcNow().AddDays(-settings.MaxPasswordAgeDays);
        return account.MustChangePassword || tooOld ? Stage.ChangePassword : Stage.Open;
    }

    /// <summary>Moves a session on and gives it a new token: a token from before a proof is worth nothing after it.</summary>
    public static async Task<string> RotateAsync(UnitOfWork work, Guid sessionId, string stage, CancellationToken cancellationToken)
    {
        var token = SessionTokens.New();
        await work.ExecuteAsync(
            "update identity.sessions set token_hash = @hash, stage = @stage where id = @sessionId and ended_at is null",
            new { hash = SessionTokens.HashOf(token), stage, sessionId }, cancellationToken);
        await work.SignalAsync(Signals.Session, sessionId, cancellationToken);
        return token;
    }

    public byte[] LockKey(Account? account, string kind, string typed) =>
        account is not null ? account.Id.ToByteArray() : fields.Index($"{kind}\n{typed}", "lockout") ?? [0];

    private async Task<Result<SignInOutcome>> OpenAsync(
        UnitOfWork work, Account account, SignInAttempt attempt, SecuritySettings settings, string way, bool factorGiven,
        CancellationToken cancellationToken)
    {
        if (attempt.Password is not null) { await work.ForgetFailuresAsync(LockKey(account, account.Kind, account.Name),
            cancellationToken); }
        await work.AddAttemptAsync(account.Id, attempt.Address, attempt.UserAgent, "signed-in", cancellationToken);
        if (attempt.Password is { } password && passwords.NeedsRehash(account.PasswordHash))
        {
            var stronger = await passwords.HashAsync(password, cancellationToken);
            await work.ExecuteAsync(
                "update identity.accounts set password_hash = @stronger where id = @Id", new { stronger, account.Id }, cancellationToken);
        }
        await work.ExecuteAsync(
            "update identity.accounts set last_sign_in_at = @now, last_sign_in_address = @Address where id = @Id",
            new { now = work.Now, attempt.Address, account.Id }, cancellationToken);
        if (SessionTokens.HashOf(attempt.OldToken) is { } old)
        {
            await work.EndSessionsAsync("token_hash = @old", new { old }, "replaced", cancellationToken);
        }
        // The oldest sessions give way to the new one.
        await work.EndSessionsAsync(
            """
            id in (select id from identity.sessions where account_id = @Id and ended_at is null and expires_at > @now and idle_until > @now
                   order by created_at desc offset @keep)
            """, new { account.Id, now = work.Now, keep = Math.Max(0, settings.MaxSessions - 1) }, "too-many", cancellationToken);
        var stage = await StageAsync(work, account, factorGiven, settings, cancellationToken);
        // Whoever came without a password is not asked to change one that they may not know.
        if (attempt.Password is null && stage == Stage.ChangePassword) { stage = Stage.Open; }
        var (id, token) = (work.NewId(), SessionTokens.New());
        var idle = TimeSpan.FromMinutes(account.Kind == "officer" ? settings.WorkbenchIdleMinutes : settings.PortalIdleMinutes);
        await work.AddSessionAsync(
            // just made
            id, SessionTokens.HashOf(token)!, account.Id, stage, null, idle, TimeSpan.FromHours(settings.AbsoluteHours), attempt.Address,
            attempt.UserAgent,
            cancellationToken);
        await NoteDeviceAsync(work, account, attempt, cancellationToken);
        work.Audit("account", account.Id.ToString(), after: new { session = id, stage, way }, summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        return new SignInOutcome(token, stage, account.Id);
    }

    private static async Task NoteDeviceAsync(UnitOfWork work, Account account, SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var first = await work.ScalarAsync<bool>(
            "select not exists (select 1 from identity.devices where account_id = @Id)", new { account.Id }, cancellationToken);
        var isNew = await work.FindAsync<bool>(
            """
            insert into identity.devices as d (account_id, device_hash, user_agent, remote_address, first_seen_at, last_seen_at, acknowledged)
            values (@Id, @Device, left(@UserAgent, 300), @Address, @now, @now, @first)
            on conflict (account_id, device_hash) do update
            set last_seen_at = excluded.last_seen_at, remote_address = excluded.remote_address, user_agent = excluded.user_agent
            returning first_seen_at = last_seen_at
            """, new { account.Id, attempt.Device, attempt.UserAgent, attempt.Address, now = work.Now, first }, cancellationToken);
        // The first device of all is no news.
        if (isNew && !first)
        {
            work.Raise(new("identity.new-device.v1", $"account:{account.Id}", new { accountId = account.Id, at = work.Now }));
        }
    }

    private static async Task<Result<SignInOutcome>> RefuseAsync(
        UnitOfWork work, Account? account, SignInAttempt attempt, string outcome, Error error, CancellationToken cancellationToken)
    {
        await work.AddAttemptAsync(account?.Id, attempt.Address, attempt.UserAgent, outcome, cancellationToken);
        work.Audit("account", account?.Id.ToString() ?? "unknown", after: new { outcome, attempt.Kind }, summary: "登录失败");
        await work.CommitAsync(cancellationToken);
        return error;
    }
}
