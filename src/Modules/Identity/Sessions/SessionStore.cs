using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>What still has to happen before a session is good for anything.</summary>
internal static class Stage
{
    public const string SecondFactor = "second-factor", EnrolFactor = "enrol-factor", ChangePassword = "change-password", Open = "open";
}

internal sealed class SessionRow
{
    public Guid Id { get; init; }

    public Guid AccountId { get; init; }

    public string AccountKind { get; init; } = "";

    public string AccountName { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string Stage { get; init; } = "";

    public Guid? OnBehalfOf { get; init; }

    public Guid? OrganisationId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset SeenAt { get; init; }

    public DateTimeOffset IdleUntil { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public string RemoteAddress { get; init; } = "";

    public string UserAgent { get; init; } = "";

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedWhy { get; init; }
}

internal static class SessionStore
{
    public static Task<SessionRow?> RunningSessionAsync(
        this DbSession session, byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.FindAsync<SessionRow>(
            $"""
            {Select}
            where s.token_hash = @tokenHash and s.ended_at is null and s.idle_until > @now and s.expires_at > @now
              and a.status = 'active' and a.deleted_at is null
            """, new { tokenHash, now }, cancellationToken);

    public static Task<IReadOnlyList<SessionRow>> SessionsOfAsync(
        this DbSession session, Guid accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.QueryAsync<SessionRow>(
            $"""
            {Select}
            where s.account_id = @accountId and s.ended_at is null and s.idle_until > @now and s.expires_at > @now
            order by s.created_at desc
            limit 100
            """, new { accountId, now }, cancellationToken);

    /// <summary>Running sessions of all accounts, newest first; by words of name or account.</summary>
    public static Task<IReadOnlyList<SessionRow>> RunningSessionsAsync(
        this DbSession session, string? words, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.QueryAsync<SessionRow>(
            $"""
            {Select}
            where s.ended_at is null and s.idle_until > @now and s.expires_at > @now
              and (@words::text is null or a.name like '%' || lower(@words) || '%' or a.display_name like '%' || @words || '%')
            order by s.created_at desc
            limit 200
            """, new { words, now }, cancellationToken);

    public static Task AddSessionAsync(
        this UnitOfWork work, Guid id, byte[] tokenHash, Guid accountId, string stage, Guid? organisationId, TimeSpan idle,
        TimeSpan absolute,
        string address, string userAgent, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into identity.sessions
                (id, token_hash, account_id, stage, organisation_id, created_at, seen_at, idle_until, expires_at, remote_address, user_agent)
            values (@id, @tokenHash, @accountId, @stage, @organisationId, @now, @now, @idleUntil, @expiresAt, @address, @userAgent)
            """,
            new
            {
                id, tokenHash, accountId, stage, organisationId, now = work.Now, idleUntil = work.Now + idle,
                expiresAt = work.Now + absolute, address,
                userAgent = userAgent.Length > 300 ? userAgent[..300] : userAgent,
            }, cancellationToken);

    /// <returns>Ids of the sessions that were running and are no more.</returns>
    public static async Task<IReadOnlyList<Guid>> EndSessionsAsync(
        this UnitOfWork work, string where, object args, string why, CancellationToken cancellationToken)
    {
        var parameters = new Dapper.DynamicParameters(args);
        parameters.Add("endedAt", work.Now.UtcDateTime);
        parameters.Add("why", why);
        var ended = await work.QueryAsync<Guid>(
            $"update identity.sessions set ended_at = @endedAt, ended_why = @why where ended_at is null and {where} returning id",
            parameters, cancellationToken);
        foreach (var id in ended) { await work.SignalAsync(Signals.Session, id, cancellationToken); }
        return ended;
    }

    private const string Select =
        """
        select s.id, s.account_id, a.kind as account_kind, a.name as account_name, a.display_name, s.stage, s.on_behalf_of, s.organisation_id, s.created_at,
               s.seen_at, s.idle_until, s.expires_at, s.remote_address, s.user_agent, s.ended_at, s.ended_why
        from identity.sessions s
        join identity.accounts a on a.id = s.account_id
        """;
}
