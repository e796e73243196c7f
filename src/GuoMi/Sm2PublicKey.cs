using System.Buffers.Binary;
using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>A public key of SM2: verifies signatures and encrypts. Any number of threads may share one.</summary>
/// <remarks>Source: GB/T 32918-2016, GM/T 0003-2012, GM/T 0009-2012.</remarks>
public sealed partial class Sm2PublicKey : IDisposable, IEquatable<Sm2PublicKey>
{
    private readonly byte[] _point;
    private byte[]? _defaultIdentityHash;

    internal Sm2PublicKey(byte[] normalisedPoint, EvpPkey handle)
    {
        _point = normalisedPoint;
        Handle = handle;
    }

    /// <summary>The point: 04, x, y; 65 bytes.</summary>
    public ReadOnlySpan<byte> Point => _point;

    internal EvpPkey Handle { get; }

    /// <summary>Takes a point in compressed (33 bytes) or uncompressed form (65 bytes).</summary>
    /// <exception cref="GuoMiException">It does not lie on the curve.</exception>
    public static Sm2PublicKey FromPoint(ReadOnlySpan<byte> point)
    {
        var normalised = Sm2Curve.Normalise(point);
        return new Sm2PublicKey(normalised, MakeHandle(normalised, default));
    }

    /// <summary>Hash Z of the user id and the key, which every signature covers.</summary>
    /// <param name="userId">Empty for the default id 1234567812345678; at most 8,191 bytes.</param>
    /// <remarks>Source: GB/T 32918.2-2016, 5.5.</remarks>
    public byte[] IdentityHash(ReadOnlySpan<byte> userId = default)
    {
        if (userId.IsEmpty || userId.SequenceEqual(Sm2.DefaultUserId))
        {
            // Written twice at worst when two threads come first together, with the same bytes.
            return (byte[])(_defaultIdentityHash ??= ComputeIdentityHash(Sm2.DefaultUserId)).Clone();
        }

        return ComputeIdentityHash(userId);
    }

    /// <summary>The 32 bytes that a signature signs: SM3 over Z and the message.</summary>
    public byte[] MessageDigest(ReadOnlySpan<byte> message, ReadOnlySpan<byte> userId = default)
    {
        using var hasher = new Sm3Hasher();
        hasher.Append(IdentityHash(userId));
        hasher.Append(message);
        return hasher.Finish();
    }

    /// <summary>The 32 bytes that a signature over the rest of <paramref name="message"/> signs.</summary>
    public async Task<byte[]> MessageDigestAsync(Stream message, ReadOnlyMemory<byte> userId, CancellationToken cancellationToken)
    {
        using var hasher = new Sm3Hasher();
        hasher.Append(IdentityHash(userId.Span));
        await hasher.AppendAsync(message, cancellationToken).ConfigureAwait(false);
        return hasher.Finish();
    }

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> was made with the private key of this one.</summary>
    /// <returns>False also for a signature of a wrong form: nothing tells an attacker more than no.</returns>
    public bool Verify(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, Sm2SignatureFormat format = Sm2SignatureFormat.Der,
        ReadOnlySpan<byte> userId = default) => VerifyDigest(MessageDigest(message, userId), signature, format);

    /// <summary>Verifies over a digest of <see cref="MessageDigest"/> or <see cref="MessageDigestAsync"/>.</summary>
    public bool VerifyDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Sm2SignatureFormat format = Sm2SignatureFormat.Der)
    {
        Guard.Length(digest, Sm3.HashSize);
        Span<byte> raw = stackalloc byte[Sm2Signature.RawSize];
        if (!Sm2Signature.TryToRaw(signature, format, raw))
        {
            return false;
        }

        var der = Sm2Signature.ToDer(raw);
        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, Handle, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_verify_init(context));
        var answer = LibCrypto.EVP_PKEY_verify(context, der, (nuint)der.Length, digest, (nuint)digest.Length);
        if (answer < 0)
        {
            throw NativeCall.Failure("EVP_PKEY_verify");
        }

        if (answer == 0)
        {
            LibCrypto.ERR_clear_error();
        }

        return answer == 1;
    }

    public bool Equals(Sm2PublicKey? other) => other is not null && _point.AsSpan().SequenceEqual(other._point);

    public override bool Equals(object? obj) => Equals(obj as Sm2PublicKey);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_point.AsSpan(1));

    public void Dispose() => Handle.Dispose();

    /// <summary>Makes libcrypto's key object from a checked point and, for a pair, the private number.</summary>
    internal static unsafe EvpPkey MakeHandle(ReadOnlySpan<byte> point, ReadOnlySpan<byte> privateKey)
    {
        const int publicKeySelection = 0x86;
        const int keyPairSelection = 0x87;

        using var context = NativeCall.Check(LibCrypto.EVP_PKEY_CTX_new_from_name(0, "SM2\0"u8, 0));
        NativeCall.Check(LibCrypto.EVP_PKEY_fromdata_init(context));

        // Parameters carry numbers in the byte order of the machine.
        Span<byte> number = stackalloc byte[Sm2Curve.Size];
        privateKey.CopyTo(number);
        if (BitConverter.IsLittleEndian)
        {
            number.Reverse();
        }

        nint key = 0;
        fixed (byte* group = "group\0"u8, curve = "SM2\0"u8, pub = "pub\0"u8, priv = "priv\0"u8, pointBytes = point, numberBytes = number)
        {
            var parameters = stackalloc OsslParam[4];
            parameters[0] = new OsslParam(group, OsslParam.Utf8String, curve, 3);
            parameters[1] = new OsslParam(pub, OsslParam.OctetString, pointBytes, (nuint)point.Length);
            parameters[2] = privateKey.IsEmpty
                ? default
                : new OsslParam(priv, OsslParam.UnsignedInteger, numberBytes, (nuint)number.Length);
            parameters[3] = default;
            var selection = privateKey.IsEmpty ? publicKeySelection : keyPairSelection;
            var made = LibCrypto.EVP_PKEY_fromdata(context, ref key, selection, parameters);
            CryptographicOperations.ZeroMemory(number);
            NativeCall.Check(made, "EVP_PKEY_fromdata");
        }

        return EvpPkey.Own(key);
    }

    private byte[] ComputeIdentityHash(ReadOnlySpan<byte> userId)
    {
        Span<byte> bits = stackalloc byte[2];
        if (userId.Length > ushort.MaxValue / 8)
        {
            throw new ArgumentException("A user id has at most 8,191 bytes.", nameof(userId));
        }

        BinaryPrimitives.WriteUInt16BigEndian(bits, (ushort)(userId.Length * 8));
        using var hasher = new Sm3Hasher();
        hasher.Append(bits);
        hasher.Append(userId);
        hasher.Append(Sm2Curve.Parameters);
        hasher.Append(_point.AsSpan(1));
        return hasher.Finish();
    }
}
