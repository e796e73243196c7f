using System.Security.Cryptography;
using System.Text;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>What goes over the wire between the platform and a crypto pool: <c>docs/reference/crypto-pool.md</c>.</summary>
internal static class PoolProtocol
{
    public const string Encrypt = "/v1/encrypt";
    public const string Decrypt = "/v1/decrypt";
    public const string NewKey = "/v1/keys";
    public const string Sign = "/v1/sign";
    public const string Verify = "/v1/verify";
    public const string Mac = "/v1/mac";
    public const string Stamp = "/v1/time-stamp";
    public const string VerifyStamp = "/v1/verify-time-stamp";
    public const string Status = "/v1/status";

    public const string Scheme = "ZT-HMAC-SM3";
    public const string AnswerTag = "X-Pool-Tag";

    /// <summary>Clocks of client and pool may differ by this much.</summary>
    public static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    public static string Authorization(string client, long time, string nonce, string tag) =>
        $"client=\"{client}\", time=\"{time}\", nonce=\"{nonce}\", tag=\"{tag}\"";

    /// <summary>Fields of an <see cref="Authorization"/>, or null where it is none.</summary>
    public static Dictionary<string, string>? ReadAuthorization(string? header)
    {
        if (header is null || !header.StartsWith(Scheme + " ", StringComparison.Ordinal)) { return null; }
        var fields = new Dictionary<string, string>();
        foreach (var part in header[(Scheme.Length + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !fields.TryAdd(part[..at], part[(at + 1)..].Trim('"'))) { return null; }
        }
        return fields;
    }

    public static byte[] RequestTag(byte[] secret, string path, long time, string nonce, byte[] body) =>
        HmacSm3.Tag(secret, Encoding.UTF8.GetBytes($"POST\n{path}\n{time}\n{nonce}\n{Convert.ToHexStringLower(Sm3.Hash(body))}"));

    public static byte[] ResponseTag(byte[] secret, string nonce, int status, byte[] body) =>
        HmacSm3.Tag(secret, Encoding.UTF8.GetBytes($"{nonce}\n{status}\n{Convert.ToHexStringLower(Sm3.Hash(body))}"));

    public static bool Same(byte[] expected, string? given)
    {
        var tag = new byte[HmacSm3.TagSize];
        return given is not null && Convert.TryFromBase64String(given, tag, out var length) && length == tag.Length
            && CryptographicOperations.FixedTimeEquals(expected, tag);
    }
}

/// <summary>One request for all operations; each reads the fields that it names. Bytes are base64 in JSON.</summary>
internal sealed record PoolRequest
{
    public string? Label { get; init; }

    public byte[]? Data { get; init; }

    public byte[]? Reference { get; init; }

    public byte[]? PublicKey { get; init; }

    public byte[]? Signature { get; init; }

    public string? Authority { get; init; }

    public DateTimeOffset? At { get; init; }
}

internal sealed record PoolAnswer
{
    public byte[]? Data { get; init; }

    public byte[]? Reference { get; init; }

    public byte[]? PublicKey { get; init; }

    public byte[]? Signature { get; init; }

    public bool? Valid { get; init; }

    public string? Authority { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>Stable word, with a status of 400 or above.</summary>
    public string? Error { get; init; }
}
