using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>A key pair of SM2: signs and decrypts. Any number of threads may share one; disposing clears the private key.</summary>
/// <remarks>Source: GB/T 32918-2016, GM/T 0003-2012, GM/T 0009-2012.</remarks>
public sealed partial class Sm2KeyPair : IDisposable
{
    private Sm2KeyPair(byte[] point, EvpPkey handle)
    {
        Handle = handle;
        PublicKey = new Sm2PublicKey(point, handle);
    }

    /// <summary>The public half. It lives as long as the pair; <see cref="ExportPublicKey"/> gives one that outlives it.</summary>
    public Sm2PublicKey PublicKey { get; }

    internal EvpPkey Handle { get; }

    /// <summary>Makes a new pair from the random source of libcrypto.</summary>
    public static Sm2KeyPair Generate()
    {
        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_name(0, "SM2\0"u8, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_keygen_init(context));
        nint key = 0;
        NativeCall.Check(LibCrypto.EVP_PKEY_generate(context, ref key));
        var handle = EvpPkey.Own(key);
        var point = new byte[Sm2Curve.PointSize];
        NativeCall.Check(LibCrypto.EVP_PKEY_get_octet_string_param(
            handle, "encoded-pub-key\0"u8, point, (nuint)point.Length, out _));
        return new Sm2KeyPair(Sm2Curve.Normalise(point), handle);
    }

    /// <summary>Takes a private key of 32 bytes, big-endian, and computes its public half.</summary>
    /// <exception cref="GuoMiException">The number is not in [1, n-2].</exception>
    public static Sm2KeyPair FromPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (!Sm2Curve.IsPrivateKey(privateKey))
        {
            throw new GuoMiException("A private key of SM2 is a number of 32 bytes in [1, n-2].");
        }

        var point = Sm2Curve.Multiply(privateKey);
        return new Sm2KeyPair(point, Sm2PublicKey.MakeHandle(point, privateKey));
    }

    /// <summary>Writes the private key, 32 bytes, big-endian. The caller clears it.</summary>
    public void ExportPrivateKey(Span<byte> destination)
    {
        Guard.Room(destination, Sm2Curve.Size);
        nint number = 0;
        NativeCall.Check(LibCrypto.EVP_PKEY_get_bn_param(Handle, "priv\0"u8, ref number));
        using var owned = BigNumber.Own(number);
        if (LibCrypto.BN_bn2binpad(owned, destination, Sm2Curve.Size) != Sm2Curve.Size)
        {
            throw NativeCall.Failure("BN_bn2binpad");
        }
    }

    /// <summary>The public half as an object of its own.</summary>
    public Sm2PublicKey ExportPublicKey() => Sm2PublicKey.FromPoint(PublicKey.Point);

    /// <summary>Signs <paramref name="message"/>.</summary>
    /// <param name="userId">Empty for the default id 1234567812345678. The verifier must use the same.</param>
    public byte[] Sign(
        ReadOnlySpan<byte> message, Sm2SignatureFormat format = Sm2SignatureFormat.Der, ReadOnlySpan<byte> userId = default) =>
        SignDigest(PublicKey.MessageDigest(message, userId), format);

    /// <summary>Signs a digest of <see cref="Sm2PublicKey.MessageDigest"/> or <see cref="Sm2PublicKey.MessageDigestAsync"/>.</summary>
    public byte[] SignDigest(ReadOnlySpan<byte> digest, Sm2SignatureFormat format = Sm2SignatureFormat.Der)
    {
        Guard.Length(digest, Sm3.HashSize);
        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, Handle, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_sign_init(context));
        Span<byte> der = stackalloc byte[80];
        var length = (nuint)der.Length;
        NativeCall.Check(LibCrypto.EVP_PKEY_sign(context, der, ref length, digest, (nuint)digest.Length));
        der = der[..(int)length];
        return format == Sm2SignatureFormat.Der ? der.ToArray() : Sm2Signature.ToRaw(der);
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Lets <paramref name="use"/> see the private key, and clears it after.</summary>
    internal T WithPrivateKey<T>(Func<byte[], T> use)
    {
        using var secret = new SecretBytes(Sm2Curve.Size);
        ExportPrivateKey(secret.Span);
        var bytes = GC.AllocateArray<byte>(Sm2Curve.Size, pinned: true);
        try
        {
            secret.Span.CopyTo(bytes);
            return use(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
