namespace Zhengtong.GuoMi.Native;

/// <summary>Algorithms fetched once for the life of the process: a fetch by name costs more than a short hash.</summary>
/// <remarks>Lazily one by one: a library without one of them serves the others, and a missing library is told as such
/// instead of as a failed type.</remarks>
internal static class Algorithms
{
    private static readonly Lazy<EvpMd> LazySm3 = new(() => NativeCall.Check(LibCrypto.EVP_MD_fetch(0, "SM3\0"u8, 0)));
    private static readonly Lazy<EvpMac> LazyHmac = new(() => NativeCall.Check(LibCrypto.EVP_MAC_fetch(0, "HMAC\0"u8, 0)));
    private static readonly Lazy<EvpCipher> LazyEcb = new(() => NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-ECB\0"u8, 0)));
    private static readonly Lazy<EvpCipher> LazyCbc = new(() => NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-CBC\0"u8, 0)));
    private static readonly Lazy<EvpCipher> LazyCtr = new(() => NativeCall.Check(LibCrypto.EVP_CIPHER_fetch(0, "SM4-CTR\0"u8, 0)));
    private static readonly Lazy<EvpCipher?> LazyGcm = new(() => TryFetchCipher("SM4-GCM\0"u8));
    private static readonly Lazy<EvpCipher?> LazyCcm = new(() => TryFetchCipher("SM4-CCM\0"u8));

    internal static EvpMd Sm3 => LazySm3.Value;

    internal static EvpMac Hmac => LazyHmac.Value;

    internal static EvpCipher Sm4Ecb => LazyEcb.Value;

    internal static EvpCipher Sm4Cbc => LazyCbc.Value;

    internal static EvpCipher Sm4Ctr => LazyCtr.Value;

    /// <summary>Null where the library has none (OpenSSL 3.0).</summary>
    internal static EvpCipher? Sm4Gcm => LazyGcm.Value;

    /// <summary>Null where the library has none (OpenSSL 3.0).</summary>
    internal static EvpCipher? Sm4Ccm => LazyCcm.Value;

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
