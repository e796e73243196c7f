using System.Runtime.InteropServices;

namespace Zhengtong.GuoMi.Native;

/// <summary>The functions of libcrypto 3 that this library calls, with the C signatures and nothing else.</summary>
/// <remarks>Return codes are checked by the callers through <see cref="NativeCall"/>.</remarks>
internal static unsafe partial class LibCrypto
{
    internal const string Name = "libcrypto";

    // Not a field initialiser: the resolver has to be there before the first of these functions is bound, whichever it is.
    static LibCrypto() => GuoMiLibrary.InstallResolver();

    [LibraryImport(Name)]
    internal static partial nint OpenSSL_version(int type);

    [LibraryImport(Name)]
    internal static partial nuint ERR_get_error();

    [LibraryImport(Name)]
    internal static partial void ERR_error_string_n(nuint error, Span<byte> buffer, nuint length);

    [LibraryImport(Name)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Name)]
    internal static partial EvpMd EVP_MD_fetch(nint context, ReadOnlySpan<byte> algorithm, nint properties);

    [LibraryImport(Name)]
    internal static partial void EVP_MD_free(nint md);

    [LibraryImport(Name)]
    internal static partial EvpMdCtx EVP_MD_CTX_new();

    [LibraryImport(Name)]
    internal static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Name)]
    internal static partial int EVP_MD_CTX_copy_ex(EvpMdCtx to, EvpMdCtx from);

    [LibraryImport(Name)]
    internal static partial int EVP_DigestInit_ex2(EvpMdCtx context, EvpMd type, nint parameters);

    [LibraryImport(Name)]
    internal static partial int EVP_DigestUpdate(EvpMdCtx context, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Name)]
    internal static partial int EVP_DigestFinal_ex(EvpMdCtx context, Span<byte> hash, out uint length);

    [LibraryImport(Name)]
    internal static partial EvpMac EVP_MAC_fetch(nint context, ReadOnlySpan<byte> algorithm, nint properties);

    [LibraryImport(Name)]
    internal static partial void EVP_MAC_free(nint mac);

    [LibraryImport(Name)]
    internal static partial EvpMacCtx EVP_MAC_CTX_new(EvpMac mac);

    [LibraryImport(Name)]
    internal static partial void EVP_MAC_CTX_free(nint context);

    [LibraryImport(Name)]
    internal static partial int EVP_MAC_init(EvpMacCtx context, ReadOnlySpan<byte> key, nuint keyLength, OsslParam* parameters);

    [LibraryImport(Name)]
    internal static partial int EVP_MAC_update(EvpMacCtx context, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Name)]
    internal static partial int EVP_MAC_final(EvpMacCtx context, Span<byte> mac, out nuint length, nuint capacity);

    [LibraryImport(Name)]
    internal static partial EvpCipher EVP_CIPHER_fetch(nint context, ReadOnlySpan<byte> algorithm, nint properties);

    [LibraryImport(Name)]
    internal static partial void EVP_CIPHER_free(nint cipher);

    [LibraryImport(Name)]
    internal static partial EvpCipherCtx EVP_CIPHER_CTX_new();

    [LibraryImport(Name)]
    internal static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Name)]
    internal static partial int EVP_CipherInit_ex(
        EvpCipherCtx context, EvpCipher cipher, nint engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, int encrypt);

    /// <summary>Second step of an AEAD set-up: key and nonce into a context that knows its cipher already.</summary>
    [LibraryImport(Name)]
    internal static partial int EVP_CipherInit_ex(
        EvpCipherCtx context, nint cipher, nint engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, int encrypt);

    [LibraryImport(Name)]
    internal static partial int EVP_CIPHER_CTX_set_padding(EvpCipherCtx context, int padding);

    [LibraryImport(Name)]
    internal static partial int EVP_CIPHER_CTX_ctrl(EvpCipherCtx context, int type, int argument, Span<byte> pointer);

    [LibraryImport(Name)]
    internal static partial int EVP_CipherUpdate(EvpCipherCtx context, byte* output, out int written, byte* input, int length);

    [LibraryImport(Name)]
    internal static partial int EVP_CipherFinal_ex(EvpCipherCtx context, byte* output, out int written);

    [LibraryImport(Name)]
    internal static partial int PKCS5_PBKDF2_HMAC(
        ReadOnlySpan<byte> password, int passwordLength, ReadOnlySpan<byte> salt, int saltLength, int iterations, EvpMd digest,
        int keyLength, Span<byte> output);

    [LibraryImport(Name)]
    internal static partial EvpPkeyCtx EVP_PKEY_CTX_new_from_name(nint context, ReadOnlySpan<byte> name, nint properties);

    [LibraryImport(Name)]
    internal static partial EvpPkeyCtx EVP_PKEY_CTX_new_from_pkey(nint context, EvpPkey key, nint properties);

    [LibraryImport(Name)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Name)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_keygen_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_generate(EvpPkeyCtx context, ref nint key);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_fromdata_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_fromdata(EvpPkeyCtx context, ref nint key, int selection, OsslParam* parameters);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_get_bn_param(EvpPkey key, ReadOnlySpan<byte> name, ref nint number);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_get_octet_string_param(
        EvpPkey key, ReadOnlySpan<byte> name, Span<byte> buffer, nuint capacity, out nuint length);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_sign_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_sign(
        EvpPkeyCtx context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> digest, nuint digestLength);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_verify_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_verify(
        EvpPkeyCtx context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> digest, nuint digestLength);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_encrypt_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_encrypt(
        EvpPkeyCtx context, Span<byte> output, ref nuint outputLength, ReadOnlySpan<byte> input, nuint inputLength);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_decrypt_init(EvpPkeyCtx context);

    [LibraryImport(Name)]
    internal static partial int EVP_PKEY_decrypt(
        EvpPkeyCtx context, Span<byte> output, ref nuint outputLength, ReadOnlySpan<byte> input, nuint inputLength);
}
