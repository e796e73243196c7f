using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Zhengtong.Kernel;

/// <summary>
/// The simulator of a crypto pool: the protocol over the software provider. A real pool speaks the same protocol, or stands behind an
/// adapter that does.
/// </summary>
/// <param name="clients">Secrets by name, 32 bytes each.</param>
public sealed class CryptoPool(ICryptoProvider keys, IReadOnlyDictionary<string, byte[]> clients, TimeProvider clock)
{
    private const int MostBytes = 1 << 20;
    private readonly ConcurrentDictionary<string, long> _seen = new();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/{operation}", AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) { size.MaxRequestBodySize = MostBytes; }
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var body = bytes.ToArray();
        var path = context.Request.Path.Value!;
        if (Client(context.Request.Headers.Authorization, path, body) is not var (secret, nonce))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = PoolProtocol.Scheme;
            return;
        }
        var (status, answer) = Do(path, body);
        var content = JsonSerializer.SerializeToUtf8Bytes(answer, Json.Options);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers[PoolProtocol.AnswerTag] =
            Convert.ToBase64String(PoolProtocol.ResponseTag(secret, nonce, status, content));
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Who asks: a known client, now, with these bytes, and not a second time.</summary>
    private (byte[] Secret, string Nonce)? Client(string? header, string path, byte[] body)
    {
        if (PoolProtocol.ReadAuthorization(header) is not { } fields
            || !fields.TryGetValue("client", out var client) || !clients.TryGetValue(client, out var secret)
            || !fields.TryGetValue("nonce", out var nonce) || nonce.Length is < 16 or > 64
            || !long.TryParse(fields.GetValueOrDefault("time"), CultureInfo.InvariantCulture, out var time)
            || !PoolProtocol.Same(PoolProtocol.RequestTag(secret, path, time, nonce, body), fields.GetValueOrDefault("tag")))
        {
            return null;
        }
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (Math.Abs(now - time) > PoolProtocol.MostSkew.TotalMilliseconds) { return null; }
        foreach (var (old, at) in _seen)
        {
            if (now - at > 2 * PoolProtocol.MostSkew.TotalMilliseconds) { _seen.TryRemove(old, out _); }
        }
        return _seen.TryAdd($"{client} {nonce}", now) ? (secret, nonce) : null;
    }

    private (int Status, PoolAnswer Answer) Do(string path, byte[] body)
    {
        PoolRequest request;
        try { request = JsonSerializer.Deserialize<PoolRequest>(body, Json.Options)!; }
        catch (JsonException) { return Refused("malformed"); }
        try
        {
            return (path, request) switch
            {
                (PoolProtocol.Status, _) => Good(new()),
                (PoolProtocol.Encrypt, { Label: { } label, Data: { } data }) => Good(new() { Data = keys.WrapKey(data, label) }),
                (PoolProtocol.Decrypt, { Label: { } label, Data: { } data }) => Good(new() { Data = keys.UnwrapKey(data, label) }),
                (PoolProtocol.NewKey, { Label: { } label }) => Good(Made(keys.NewSigningKey(label))),
                (PoolProtocol.Sign, { Label: { } label, Reference: { } reference, PublicKey: { } point, Data: { } data }) =>
                    Good(new() { Signature = keys.Sign(new(reference, point), label, data) }),
                (PoolProtocol.Verify, { PublicKey: { Length: 65 } point, Data: { } data, Signature: { } signature }) =>
                    Good(new() { Valid = keys.Verify(new([], point), data, signature) }),
                (PoolProtocol.Mac, { Label: { } label, Data: { } data }) => Good(new() { Data = keys.Mac(label, data) }),
                (PoolProtocol.Stamp, { Data: { Length: 32 } digest }) => Good(Stamped(keys.Stamp(digest))),
                (PoolProtocol.VerifyStamp, { Data: { Length: 32 } digest, Authority: { } who, At: { } at, Signature: { } signature }) =>
                    Good(new() { Valid = keys.VerifyStamp(digest, new(who, at, signature)) }),
                _ => Refused("unknown-operation"),
            };
        }
        catch (InvalidOperationException)
        {
            return Refused("not-ours");
        }
        catch (GuoMi.GuoMiException)
        {
            return Refused("malformed");
        }
    }

    private static PoolAnswer Made(HeldKey key) => new() { Reference = key.Reference, PublicKey = key.PublicKey };

    private static PoolAnswer Stamped(TimeStamp stamp) =>
        new() { Authority = stamp.Authority, At = stamp.At, Signature = stamp.Signature };

    private static (int Status, PoolAnswer Answer) Good(PoolAnswer answer) => (StatusCodes.Status200OK, answer);

    private static (int Status, PoolAnswer Answer) Refused(string why) => (StatusCodes.Status400BadRequest, new() { Error = why });
}
