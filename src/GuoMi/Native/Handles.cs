using System.Runtime.InteropServices;

namespace Zhengtong.GuoMi.Native;

/// <summary>An object that libcrypto made and that must be given back exactly once.</summary>
internal abstract class LibCryptoHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }

    protected abstract void Free(nint pointer);
}

internal sealed class EvpMd : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_MD_free(pointer);
}

internal sealed class EvpMdCtx : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_MD_CTX_free(pointer);
}

internal sealed class EvpMac : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_MAC_free(pointer);
}

internal sealed class EvpMacCtx : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_MAC_CTX_free(pointer);
}

internal sealed class EvpCipher : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_CIPHER_free(pointer);
}

internal sealed class EvpCipherCtx : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_CIPHER_CTX_free(pointer);
}

internal sealed class EvpPkey : LibCryptoHandle
{
    internal static EvpPkey Own(nint pointer)
    {
        var key = new EvpPkey();
        key.SetHandle(pointer);
        return key;
    }

    protected override void Free(nint pointer) => LibCrypto.EVP_PKEY_free(pointer);
}

internal sealed class EvpPkeyCtx : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EVP_PKEY_CTX_free(pointer);
}

internal sealed class EcGroup : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EC_GROUP_free(pointer);
}

/// <summary>A point; cleared when freed, since agreed secrets are points too.</summary>
internal sealed class EcPoint : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.EC_POINT_clear_free(pointer);
}

/// <summary>A number; cleared when freed.</summary>
internal sealed class BigNumber : LibCryptoHandle
{
    internal static BigNumber Own(nint pointer)
    {
        var number = new BigNumber();
        number.SetHandle(pointer);
        return number;
    }

    protected override void Free(nint pointer) => LibCrypto.BN_clear_free(pointer);
}

internal sealed class BigNumberCtx : LibCryptoHandle
{
    protected override void Free(nint pointer) => LibCrypto.BN_CTX_free(pointer);
}
