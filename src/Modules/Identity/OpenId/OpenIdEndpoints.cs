using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Zhengtong.Design;
using Zhengtong.GuoMi;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.OpenId;

/// <summary>
/// Signs people in at other systems of the same government: authorization code with PKCE, nothing else. Nobody is asked for consent: both
/// systems are the government's, and two administrators have agreed to each.
/// </summary>
internal static class OpenIdEndpoints
{
    private const int TokenSeconds = 300;
    private static readonly Error Unknown = Error.Invalid("openid.client", "来访的系统没有登记，或返回地址与登记的不符，请联系该系统的管理员。");

    public static void MapOpenId(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/openid-configuration", Discover).ForEverybody();
        routes.MapGet("/api/openid/keys", async (OpenIdKeys keys, CancellationToken t) =>
            Results.Json(new JsonObject { ["keys"] = await keys.PublicAsync(t) })).ForEverybody();
        routes.MapGet(IdentityLinks.OpenIdAuthorize, (HttpContext c, CurrentSession s, Database d, IOptions<IdentityOptions> o,
            CancellationToken t) => AuthorizeAsync(c, s, d, o.Value, comesFromTheDoor: false, t)).ForEverybody();
        routes.MapGet(IdentityLinks.OpenIdContinue, (HttpContext c, CurrentSession s, Database d, IOptions<IdentityOptions> o,
            CancellationToken t) => AuthorizeAsync(c, s, d, o.Value, comesFromTheDoor: true, t)).ForEverybody();
        routes.MapPost("/api/openid/token", TokenAsync).ForEverybody();
        routes.MapGet(IdentityLinks.OpenIdUser, UserAsync).ForEverybody();
        routes.MapGet("/openid/sign-out", SignOutAsync).ForEverybody();
    }

    private static IResult Discover(IOptions<IdentityOptions> options)
    {
        var issuer = options.Value.Issuer;
        return Results.Json(new
        {
            issuer, authorization_endpoint = issuer + IdentityLinks.OpenIdAuthorize, token_endpoint = issuer + "/api/openid/token",
            userinfo_endpoint = issuer + IdentityLinks.OpenIdUser, jwks_uri = issuer + "/api/openid/keys",
            end_session_endpoint = issuer + "/openid/sign-out", response_types_supported = (string[])["code"],
            response_modes_supported = (string[])["query"], grant_types_supported = (string[])["authorization_code"],
            subject_types_supported = (string[])["public"], id_token_signing_alg_values_supported = (string[])["RS256"],
            token_endpoint_auth_methods_supported = (string[])["client_secret_basic", "client_secret_post"],
            code_challenge_methods_supported = (string[])["S256"], scopes_supported = (string[])["openid", "profile"],
            prompt_values_supported = (string[])["none"], authorization_response_iss_parameter_supported = true,
            claims_supported = (string[])["sub", "name", "preferred_username", "organisation", "sid", "auth_time"],
        });
    }

    private static async Task<IResult> AuthorizeAsync(
        HttpContext context, CurrentSession current, Database database, IdentityOptions options, bool comesFromTheDoor,
        CancellationToken cancellationToken)
    {
        var (query, request) = (context.Request.Query, OpenIdRequest.Read(context.Request.Query));
        var read = database.Read("identity.openid-client", Actor.System("identity"));
        // Who is not known, or leads elsewhere than agreed, is told here and sent nowhere.
        if (request.ClientId.Length is 0 or > 100 || await read.OpenIdClientAsync(request.ClientId, cancellationToken) is not { } client
            || !client.RedirectUris.Contains(request.RedirectUri, StringComparer.Ordinal)) { return Unknown.ToResult(context); }
        if (request.Fault(query) is { } fault) { return new Away(request.Refuse(fault, options.Issuer)); }
        if (current.SignedIn is not { IsOpen: true } signedIn || signedIn.Row.AccountKind != client.Kind)
        {
            if (request.Prompt == "none") { return new Away(request.Refuse("login_required", options.Issuer)); }
            var back = Uri.EscapeDataString(IdentityLinks.OpenIdContinue + context.Request.QueryString);
            return new SeeOther($"{(client.Kind == "officer" ? "/workbench/sign-in" : "/sign-in")}?return={back}");
        }
        var code = SessionTokens.New();
        await using (var work = await database.BeginAsync(new("identity.openid-authorize", signedIn.Actor), cancellationToken))
        {
            await work.AddCodeAsync(SessionTokens.HashOf(code)!, request, signedIn.Row.Id, signedIn.Row.AccountId, cancellationToken);
            work.Audit("openid-client", client.ClientId, summary: $"{signedIn.Row.DisplayName} 登录 {client.Name}");
            await work.CommitAsync(cancellationToken);
        }
        var address = request.Accept(code, options.Issuer);
        // A form of ours may lead to us only (form-action), redirects included: after the door a page goes on by itself.
        return comesFromTheDoor ? Onward(context, address, client.Name) : new Away(address);
    }

    private static IResult Onward(HttpContext context, string address, string name)
    {
        context.Response.Headers["Refresh"] = $"0;url={address}";
        return Ui.Plain(new("正在返回") { Text = $"您已登录，正在返回{name}。", Sections =
            [new(null) { Links = [new($"继续前往{name}", address, Primary: true)] }] });
    }

