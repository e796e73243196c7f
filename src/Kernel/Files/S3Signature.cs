using System.Security.Cryptography;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>Signature version 4 of the S3 protocol. The protocol fixes SHA-256; what it protects is encrypted with SM4 already.</summary>
/// <remarks>Source: the published specification "AWS Signature Version 4 for API requests".</remarks>
internal static class S3Signature
{
    /// <summary>The body is not hashed: it is streamed, its encryption authenticates it, and the connection protects it on the
    /// way.</summary>
    private const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    internal static void Sign(HttpRequestMessage request, S3Options options, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");
        request.Headers.Host = request.RequestUri!.IsDefaultPort
            ? request.RequestUri.Host
            : $"{request.RequestUri.Host}:{request.RequestUri.Port}";
        request.Headers.Add("x-amz-date", stamp);
        request.Headers.Add("x-amz-content-sha256", UnsignedPayload);
        request.Headers.TryAddWithoutValidation("Authorization", Authorization(
            request.Method.Method, request.RequestUri, request.Headers.Host, stamp, UnsignedPayload, options));
    }

    internal static string Authorization(string method, Uri uri, string host, string stamp, string payloadHash, S3Options options)
    {
        const string signedHeaders = "host;x-amz-content-sha256;x-amz-date";
        var query = string.Join(
            '&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        var canonical = $"{method}\n{uri.AbsolutePath}\n{query}\nhost:{host}\nx-amz-content-sha256:{payloadHash}\nx-amz-date:{stamp}\n\n{signedHeaders}\n{payloadHash}";
        var scope = $"{stamp[..8]}/{options.Region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + options.SecretKey);
        foreach (var part in (string[])[stamp[..8], options.Region, "s3", "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return $"AWS4-HMAC-SHA256 Credential={options.AccessKey}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
