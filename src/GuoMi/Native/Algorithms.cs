namespace Zhengtong.GuoMi.Native;

/// <summary>Algorithms fetched once for the life of the process: a fetch by name costs more than a short hash.</summary>
internal static class Algorithms
{
    internal static EvpMd Sm3 { get; } = NativeCall.Check(LibCrypto.EVP_MD_fetch(0, "SM3\0"u8, 0));

    internal static EvpMac Hmac { get; } = NativeCall.Check(LibCrypto.EVP_MAC_fetch(0, "HMAC\0"u8, 0));

    internal static EvpCipher Sm4Ecb { get; } = NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-ECB\0"u8, 0));

    internal static EvpCipher Sm4Cbc { get; } = NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-CBC\0"u8, 0));

    internal static EvpCipher Sm4Ctr { get; } = NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-CTR\0"u8, 0));

    /// <summary>Null where the library has none (OpenSSL 3.0).</summary>
    internal static EvpCipher? Sm4Gcm { get; } = TryFetchCipher("SM4-GCM\0"u8);

    /// <summary>Null where the library has none (OpenSSL 3.0).</summary>
    internal static EvpCipher? Sm4Ccm { get; } = TryFetchCipher("SM4-CCM\0"u8);

    internal static EvpCipher? TryFetchCipher(ReadOnlySpan<byte> name)
    {
        var cipher = LibCrypto.EVP_CIPHER_fetch(0, name, 0);
        if (!cipher.IsInvalid)
        {
            return cipher;
        }

        cipher.Dispose();
        LibCrypto.ERR_clear_error();
        return null;
    }
}
