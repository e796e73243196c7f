using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zhengtong.Identity.OpenId;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.External;

/// <summary>What another system says about somebody, believed after every check.</summary>
internal sealed record ExternalPerson(string Subject, string? Account);

/// <summary>
/// Speaks with the other system: its description, its keys, the exchange of a code for a token. Asks only where
/// <see cref="OutgoingHttp.Checked"/> lets it.
/// </summary>
/// <remarks>Source: OpenID Connect Core 1.0, 3.1.3; Discovery 1.0.</remarks>
internal sealed class ExternalTokens(OutgoingHttp http, PersonalFields fields, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1), AskAgain = TimeSpan.FromMinutes(1), Skew = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<string, Described> _known = new(StringComparer.Ordinal);

    /// <summary>Asks anew at the next sign-in.</summary>
    public void Forget() => _known.Clear();

    /// <summary>Where to send somebody to be signed in.</summary>
    public async Task<Result<string>> AddressAsync(
        ExternalProvider provider, string callback, string state, string nonce, string verifier, CancellationToken cancellationToken)
    {
        var described = await DescribedAsync(provider, newKeys: false, cancellationToken);
        if (!described.IsSuccess) { return described.Error; }
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(described.Value.Authorize, new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = provider.ClientId, ["redirect_uri"] = callback, ["scope"] = "openid profile",
            ["state"] = state, ["nonce"] = nonce, ["code_challenge"] = challenge, ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Whom the code stands for.</summary>
    public async Task<Result<ExternalPerson>> PersonAsync(
        ExternalProvider provider, string callback, string code, string verifier, string nonce, CancellationToken cancellationToken)
    {
        var described = await DescribedAsync(provider, newKeys: false, cancellationToken);
        if (!described.IsSuccess) { return described.Error; }
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = callback, ["code_verifier"] = verifier,
            ["client_id"] = provider.ClientId,
            ["client_secret"] = fields.Open(provider.SecretCipher, ExternalProvider.SecretOf(provider.Key)) ?? "",
        };
        try
        {
            using var answer = await http.Checked.PostAsync(described.Value.Token, new FormUrlEncodedContent(form), cancellationToken);
            if (!answer.IsSuccessStatusCode
                || JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) is not JsonObject json
                || Jwt.Text(json, "id_token") is not { } token) { return ExternalErrors.Refused; }
            var claims = await ClaimsAsync(provider, token, described.Value, cancellationToken);
            return claims is null ? ExternalErrors.Refused : Believe(provider, claims, nonce);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return ExternalErrors.Away;
        }
    }

    /// <summary>The claims whose signature is that of a key shown by the system; asked for again, once, where the key is new.</summary>
    private async Task<JsonObject?> ClaimsAsync(
        ExternalProvider provider, string token, Described described, CancellationToken cancellationToken)
    {
        if (Jwt.HeadOf(token) is not { } head) { return null; }
        if (KeyOf(described, head.Kid) is not { } key)
        {
            var again = await DescribedAsync(provider, newKeys: true, cancellationToken);
            if (!again.IsSuccess || KeyOf(again.Value, head.Kid) is not { } fresh) { return null; }
            key = fresh;
        }
        return Jwt.Verify(token, key);
    }

    private static JsonObject? KeyOf(Described described, string? kid) =>
        described.Keys.FirstOrDefault(k => Jwt.Text(k, "kid") == kid && Jwt.Text(k, "use") is null or "sig");

    private Result<ExternalPerson> Believe(ExternalProvider provider, JsonObject claims, string nonce)
    {
        var now = clock.GetUtcNow();
        var audience = Jwt.Texts(claims, "aud");
        var forUs = audience.Contains(provider.ClientId, StringComparer.Ordinal)
            && (audience.Count == 1 || Jwt.Text(claims, "azp") == provider.ClientId);
        var inTime = Jwt.Number(claims, "exp") is { } until && At(until) > now - Skew
            && Jwt.Number(claims, "iat") is { } from && At(from) < now + Skew
            && (Jwt.Number(claims, "nbf") is not { } start || At(start) < now + Skew);
        var ours = Jwt.Text(claims, "nonce") is { } said
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce));
        return Jwt.Text(claims, "iss") == provider.Issuer && forUs && inTime && ours && Jwt.Text(claims, "sub")
            is { Length: > 0 and <= 255 } subject
            ? new ExternalPerson(subject, Jwt.Text(claims, "preferred_username"))
            : ExternalErrors.Refused;

        static DateTimeOffset At(long seconds) =>
            DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
    }

    private async Task<Result<Described>> DescribedAsync(ExternalProvider provider, bool newKeys, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(provider.Issuer, out var known) && now - known.At < (newKeys ? AskAgain : Fresh)) { return known; }
        try
        {
            var about = await ReadAsync(provider.Issuer.TrimEnd('/') + "/.well-known/openid-configuration", cancellationToken);
            // A description that speaks for somebody else is none.
            if (about is null || Jwt.Text(about, "issuer") != provider.Issuer
                || Jwt.Text(about, "authorization_endpoint") is not { } authorize
                || Jwt.Text(about, "token_endpoint") is not { } token || Jwt.Text(about, "jwks_uri") is not { } keys
                || await ReadAsync(keys, cancellationToken) is not { } shown
                    || shown["keys"] is not JsonArray list) { return ExternalErrors.Away; }
            var described = new Described(authorize, token, [.. list.OfType<JsonObject>()], now);
            _known[provider.Issuer] = described;
            return described;
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException or UriFormatException or InvalidOperationException
            && !cancellationToken.IsCancellationRequested)
        {
            return ExternalErrors.Away;
        }
    }

    private async Task<JsonObject?> ReadAsync(string url, CancellationToken cancellationToken)
    {
        using var answer = await http.Checked.GetAsync(url, cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject : null;
    }

    private sealed record Described(string Authorize, string Token, IReadOnlyList<JsonObject> Keys, DateTimeOffset At);
}

internal static class ExternalErrors
{
    public static readonly Error Away = new(ErrorKind.Unavailable, "external.away", "统一认证系统暂时无法访问，请稍后再试，或用账号和密码登录。");
    public static readonly Error Refused = new(ErrorKind.Unauthenticated, "external.refused", "统一认证没有成功，请重新登录；多次不成功请联系管理员。");
    public static readonly Error Stale = new(ErrorKind.Unauthenticated, "external.stale", "本次登录已过期，或不是从这个浏览器开始的，请重新登录。");
    public static readonly Error NoAccount =
        new(ErrorKind.Forbidden, "external.no-account", "您在统一认证系统中的身份还没有关联本平台的账号。请先用账号和密码登录，再到“我的账号”关联。");
    public static readonly Error Unknown = Error.NotFound("external.unknown", "没有这个统一认证系统。");
    public static readonly Error Linked = Error.Conflict("external.linked", "这个身份已经关联了另一个账号。");
}
