using System.Buffers.Binary;
using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>Authenticated encryption SM4-GCM, for protocols that ask for it. Any number of threads may share one.</summary>
/// <remarks>
/// Source: GB/T 36624, NIST SP 800-38D, RFC 8998. libcrypto's own where it has one, else over its SM4 counter mode. A nonce used twice
/// with one key gives the key of the tag away: where nothing asks for GCM, <see cref="Sm4Envelope"/> does not break like that.
/// </remarks>
public sealed class Sm4Gcm : IDisposable
{
    /// <summary>Nonce length in bytes that everybody uses; others are possible and slower.</summary>
    public const int NonceSize = 12;

    /// <summary>Longest tag in bytes, and the right one. Shorter ones down to 12 are possible.</summary>
    public const int TagSize = 16;

    private readonly SecretBytes _key = new(Sm4.KeySize);
    private readonly SecretBytes _hashKey = new(Sm4.BlockSize);
    private readonly EvpCipher? _native;

    /// <param name="key">16 bytes; the caller keeps and clears its own copy.</param>
    public Sm4Gcm(ReadOnlySpan<byte> key)
        : this(key, Algorithms.Sm4Gcm)
    {
    }

    internal Sm4Gcm(ReadOnlySpan<byte> key, EvpCipher? native)
    {
        Guard.Length(key, Sm4.KeySize);
        _native = native;
        key.CopyTo(_key.Span);
        Sm4.Ecb(key, _hashKey.Span, _hashKey.Span, encrypt: true);
    }

    /// <summary>Encrypts.</summary>
    /// <param name="nonce">Never the same twice with one key; 12 bytes.</param>
    /// <param name="ciphertext">As long as the plaintext; may be the same memory.</param>
    /// <param name="tag">Room for the tag; its length chooses the tag's, 12 to 16.</param>
    /// <param name="associatedData">Authenticated, not encrypted.</param>
    public void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag,
        ReadOnlySpan<byte> associatedData = default)
    {
        CheckArguments(nonce, plaintext, ciphertext, tag);
        if (_native is not null)
        {
            NativeAead.Encrypt(_native, ccm: false, _key.Span, nonce, plaintext, ciphertext, tag, associatedData);
            return;
        }

        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        FirstCounter(nonce, counter);
        Crypt(counter, plaintext, ciphertext);
        Tag(counter, ciphertext[..plaintext.Length], associatedData, tag);
    }

    /// <summary>Checks the tag and then decrypts.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Ciphertext, tag, nonce or associated data were altered, or the key is another
    /// one.
    /// Nothing of the plaintext is given out.</exception>
    public void Decrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData = default)
    {
        CheckArguments(nonce, ciphertext, plaintext, tag);
        if (_native is not null)
        {
            NativeAead.Decrypt(_native, ccm: false, _key.Span, nonce, ciphertext, tag, plaintext, associatedData);
            return;
        }

        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        Span<byte> expected = stackalloc byte[TagSize];
        FirstCounter(nonce, counter);
        Tag(counter, ciphertext, associatedData, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected[..tag.Length], tag))
        {
            throw new AuthenticationTagMismatchException();
        }

        Crypt(counter, ciphertext, plaintext);
    }

    public void Dispose()
    {
        _key.Dispose();
        _hashKey.Dispose();
    }

    private static void CheckArguments(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> tag)
    {
        if (nonce.IsEmpty)
        {
            throw new ArgumentException("Must not be empty.", nameof(nonce));
        }

        if (tag.Length is < 12 or > TagSize)
        {
            throw new ArgumentException("A tag has 12 to 16 bytes.", nameof(tag));
        }

        Guard.Room(output, input.Length);
        Guard.Overlap(input, output);
    }

    private void FirstCounter(ReadOnlySpan<byte> nonce, Span<byte> counter)
    {
        if (nonce.Length == NonceSize)
        {
            nonce.CopyTo(counter);
            BinaryPrimitives.WriteUInt32BigEndian(counter[NonceSize..], 1);
            return;
        }

        var hash = new Ghash(_hashKey.Span);
        hash.Append(nonce);
        hash.AppendLengths(0, nonce.Length);
        hash.Finish(counter);
    }

    /// <summary>Counter mode from the block after the first. GCM counts in the last 32 bits only, libcrypto in all 128:
    /// where the 32 run over, a new call begins.</summary>
    private void Crypt(ReadOnlySpan<byte> firstCounter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        firstCounter.CopyTo(counter);
        var next = unchecked(BinaryPrimitives.ReadUInt32BigEndian(counter[NonceSize..]) + 1);
        while (!input.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter[NonceSize..], next);
            var bytes = (int)Math.Min(input.Length, (uint.MaxValue - (long)next + 1) * Sm4.BlockSize);
            Sm4.Ctr(_key.Span, counter, input[..bytes], output);
            input = input[bytes..];
            output = output[bytes..];
            next = 0;
        }
    }

    private void Tag(ReadOnlySpan<byte> firstCounter, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, Span<byte> tag)
    {
        Span<byte> block = stackalloc byte[Sm4.BlockSize];
        var hash = new Ghash(_hashKey.Span);
        hash.Append(associatedData);
        hash.Append(ciphertext);
        hash.AppendLengths(associatedData.Length, ciphertext.Length);
        hash.Finish(block);
        Sm4.Ctr(_key.Span, firstCounter, block, block);
        block[..tag.Length].CopyTo(tag);
    }
}