    private static async Task<IResult> TokenAsync(
        HttpContext context, Database database, OpenIdKeys keys, IOptions<IdentityOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType) { return Refused("invalid_request"); }
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (clientId, secret) = CredentialsOf(context.Request, form);
        var read = database.Read("identity.openid-token", Actor.System("identity"));
        var client = clientId.Length is > 0 and <= 100 ? await read.OpenIdClientAsync(clientId, cancellationToken) : null;
        if (client?.SecretHash is not { } expected
            || !CryptographicOperations.FixedTimeEquals(Sm3.Hash(Encoding.UTF8.GetBytes(secret)), expected))
        {
            return Refused("invalid_client", StatusCodes.Status401Unauthorized);
        }
        if (form["grant_type"] != "authorization_code") { return Refused("unsupported_grant_type"); }
        if (SessionTokens.HashOf(form["code"]) is not { } codeHash) { return Refused("invalid_grant"); }
        await using var work = await database.BeginAsync(
            new("identity.openid-token", Actor.System("identity") with { RemoteAddress = context.Address() }), cancellationToken);
        var person = await work.TakeCodeAsync(codeHash, cancellationToken);
        if (person is null || person.ClientId != client.ClientId || person.RedirectUri != form["redirect_uri"]
            || !Proves(form["code_verifier"].ToString(), person.Challenge))
        {
            // The code is used up all the same, and what was given for it before is worth nothing any more.
            await work.TakeBackAsync(codeHash, cancellationToken);
            work.Audit("openid-client", client.ClientId, summary: "令牌请求被拒绝");
            await work.CommitAsync(cancellationToken);
            return Refused("invalid_grant");
        }
        var token = SessionTokens.New();
        var now = clock.GetUtcNow();
        await work.AddTokenAsync(SessionTokens.HashOf(token)!, codeHash, person, now.AddSeconds(TokenSeconds), cancellationToken);
        work.Audit("openid-client", client.ClientId, after: new { account = person.AccountId }, summary: client.Name);
        await work.CommitAsync(cancellationToken);
        var claims = Claims(person);
        (claims["iss"], claims["aud"], claims["sid"]) = (options.Value.Issuer, client.ClientId, person.SessionId.ToString());
        (claims["iat"], claims["exp"]) = (now.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + TokenSeconds);
        claims["auth_time"] = person.SignedInAt.ToUnixTimeSeconds();
        if (person.Nonce is { } nonce) { claims["nonce"] = nonce; }
        return Results.Json(new
        {
            access_token = token, token_type = "Bearer", expires_in = TokenSeconds, scope = person.Scope,
            id_token = await keys.SignAsync(claims, cancellationToken),
        });
    }

    private static async Task<IResult> UserAsync(HttpContext context, Database database, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        var hash = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? SessionTokens.HashOf(authorization[7..].Trim()) : null;
        var person = hash is null ? null : await database.Read("identity.openid-user", Actor.System("identity"))
            .OfTokenAsync(hash, clock.GetUtcNow(), cancellationToken);
        if (person is not null) { return Results.Json(Claims(person)); }
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Refused("invalid_token", StatusCodes.Status401Unauthorized);
    }

    /// <summary>Ends the session that a token of ours was made in; without one that fits, nobody is signed out by an address
    /// alone.</summary>
    private static async Task<IResult> SignOutAsync(
        HttpContext context, CurrentSession current, Database database, OpenIdKeys keys, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var hint = query["id_token_hint"].ToString();
        var claims = Jwt.HeadOf(hint) is { Kid: { } kid } && (await keys.PublicAsync(cancellationToken)).OfType<JsonObject>()
            .FirstOrDefault(k => Jwt.Text(k, "kid") == kid) is { } key ? Jwt.Verify(hint, key) : null;
        if (claims is null || Jwt.Text(claims, "sid") is not { } sid) { return new SeeOther("/account"); }
        if (current.SignedIn is { } signedIn && signedIn.Row.Id.ToString() == sid)
        {
            await using var work = await database.BeginAsync(new("identity.sign-out", signedIn.Actor), cancellationToken);
            await work.EndSessionsAsync("id = @Id", new { signedIn.Row.Id }, "signed-out", cancellationToken);
            work.Audit("account", signedIn.Row.AccountId.ToString(), summary: signedIn.Row.DisplayName);
            await work.CommitAsync(cancellationToken);
            SessionTokens.Clear(context);
        }
        var client = await database.Read("identity.openid-client", Actor.System("identity"))
            .OpenIdClientAsync(Jwt.Text(claims, "aud") ?? "", cancellationToken);
        var back = query["post_logout_redirect_uri"].ToString();
        if (client is null || !client.SignedOutUris.Contains(back, StringComparer.Ordinal)) { return new SeeOther("/"); }
        var state = query["state"].ToString();
        return new Away(state.Length is 0 or > 512 ? back
            : Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(back, "state", state));
    }

    private static JsonObject Claims(OpenIdPerson person)
    {
        var claims = new JsonObject { ["sub"] = person.AccountId.ToString() };
        if (!person.Scope.Split(' ').Contains("profile")) { return claims; }
        (claims["name"], claims["preferred_username"]) = (person.Name, person.Account);
        if (person.Organisation is { } organisation) { claims["organisation"] = organisation; }
        return claims;
    }

    private static bool Proves(string verifier, string challenge) =>
        verifier.Length is >= 43 and <= 128
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            Encoding.ASCII.GetBytes(challenge));

    private static (string Id, string Secret) CredentialsOf(HttpRequest request, IFormCollection form)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return (form["client_id"].ToString(), form["client_secret"].ToString());
        }
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[6..].Trim(), bytes, out var length)) { return ("", ""); }
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var id, var secret]
            ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret))
            : ("", "");
    }

    private static IResult Refused(string error, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error }, statusCode: status);
}

/// <summary>To an address of another system that two administrators have agreed to; never to one that a request names.</summary>
internal sealed class Away(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
