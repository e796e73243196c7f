using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// What only a keeper of secrets can do: software with a protected file, or a device or crypto pool that keeps the keys in hardware.
/// Everything above asks the key ring and the seal and cannot tell which provider is behind them.
/// </summary>
/// <remarks>Called seldom (a key is made, a document is signed, the audit is stamped), so a provider over a network may block. Each call
/// may throw <see cref="CryptoUnavailableException"/>; fields and files go on being read meanwhile with the keys in memory.</remarks>
public interface ICryptoProvider
{
    /// <summary>Name for the start log, the operations page and <c>zt doctor</c>.</summary>
    string Name { get; }

    /// <summary>Encrypts a key under the master key, bound to <paramref name="label"/>.</summary>
    byte[] WrapKey(ReadOnlySpan<byte> key, string label);

    /// <summary>Decrypts what <see cref="WrapKey"/> made. The caller clears it.</summary>
    /// <exception cref="InvalidOperationException">The master key is missing, unreadable, or not the one that wrapped this key.</exception>
    byte[] UnwrapKey(ReadOnlySpan<byte> wrapped, string label);

    /// <summary>Makes an SM2 key pair whose private half never leaves the provider.</summary>
    HeldKey NewSigningKey(string label);

    /// <summary>SM2 signature, DER, default user id.</summary>
    /// <exception cref="InvalidOperationException">The key is not of this provider or of another label.</exception>
    byte[] Sign(HeldKey key, string label, ReadOnlySpan<byte> message);

    bool Verify(HeldKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>HMAC-SM3 under a key of the provider that belongs to the label.</summary>
    byte[] Mac(string label, ReadOnlySpan<byte> data);

    /// <summary>Says that a digest of 32 bytes existed now, by the provider's own clock.</summary>
    TimeStamp Stamp(ReadOnlySpan<byte> digest);

    /// <returns>Null where another authority made the stamp: this provider cannot say.</returns>
    bool? VerifyStamp(ReadOnlySpan<byte> digest, TimeStamp stamp);

    /// <summary>The master key in shares, or null where a device makes its own backups.</summary>
    IReadOnlyList<SecretShare>? Split(int threshold, int shares);

    /// <summary>Asks whether it works now.</summary>
    /// <exception cref="CryptoUnavailableException">It does not answer.</exception>
    /// <exception cref="InvalidOperationException">It answers that it will not serve us.</exception>
    void Probe();
}

/// <summary>An SM2 key that a provider keeps.</summary>
/// <param name="Reference">By what the provider finds it; without the provider it is of no use.</param>
/// <param name="PublicKey">Uncompressed point, 65 bytes.</param>
public sealed record HeldKey(byte[] Reference, byte[] PublicKey)
{
    private const byte Form = 1;

    internal byte[] ToBytes() => [Form, .. PublicKey, .. Reference];

    /// <exception cref="InvalidOperationException">The bytes were altered.</exception>
    internal static HeldKey Of(byte[] bytes) => bytes is [Form, ..] && bytes.Length > 66
        ? new(bytes[66..], bytes[1..66])
        : throw new InvalidOperationException("A signing key in kernel.keys was altered.");

    internal bool VerifyLocally(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var key = Sm2PublicKey.FromPoint(PublicKey);
        return key.Verify(message, signature);
    }
}

/// <param name="Authority">Who vouches; stamps are checked by the same.</param>
/// <param name="At">To the microsecond.</param>
public sealed record TimeStamp(string Authority, DateTimeOffset At, byte[] Signature);

/// <summary>The provider does not answer. Nothing was done; trying again later may work.</summary>
public sealed class CryptoUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>For the person at the screen.</summary>
    public static readonly Error ForPeople = new(
        ErrorKind.Unavailable, "crypto.unavailable", "密码服务暂时没有响应，您的操作没有完成，也没有留下任何改动。请稍后再试。");
}
