using System.Numerics;

namespace Zhengtong.Feel;

/// <summary>
/// A FEEL number: a decimal of up to 34 significant digits, rounded half even, with the exponent range of IEEE 754 decimal128
/// (DMN 1.5, 10.3.2.3.1).
/// </summary>
/// <remarks>
/// The coefficient lies in 128 bits, so sums and most products need no big integers. Equal numbers may have different exponents
/// (1.0 and 1.00); equality, hash code and text see the value only.
/// </remarks>
public readonly partial struct FeelNumber : IEquatable<FeelNumber>, IComparable<FeelNumber>, IComparable
{
    /// <summary>Significant digits kept.</summary>
    public const int Precision = 34;

    internal const int MinExponent = -6176;
    internal const int MaxExponent = 6111;

    private static readonly UInt128[] Powers = MakePowers();
    private static readonly UInt128 Limit = Powers[Precision];
    private static readonly object[] SmallIntegers = MakeSmallIntegers();

    private readonly ulong high;
    private readonly ulong low;
    private readonly int exponent;
    private readonly bool negative;

    private FeelNumber(bool negative, UInt128 coefficient, int exponent)
    {
        high = (ulong)(coefficient >> 64);
        low = (ulong)coefficient;
        this.exponent = exponent;
        this.negative = negative && coefficient != 0;
    }

    private FeelNumber(bool negative, ulong coefficient, int exponent)
    {
        low = coefficient;
        this.exponent = exponent;
        this.negative = negative && coefficient != 0;
    }

    public static FeelNumber Zero => default;

    public static FeelNumber One { get; } = new(false, 1UL, 0);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => IsZero ? 0 : negative ? -1 : 1;

    public bool IsZero => (high | low) == 0;

    private UInt128 Coefficient => new(high, low);

    /// <summary>Whether there is no fractional part.</summary>
    public bool IsInteger
    {
        get
        {
            if (exponent >= 0 || IsZero)
            {
                return true;
            }

            return -exponent <= Precision && Coefficient % Powers[-exponent] == 0;
        }
    }

    public static implicit operator FeelNumber(int value) => FromInt64(value);

    public static implicit operator FeelNumber(long value) => FromInt64(value);

    public static FeelNumber FromInt64(long value) =>
        value < 0 ? new(true, (ulong)-(value + 1) + 1UL, 0) : new(false, (ulong)value, 0);

    public static FeelNumber FromDecimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var coefficient = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return new(bits[3] < 0, coefficient, -((bits[3] >> 16) & 0xFF));
    }

    /// <summary>The shortest decimal that reads back as <paramref name="value"/>; null for infinities and NaN.</summary>
    public static FeelNumber? FromDouble(double value) =>
        double.IsFinite(value) && TryParse(value.ToString("R"), out var number) ? number : null;

    public static FeelNumber FromBigInteger(BigInteger value) => FromBig(value, 0);

    /// <summary>The value boxed; small integers share their box.</summary>
    internal static object Box(FeelNumber value)
    {
        if (value.exponent == 0 && value.high == 0 && value.low < (ulong)SmallIntegers.Length && !value.negative)
        {
            return SmallIntegers[(int)value.low];
        }

        return value;
    }

    internal static object Box(long value) =>
        value >= 0 && value < SmallIntegers.Length ? SmallIntegers[(int)value] : (object)FromInt64(value);

    /// <summary>The value as a 64-bit integer, when it is one.</summary>
    public bool TryToInt64(out long value)
    {
        value = 0;
        if (IsZero)
        {
            return true;
        }

        if (exponent == 0 && high == 0 && low <= long.MaxValue)
        {
            value = negative ? -(long)low : (long)low;
            return true;
        }

        if (!IsInteger || exponent > 19)
        {
            return false;
        }

        if (exponent > 0 && DigitCount(Coefficient) + exponent > 20)
        {
            return false;
        }

        var whole = exponent >= 0 ? Coefficient * Powers[exponent] : Coefficient / Powers[-exponent];
        if (whole > long.MaxValue)
        {
            return false;
        }

        value = negative ? -(long)whole : (long)whole;
        return true;
    }

    /// <summary>The value as a 32-bit integer, when it is one.</summary>
    public bool TryToInt32(out int value)
    {
        var fits = TryToInt64(out var wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = fits ? (int)wide : 0;
        return fits;
    }

    /// <summary>The value as <see cref="decimal"/>, rounded to its 28 digits; null when it is out of range.</summary>
    public decimal? ToDecimal() =>
        decimal.TryParse(ToString(), System.Globalization.NumberStyles.Float, null, out var value) ? value : null;

    public double ToDouble() => exponent == 0 && high == 0 && low < 1UL << 53
        ? (negative ? -(double)low : low)
        : double.Parse(ToScientific(), System.Globalization.NumberStyles.Float);

    public BigInteger ToBigInteger()
    {
        var whole = Round(0, FeelRounding.Down);
        var value = (BigInteger)whole.Coefficient;
        if (whole.exponent > 0)
        {
            value *= BigInteger.Pow(10, whole.exponent);
        }

        return whole.negative ? -value : value;
    }

    public bool Equals(FeelNumber other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is FeelNumber other && Equals(other);

    public override int GetHashCode()
    {
        var plain = Normalize();
        return HashCode.Combine(plain.high, plain.low, plain.exponent, plain.negative);
    }

    public int CompareTo(object? obj) => obj is FeelNumber other ? CompareTo(other) : 1;

    public int CompareTo(FeelNumber other)
    {
        if (exponent == other.exponent)
        {
            if (negative != other.negative)
            {
                return negative ? -1 : 1;
            }

            var order = high != other.high ? high.CompareTo(other.high) : low.CompareTo(other.low);
            return negative ? -order : order;
        }

        var sign = Sign;
        var otherSign = other.Sign;
        if (sign != otherSign)
        {
            return sign.CompareTo(otherSign);
        }

        if (sign == 0)
        {
            return 0;
        }

        var magnitude = CompareMagnitude(this, other);
        return negative ? -magnitude : magnitude;
    }

    private static int CompareMagnitude(FeelNumber a, FeelNumber b)
    {
        var first = DigitCount(a.Coefficient) + a.exponent;
        var second = DigitCount(b.Coefficient) + b.exponent;
        if (first != second)
        {
            return first.CompareTo(second);
        }

        // Equal leading positions: the exponents differ by less than the precision, so the shift fits 128 bits.
        return a.exponent > b.exponent
            ? (a.Coefficient * Powers[a.exponent - b.exponent]).CompareTo(b.Coefficient)
            : a.Coefficient.CompareTo(b.Coefficient * Powers[b.exponent - a.exponent]);
    }

    public static bool operator ==(FeelNumber left, FeelNumber right) => left.CompareTo(right) == 0;

    public static bool operator !=(FeelNumber left, FeelNumber right) => left.CompareTo(right) != 0;

    public static bool operator <(FeelNumber left, FeelNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(FeelNumber left, FeelNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(FeelNumber left, FeelNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FeelNumber left, FeelNumber right) => left.CompareTo(right) >= 0;

    /// <summary>The same value with the fewest digits in the coefficient.</summary>
    internal FeelNumber Normalize()
    {
        if (IsZero)
        {
            return default;
        }

        var coefficient = Coefficient;
        var power = exponent;
        while (coefficient % 10 == 0)
        {
            coefficient /= 10;
            power++;
        }

        return new FeelNumber(negative, coefficient, power);
    }

    internal static int DigitCount(UInt128 value)
    {
        if (value == 0)
        {
            return 1;
        }

        var bits = 128 - (int)UInt128.LeadingZeroCount(value);
        var digits = (bits * 1233) >> 12;
        return value >= Powers[digits] ? digits + 1 : digits;
    }

    private static UInt128[] MakePowers()
    {
        var powers = new UInt128[39];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }

    private static object[] MakeSmallIntegers()
    {
        var boxes = new object[1025];
        for (var i = 0; i < boxes.Length; i++)
        {
            boxes[i] = FromInt64(i);
        }

        return boxes;
    }
}
