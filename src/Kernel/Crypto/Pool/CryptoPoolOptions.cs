namespace Zhengtong.Kernel;

/// <summary>Section <c>Zhengtong:CryptoPool</c>: where it is there, the pool keeps the master key and the signing keys.</summary>
public sealed record CryptoPoolOptions
{
    /// <summary>Address; without TLS on this machine only, because unwrapped keys travel.</summary>
    public string Url { get; init; } = "";

    public string Client { get; init; } = "";

    /// <summary>The client's secret, 32 bytes in base64. Prefer <see cref="SecretFile"/>.</summary>
    public string? Secret { get; init; }

    public string? SecretFile { get; init; }

    /// <summary>PEM file with the authority of the pool's certificate, where the system does not know it.</summary>
    public string? CaFile { get; init; }

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After so many failures in half a minute the pool is left alone for a while.</summary>
    public int FailuresUntilPause { get; init; } = 3;

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(15);

    /// <exception cref="InvalidOperationException">The options cannot be used; says why.</exception>
    internal byte[] ReadSecret()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && url.IsLoopback)))
        {
            throw new InvalidOperationException("Zhengtong:CryptoPool:Url must begin with https (http on this machine only).");
        }

        if (Client.Length == 0 || !Client.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new InvalidOperationException("Zhengtong:CryptoPool:Client must be a name of letters, digits, '-', '_' and '.'.");
        }

        var text = Secret ?? (SecretFile is { } file ? File.ReadAllText(file) : "");
        var secret = new byte[32];
        return Convert.TryFromBase64String(text.Trim(), secret, out var length) && length == secret.Length
            ? secret
            : throw new InvalidOperationException("Zhengtong:CryptoPool holds no secret: 32 bytes in base64 are wanted.");
    }
}
