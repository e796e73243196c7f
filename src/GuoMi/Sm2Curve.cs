using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>The recommended curve sm2p256v1 and the few operations on it that libcrypto's key objects do not offer.</summary>
/// <remarks>Source: GB/T 32918.5-2017.</remarks>
internal static class Sm2Curve
{
    /// <summary>Length of a coordinate and of a private key in bytes.</summary>
    internal const int Size = 32;

    /// <summary>Length of an uncompressed point: 04, x, y.</summary>
    internal const int PointSize = 1 + 2 * Size;

    internal const string Oid = "1.2.156.10197.1.301";

    private static readonly Lazy<EcGroup> LazyGroup = new(
        () => NativeCall.Check(LibCrypto.EC_GROUP_new_by_curve_name(LibCrypto.OBJ_sn2nid("SM2\0"u8))));

    /// <summary>Order n of the group.</summary>
    internal static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0x72, 0x03, 0xDF, 0x6B, 0x21, 0xC6, 0x05, 0x2B, 0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x23,
    ];

    /// <summary>a, b, xG and yG, as the hash of a user's identity takes them.</summary>
    internal static ReadOnlySpan<byte> Parameters =>
    [
        0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
        0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
        0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
        0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
        0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
        0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
        0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0,
    ];

    internal static EcGroup Group => LazyGroup.Value;

    /// <summary>Public point of a private key.</summary>
    internal static byte[] Multiply(ReadOnlySpan<byte> privateKey)
    {
        using var context = NativeCall.Check(LibCrypto.BN_CTX_secure_new());
        using var factor = Secret(privateKey);
        using var point = NativeCall.Check(LibCrypto.EC_POINT_new(Group));
        NativeCall.Check(LibCrypto.EC_POINT_mul(Group, point, factor, 0, 0, context));
        return Encode(Group, point, context);
    }

    /// <summary>Reads a point in compressed or uncompressed form and refuses one that does not lie on the curve.</summary>
    internal static byte[] Normalise(ReadOnlySpan<byte> encoded)
    {
        using var context = NativeCall.Check(LibCrypto.BN_CTX_secure_new());
        using var point = Decode(Group, encoded, context);
        return Encode(Group, point, context);
    }

    internal static EcPoint Decode(EcGroup group, ReadOnlySpan<byte> encoded, BigNumberCtx context)
    {
        // The infinite point is one zero byte; it is valid to the library, and never a key.
        if (encoded.Length < 1 + Size)
        {
            throw new GuoMiException("A point of SM2 has 33 or 65 bytes.");
        }

        var point = NativeCall.Check(LibCrypto.EC_POINT_new(group));
        if (LibCrypto.EC_POINT_oct2point(group, point, encoded, (nuint)encoded.Length, context) != 1)
        {
            point.Dispose();
            throw NativeCall.Failure("EC_POINT_oct2point");
        }

        return point;
    }

    internal static byte[] Encode(EcGroup group, EcPoint point, BigNumberCtx context)
    {
        var encoded = new byte[PointSize];
        var written = LibCrypto.EC_POINT_point2oct(
            group, point, LibCrypto.POINT_CONVERSION_UNCOMPRESSED, encoded, (nuint)encoded.Length, context);
        return written == PointSize ? encoded : throw NativeCall.Failure("EC_POINT_point2oct");
    }

    /// <summary>A number in the library's locked memory, cleared when freed, for constant-time use.</summary>
    internal static BigNumber Secret(ReadOnlySpan<byte> bytes)
    {
        var number = NativeCall.Check(LibCrypto.BN_secure_new());
        if (LibCrypto.BN_bin2bn(bytes, bytes.Length, number) == 0)
        {
            number.Dispose();
            throw NativeCall.Failure("BN_bin2bn");
        }

        LibCrypto.BN_set_flags(number, LibCrypto.BN_FLG_CONSTTIME);
        return number;
    }

    /// <summary>Whether a private key lies in [1, n-2], as GB/T 32918.1 asks.</summary>
    internal static bool IsPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> limit = stackalloc byte[Size];
        Order.CopyTo(limit);
        limit[^1]--; // n-1: n is odd
        return privateKey.Length == Size && privateKey.ContainsAnyExcept((byte)0) && IsBelow(privateKey, limit);
    }

    /// <summary>Whether a number of 32 bytes lies in [1, n-1].</summary>
    internal static bool IsScalar(ReadOnlySpan<byte> number) =>
        number.Length == Size && number.ContainsAnyExcept((byte)0) && IsBelow(number, Order);

    // Every byte is looked at whatever the first ones say: the number may be a private key.
    private static bool IsBelow(ReadOnlySpan<byte> number, ReadOnlySpan<byte> limit)
    {
        var borrow = 0;
        for (var i = Size - 1; i >= 0; i--)
        {
            borrow = (number[i] - limit[i] - borrow) >> 31 & 1;
        }

        return borrow == 1;
    }
}
