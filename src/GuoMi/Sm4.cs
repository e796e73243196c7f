using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>The block cipher SM4 in the modes that do not authenticate: CBC and CTR.</summary>
/// <remarks>
/// Source: GB/T 32907-2016, GM/T 0002-2012; modes of GB/T 17964. Whoever can alter the ciphertext of these modes alters the plaintext
/// unseen:
/// for data at rest and in transit use <see cref="Sm4Envelope"/>.
/// </remarks>
public static unsafe class Sm4
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeySize = 16;

    /// <summary>Length of a block in bytes.</summary>
    public const int BlockSize = 16;

    /// <summary>Encrypts in CBC mode with PKCS#7 padding.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="iv">16 bytes that nobody can foresee; new for every message.</param>
    public static byte[] EncryptCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext)
    {
        Guard.Length(iv, BlockSize);
        var output = new byte[(plaintext.Length / BlockSize + 1) * BlockSize];
        Run(Algorithms.Sm4Cbc, key, iv, plaintext, output, encrypt: true, padding: true);
        return output;
    }

    /// <summary>Decrypts CBC mode with PKCS#7 padding.</summary>
    /// <exception cref="GuoMiException">The length or the padding is wrong. Tell nobody outside which: that answer is a padding
    /// oracle.</exception>
    public static byte[] DecryptCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext)
    {
        Guard.Length(iv, BlockSize);
        var output = new byte[ciphertext.Length + BlockSize];
        try
        {
            var written = Run(Algorithms.Sm4Cbc, key, iv, ciphertext, output, encrypt: false, padding: true);
            return output[..written];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(output);
        }
    }

    /// <summary>Encrypts or decrypts in CTR mode: both are the same.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="counter">First counter block, 16 bytes, counted up as a 128-bit number. No block may ever be used twice with a
    /// key.</param>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as the input; may be the same memory.</param>
    public static void Ctr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Guard.Length(counter, BlockSize);
        Run(Algorithms.Sm4Ctr, key, counter, input, output, encrypt: true, padding: false);
    }

    /// <summary>ECB without padding: for test vectors and as the block under the authenticated modes, never for data.</summary>
    internal static void Ecb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> output, bool encrypt) =>
        Run(Algorithms.Sm4Ecb, key, default, input, output, encrypt, padding: false);

    /// <summary>CBC without padding over whole blocks.</summary>
    internal static void CbcBlocks(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output, bool encrypt) =>
        Run(Algorithms.Sm4Cbc, key, iv, input, output, encrypt, padding: false);

    private static int Run(
        EvpCipher cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output, bool encrypt,
        bool padding)
    {
        Guard.Length(key, KeySize);
        Guard.Room(output, input.Length);
        Guard.Overlap(input, output);
        using var context = NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_new());
        NativeCall.Check(LibCrypto.EVP_CipherInit_ex(context, cipher, 0, key, iv, encrypt ? 1 : 0));
        NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_set_padding(context, padding ? 1 : 0));

        // An empty span pins to null; libcrypto wants an address even for nothing.
        byte nothing = 0;
        fixed (byte* pinnedInput = input, pinnedOutput = output)
        {
            var from = pinnedInput == null ? &nothing : pinnedInput;
            var to = pinnedOutput == null ? &nothing : pinnedOutput;
            NativeCall.Check(LibCrypto.EVP_CipherUpdate(context, to, out var written, from, input.Length));
            NativeCall.Check(LibCrypto.EVP_CipherFinal_ex(context, to + written, out var rest));
            return written + rest;
        }
    }
}
