using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

internal sealed class Account
{
    public Guid Id { get; init; }

    public string Kind { get; init; } = "";

    public string Name { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public byte[]? MobileCipher { get; init; }

    public string? Email { get; init; }

    public string? PasswordHash { get; init; }

    public DateTimeOffset? PasswordSetAt { get; init; }

    public bool MustChangePassword { get; init; }

    public byte[]? TotpCipher { get; init; }

    public DateTimeOffset? TotpEnabledAt { get; init; }

    public long TotpLastStep { get; init; }

    public string Status { get; init; } = "";

    public DateTimeOffset? LastSignInAt { get; init; }

    public string? LastSignInAddress { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal static class AccountStore
{
    private const string Columns =
        """
        a.id, a.kind, a.name, a.display_name, a.mobile_cipher, a.email, a.password_hash, a.password_set_at, a.must_change_password, a.totp_cipher,
        a.totp_enabled_at, a.totp_last_step, a.status, a.last_sign_in_at, a.last_sign_in_address, a.created_at
        """;

    public static Task<Account?> FindAccountAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Account>(
            $"select {Columns} from identity.accounts a where a.id = @id and a.deleted_at is null", new { id }, cancellationToken);

    /// <summary>By what people type: account name, mobile, and for persons the number of their identity card.</summary>
    public static async Task<Account?> FindAccountByNameAsync(
        this DbSession session, PersonalFields fields, string kind, string typed, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<Account>(
            $"""
            select {Columns}
            from identity.accounts a
            left join identity.persons p on p.id = a.id
            where a.kind = @kind and a.deleted_at is null
              and (a.name = lower(@typed) or a.mobile_index = any(@mobiles) or p.id_number_index = any(@numbers))
            limit 2
            """,
            new
            {
                kind, typed, mobiles = Numbers.IsMobile(typed) ? fields.Indexes(typed, Fields.Mobile) : [],
                numbers = Numbers.IsIdCard(typed, out _, out _) ? fields.Indexes(typed, Fields.IdNumber) : [],
            }, cancellationToken);
        // Two officers with one telephone: neither can be meant by it.
        return rows is [var only] ? only : null;
    }

    public static async Task SetPasswordAsync(
        this UnitOfWork work, Guid accountId, string hash, bool mustChange, int history, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            insert into identity.password_history (account_id, set_at, password_hash)
            select id, coalesce(password_set_at, created_at), password_hash
            from identity.accounts
            where id = @accountId and password_hash is not null
            on conflict do nothing;
            delete from identity.password_history h
            where h.account_id = @accountId
              and h.set_at not in (select set_at from identity.password_history where account_id = @accountId order by set_at desc limit @history);
            update identity.accounts
            set password_hash = @hash, password_set_at = @now, must_change_password = @mustChange, updated_at = @now
            where id = @accountId
            """, new { accountId, hash, mustChange, now = work.Now, history = Math.Max(0, history - 1) }, cancellationToken);
    }

    public static Task<IReadOnlyList<string>> FormerPasswordsAsync(
        this DbSession session, Guid accountId, CancellationToken cancellationToken) =>
        session.QueryAsync<string>(
            "select password_hash from identity.password_history where account_id = @accountId order by set_at desc limit 24",
            new { accountId }, cancellationToken);

    public static Task<IReadOnlyList<(int Failures, DateTimeOffset? LockedUntil)>> LockoutAsync(
        this DbSession session, byte[] key, CancellationToken cancellationToken) =>
        session.QueryAsync<(int, DateTimeOffset?)>(
            "select failures, locked_until from identity.lockouts where key = @key", new { key }, cancellationToken);

    /// <summary>Counts a failure and locks from the threshold on, each time for twice as long, up to a day.</summary>
    /// <returns>End of the lock, or null.</returns>
    public static Task<DateTimeOffset?> CountFailureAsync(
        this UnitOfWork work, byte[] key, SecuritySettings settings, CancellationToken cancellationToken) =>
        work.FindAsync<DateTimeOffset?>(
            """
            insert into identity.lockouts as l (key, failures, locked_until, updated_at)
            values (@key, 1, case when @threshold <= 1 then @now + make_interval(mins => @minutes) end, @now)
            on conflict (key) do update
            set failures = l.failures + 1, updated_at = excluded.updated_at,
                locked_until = case when l.failures + 1 >= @threshold
                    then excluded.updated_at + least(make_interval(mins => @minutes) * power(2, least(l.failures + 1 - @threshold, 20)), interval '1 day') end
            returning locked_until
            """, new { key, threshold = settings.LockAfterFailures, minutes = settings.LockMinutes, now = work.Now }, cancellationToken);

    public static Task ForgetFailuresAsync(this UnitOfWork work, byte[] key, CancellationToken cancellationToken) =>
        work.ExecuteAsync("delete from identity.lockouts where key = @key", new { key }, cancellationToken);

    public static Task AddAttemptAsync(
        this UnitOfWork work, Guid? accountId, string address, string userAgent, string outcome, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into identity.sign_in_attempts (id, at, account_id, address, user_agent, outcome)
            values (@id, @now, @accountId, @address, @userAgent, @outcome)
            """,
            new { id = work.NewId(), now = work.Now, accountId, address, userAgent = userAgent.Length > 300 ? userAgent[..300] : userAgent,
                outcome },
            cancellationToken);
}
