using System.Security.Cryptography;

namespace Zhengtong.GuoMi.Native;

/// <summary>GCM and CCM as libcrypto computes them, for the libraries that have them with SM4 (OpenSSL from 3.1, Tongsuo).</summary>
/// <remarks>The cipher is a parameter so that the call sequence can be proven with AES where SM4 is missing.</remarks>
internal static unsafe class NativeAead
{
    private const int SetNonceLength = 0x9;
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;

    internal static void Encrypt(
        EvpCipher cipher, bool ccm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext,
        Span<byte> tag, ReadOnlySpan<byte> associatedData)
    {
        using var context = Begin(cipher, ccm, key, nonce, tag.Length, default, encrypt: 1);
        if (!Run(context, ccm, plaintext, ciphertext, associatedData))
        {
            throw NativeCall.Failure("EVP_CipherUpdate");
        }

        NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(context, GetTag, tag.Length, tag));
    }

    internal static void Decrypt(
        EvpCipher cipher, bool ccm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag,
        Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        using var context = Begin(cipher, ccm, key, nonce, tag.Length, tag, encrypt: 0);
        var length = ciphertext.Length;
        if (!Run(context, ccm, ciphertext, plaintext, associatedData))
        {
            // The library writes plaintext before it knows that it is one.
            CryptographicOperations.ZeroMemory(plaintext[..length]);
            LibCrypto.ERR_clear_error();
            throw new AuthenticationTagMismatchException();
        }
    }

    private static EvpCipherCtx Begin(
        EvpCipher cipher, bool ccm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int tagLength, ReadOnlySpan<byte> tag, int encrypt)
    {
        var context = NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_new());
        try
        {
            NativeCall.Check(LibCrypto.EVP_CipherInit_ex(context, cipher, 0, default, default, encrypt));
            NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(context, SetNonceLength, nonce.Length, default));
            if (encrypt == 0)
            {
                Span<byte> copy = stackalloc byte[16];
                tag.CopyTo(copy);
                NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(context, SetTag, tag.Length, copy));
            }
            else if (ccm)
            {
                NativeCall.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(context, SetTag, tagLength, default));
            }

            NativeCall.Check(LibCrypto.EVP_CipherInit_ex(context, 0, 0, key, nonce, encrypt));
            return context;
        }
        catch (GuoMiException)
        {
            context.Dispose();
            throw;
        }
    }

    private static bool Run(
        EvpCipherCtx context, bool ccm, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> associatedData)
    {
        byte nothing = 0;
        fixed (byte* pinnedInput = input, pinnedOutput = output, pinnedData = associatedData)
        {
            var from = pinnedInput == null ? &nothing : pinnedInput;
            var to = pinnedOutput == null ? &nothing : pinnedOutput;

            // CCM hashes the length before anything else, so it must be told.
            if (ccm && LibCrypto.EVP_CipherUpdate(context, null, out _, null, input.Length) != 1)
            {
                return false;
            }

            if (!associatedData.IsEmpty && LibCrypto.EVP_CipherUpdate(context, null, out _, pinnedData, associatedData.Length) != 1)
            {
                return false;
            }

            if (LibCrypto.EVP_CipherUpdate(context, to, out var written, from, input.Length) != 1)
            {
                return false;
            }

            // CCM has finished with its one update; GCM compares or makes its tag here.
            return ccm || LibCrypto.EVP_CipherFinal_ex(context, to + written, out _) == 1;
        }
    }
}
