using System.Runtime.InteropServices;

namespace Zhengtong.GuoMi.Native;

/// <summary>Big numbers and points: what key agreement and the check of imported keys need below the EVP level.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary>Tells the big-number code to take its constant-time paths with this number.</summary>
    internal const int BN_FLG_CONSTTIME = 0x04;

    internal const int POINT_CONVERSION_UNCOMPRESSED = 4;

    [LibraryImport(Name)]
    internal static partial int OBJ_sn2nid(ReadOnlySpan<byte> shortName);

    [LibraryImport(Name)]
    internal static partial BigNumber BN_secure_new();

    [LibraryImport(Name)]
    internal static partial void BN_clear_free(nint number);

    [LibraryImport(Name)]
    internal static partial void BN_set_flags(BigNumber number, int flags);

    [LibraryImport(Name)]
    internal static partial nint BN_bin2bn(ReadOnlySpan<byte> bytes, int length, BigNumber number);

    [LibraryImport(Name)]
    internal static partial int BN_bn2binpad(BigNumber number, Span<byte> bytes, int length);

    [LibraryImport(Name)]
    internal static partial int BN_mod_mul(BigNumber result, BigNumber a, BigNumber b, BigNumber modulus, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial int BN_mod_add(BigNumber result, BigNumber a, BigNumber b, BigNumber modulus, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial BigNumberCtx BN_CTX_secure_new();

    [LibraryImport(Name)]
    internal static partial void BN_CTX_free(nint context);

    [LibraryImport(Name)]
    internal static partial EcGroup EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Name)]
    internal static partial EcGroup EC_GROUP_new_curve_GFp(BigNumber p, BigNumber a, BigNumber b, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial int EC_GROUP_set_generator(EcGroup group, EcPoint generator, BigNumber order, BigNumber cofactor);

    [LibraryImport(Name)]
    internal static partial void EC_GROUP_free(nint group);

    [LibraryImport(Name)]
    internal static partial EcPoint EC_POINT_new(EcGroup group);

    [LibraryImport(Name)]
    internal static partial void EC_POINT_clear_free(nint point);

    [LibraryImport(Name)]
    internal static partial int EC_POINT_oct2point(
        EcGroup group, EcPoint point, ReadOnlySpan<byte> bytes, nuint length, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial nuint EC_POINT_point2oct(
        EcGroup group, EcPoint point, int form, Span<byte> bytes, nuint length, BigNumberCtx context);

    /// <summary>result = generator · <paramref name="generatorFactor"/>; the point terms stay away.</summary>
    [LibraryImport(Name)]
    internal static partial int EC_POINT_mul(
        EcGroup group, EcPoint result, BigNumber generatorFactor, nint point, nint factor, BigNumberCtx context);

    /// <summary>result = <paramref name="point"/> · <paramref name="factor"/>; the generator term stays away.</summary>
    [LibraryImport(Name)]
    internal static partial int EC_POINT_mul(
        EcGroup group, EcPoint result, nint generatorFactor, EcPoint point, BigNumber factor, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial int EC_POINT_add(EcGroup group, EcPoint result, EcPoint a, EcPoint b, BigNumberCtx context);

    [LibraryImport(Name)]
    internal static partial int EC_POINT_is_at_infinity(EcGroup group, EcPoint point);
}
