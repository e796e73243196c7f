using System.Formats.Asn1;
using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>How a ciphertext of SM2 is written.</summary>
public enum Sm2CiphertextFormat
{
    /// <summary>ASN.1 SEQUENCE of x, y, hash and ciphertext (GM/T 0009).</summary>
    Der,

    /// <summary>C1, C3, C2: 04, x, y, hash, ciphertext (GB/T 32918.4).</summary>
    C1C3C2,

    /// <summary>C1, C2, C3: the order of drafts before 2012, which old devices still send. Read it, do not write it.</summary>
    C1C2C3,
}

/// <summary>The forms of a ciphertext, and the calls behind encryption and decryption.</summary>
/// <remarks>Source: GB/T 32918.4-2016, GM/T 0009-2012.</remarks>
internal static class Sm2Encryption
{
    private const int MinRawSize = Sm2Curve.PointSize + Sm3.HashSize + 1;

    internal static byte[] Encrypt(EvpPkey key, ReadOnlySpan<byte> plaintext, Sm2CiphertextFormat format)
    {
        if (plaintext.IsEmpty)
        {
            throw new ArgumentException("SM2 encrypts one byte or more.", nameof(plaintext));
        }

        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, key, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_encrypt_init(context));
        var buffer = new byte[plaintext.Length + 160];
        while (true)
        {
            var length = (nuint)buffer.Length;
            NativeCall.Check(LibCrypto.EVP_PKEY_encrypt(context, buffer, ref length, plaintext, (nuint)plaintext.Length));
            var raw = FromDer(buffer.AsMemory(0, (int)length));

            // Step A5 of the standard: a key stream of zeros only would send the message in the clear. Likely with one byte, never with
            // twenty.
            if (!raw.AsSpan(Sm2Curve.PointSize + Sm3.HashSize).SequenceEqual(plaintext))
            {
                return format switch
                {
                    Sm2CiphertextFormat.Der => buffer[..(int)length],
                    Sm2CiphertextFormat.C1C3C2 => raw,
                    _ => SwapTail(raw, Sm3.HashSize),
                };
            }
        }
    }

    internal static byte[] Decrypt(EvpPkey key, ReadOnlySpan<byte> ciphertext, Sm2CiphertextFormat format)
    {
        var raw = format switch
        {
            Sm2CiphertextFormat.Der => FromDer(ciphertext.ToArray()),
            Sm2CiphertextFormat.C1C2C3 when ciphertext.Length >= MinRawSize =>
                SwapTail(ciphertext, ciphertext.Length - Sm2Curve.PointSize - Sm3.HashSize),
            _ => ciphertext.ToArray(),
        };
        if (raw.Length < MinRawSize || raw[0] != 4)
        {
            throw new GuoMiException("Not a ciphertext of SM2.");
        }

        var der = ToDer(raw);
        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, key, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_decrypt_init(context));
        var plaintext = GC.AllocateArray<byte>(raw.Length, pinned: true);
        try
        {
            var length = (nuint)plaintext.Length;
            var answer = LibCrypto.EVP_PKEY_decrypt(context, plaintext, ref length, der, (nuint)der.Length);
            var result = plaintext.AsSpan(0, answer == 1 ? (int)length : 0);
            if (answer != 1 || result.SequenceEqual(raw.AsSpan(Sm2Curve.PointSize + Sm3.HashSize)))
            {
                // One answer for every reason: which check failed would tell an attacker about the key.
                LibCrypto.ERR_clear_error();
                throw new AuthenticationTagMismatchException("The ciphertext was altered, or is meant for another key.");
            }

            return result.ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static byte[] FromDer(ReadOnlyMemory<byte> der) => Asn.Read("The ciphertext", () =>
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        Span<byte> point = stackalloc byte[Sm2Curve.PointSize];
        point[0] = 4;
        var good = Asn.TryReadUnsigned(sequence, point[1..(1 + Sm2Curve.Size)])
            && Asn.TryReadUnsigned(sequence, point[(1 + Sm2Curve.Size)..]);
        var hash = sequence.ReadOctetString();
        var text = sequence.ReadOctetString();
        sequence.ThrowIfNotEmpty();
        return good && hash.Length == Sm3.HashSize
            ? (byte[])[.. point, .. hash, .. text]
            : throw new GuoMiException("Not a ciphertext of SM2.");
    });

    private static byte[] ToDer(ReadOnlySpan<byte> raw)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Asn.WriteUnsigned(writer, raw.Slice(1, Sm2Curve.Size));
            Asn.WriteUnsigned(writer, raw.Slice(1 + Sm2Curve.Size, Sm2Curve.Size));
            writer.WriteOctetString(raw.Slice(Sm2Curve.PointSize, Sm3.HashSize));
            writer.WriteOctetString(raw[(Sm2Curve.PointSize + Sm3.HashSize)..]);
        }

        return writer.Encode();
    }

    /// <summary>Exchanges the two parts behind the point; the first of them is <paramref name="first"/> bytes long.</summary>
    private static byte[] SwapTail(ReadOnlySpan<byte> raw, int first) =>
        [.. raw[..Sm2Curve.PointSize], .. raw[(Sm2Curve.PointSize + first)..], .. raw.Slice(Sm2Curve.PointSize, first)];
}

public sealed partial class Sm2PublicKey
{
    /// <summary>Encrypts so that only the holder of the private key can read. Meant for keys and short texts.</summary>
    /// <param name="plaintext">One byte or more.</param>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, Sm2CiphertextFormat format = Sm2CiphertextFormat.Der) =>
        Sm2Encryption.Encrypt(Handle, plaintext, format);
}

public sealed partial class Sm2KeyPair
{
    /// <summary>Decrypts what was encrypted for this pair. The caller clears the plaintext if it is a secret.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Altered, or meant for another key.</exception>
    /// <exception cref="GuoMiException">It has not the form asked for.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext, Sm2CiphertextFormat format = Sm2CiphertextFormat.Der) =>
        Sm2Encryption.Decrypt(Handle, ciphertext, format);
}
