using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// A crypto pool over HTTP: it keeps the master key and the signing keys, and this node never sees either. A pool that does not answer in
/// time is asked once more; after some failures it is left alone for a while and every call says so at once.
/// </summary>
public sealed class RemoteCryptoProvider : ICryptoProvider, IDisposable
{
    private readonly HttpClient _http;
    private readonly CryptoPoolOptions _options;
    private readonly byte[] _secret;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _pipeline;

    /// <exception cref="InvalidOperationException">The options cannot be used; says why.</exception>
    public RemoteCryptoProvider(CryptoPoolOptions options, TimeProvider clock)
    {
        (_options, _clock, _secret) = (options, clock, options.ReadSecret());
        _http = new(Handler(options)) { BaseAddress = new(options.Url), Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        var transient = new PredicateBuilder().Handle<HttpRequestException>().Handle<TimeoutRejectedException>();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = transient, MaxRetryAttempts = 1, Delay = TimeSpan.FromMilliseconds(100),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = transient, FailureRatio = 0.5, MinimumThroughput = Math.Max(2, options.FailuresUntilPause),
                SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = options.Pause,
            })
            .AddTimeout(options.Timeout)
            .Build();
    }

    public string Name => $"crypto pool ({_options.Url})";

    public byte[] WrapKey(ReadOnlySpan<byte> key, string label) =>
        Call(PoolProtocol.Encrypt, new() { Label = label, Data = key.ToArray() }, a => a.Data);

    public byte[] UnwrapKey(ReadOnlySpan<byte> wrapped, string label) =>
        Call(PoolProtocol.Decrypt, new() { Label = label, Data = wrapped.ToArray() }, a => a.Data);

    public HeldKey NewSigningKey(string label) => Call(
        PoolProtocol.NewKey, new() { Label = label },
        a => a is { Reference: { } reference, PublicKey.Length: 65 } ? new HeldKey(reference, a.PublicKey) : null);

    public byte[] Sign(HeldKey key, string label, ReadOnlySpan<byte> message) => Call(
        PoolProtocol.Sign, new() { Label = label, Reference = key.Reference, PublicKey = key.PublicKey, Data = message.ToArray() },
        a => a.Signature);

    public bool Verify(HeldKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => (bool)Call<object>(
        PoolProtocol.Verify, new() { PublicKey = key.PublicKey, Data = message.ToArray(), Signature = signature.ToArray() }, a => a.Valid);

    public byte[] Mac(string label, ReadOnlySpan<byte> data) =>
        Call(PoolProtocol.Mac, new() { Label = label, Data = data.ToArray() }, a => a.Data);

    public TimeStamp Stamp(ReadOnlySpan<byte> digest) => Call(
        PoolProtocol.Stamp, new() { Data = digest.ToArray() },
        a => a is { Authority: { } authority, At: { } at, Signature: { } signature } ? new TimeStamp(authority, at, signature) : null);

    public bool? VerifyStamp(ReadOnlySpan<byte> digest, TimeStamp stamp) => Call(
        PoolProtocol.VerifyStamp,
        new() { Data = digest.ToArray(), Authority = stamp.Authority, At = stamp.At, Signature = stamp.Signature },
        a => a).Valid;

    public IReadOnlyList<SecretShare>? Split(int threshold, int shares) => null;

    public void Probe() => Call(PoolProtocol.Status, new(), a => a);

    public void Dispose()
    {
        _http.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private static SocketsHttpHandler Handler(CryptoPoolOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        if (options.CaFile is { } file)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        return handler;
    }

    private T Call<T>(string path, PoolRequest request, Func<PoolAnswer, T?> read)
        where T : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, Json.Options);
        try
        {
            var answer = _pipeline.Execute(token => Send(path, body, token));
            return read(answer) ?? throw new CryptoUnavailableException($"{Name} answered {path} without what was asked for.");
        }
        catch (BrokenCircuitException fault)
        {
            throw new CryptoUnavailableException($"{Name} is left alone after repeated failures.", fault);
        }
        catch (TimeoutRejectedException fault)
        {
            throw new CryptoUnavailableException($"{Name} did not answer within {_options.Timeout.TotalSeconds:0.#} s.", fault);
        }
        catch (HttpRequestException fault)
        {
            throw new CryptoUnavailableException($"{Name} cannot be reached: {fault.Message}", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private PoolAnswer Send(string path, byte[] body, CancellationToken cancellationToken)
    {
        var time = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var tag = Convert.ToBase64String(PoolProtocol.RequestTag(_secret, path, time, nonce, body));
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.Authorization = new(PoolProtocol.Scheme, PoolProtocol.Authorization(_options.Client, time, nonce, tag));
        using var response = _http.Send(message, cancellationToken);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException($"status {(int)response.StatusCode}");
        }
        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw new InvalidOperationException($"{Name} does not know client {_options.Client}, its secret, or its clock.");
        }
        using var content = response.Content.ReadAsStream(cancellationToken);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var answer = bytes.ToArray();
        var given = response.Headers.TryGetValues(PoolProtocol.AnswerTag, out var tags) ? tags.FirstOrDefault() : null;
        // Whoever stands between could otherwise hand us a key of their choice.
        if (!PoolProtocol.Same(PoolProtocol.ResponseTag(_secret, nonce, (int)response.StatusCode, answer), given))
        {
            throw new CryptoUnavailableException($"The answer to {path} is not one of {Name}.");
        }
        var read = JsonSerializer.Deserialize<PoolAnswer>(answer, Json.Options)!;
        return response.IsSuccessStatusCode
            ? read
            : throw new InvalidOperationException($"{Name} refuses {path}: {read.Error ?? response.StatusCode.ToString()}");
    }
}
