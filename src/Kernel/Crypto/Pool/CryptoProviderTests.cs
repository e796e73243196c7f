using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

/// <summary>What the platform asks of a provider, the same of both: the software one and the simulator over a real socket.</summary>
public sealed class CryptoProviderTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("zt-pool-");
    private readonly List<IDisposable> _made = [];
    private PoolHost _pool = null!; // made in InitializeAsync, before any test

    public async Task InitializeAsync() => _pool = await PoolHost.StartAsync(Path.Combine(_data.FullName, "pool.key"));

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    public void Dispose()
    {
        _made.ForEach(m => m.Dispose());
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("software")]
    [InlineData("pool")]
    public void A_wrapped_key_comes_back_under_its_label_only(string kind)
    {
        var provider = Provider(kind);
        var key = RandomNumberGenerator.GetBytes(32);

        var wrapped = provider.WrapKey(key, "field:1");

        Assert.Equal(key, provider.UnwrapKey(wrapped, "field:1"));
        Assert.True(wrapped.AsSpan().IndexOf(key.AsSpan(0, 8)) < 0);
        Assert.Throws<InvalidOperationException>(() => provider.UnwrapKey(wrapped, "field:2"));
        wrapped[^1] ^= 1;
        Assert.Throws<InvalidOperationException>(() => provider.UnwrapKey(wrapped, "field:1"));
    }

    [Theory]
    [InlineData("software")]
    [InlineData("pool")]
    public void A_held_key_signs_for_its_label_and_anybody_can_verify(string kind)
    {
        var provider = Provider(kind);
        var key = provider.NewSigningKey("seal:1");

        var signature = provider.Sign(key, "seal:1", "notice"u8);

        Assert.True(provider.Verify(key, "notice"u8, signature));
        Assert.False(provider.Verify(key, "Notice"u8, signature));
        Assert.False(provider.Verify(provider.NewSigningKey("seal:1"), "notice"u8, signature));
        using var point = Sm2PublicKey.FromPoint(key.PublicKey);
        Assert.True(point.Verify("notice"u8, signature));
        Assert.Throws<InvalidOperationException>(() => provider.Sign(key, "seal:2", "notice"u8));
        Assert.Throws<InvalidOperationException>(() => provider.Sign(key with { Reference = new byte[90] }, "seal:1", "notice"u8));
    }

    [Theory]
    [InlineData("software")]
    [InlineData("pool")]
    public void A_tag_belongs_to_its_label_and_data(string kind)
    {
        var provider = Provider(kind);
        var tag = provider.Mac("requests", "data"u8);

        Assert.Equal(32, tag.Length);
        Assert.Equal(tag, provider.Mac("requests", "data"u8));
        Assert.NotEqual(tag, provider.Mac("request", "sdata"u8));
        Assert.NotEqual(tag, provider.Mac("requests", "Data"u8));
    }

    [Theory]
    [InlineData("software")]
    [InlineData("pool")]
    public void A_time_stamp_says_when_and_cannot_be_moved(string kind)
    {
        var provider = Provider(kind);
        var digest = Sm3.Hash("head"u8);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        var stamp = provider.Stamp(digest);

        Assert.InRange(stamp.At, before, DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.True(provider.VerifyStamp(digest, stamp));
        Assert.False(provider.VerifyStamp(digest, stamp with { At = stamp.At.AddMicroseconds(1) }));
        Assert.False(provider.VerifyStamp(Sm3.Hash("other"u8), stamp));
        Assert.Null(provider.VerifyStamp(digest, stamp with { Authority = "another" }));
    }

    [Theory]
    [InlineData("software")]
    [InlineData("pool")]
    public async Task The_platform_above_cannot_tell_which_it_is(string kind)
    {
        var fixture = new KernelFixture();
        await fixture.InitializeAsync();
        try
        {
            var node = fixture.Node(s => s.AddSingleton(Provider(kind)));
            var cipher = node.GetRequiredService<FieldCipher>();
            var stored = cipher.Encrypt("320681199001011234", "p");
            var seal = node.GetRequiredService<PlatformSeal>();
            var signed = seal.Sign("certificate"u8);
            await node.GetRequiredService<AuditLog>().WriteAsync(
                new("tests.act", Actor.System("tests")), new("x", "1", null, null, null), default);
            var sealer = node.GetRequiredService<AuditSealer>();
            // Transactions of other tests in this cluster may hold the horizon back for a moment.
            await KernelFixture.EventuallyAsync(async () => await sealer.SealAsync(default) > 0, "sealed");
            Assert.True(await sealer.SignAsync(default));

            var other = fixture.Node(s => s.AddSingleton(Provider(kind)));

            Assert.Equal("320681199001011234", other.GetRequiredService<FieldCipher>().Decrypt(stored, "p"));
            Assert.True(other.GetRequiredService<PlatformSeal>().Verify("certificate"u8, signed));
            Assert.StartsWith("-----BEGIN PUBLIC KEY", other.GetRequiredService<PlatformSeal>().PublicKeyPem(signed.KeyId));
            var report = await other.GetRequiredService<AuditVerifier>().VerifyAsync(null, default);
            Assert.True(report is { IsIntact: true, Signatures: 1, Stamps: 1 });
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }

    [Fact]
    public async Task While_the_pool_is_away_fields_are_read_and_signing_says_so_at_once()
    {
        var fixture = new KernelFixture();
        await fixture.InitializeAsync();
        try
        {
            var node = fixture.Node(s => s.AddSingleton(Provider("pool")));
            var cipher = node.GetRequiredService<FieldCipher>();
            var stored = cipher.Encrypt("value", "p");
            var seal = node.GetRequiredService<PlatformSeal>();
            var signed = seal.Sign("certificate"u8);
            _pool.IsAway = true;

            Assert.Equal("value", cipher.Decrypt(stored, "p"));
            Assert.True(seal.Verify("certificate"u8, signed));
            foreach (var _ in Enumerable.Range(0, 4)) { Assert.Throws<CryptoUnavailableException>(() => seal.Sign("x"u8)); }
            var asked = _pool.Requests;
            var fault = Assert.Throws<CryptoUnavailableException>(() => seal.Sign("x"u8));
            Assert.Contains("left alone", fault.Message, StringComparison.Ordinal);
            Assert.Equal(asked, _pool.Requests);
            var checks = await ActivatorUtilities.CreateInstance<Health>(node).CheckAsync(default);
            Assert.True(checks.Single(c => c.Name == "keys").IsGood);
            Assert.True(checks.Single(c => c.Name == "crypto") is { IsGood: false, IsVital: false, Detail: var detail }
                && detail.Contains("读写照常", StringComparison.Ordinal));

            _pool.IsAway = false;
            await KernelFixture.EventuallyAsync(
                () => Task.FromResult(Signs(seal)), "the pool is asked again after the pause");
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }

    [Fact]
    public void A_pool_that_is_too_slow_counts_as_away()
    {
        var provider = Remote(o => o with { Timeout = TimeSpan.FromMilliseconds(80) });
        provider.Probe();
        _pool.IsSlow = true;

        Assert.Throws<CryptoUnavailableException>(() => provider.Mac("l", "d"u8));
    }

    [Fact]
    public async Task Strangers_wrong_secrets_repeated_and_altered_requests_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Remote(o => o with { Client = "stranger" }).Probe());
        Assert.Throws<InvalidOperationException>(
            () => Remote(o => o with { Secret = Convert.ToBase64String(new byte[32]) }).Mac("l", "d"u8));

        using var http = new HttpClient();
        var (body, time) = ("{}"u8.ToArray(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(HttpStatusCode.OK, await PostAsync(http, body, time, "0123456789abcdef", body));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, body, time, "0123456789abcdef", body));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, "{ }"u8.ToArray(), time, "0123456789abcdeg", body));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, body, time - 600_000, "0123456789abcdeh", body));
        using var bare = new HttpRequestMessage(HttpMethod.Post, new Uri(_pool.Url, PoolProtocol.Status));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(bare)).StatusCode);
    }

    [Fact]
    public void An_answer_that_somebody_altered_is_not_believed()
    {
        var provider = Remote(o => o);
        _pool.AltersAnswers = true;

        Assert.Throws<CryptoUnavailableException>(() => provider.WrapKey(new byte[32], "l"));
    }

    [Theory]
    [InlineData("http://pool.example", "zhengtong", null)]
    [InlineData("ftp://127.0.0.1", "zhengtong", null)]
    [InlineData("https://pool.example", "", null)]
    [InlineData("https://pool.example", "zheng\"tong", null)]
    [InlineData("https://pool.example", "zhengtong", "c2hvcnQ=")]
    public void Options_that_cannot_be_used_are_told_at_the_start(string url, string client, string? secret) =>
        Assert.Throws<InvalidOperationException>(() => new RemoteCryptoProvider(
            new() { Url = url, Client = client, Secret = secret ?? PoolHost.Secret }, TimeProvider.System));

    [Fact]
    public void The_configuration_chooses()
    {
        using var software = Node([]);
        using var remote = Node(new()
        {
            ["Zhengtong:CryptoPool:Url"] = "https://pool.example", ["Zhengtong:CryptoPool:Client"] = "zhengtong",
            ["Zhengtong:CryptoPool:Secret"] = PoolHost.Secret,
        });

        Assert.StartsWith("software", software.GetRequiredService<ICryptoProvider>().Name);
        Assert.Equal("crypto pool (https://pool.example)", remote.GetRequiredService<ICryptoProvider>().Name);
    }

    private static ServiceProvider Node(Dictionary<string, string?> settings) => new ServiceCollection().AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .AddKernel("Host=127.0.0.1").BuildServiceProvider();

    private static bool Signs(PlatformSeal seal)
    {
        try { return seal.Sign("x"u8).Signature.Length > 0; }
        catch (CryptoUnavailableException) { return false; }
    }

    private async Task<HttpStatusCode> PostAsync(HttpClient http, byte[] body, long time, string nonce, byte[] tagged)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_pool.Url, PoolProtocol.Status))
        {
            Content = new ByteArrayContent(body),
        };
        var tag = PoolProtocol.RequestTag(Convert.FromBase64String(PoolHost.Secret), PoolProtocol.Status, time, nonce, tagged);
        message.Headers.Authorization =
            new(PoolProtocol.Scheme, PoolProtocol.Authorization("zhengtong", time, nonce, Convert.ToBase64String(tag)));
        using var answer = await http.SendAsync(message);
        return answer.StatusCode;
    }

    private ICryptoProvider Provider(string kind) => kind == "pool"
        ? Remote(o => o)
        : new SoftwareCryptoProvider(null, Path.Combine(_data.FullName, "own", "master.key"), TimeProvider.System);

    private RemoteCryptoProvider Remote(Func<CryptoPoolOptions, CryptoPoolOptions> change)
    {
        var provider = new RemoteCryptoProvider(
            change(new()
            {
                Url = _pool.Url.ToString(), Client = "zhengtong", Secret = PoolHost.Secret, Pause = TimeSpan.FromSeconds(1),
            }), TimeProvider.System);
        _made.Add(provider);
        return provider;
    }

    /// <summary>The simulator on a port of its own, which can be made ill.</summary>
    private sealed class PoolHost(WebApplication app) : IAsyncDisposable
    {
        public static readonly string Secret = Convert.ToBase64String(Sm3.Hash("client"u8));

        private int _requests;

        public Uri Url { get; private set; } = null!; // known once it listens

        public bool IsAway { get; set; }

        public bool IsSlow { get; set; }

        public bool AltersAnswers { get; set; }

        public int Requests => Volatile.Read(ref _requests);

        public static async Task<PoolHost> StartAsync(string keyFile)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var host = new PoolHost(app);
            app.Use(async (context, next) =>
            {
                Interlocked.Increment(ref host._requests);
                if (host.IsAway) { context.Abort(); return; }
                if (host.IsSlow)
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return;
                }
                context.Response.OnStarting(() =>
                {
                    if (host.AltersAnswers) { context.Response.Headers[PoolProtocol.AnswerTag] = Secret; }
                    return Task.CompletedTask;
                });
                await next(context);
            });
            var keys = new SoftwareCryptoProvider(null, keyFile, TimeProvider.System);
            new CryptoPool(
                keys, new Dictionary<string, byte[]> { ["zhengtong"] = Convert.FromBase64String(Secret) }, TimeProvider.System).Map(app);
            await app.StartAsync();
            host.Url = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            return host;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
