using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Zhengtong.Identity.OpenId;

/// <summary>What another system asks when it sends somebody here to sign in.</summary>
/// <remarks>Source: OpenID Connect Core 1.0, 3.1.2; RFC 7636 (PKCE), of which only S256 is taken; RFC 9700.</remarks>
internal sealed record OpenIdRequest(
    string ClientId, string RedirectUri, string Scope, string? State, string? Nonce, string Challenge, string? Prompt)
{
    private const int Longest = 512;

    public static OpenIdRequest Read(IQueryCollection query) => new(
        query["client_id"].ToString(), query["redirect_uri"].ToString(), query["scope"].ToString(), Blank(query["state"]),
        Blank(query["nonce"]),
        query["code_challenge"].ToString(), Blank(query["prompt"]));

    /// <summary>What is wrong with it, in the protocol's words; null where nothing is. Whose it is and where it leads were checked
    /// before.</summary>
    public string? Fault(IQueryCollection query)
    {
        if (query["response_type"] != "code") { return "unsupported_response_type"; }
        if (query.ContainsKey("request") || query.ContainsKey("request_uri")) { return "request_not_supported"; }
        if (query["response_mode"].ToString() is not ("" or "query")) { return "invalid_request"; }
        if (!Scope.Split(' ').Contains("openid")) { return "invalid_scope"; }
        if (State?.Length > Longest || Nonce?.Length > Longest || Scope.Length > Longest) { return "invalid_request"; }
        // Without it whoever sees the address of the answer could use the code.
        if (query["code_challenge_method"] != "S256" || Challenge.Length != 43
            || !Base64Url.IsValid(Challenge)) { return "invalid_request"; }
        return Prompt is null or "none" ? null : "invalid_request";
    }

    public string Refuse(string error, string issuer) => Answer(("error", error), ("iss", issuer));

    public string Accept(string code, string issuer) => Answer(("code", code), ("iss", issuer));

    private string Answer(params (string Name, string Value)[] values)
    {
        var all = values.Select(v => new KeyValuePair<string, string?>(v.Name, v.Value));
        return QueryHelpers.AddQueryString(RedirectUri, State is null ? all : all.Append(new("state", State)));
    }

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
