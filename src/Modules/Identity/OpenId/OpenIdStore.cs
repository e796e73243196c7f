using Zhengtong.Kernel;

namespace Zhengtong.Identity.OpenId;

internal sealed class OpenIdClient
{
    public Guid Id { get; init; }

    public string ClientId { get; init; } = "";

    public string Name { get; init; } = "";

    public string Kind { get; init; } = "";

    public string[] RedirectUris { get; init; } = [];

    public string[] SignedOutUris { get; init; } = [];

    public byte[]? SecretHash { get; init; }

    public string State { get; init; } = "";

    public Guid ProposedBy { get; init; }

    public string ProposedByName { get; init; } = "";

    public string? DecidedByName { get; init; }
}

/// <summary>Who a token tells of.</summary>
internal sealed class OpenIdPerson
{
    public Guid AccountId { get; init; }

    public Guid SessionId { get; init; }

    public string ClientId { get; init; } = "";

    public string RedirectUri { get; init; } = "";

    public string? Nonce { get; init; }

    public string Challenge { get; init; } = "";

    public string Scope { get; init; } = "";

    public string Name { get; init; } = "";

    public string Account { get; init; } = "";

    public string? Organisation { get; init; }

    public DateTimeOffset SignedInAt { get; init; }
}

internal static class OpenIdStore
{
    private const string ClientColumns =
        "id, client_id, name, kind, redirect_uris, signed_out_uris, secret_hash, state, proposed_by, proposed_by_name, decided_by_name";

    /// <summary>Only as long as the session behind it runs and the account is in order.</summary>
    private const string Person =
        """
        join identity.sessions s on s.id = x.session_id and s.ended_at is null and s.expires_at > @now and s.idle_until > @now and s.stage = 'open'
        join identity.accounts a on a.id = x.account_id and a.status = 'active' and a.deleted_at is null
        left join identity.officer_organisations m on m.officer_id = a.id and m.own
        left join identity.organisations o on o.id = m.organisation_id and o.deleted_at is null
        """;

    public static Task<OpenIdClient?> OpenIdClientAsync(this DbSession session, string clientId, CancellationToken cancellationToken) =>
        session.FindAsync<OpenIdClient>(
            $"select {ClientColumns} from identity.openid_clients where client_id = @clientId and state = 'active'", new { clientId },
            cancellationToken);

    public static Task<IReadOnlyList<OpenIdClient>> OpenIdClientsAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<OpenIdClient>(
            $"select {ClientColumns} from identity.openid_clients order by name limit 500", null, cancellationToken);

    public static Task AddCodeAsync(
        this UnitOfWork work, byte[] hash, OpenIdRequest request, Guid sessionId, Guid accountId, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            delete from identity.openid_codes where expires_at < @now - interval '1 hour';
            insert into identity.openid_codes
                (code_hash, client_id, session_id, account_id, redirect_uri, nonce, challenge, scope, expires_at)
            values (@hash, @ClientId, @sessionId, @accountId, @RedirectUri, @Nonce, @Challenge, @Scope, @until)
            """,
            new
            {
                hash, sessionId, accountId, request.ClientId, request.RedirectUri, request.Nonce, request.Challenge, request.Scope,
                now = work.Now, until = work.Now.AddSeconds(60),
            }, cancellationToken);

    /// <summary>Takes a code, once; null where it is none, too old, taken before or its session has ended.</summary>
    public static Task<OpenIdPerson?> TakeCodeAsync(this UnitOfWork work, byte[] hash, CancellationToken cancellationToken) =>
        work.FindAsync<OpenIdPerson>(
            $"""
            with x as (
                update identity.openid_codes set used_at = @now where code_hash = @hash and used_at is null and expires_at > @now
                returning account_id, session_id, client_id, redirect_uri, nonce, challenge, scope
            )
            select x.account_id, x.session_id, x.client_id, x.redirect_uri, x.nonce, x.challenge, x.scope, a.display_name as name,
                   a.name as account, o.name as organisation, s.created_at as signed_in_at
            from x
            {Person}
            """, new { hash, now = work.Now }, cancellationToken);

    /// <summary>A code shown twice has been stolen: what was given for it is taken back.</summary>
    public static Task<int> TakeBackAsync(this UnitOfWork work, byte[] codeHash, CancellationToken cancellationToken) =>
        work.ExecuteAsync("delete from identity.openid_tokens where code_hash = @codeHash", new { codeHash }, cancellationToken);

    public static Task AddTokenAsync(
        this UnitOfWork work, byte[] hash, byte[] codeHash, OpenIdPerson person, DateTimeOffset until,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            delete from identity.openid_tokens where expires_at < @now;
            insert into identity.openid_tokens (token_hash, code_hash, client_id, session_id, account_id, scope, expires_at)
            values (@hash, @codeHash, @ClientId, @SessionId, @AccountId, @Scope, @until)
            """, new { hash, codeHash, person.ClientId, person.SessionId, person.AccountId, person.Scope, now = work.Now, until }, cancellationToken);

    public static Task<OpenIdPerson?> OfTokenAsync(
        this DbSession session, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.FindAsync<OpenIdPerson>(
            $"""
            select x.account_id, x.session_id, x.client_id, x.scope, a.display_name as name, a.name as account, o.name as organisation,
                   s.created_at as signed_in_at
            from identity.openid_tokens x
            {Person}
            where x.token_hash = @hash and x.expires_at > @now
              and exists (select 1 from identity.openid_clients c where c.client_id = x.client_id and c.state = 'active')
            """, new { hash, now }, cancellationToken);
}
