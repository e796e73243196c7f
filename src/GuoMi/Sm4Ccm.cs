using System.Buffers.Binary;
using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>Authenticated encryption SM4-CCM, for protocols that ask for it. Any number of threads may share one.</summary>
/// <remarks>Source: GB/T 36624, NIST SP 800-38C, RFC 8998. libcrypto's own where it has one, else over its SM4 CBC and counter
/// modes.</remarks>
public sealed class Sm4Ccm : IDisposable
{
    private readonly SecretBytes _key = new(Sm4.KeySize);
    private readonly EvpCipher? _native;

    /// <param name="key">16 bytes; the caller keeps and clears its own copy.</param>
    public Sm4Ccm(ReadOnlySpan<byte> key)
        : this(key, Algorithms.Sm4Ccm)
    {
    }

    internal Sm4Ccm(ReadOnlySpan<byte> key, EvpCipher? native)
    {
        Guard.Length(key, Sm4.KeySize);
        _native = native;
        key.CopyTo(_key.Span);
    }

    /// <summary>Encrypts.</summary>
    /// <param name="nonce">Never the same twice with one key; 7 to 13 bytes. The longer, the shorter the longest message: with 13 it is
    /// 65,535 bytes.</param>
    /// <param name="ciphertext">As long as the plaintext; may be the same memory.</param>
    /// <param name="tag">Room for the tag; its length chooses the tag's: 4, 6, … 16. Fewer than 8 bytes only where a
    /// protocol fixes them and counts the failures.</param>
    /// <param name="associatedData">Authenticated, not encrypted.</param>
    public void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag,
        ReadOnlySpan<byte> associatedData = default)
    {
        CheckArguments(nonce, plaintext, ciphertext, tag);
        if (_native is not null)
        {
            NativeAead.Encrypt(_native, ccm: true, _key.Span, nonce, plaintext, ciphertext, tag, associatedData);
            return;
        }

        Span<byte> full = stackalloc byte[Sm4.BlockSize];
        Tag(nonce, plaintext, associatedData, tag.Length, full);
        Crypt(nonce, plaintext, ciphertext);
        full[..tag.Length].CopyTo(tag);
    }

    /// <summary>Decrypts and checks the tag.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Ciphertext, tag, nonce or associated data were altered, or the key is another
    /// one.
    /// The plaintext's memory is cleared.</exception>
    public void Decrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData = default)
    {
        CheckArguments(nonce, ciphertext, plaintext, tag);
        if (_native is not null)
        {
            NativeAead.Decrypt(_native, ccm: true, _key.Span, nonce, ciphertext, tag, plaintext, associatedData);
            return;
        }

        Span<byte> expected = stackalloc byte[Sm4.BlockSize];
        var length = ciphertext.Length;
        Crypt(nonce, ciphertext, plaintext);
        Tag(nonce, plaintext[..length], associatedData, tag.Length, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected[..tag.Length], tag))
        {
            CryptographicOperations.ZeroMemory(plaintext[..length]);
            throw new AuthenticationTagMismatchException();
        }
    }

    public void Dispose() => _key.Dispose();

    private static void CheckArguments(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> tag)
    {
        if (nonce.Length is < 7 or > 13)
        {
            throw new ArgumentException("A nonce has 7 to 13 bytes.", nameof(nonce));
        }

        if (tag.Length is < 4 or > 16 || tag.Length % 2 != 0)
        {
            throw new ArgumentException("A tag has 4, 6, 8, 10, 12, 14 or 16 bytes.", nameof(tag));
        }

        var lengthBits = (15 - nonce.Length) * 8;
        if (lengthBits < 31 && input.Length >> lengthBits != 0)
        {
            throw new ArgumentException(
                $"With a nonce of {nonce.Length} bytes a message has at most {(1 << lengthBits) - 1} bytes.", nameof(input));
        }

        Guard.Room(output, input.Length);
        Guard.Overlap(input, output);
    }

    private void Crypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        counter[0] = (byte)(14 - nonce.Length);
        nonce.CopyTo(counter[1..]);
        counter[^1] = 1;
        Sm4.Ctr(_key.Span, counter, input, output);
    }

    private void Tag(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, int tagLength, Span<byte> tag)
    {
        Span<byte> first = stackalloc byte[Sm4.BlockSize];
        BinaryPrimitives.WriteInt32BigEndian(first[12..], plaintext.Length); // the nonce then covers what it leaves no room for
        first[0] = (byte)((associatedData.IsEmpty ? 0 : 0x40) | (tagLength - 2) / 2 << 3 | 14 - nonce.Length);
        nonce.CopyTo(first[1..]);
        using var mac = new CbcMac(_key.Span);
        mac.Append(first);
        if (!associatedData.IsEmpty)
        {
            AppendLength(mac, associatedData.Length);
            mac.Append(associatedData);
            mac.Pad();
        }

        mac.Append(plaintext);
        mac.Pad();
        mac.Finish(tag);

        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        counter[0] = (byte)(14 - nonce.Length);
        nonce.CopyTo(counter[1..]);
        Sm4.Ctr(_key.Span, counter, tag, tag);
    }

    private static void AppendLength(CbcMac mac, int length)
    {
        Span<byte> bytes = stackalloc byte[6];
        if (length < 0xFF00)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
            mac.Append(bytes[..2]);
            return;
        }

        bytes[0] = 0xFF;
        bytes[1] = 0xFE;
        BinaryPrimitives.WriteInt32BigEndian(bytes[2..], length);
        mac.Append(bytes);
    }
}
