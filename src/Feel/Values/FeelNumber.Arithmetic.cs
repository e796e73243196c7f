using System.Numerics;

namespace Zhengtong.Feel;

/// <summary>Directions in which <see cref="FeelNumber.Round"/> gives up digits.</summary>
public enum FeelRounding
{
    /// <summary>Away from zero.</summary>
    Up,

    /// <summary>Towards zero.</summary>
    Down,

    /// <summary>To the nearest; a tie goes away from zero.</summary>
    HalfUp,

    /// <summary>To the nearest; a tie goes towards zero.</summary>
    HalfDown,

    /// <summary>To the nearest; a tie goes to the even neighbour.</summary>
    HalfEven,

    /// <summary>Towards negative infinity.</summary>
    Floor,

    /// <summary>Towards positive infinity.</summary>
    Ceiling,
}

public readonly partial struct FeelNumber
{
    public static FeelNumber operator -(FeelNumber value) => new(!value.negative, value.Coefficient, value.exponent);

    public static FeelNumber operator -(FeelNumber left, FeelNumber right) => left + -right;

    /// <exception cref="OverflowException">The sum is beyond the exponent range.</exception>
    public static FeelNumber operator +(FeelNumber left, FeelNumber right)
    {
        if (left.exponent == right.exponent)
        {
            return AddAligned(left.negative, left.Coefficient, right.negative, right.Coefficient, left.exponent);
        }

        if (left.exponent < right.exponent)
        {
            (left, right) = (right, left);
        }

        if (left.IsZero)
        {
            return right;
        }

        if (right.IsZero)
        {
            return left;
        }

        var shift = left.exponent - right.exponent;
        if (shift <= 37 && DigitCount(left.Coefficient) + shift <= 38)
        {
            return AddAligned(left.negative, left.Coefficient * Powers[shift], right.negative, right.Coefficient, right.exponent);
        }

        return AddFar(left, right, shift);
    }

    /// <exception cref="OverflowException">The product is beyond the exponent range.</exception>
    public static FeelNumber operator *(FeelNumber left, FeelNumber right)
    {
        var sign = left.negative != right.negative;
        var power = left.exponent + right.exponent;
        if ((left.high | right.high) == 0)
        {
            var top = Math.BigMul(left.low, right.low, out var bottom);
            return Make(sign, new UInt128(top, bottom), power);
        }

        var product = (BigInteger)left.Coefficient * (BigInteger)right.Coefficient;
        return FromBig(sign ? -product : product, power);
    }

    /// <exception cref="DivideByZeroException"/>
    /// <exception cref="OverflowException">The quotient is beyond the exponent range.</exception>
    public static FeelNumber operator /(FeelNumber left, FeelNumber right)
    {
        if (right.IsZero)
        {
            throw new DivideByZeroException();
        }

        if (left.IsZero)
        {
            return Zero;
        }

        var sign = left.negative != right.negative;
        var power = left.exponent - right.exponent;
        if ((left.high | right.high) == 0)
        {
            if (left.low % right.low == 0)
            {
                return Make(sign, left.low / right.low, power);
            }

            // Nineteen more digits fit 128 bits and settle most quotients of everyday amounts.
            var (quotient, remainder) = UInt128.DivRem(left.low * Powers[19], right.low);
            if (remainder == 0)
            {
                return StripTo(Make(sign, quotient, power - 19), power);
            }
        }

        return DivideLong(left, right, sign, power);
    }

    private static FeelNumber DivideLong(FeelNumber left, FeelNumber right, bool sign, int power)
    {
        var scale = Math.Max(0, Precision + 2 + DigitCount(right.Coefficient) - DigitCount(left.Coefficient));
        var quotient = BigInteger.DivRem(
            (BigInteger)left.Coefficient * BigInteger.Pow(10, scale), (BigInteger)right.Coefficient, out var remainder);
        if (!remainder.IsZero)
        {
            // One sticky digit keeps the rounding below from seeing a tie that is none.
            quotient = (quotient * 10) + 1;
            scale++;
        }

        return StripTo(FromBig(sign ? -quotient : quotient, power - scale), power);
    }

    private static FeelNumber StripTo(FeelNumber value, int preferred)
    {
        var coefficient = value.Coefficient;
        var power = value.exponent;
        while (power < preferred && coefficient % 10 == 0 && coefficient != 0)
        {
            coefficient /= 10;
            power++;
        }

        return new FeelNumber(value.negative, coefficient, power);
    }

    private static FeelNumber AddAligned(bool firstNegative, UInt128 first, bool secondNegative, UInt128 second, int power)
    {
        if (firstNegative == secondNegative)
        {
            var sum = first + second;
            if (sum < first)
            {
                var big = (BigInteger)first + (BigInteger)second;
                return FromBig(firstNegative ? -big : big, power);
            }

            return Make(firstNegative, sum, power);
        }

        return first >= second
            ? Make(firstNegative, first - second, power)
            : Make(secondNegative, second - first, power);
    }

    private static FeelNumber AddFar(FeelNumber big, FeelNumber small, int shift)
    {
        // Past this distance the small one can only break a tie or lower the last digit: a unit far to the right does the same.
        var bounded = Math.Min(shift, (2 * Precision) + 6);
        var tail = bounded == shift ? (BigInteger)small.Coefficient : BigInteger.One;
        var head = (BigInteger)big.Coefficient * BigInteger.Pow(10, bounded);
        var sum = (big.negative ? -head : head) + (small.negative ? -tail : tail);
        return FromBig(sum, big.exponent - bounded);
    }

    /// <summary>The remainder with the sign of the divisor: dividend - divisor * floor(dividend / divisor), computed exactly.</summary>
    public static FeelNumber Modulo(FeelNumber dividend, FeelNumber divisor)
    {
        if (divisor.IsZero)
        {
            throw new DivideByZeroException();
        }

        var power = Math.Min(dividend.exponent, divisor.exponent);
        if (Math.Abs(dividend.exponent - divisor.exponent) > 2 * MaxExponent)
        {
            throw new OverflowException();
        }

        var a = dividend.ScaledTo(power);
        var b = divisor.ScaledTo(power);
        var remainder = BigInteger.Remainder(a, b);
        if (!remainder.IsZero && remainder.Sign != b.Sign)
        {
            remainder += b;
        }

        return FromBig(remainder, power);
    }

    private BigInteger ScaledTo(int power)
    {
        var value = (BigInteger)Coefficient * BigInteger.Pow(10, exponent - power);
        return negative ? -value : value;
    }

    public FeelNumber Abs() => new(false, Coefficient, exponent);

    /// <summary>Gives up digits after <paramref name="scale"/> decimal places (negative: places before the point).</summary>
    public FeelNumber Round(int scale, FeelRounding rounding)
    {
        var drop = -scale - exponent;
        if (drop <= 0 || IsZero)
        {
            return this;
        }

        UInt128 kept;
        int half;
        bool exact;
        if (drop > 38)
        {
            (kept, half, exact) = (0, -1, false);
        }
        else
        {
            (kept, var rest) = UInt128.DivRem(Coefficient, Powers[drop]);
            exact = rest == 0;
            var middle = Powers[drop] / 2;
            half = rest.CompareTo(middle);
        }

        if (!exact && RoundsAway(rounding, negative, half, (kept & 1) == 0))
        {
            kept++;
        }

        return Make(negative, kept, -scale);
    }

    private static bool RoundsAway(FeelRounding rounding, bool negative, int half, bool even) => rounding switch
    {
        FeelRounding.Up => true,
        FeelRounding.Down => false,
        FeelRounding.Floor => negative,
        FeelRounding.Ceiling => !negative,
        FeelRounding.HalfUp => half >= 0,
        FeelRounding.HalfDown => half > 0,
        _ => half > 0 || (half == 0 && !even),
    };

    private static FeelNumber Make(bool negative, UInt128 coefficient, int exponent)
    {
        if (coefficient >= Limit)
        {
            var drop = DigitCount(coefficient) - Precision;
            var (kept, rest) = UInt128.DivRem(coefficient, Powers[drop]);
            var half = rest.CompareTo(Powers[drop] / 2);
            if (half > 0 || (half == 0 && (kept & 1) == 1))
            {
                kept++;
            }

            coefficient = kept;
            exponent += drop;
            if (coefficient >= Limit)
            {
                coefficient /= 10;
                exponent++;
            }
        }

        return exponent is >= MinExponent and <= MaxExponent
            ? new FeelNumber(negative, coefficient, exponent)
            : Clamp(negative, coefficient, exponent);
    }

    private static FeelNumber Clamp(bool negative, UInt128 coefficient, int exponent)
    {
        if (coefficient == 0)
        {
            return default;
        }

        if (exponent > MaxExponent)
        {
            var pad = exponent - MaxExponent;
            if (pad > Precision || DigitCount(coefficient) + pad > Precision)
            {
                throw new OverflowException("The number is beyond the range of FEEL numbers.");
            }

            return new FeelNumber(negative, coefficient * Powers[pad], MaxExponent);
        }

        var drop = MinExponent - exponent;
        if (drop > Precision + 1)
        {
            return default;
        }

        var (kept, rest) = UInt128.DivRem(coefficient, Powers[drop]);
        var half = rest.CompareTo(Powers[drop] / 2);
        return new FeelNumber(negative, half > 0 || (half == 0 && (kept & 1) == 1) ? kept + 1 : kept, MinExponent);
    }

    internal static FeelNumber FromBig(BigInteger value, int exponent)
    {
        var negative = value.Sign < 0;
        value = BigInteger.Abs(value);
        var bits = (long)value.GetBitLength();
        if (bits <= 128)
        {
            return Make(negative, (UInt128)value, exponent);
        }

        var digits = (int)Math.Min(int.MaxValue / 2, bits * 30103 / 100000);
        var drop = Math.Max(1, digits - Precision - 2);
        var quotient = BigInteger.DivRem(value, BigInteger.Pow(10, drop), out var rest);
        // The dropped part can be a tie only if it is exact; a sticky unit records that it is not.
        if (!rest.IsZero)
        {
            quotient = (quotient * 10) + 1;
            drop--;
        }

        return Make(negative, (UInt128)quotient, exponent + drop);
    }
}
