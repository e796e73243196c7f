using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Zhengtong.Design;
using Zhengtong.Identity.OpenId;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.External;

/// <summary>Sign-in by another system: there and back, bound to this browser by a cookie and good once.</summary>
internal static class ExternalEndpoints
{
    private const string Cookie = "zt-external";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static void MapExternal(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-in/external/{key}", (string key, [FromForm] IFormCollection form, HttpContext c, CurrentSession s,
            ExternalDoor x,
            CancellationToken t) => StartAsync(key, form, null, c, x, t)).ForEverybody();
        routes.MapPost("/account/external/{key}", (string key, [FromForm] IFormCollection form, HttpContext c, CurrentSession s,
            ExternalDoor x,
            CancellationToken t) => StartAsync(key, form, s.SignedIn?.Row, c, x, t)).ForSignedIn();
        routes.MapGet("/sign-in/external/{key}/back", BackAsync).ForEverybody();
    }

    private static async Task<IResult> StartAsync(
        string key, IFormCollection form, SessionRow? link, HttpContext context, ExternalDoor services, CancellationToken cancellationToken)
    {
        var provider = (await services.Providers.ActiveAsync(cancellationToken)).FirstOrDefault(p => p.Key == key);
        if (provider is null || link is not null && link.AccountKind != provider.Kind) { return ExternalErrors.Unknown.ToResult(context); }
        var (state, browser, nonce, verifier) = (SessionTokens.New(), SessionTokens.New(), SessionTokens.New(), SessionTokens.New());
        var address = await services.Tokens.AddressAsync(
            provider, services.CallbackOf(key), state, nonce, verifier, cancellationToken);
        if (!address.IsSuccess) { return address.Error.ToResult(context); }
        await using (var work = await services.Database.BeginAsync(new("identity.external-start", Actor.Anonymous), cancellationToken))
        {
            await work.ExecuteAsync(
                """
                delete from identity.external_states where expires_at < @now;
                insert into identity.external_states
                    (state_hash, provider, browser_hash, nonce, verifier_cipher, return_to, link_account, expires_at)
                values (@hash, @key, @browserHash, @nonce, @sealedVerifier, @back, @link, @until)
                """,
                new
                {
                    now = work.Now, hash = SessionTokens.HashOf(state), key, browserHash = SessionTokens.HashOf(browser), nonce,
                    sealedVerifier = services.Fields.Seal(verifier, VerifierOf(state)), back = IdentityLinks.Local(form["return"]),
                        link = link?.AccountId,
                    until = work.Now + Patience,
                }, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        HostCookie.Write(context, Cookie, browser, Patience);
        // A form of ours may lead to us only, redirects included: a page goes on by itself.
        context.Response.Headers["Refresh"] = $"0;url={address.Value}";
        return Administration.Ui.Plain(new("正在前往" + provider.Title)
        {
            Sections = [new(null) { Links = [new("继续前往" + provider.Title, address.Value, Primary: true)] }],
        });
    }

    private static async Task<IResult> BackAsync(
        string key, HttpContext context, CurrentSession current, ExternalDoor services, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        if (SessionTokens.HashOf(query["state"]) is not { } stateHash
            || SessionTokens.HashOf(HostCookie.Read(context.Request, Cookie)) is not { } browserHash)
        {
            return ExternalErrors.Stale.ToResult(context);
        }
        HostCookie.Clear(context, Cookie);
        var provider = (await services.Providers.ActiveAsync(cancellationToken)).FirstOrDefault(p => p.Key == key);
        if (provider is null) { return ExternalErrors.Unknown.ToResult(context); }
        State? state;
        await using (var work = await services.Database.BeginAsync(new("identity.external-back", Actor.Anonymous), cancellationToken))
        {
            // Taken once, whatever comes of it.
            state = await work.FindAsync<State>(
                """
                delete from identity.external_states
                where state_hash = @stateHash and browser_hash = @browserHash and provider = @key and expires_at > @now
                returning nonce, verifier_cipher, return_to, link_account
                """, new { stateHash, browserHash, key, now = work.Now }, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        if (state is null) { return ExternalErrors.Stale.ToResult(context); }
        // Who answers is who was asked: two systems cannot be mixed up.
        if (query["iss"].ToString() is { Length: > 0 } said && said != provider.Issuer
            || query["code"].ToString() is not { Length: > 0 and <= 2048 } code)
        {
            return ExternalErrors.Refused.ToResult(context);
        }
        var verifier = services.Fields.Open(state.VerifierCipher, VerifierOf(query["state"].ToString())) ?? "";
        var person = await services.Tokens.PersonAsync(provider, services.CallbackOf(key), code, verifier, state.Nonce, cancellationToken);
        if (!person.IsSuccess) { return person.Error.ToResult(context); }
        return state.LinkAccount is { } account
            ? await LinkAsync(context, current, services, provider, person.Value.Subject, account, cancellationToken)
            : await EnterAsync(context, services, provider, person.Value, state.ReturnTo, cancellationToken);
    }

    private static async Task<IResult> EnterAsync(
        HttpContext context, ExternalDoor services, ExternalProvider provider, ExternalPerson person, string? back,
        CancellationToken cancellationToken)
    {
        var account = await services.Database.Read("identity.external-account", Actor.System("identity")).FindAsync<Guid?>(
            """
            select a.id
            from identity.accounts a
            left join identity.external_identities e on e.account_id = a.id and e.provider = @Key and e.subject = @Subject
            where a.kind = @Kind and a.deleted_at is null
              and (e.account_id is not null
                   or @TrustsNames and a.name = @Account
                      and not exists (select 1 from identity.external_identities x where x.provider = @Key and x.subject = @Subject))
            limit 1
            """, new { provider.Key, person.Subject, provider.Kind, provider.TrustsNames, person.Account }, cancellationToken);
        if (account is not { } id) { return ExternalErrors.NoAccount.ToResult(context); }
        var attempt = new SignInAttempt(
            provider.Kind, person.Account ?? "", null, context.Address(), context.Request.Headers.UserAgent.ToString(),
            SessionTokens.Device(context), SessionTokens.Read(context.Request));
        var entered = await services.SignIn.EnterAsync(id, attempt, "external:" + provider.Key, factorGiven: false, cancellationToken);
        if (!entered.IsSuccess) { return entered.Error.ToResult(context); }
        SessionTokens.Write(context, entered.Value.Token);
        return new SeeOther(SignInEndpoints.Next(entered.Value.Stage, provider.Kind, back));
    }

    private static async Task<IResult> LinkAsync(
        HttpContext context, CurrentSession current, ExternalDoor services, ExternalProvider provider, string subject, Guid account,
        CancellationToken cancellationToken)
    {
        // Only whoever began it, still signed in: otherwise somebody could be made to take on another's identity.
        if (current.SignedIn is not { IsOpen: true } signedIn
            || signedIn.Row.AccountId != account) { return ExternalErrors.Stale.ToResult(context); }
        await using var work = await services.Database.BeginAsync(new("identity.external-link", signedIn.Actor), cancellationToken);
        var owner = await work.FindAsync<Guid?>(
            """
            insert into identity.external_identities as e (provider, subject, account_id, linked_at) values (@Key, @subject, @account, @now)
            on conflict (provider, subject) do update set linked_at = e.linked_at
            returning account_id
            """, new { provider.Key, subject, account, now = work.Now }, cancellationToken);
        if (owner != account) { return ExternalErrors.Linked.ToResult(context); }
        work.Audit("account", account.ToString(), after: new { provider = provider.Key }, summary: signedIn.Row.DisplayName);
        await work.CommitAsync(cancellationToken);
        context.Flash($"已关联{provider.Title}，以后可以用它登录。");
        return new SeeOther("/account");
    }

    private static string VerifierOf(string state) => $"identity.external-states.verifier:{state}";

    /// <summary>What both directions need.</summary>
    internal sealed class ExternalDoor(
        ExternalProviders providers, ExternalTokens tokens, SignInService signIn, Database database, PersonalFields fields,
        IOptions<IdentityOptions> options)
    {
        public ExternalProviders Providers => providers;

        public ExternalTokens Tokens => tokens;

        public SignInService SignIn => signIn;

        public Database Database => database;

        public PersonalFields Fields => fields;

        public string CallbackOf(string key) => $"{options.Value.Issuer}/sign-in/external/{key}/back";
    }

    private sealed class State
    {
        public string Nonce { get; init; } = "";

        public byte[] VerifierCipher { get; init; } = [];

        public string? ReturnTo { get; init; }

        public Guid? LinkAccount { get; init; }
    }
}
