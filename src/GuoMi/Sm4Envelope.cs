using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>A data key with its number: what seals and opens envelopes. Any number of threads may share one.</summary>
public sealed class Sm4EnvelopeKey : IDisposable
{
    /// <summary>Length of the secret in bytes.</summary>
    public const int SecretSize = 32;

    private readonly SecretBytes _cipherKey = new(Sm4.KeySize);
    private readonly SecretBytes _tagKey = new(HmacSm3.TagSize);

    /// <summary>Takes a secret; the caller keeps and clears its own copy.</summary>
    /// <param name="id">Number of the key, written in clear into every envelope so that rotation can find old keys.</param>
    /// <param name="secret">32 random bytes, for example from <see cref="NewSecret"/>.</param>
    public Sm4EnvelopeKey(uint id, ReadOnlySpan<byte> secret)
    {
        Guard.Length(secret, SecretSize);
        Id = id;

        // Two keys from one secret: the same bits must never serve a cipher and a tag.
        Span<byte> derived = stackalloc byte[HmacSm3.TagSize];
        HmacSm3.Tag(secret, "zt-envelope-1 cipher"u8, derived);
        derived[..Sm4.KeySize].CopyTo(_cipherKey.Span);
        HmacSm3.Tag(secret, "zt-envelope-1 tag"u8, derived);
        derived.CopyTo(_tagKey.Span);
        CryptographicOperations.ZeroMemory(derived);
    }

    public uint Id { get; }

    internal ReadOnlySpan<byte> CipherKey => _cipherKey.Span;

    internal ReadOnlySpan<byte> TagKey => _tagKey.Span;

    /// <summary>32 bytes from the system's random source.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    public void Dispose()
    {
        _cipherKey.Dispose();
        _tagKey.Dispose();
    }
}

/// <summary>Authenticated encryption: SM4-CTR, then HMAC-SM3 over everything, in one array of bytes that names its key.</summary>
/// <remarks>
/// Layout: version (1 byte, 1) · key id (4, big-endian) · first counter block (16, random) · ciphertext · tag (32). The tag covers
/// length of the associated data (8, big-endian), the associated data, and the envelope up to the tag. The tag is checked before anything
/// is decrypted.
/// </remarks>
public static class Sm4Envelope
{
    /// <summary>Bytes that an envelope is longer than its content.</summary>
    public const int Overhead = HeaderSize + HmacSm3.TagSize;

    private const byte Version = 1;
    private const int CounterOffset = 5;
    private const int HeaderSize = CounterOffset + Sm4.BlockSize;

    /// <summary>Encrypts <paramref name="plaintext"/> under <paramref name="key"/>.</summary>
    /// <param name="associatedData">Bound to the envelope but not in it: where the content belongs (table, column, row).
    /// It can only be opened with the same bytes, so a ciphertext copied to another row does not open.</param>
    public static byte[] Seal(Sm4EnvelopeKey key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var envelope = new byte[Overhead + plaintext.Length];
        envelope[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(1), key.Id);
        var counter = envelope.AsSpan(CounterOffset, Sm4.BlockSize);
        RandomNumberGenerator.Fill(counter);
        Sm4.Ctr(key.CipherKey, counter, plaintext, envelope.AsSpan(HeaderSize, plaintext.Length));
        var tagged = envelope.AsSpan(0, envelope.Length - HmacSm3.TagSize);
        Tag(key, associatedData, tagged, envelope.AsSpan(tagged.Length));
        return envelope;
    }

    /// <summary>Content of an envelope.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Altered, shortened, of another key, or bound to other associated
    /// data.</exception>
    public static byte[] Open(Sm4EnvelopeKey key, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> associatedData = default) =>
        TryOpen(key, envelope, associatedData, out var plaintext)
            ? plaintext
            : throw new AuthenticationTagMismatchException("The envelope was altered, or belongs to another key or place.");

    /// <summary>Content of an envelope, or false where it was altered, shortened, or belongs to another key or place.</summary>
    public static bool TryOpen(
        Sm4EnvelopeKey key, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> associatedData, out byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        plaintext = [];
        if (!TryReadKeyId(envelope, out var id) || id != key.Id)
        {
            return false;
        }

        var tagged = envelope[..^HmacSm3.TagSize];
        Span<byte> expected = stackalloc byte[HmacSm3.TagSize];
        Tag(key, associatedData, tagged, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, envelope[tagged.Length..]))
        {
            return false;
        }

        plaintext = new byte[tagged.Length - HeaderSize];
        Sm4.Ctr(key.CipherKey, envelope.Slice(CounterOffset, Sm4.BlockSize), tagged[HeaderSize..], plaintext);
        return true;
    }

    /// <summary>Number of the key that an envelope names. It is not proven before the envelope is opened.</summary>
    public static bool TryReadKeyId(ReadOnlySpan<byte> envelope, out uint keyId)
    {
        var readable = envelope.Length >= Overhead && envelope[0] == Version;
        keyId = readable ? BinaryPrimitives.ReadUInt32BigEndian(envelope[1..]) : 0;
        return readable;
    }

    private static void Tag(Sm4EnvelopeKey key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> tagged, Span<byte> tag)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, associatedData.Length);
        using var hasher = new HmacSm3Hasher(key.TagKey);
        hasher.Append(length);
        hasher.Append(associatedData);
        hasher.Append(tagged);
        hasher.Finish(tag);
    }
}
