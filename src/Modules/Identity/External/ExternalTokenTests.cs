using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;
using Zhengtong.Identity.OpenId;
using Zhengtong.Support;

namespace Zhengtong.Identity.External;

/// <summary>A platform that may call systems on this machine.</summary>
public sealed class ClientPlatform : PlatformFixture
{
    protected override IEnumerable<(string Key, string Value)> Further =>
        [("Zhengtong:Outgoing:Hosts", "127.0.0.1"), ("Zhengtong:Outgoing:Networks", "127.0.0.0/8")];
}

/// <summary>What another system says of somebody is believed after every check: each of these answers is wrong in one thing only.</summary>
public sealed class ExternalTokenTests(ClientPlatform platform) : IClassFixture<ClientPlatform>, IAsyncLifetime
{
    private const string Client = "county", Nonce = "n-4711";
    private Other _other = null!; // made in InitializeAsync, before any test

    public async Task InitializeAsync()
    {
        _other = await Other.StartAsync();
        platform.Get<ExternalTokens>().Forget();
    }

    public async Task DisposeAsync() => await _other.DisposeAsync();

    [Fact]
    public async Task A_token_that_is_right_in_everything_names_somebody()
    {
        var said = await AskAsync(_other.Sign(Claims()));

        Assert.True(said.IsSuccess, said.Error?.Message);
        Assert.Equal(new("s-1", "reviewer1"), said.Value);
    }

    [Fact]
    public async Task For_several_audiences_the_token_must_have_been_asked_for_by_this_one()
    {
        var claims = Claims(("aud", new JsonArray(Client, "another")));
        var stranger = await AskAsync(_other.Sign(claims));
        claims["azp"] = Client;
        var ours = await AskAsync(_other.Sign(claims));
        claims["azp"] = "another";
        var theirs = await AskAsync(_other.Sign(claims));

        Assert.Equal(ExternalErrors.Refused, stranger.Error);
        Assert.True(ours.IsSuccess);
        Assert.Equal(ExternalErrors.Refused, theirs.Error);
    }

    [Theory]
    [InlineData("iss", "https://another.example")]
    [InlineData("iss", null)]
    [InlineData("aud", "another")]
    [InlineData("aud", null)]
    [InlineData("nonce", "n-4712")]
    [InlineData("nonce", null)]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("exp", null)]
    [InlineData("iat", null)]
    public async Task A_claim_that_is_missing_or_another_is_refused(string name, string? value)
    {
        var said = await AskAsync(_other.Sign(Claims((name, value is null ? null : JsonValue.Create(value)))));

        Assert.Equal(ExternalErrors.Refused, said.Error);
    }

    [Theory]
    [InlineData("exp", -3)]
    [InlineData("iat", 3)]
    [InlineData("nbf", 3)]
    public async Task A_token_of_another_time_is_refused(string name, int minutes)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(minutes).ToUnixTimeSeconds();

        var said = await AskAsync(_other.Sign(Claims((name, JsonValue.Create(at)))));

        Assert.Equal(ExternalErrors.Refused, said.Error);
    }

    [Fact]
    public async Task A_signature_that_is_missing_foreign_or_of_another_key_is_refused()
    {
        using var stranger = RSA.Create(2048);
        var body = Part(Claims());
        var unsigned = $"{Part(new() { ["alg"] = "none", ["kid"] = Other.Kid })}.{body}.";
        var secret = $"{Part(new() { ["alg"] = "HS256", ["kid"] = Other.Kid })}.{body}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_other.Shown.ToJsonString()), Encoding.ASCII.GetBytes(secret));
        var good = _other.Sign(Claims());
        string[] forged =
        [
            unsigned, $"{secret}.{Base64Url.EncodeToString(mac)}",
            Jwt.Sign(Claims(), Other.Kid, stranger), Jwt.Sign(Claims(), "k-unknown", stranger),
            _other.Sign(Claims(), "k-unknown"), _other.Sign(Claims(), Other.OtherKid),
            $"{good.Split('.')[0]}.{Part(Claims(("sub", "s-2")))}.{good.Split('.')[2]}", "no token at all", "",
        ];

        foreach (var token in forged) { Assert.Equal(ExternalErrors.Refused, (await AskAsync(token)).Error); }
        Assert.True((await AskAsync(good)).IsSuccess);
    }

    [Fact]
    public async Task A_description_that_speaks_for_another_issuer_is_not_used()
    {
        _other.Issuer = "https://another.example";

        var address = await platform.Get<ExternalTokens>().AddressAsync(Provider(), "http://localhost/back", "s", Nonce, "v", default);
        var said = await AskAsync(_other.Sign(Claims()));

        Assert.Equal(ExternalErrors.Away, address.Error);
        Assert.Equal(ExternalErrors.Away, said.Error);
    }

    private Task<Kernel.Result<ExternalPerson>> AskAsync(string token)
    {
        _other.Token = token;
        return platform.Get<ExternalTokens>().PersonAsync(Provider(), "http://localhost/back", "code", "verifier", Nonce, default);
    }

    private ExternalProvider Provider() =>
        new() { Key = "city", Title = "市统一身份认证", Issuer = _other.Url, ClientId = Client, Kind = "officer" };

    private JsonObject Claims(params (string Name, JsonNode? Value)[] changes)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new JsonObject
        {
            ["iss"] = _other.Url, ["aud"] = Client, ["sub"] = "s-1", ["preferred_username"] = "reviewer1", ["nonce"] = Nonce,
            ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in changes)
        {
            if (value is null) { claims.Remove(name); } else { claims[name] = value; }
        }
        return claims;
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>Another system on a port of its own: it shows two keys and gives whatever token it is told to give.</summary>
    private sealed class Other(WebApplication app) : IAsyncDisposable
    {
        public const string Kid = "k1", OtherKid = "k2";
        private readonly RSA _key = RSA.Create(2048), _second = RSA.Create(2048);

        public string Url { get; private set; } = "";

        public string Issuer { get; set; } = "";

        public string Token { get; set; } = "";

        public JsonObject Shown => Jwt.PublicKey(Kid, _key);

        public static async Task<Other> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var other = new Other(app);
            app.MapGet("/.well-known/openid-configuration", () => Text(new()
            {
                ["issuer"] = other.Issuer, ["authorization_endpoint"] = other.Url + "/authorize", ["token_endpoint"] = other.Url + "/token",
                ["jwks_uri"] = other.Url + "/keys",
            }));
            app.MapGet("/keys", () => Text(new() { ["keys"] = new JsonArray(other.Shown, Jwt.PublicKey(OtherKid, other._second)) }));
            app.MapPost("/token", () => Text(new() { ["id_token"] = other.Token, ["token_type"] = "Bearer" }));
            await app.StartAsync();
            other.Issuer = other.Url = app.Urls.Single();
            return other;
        }

        public string Sign(JsonObject claims, string kid = Kid) => Jwt.Sign(claims, kid, _key);

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            _key.Dispose();
            _second.Dispose();
        }

        private static IResult Text(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");
    }
}
