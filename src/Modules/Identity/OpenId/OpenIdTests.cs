using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.OpenId;

/// <summary>Two platforms with databases of their own: people of one sign in at the other.</summary>
public sealed partial class TwoPlatforms : IAsyncLifetime
{
    public PlatformFixture Provider { get; } = new() { Listens = true };

    public PlatformFixture Client { get; } = new()
    {
        Listens = true, More = [("Zhengtong:Outgoing:Hosts", "127.0.0.1"), ("Zhengtong:Outgoing:Networks", "127.0.0.0/8")],
    };

    public string Callback => $"{Client.Address.GetLeftPart(UriPartial.Authority)}/sign-in/external/city/back";

    public string Issuer => Provider.Address.GetLeftPart(UriPartial.Authority);

    public string Secret { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await Provider.InitializeAsync();
        await Client.InitializeAsync();
        Secret = await RegisterAsync(Provider, "county", Callback, Client.Address + "signed-out");
        var first = await Client.OfficerAsync("secadmin");
        await first.FillAsync(IdentityLinks.OtherSystems, "name=\"issuer\"", ("title", "市统一身份认证"), ("key", "city"), ("issuer", Issuer),
            ("client", "county"), ("client-password", Secret), ("trusts", "true"));
        var second = await Client.OfficerAsync("secadmin2");
        var page = await second.GetAsync(IdentityLinks.OtherSystems);
        page = await second.SubmitAsync(page, page.Form("/providers/city/decide"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>A system that two administrators have agreed to; its secret.</summary>
    public static async Task<string> RegisterAsync(PlatformFixture platform, string key, string callback, string signedOut)
    {
        var first = await platform.OfficerAsync("secadmin");
        await first.FillAsync(IdentityLinks.OtherSystems, "name=\"redirects\"", ("name", "区县平台" + key), ("key", key),
            ("redirects", callback),
            ("signed-out", signedOut));
        var second = await platform.OfficerAsync("secadmin2");
        var page = await second.GetAsync(IdentityLinks.OtherSystems);
        var form = page.Forms.First(f => f.Action.EndsWith("/decide", StringComparison.Ordinal) && f["to"] == "active");
        page = await second.SubmitAsync(page, form);
        return SecretText().Match(page.Html) is { Success: true } secret ? secret.Groups[1].Value
            : throw new InvalidOperationException(page.ToString());
    }

    [GeneratedRegex("<code>([A-Za-z0-9_-]{43})</code>")]
    private static partial Regex SecretText();
}

public sealed class OpenIdTests(TwoPlatforms two) : IClassFixture<TwoPlatforms>
{
    private static readonly string Verifier = new('v', 50);
    private static string Challenge => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task An_officer_of_one_platform_signs_in_at_another()
    {
        var browser = new TwoBrowsers(two);

        var inside = await browser.SignInAsync("reviewer1");
        var account = await browser.AtClient.GetAsync(IdentityLinks.MyAccount);

        Assert.Equal(HttpStatusCode.SeeOther, inside.Status);
        Assert.Contains("沈建华", account.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_to_another_browser_or_a_second_time_opens_nothing()
    {
        var browser = new TwoBrowsers(two);
        var back = await browser.ToTheClientAsync("approver1");
        var stranger = two.Client.Visitor();

        var stolen = await stranger.GetAsync(back, follow: false);
        var good = await browser.AtClient.GetAsync(back, follow: false);
        var again = await browser.AtClient.GetAsync(back, follow: false);

        Assert.Equal(HttpStatusCode.Unauthorized, stolen.Status);
        Assert.Equal(HttpStatusCode.SeeOther, good.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, again.Status);
    }

    [Fact]
    public async Task An_answer_in_the_name_of_another_system_opens_nothing()
    {
        var browser = new TwoBrowsers(two);
        var back = await browser.ToTheClientAsync("approver1");
        var own = "iss=" + Uri.EscapeDataString(two.Issuer);
        Assert.Contains(own, back, StringComparison.OrdinalIgnoreCase);

        var mixed = await browser.AtClient.GetAsync(
            back.Replace(own, "iss=https%3A%2F%2Fanother.example", StringComparison.OrdinalIgnoreCase), follow: false);
        var account = await browser.AtClient.GetAsync(IdentityLinks.MyAccount, follow: false);

        Assert.Equal(HttpStatusCode.Unauthorized, mixed.Status);
        Assert.Equal(HttpStatusCode.SeeOther, account.Status);
    }

    [Fact]
    public async Task A_code_that_was_not_fetched_in_time_is_worth_nothing()
    {
        var officer = await two.Provider.OfficerAsync("service1");
        using var http = two.Provider.Client();
        var code = await CodeAsync(officer);
        var seconds = await NodeFixture.ScalarAsync<double>(two.Provider.ConnectionString,
            "select max(extract(epoch from expires_at - now()))::float8 from identity.openid_codes where used_at is null");
        await NodeFixture.ScalarAsync<object>(two.Provider.ConnectionString,
            "update identity.openid_codes set expires_at = expires_at - interval '61 seconds' where used_at is null");

        var late = await TokenAsync(http, code);

        Assert.InRange(seconds, 1, 60);
        Assert.Equal("invalid_grant", Jwt.Text(late, "error"));
    }

    [Fact]
    public async Task Keys_are_changed_and_people_still_sign_in()
    {
        await new TwoBrowsers(two).SignInAsync("editor1");
        var admin = await two.Provider.OfficerAsync("secadmin");
        var page = await admin.GetAsync(IdentityLinks.OtherSystems);
        await admin.SubmitAsync(page, page.Form("/keys"));
        // The client looks for a key that it does not know at most once in a minute.
        two.Client.Get<External.ExternalTokens>().Forget();

        var inside = await new TwoBrowsers(two).SignInAsync("publisher1");

        Assert.Equal(HttpStatusCode.SeeOther, inside.Status);
        using var client = two.Provider.Client();
        var keys = JsonNode.Parse(await client.GetStringAsync("/api/openid/keys"))!["keys"]!.AsArray();
        Assert.Equal(2, keys.Count);
        Assert.DoesNotContain(keys.OfType<JsonObject>(), k => k.ContainsKey("d") || k.ContainsKey("p"));
    }

    [Fact]
    public async Task An_identity_is_linked_by_whoever_is_signed_in_and_by_nobody_else()
    {
        var browser = new TwoBrowsers(two);
        await browser.AtClient.AsOfficerAsync("clerk3");
        var own = await browser.AtClient.GetAsync(IdentityLinks.MyAccount);
        var start = await browser.AtClient.SubmitAsync(own, own.Form("/account/external/city"));
        var linked = await browser.AtClient.GetAsync(await browser.ThroughTheProviderAsync(start, "leader1"), follow: false);

        var other = new TwoBrowsers(two);
        await other.SignInAsync("leader1");
        var account = await other.AtClient.GetAsync(IdentityLinks.MyAccount);

        Assert.Equal("/account", linked.Location);
        Assert.Contains("谢红梅", account.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.example/back")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    public async Task Whoever_is_not_registered_is_sent_nowhere(string name, string? value)
    {
        var officer = await two.Provider.OfficerAsync("service1");

        var answer = await officer.GetAsync(Address((name, value)), follow: false);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Null(answer.Location);
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("request_uri", "https://evil.example/r", "request_not_supported")]
    public async Task What_is_not_safe_is_refused_where_it_was_asked(string name, string? value, string error)
    {
        var officer = await two.Provider.OfficerAsync("service1");

        var answer = await officer.SendAsync(new(HttpMethod.Get, Address((name, value))), follow: false);

        Assert.Contains($"error={error}", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("code=", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_good_once_for_its_own_client_with_its_proof()
    {
        var officer = await two.Provider.OfficerAsync("service1");
        using var http = two.Provider.Client();

        var noProof = await TokenAsync(http, await CodeAsync(officer), verifier: new string('x', 50));
        var wrongSecret = await TokenAsync(http, await CodeAsync(officer), secret: "wrong");
        var wrongPlace = await TokenAsync(http, await CodeAsync(officer), callback: two.Callback + "x");
        var code = await CodeAsync(officer);
        var good = await TokenAsync(http, code);
        var user = await UserAsync(http, good);
        var again = await TokenAsync(http, code);
        var afterwards = await UserAsync(http, good);

        Assert.Equal("invalid_grant", Jwt.Text(noProof, "error"));
        Assert.Equal("invalid_client", Jwt.Text(wrongSecret, "error"));
        Assert.Equal("invalid_grant", Jwt.Text(wrongPlace, "error"));
        Assert.Equal("service1", Jwt.Text(user, "preferred_username"));
        Assert.Equal("invalid_grant", Jwt.Text(again, "error"));
        // Shown twice, a code was stolen: what it gave is worth nothing any more.
        Assert.Equal("invalid_token", Jwt.Text(afterwards, "error"));
    }

    [Fact]
    public async Task Who_signs_out_is_out_everywhere_and_comes_back_only_where_agreed()
    {
        var officer = await two.Provider.OfficerAsync("service1");
        using var http = two.Provider.Client();
        var tokens = await TokenAsync(http, await CodeAsync(officer));
        var hint = Uri.EscapeDataString(Jwt.Text(tokens, "id_token")!);

        var wrong = await officer.GetAsync("/openid/sign-out?id_token_hint=abc.def.ghi", follow: false);
        var still = await officer.GetAsync(IdentityLinks.MyAccount, follow: false);
        var elsewhere = await officer.GetAsync($"/openid/sign-out?id_token_hint={hint}&post_logout_redirect_uri=https%3A%2F%2Fevil.example", follow: false);
        var user = await UserAsync(http, tokens);
        var back = await officer.GetAsync(
            $"/openid/sign-out?id_token_hint={hint}&state=s1&post_logout_redirect_uri={Uri.EscapeDataString(two.Client.Address + "signed-out")}", follow: false);

        Assert.Equal("/account", wrong.Location);
        Assert.Equal(HttpStatusCode.OK, still.Status);
        Assert.Equal("/", elsewhere.Location);
        Assert.Equal("invalid_token", Jwt.Text(user, "error"));
        Assert.Equal("/signed-out?state=s1", back.Location);
    }

    [Fact]
    public async Task One_administrator_alone_lets_no_system_in()
    {
        var admin = await two.Client.OfficerAsync("secadmin");
        await admin.FillAsync(IdentityLinks.OtherSystems, "name=\"redirects\"", ("name", "某系统"), ("key", "alone"),
            ("redirects", "https://a.example/back"));
        var page = await admin.GetAsync(IdentityLinks.OtherSystems);
        var form = page.Forms.First(f => f.Action.Contains("/clients/", StringComparison.Ordinal) && f["to"] == "active");

        var refused = await admin.SubmitAsync(page, form, follow: false);
        var outside = await admin.FillAsync(IdentityLinks.OtherSystems, "name=\"issuer\"", ("title", "x"), ("key", "metadata"),
            ("issuer", "http://169.254.169.254/"), ("client", "c"), ("client-password", "s"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, outside.Status);
        Assert.DoesNotContain("value=\"s\"", outside.Html, StringComparison.Ordinal);
    }

    private string Address(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = "county", ["redirect_uri"] = two.Callback, ["scope"] = "openid profile",
                ["state"] = "s1",
            ["nonce"] = "n1", ["code_challenge"] = Challenge, ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) { query[name] = value; }
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(IdentityLinks.OpenIdAuthorize,
            query.Where(q => q.Value is not null)!);
    }

    private async Task<string> CodeAsync(Browser officer)
    {
        var answer = await officer.GetAsync(Address(), follow: false);
        return Regex.Match(answer.Location!, "code=([A-Za-z0-9_-]+)").Groups[1].Value;
    }

    private async Task<JsonObject> TokenAsync(HttpClient http, string code, string? verifier = null, string? secret = null,
        string? callback = null)
    {
        using var answer = await http.PostAsync("/api/openid/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = callback ?? two.Callback, ["client_id"] = "county",
            ["client_secret"] = secret ?? two.Secret, ["code_verifier"] = verifier ?? Verifier,
        }));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    private static async Task<JsonObject> UserAsync(HttpClient http, JsonObject tokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, IdentityLinks.OpenIdUser);
        request.Headers.Authorization = new("Bearer", Jwt.Text(tokens, "access_token"));
        using var answer = await http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    /// <summary>One person's browser, which has cookies of both platforms.</summary>
    private sealed class TwoBrowsers(TwoPlatforms two)
    {
        public Browser AtClient { get; } = two.Client.Visitor();

        public async Task<HtmlPage> SignInAsync(string account) => await AtClient.GetAsync(await ToTheClientAsync(account), follow: false);

        /// <returns>The address with which the provider sends back.</returns>
        public async Task<string> ToTheClientAsync(string account)
        {
            var door = await AtClient.GetAsync("/workbench/sign-in");
            Assert.Contains("市统一身份认证", door.Text, StringComparison.Ordinal);
            return await ThroughTheProviderAsync(await AtClient.SubmitAsync(door, door.Form("/sign-in/external/city")), account);
        }

        public async Task<string> ThroughTheProviderAsync(HtmlPage start, string account)
        {
            var provider = two.Provider.Visitor();
            var door = await provider.GetAsync(new Uri(start.Link(two.Issuer)).PathAndQuery);
            var form = door.Form("password").Set("account", account).Set("password", IdentityOptions.DemoPassword);
            var onward = await provider.SubmitAsync(door, form);
            return new Uri(onward.Link("/sign-in/external/city/back")).PathAndQuery;
        }
    }
}

/// <summary>Tokens that are not what they say.</summary>
public sealed class JwtTests
{
    [Fact]
    public void Forged_tokens_are_none()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var shown = Jwt.PublicKey("k1", key);
        var good = Jwt.Sign(new() { ["sub"] = "x" }, "k1", key);
        var parts = good.Split('.');
        static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        var asSecret = Part("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "." + parts[1];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(shown.ToJsonString()), Encoding.ASCII.GetBytes(asSecret));

        Assert.Equal("x", Jwt.Text(Jwt.Verify(good, shown)!, "sub"));
        Assert.Null(Jwt.Verify(Jwt.Sign(new() { ["sub"] = "x" }, "k1", other), shown));
        Assert.Null(Jwt.Verify($"{Part("{\"alg\":\"none\"}")}.{parts[1]}.", shown));
        Assert.Null(Jwt.Verify($"{Part("{\"alg\":\"none\"}")}.{parts[1]}.{parts[2]}", shown));
        Assert.Null(Jwt.Verify($"{asSecret}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}", shown));
        Assert.Null(Jwt.Verify($"{parts[0]}.{Part("{\"sub\":\"y\"}")}.{parts[2]}", shown));
        foreach (var torn in (string[])["", ".", "..", "a.b", "a.b.c", good + "x", good[..^2], "....", new string('.', 20_000), parts[0]
            + "." + parts[1] + ".@@"])
        {
            Assert.Null(Jwt.Verify(torn, shown));
        }
    }

    [Fact]
    public void A_curve_of_the_standard_is_taken_and_short_keys_are_not()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = curve.ExportParameters(false).Q;
        var shown = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
                ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };
        var text = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0";
        var token = $"{text}.{System.Buffers.Text.Base64Url.EncodeToString(curve.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
#pragma warning disable CA5385 // short on purpose
        using var weak = RSA.Create(1024);
#pragma warning restore CA5385

        Assert.NotNull(Jwt.Verify(token, shown));
        Assert.Null(Jwt.Verify(Jwt.Sign(new() { ["sub"] = "x" }, "k", weak), Jwt.PublicKey("k", weak)));
    }
}
