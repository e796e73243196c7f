using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zhengtong.Identity.OpenId;

/// <summary>
/// Signed tokens in compact form. Two algorithms by name and no others: what the header asks for is looked up, never obeyed, so <c>none</c>
/// and a public key used as a secret open nothing.
/// </summary>
/// <remarks>Source: RFC 7515, RFC 7518 (RS256, ES256), RFC 8725.</remarks>
internal static class Jwt
{
    private const int Longest = 16 << 10;

    public static string Sign(JsonObject claims, string kid, RSA key)
    {
        var head = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = kid };
        var text = $"{Encode(head)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>Algorithm and key id that a token names; null where it is no token.</summary>
    public static (string Algorithm, string? Kid)? HeadOf(string token)
    {
        if (token.Length > Longest || token.Split('.') is not [var head, _, _] || Decode(head) is not { } json) { return null; }
        return (Text(json, "alg") ?? "", Text(json, "kid"));
    }

    /// <summary>The claims, if the signature is that of this key by the algorithm that belongs to the key.</summary>
    public static JsonObject? Verify(string token, JsonObject key)
    {
        if (HeadOf(token) is not { } head || token.Split('.') is not [var first, var second, var third]
            || !Base64Url.IsValid(third)) { return null; }
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{first}.{second}"), Base64Url.DecodeFromChars(third));
        try
        {
            var good = (head.Algorithm, Text(key, "kty")) switch
            {
                ("RS256", "RSA") => WithRsa(key, signed, signature),
                ("ES256", "EC") when Text(key, "crv") == "P-256" => WithCurve(key, signed, signature),
                _ => false,
            };
            return good ? Decode(second) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public static JsonObject PublicKey(string kid, RSA key)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        };
    }

    public static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>Claims that may be one value or several.</summary>
    public static IReadOnlyList<string> Texts(JsonObject json, string name) => json[name] switch
    {
        JsonArray many => [.. many.OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var text) ? text : "").Where(t =>
            t.Length > 0)],
        _ => Text(json, name) is { } one ? [one] : [],
    };

    private static bool WithRsa(JsonObject key, byte[] signed, byte[] signature)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        // Shorter keys are not signatures any more.
        return rsa.KeySize >= 2048 && rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool WithCurve(JsonObject key, byte[] signed, byte[] signature)
    {
        using var curve = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Bytes(key, "x"), Y = Bytes(key, "y") },
        });
        return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    private static byte[] Bytes(JsonObject key, string name) => Base64Url.DecodeFromChars(Text(key, name) ?? "");

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonObject? Decode(string part)
    {
        if (!Base64Url.IsValid(part)) { return null; }
        try { return JsonNode.Parse(Base64Url.DecodeFromChars(part), documentOptions: new() { MaxDepth = 16 }) as JsonObject; }
        catch (JsonException) { return null; }
    }
}
