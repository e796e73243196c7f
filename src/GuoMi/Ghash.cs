using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Zhengtong.GuoMi;

/// <summary>The universal hash of GCM. No table, no branch and no index depends on the data or on the key.</summary>
/// <remarks>Source: NIST SP 800-38D, 6.3 and 6.4. With the processor's carry-less multiplication where there is one, else with masked
/// integers.</remarks>
internal struct Ghash
{
    private readonly ulong _keyHigh;
    private readonly ulong _keyLow;
    private readonly bool _portable;
    private ulong _high;
    private ulong _low;

    /// <param name="key">The zero block, encrypted.</param>
    /// <param name="portable">Keeps to integers, for the test of that path.</param>
    internal Ghash(ReadOnlySpan<byte> key, bool portable = false)
    {
        _keyHigh = BinaryPrimitives.ReadUInt64BigEndian(key);
        _keyLow = BinaryPrimitives.ReadUInt64BigEndian(key[8..]);
        _portable = portable || !Pclmulqdq.IsSupported;
    }

    /// <summary>Takes data; the last block is filled with zeros, as GCM wants at the end of each part.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 16)
        {
            Absorb(BinaryPrimitives.ReadUInt64BigEndian(data), BinaryPrimitives.ReadUInt64BigEndian(data[8..]));
            data = data[16..];
        }

        if (!data.IsEmpty)
        {
            Span<byte> last = stackalloc byte[16];
            data.CopyTo(last);
            Absorb(BinaryPrimitives.ReadUInt64BigEndian(last), BinaryPrimitives.ReadUInt64BigEndian(last[8..]));
        }
    }

    /// <summary>Takes the block with the lengths of both parts, given in bytes, written in bits.</summary>
    internal void AppendLengths(int first, int second) => Absorb((ulong)first * 8, (ulong)second * 8);

    internal readonly void Finish(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    private void Absorb(ulong high, ulong low)
    {
        high ^= _high;
        low ^= _low;

        // Karatsuba: three products of 64 bits make one of 128.
        var (aHigh, aLow) = Multiply(high, _keyHigh);
        var (bHigh, bLow) = Multiply(low, _keyLow);
        var (mHigh, mLow) = Multiply(high ^ low, _keyHigh ^ _keyLow);
        mHigh ^= aHigh ^ bHigh;
        mLow ^= aLow ^ bLow;

        // GCM counts bits from the other end; the product of two mirrored factors is one place short.
        var v3 = aHigh;
        var v2 = aLow ^ mHigh;
        var v1 = bHigh ^ mLow;
        var v0 = bLow;
        v3 = v3 << 1 | v2 >> 63;
        v2 = v2 << 1 | v1 >> 63;
        v1 = v1 << 1 | v0 >> 63;
        v0 <<= 1;

        // Modulo x^128 + x^7 + x^2 + x + 1, mirrored.
        v2 ^= v0 ^ v0 >> 1 ^ v0 >> 2 ^ v0 >> 7;
        v1 ^= v0 << 63 ^ v0 << 62 ^ v0 << 57;
        v3 ^= v1 ^ v1 >> 1 ^ v1 >> 2 ^ v1 >> 7;
        v2 ^= v1 << 63 ^ v1 << 62 ^ v1 << 57;
        _high = v3;
        _low = v2;
    }

    private readonly (ulong High, ulong Low) Multiply(ulong a, ulong b)
    {
        if (!_portable)
        {
            var product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(a), Vector128.CreateScalar(b), 0);
            return (product.GetElement(1), product.GetElement(0));
        }

        // The upper half is the lower half of the mirrored factors, mirrored and moved by one.
        return (Reverse(MultiplyLow(Reverse(a), Reverse(b))) >> 1, MultiplyLow(a, b));
    }

    /// <summary>Lower 64 bits of a carry-less product, by integer products of numbers with holes: three zero bits beside each one
    /// take up the carries, so that every fourth bit of the sum is the parity wanted. Multiplication takes constant time on the
    /// processors that .NET runs on.</summary>
    private static ulong MultiplyLow(ulong a, ulong b)
    {
        const ulong m0 = 0x1111111111111111, m1 = m0 << 1, m2 = m0 << 2, m3 = m0 << 3;
        ulong a0 = a & m0, a1 = a & m1, a2 = a & m2, a3 = a & m3;
        ulong b0 = b & m0, b1 = b & m1, b2 = b & m2, b3 = b & m3;
        return (a0 * b0 ^ a1 * b3 ^ a2 * b2 ^ a3 * b1) & m0
            | (a0 * b1 ^ a1 * b0 ^ a2 * b3 ^ a3 * b2) & m1
            | (a0 * b2 ^ a1 * b1 ^ a2 * b0 ^ a3 * b3) & m2
            | (a0 * b3 ^ a1 * b2 ^ a2 * b1 ^ a3 * b0) & m3;
    }

    private static ulong Reverse(ulong x)
    {
        x = (x & 0x5555555555555555) << 1 | x >> 1 & 0x5555555555555555;
        x = (x & 0x3333333333333333) << 2 | x >> 2 & 0x3333333333333333;
        x = (x & 0x0F0F0F0F0F0F0F0F) << 4 | x >> 4 & 0x0F0F0F0F0F0F0F0F;
        return BinaryPrimitives.ReverseEndianness(x);
    }
}
