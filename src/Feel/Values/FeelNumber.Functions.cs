using System.Numerics;

namespace Zhengtong.Feel;

public readonly partial struct FeelNumber
{
    // Fixed point with 60 places: 34 wanted, the rest absorbs what reductions and squarings lose.
    private const int Places = 60;
    private static readonly BigInteger Unit = BigInteger.Pow(10, Places);
    private static readonly BigInteger NaturalLogOfTen = LogOfMantissa(10 * Unit, Math.Log(10));

    /// <summary>The square root, correctly rounded; null for a negative number.</summary>
    public static FeelNumber? Sqrt(FeelNumber value)
    {
        if (value.Sign < 0)
        {
            return null;
        }

        if (value.IsZero)
        {
            return Zero;
        }

        var coefficient = (BigInteger)value.Coefficient;
        var power = value.exponent;
        var scale = (2 * Precision) + 4;
        if (((power - scale) & 1) != 0)
        {
            scale++;
        }

        coefficient *= BigInteger.Pow(10, scale);
        var root = IntegerRoot(coefficient);
        var halfPower = (power - scale) / 2;
        if (root * root != coefficient)
        {
            root = (root * 10) + 1;
            halfPower--;
        }

        return StripTo(FromBig(root, halfPower), value.exponent / 2);
    }

    /// <summary>The natural logarithm; null for zero and negative numbers.</summary>
    public static FeelNumber? Log(FeelNumber value)
    {
        if (value.Sign <= 0)
        {
            return null;
        }

        return value == One ? Zero : FromBig(FixedLog(value), -Places);
    }

    /// <summary>e to the power of <paramref name="value"/>; null beyond the range.</summary>
    public static FeelNumber? Exp(FeelNumber value)
    {
        if (value.IsZero)
        {
            return One;
        }

        if (value.Abs() > 15000)
        {
            return value.Sign < 0 ? Zero : null;
        }

        return Guard(() => FixedExp(value.ToFixed()));
    }

    /// <summary>
    /// <paramref name="value"/> to the power of <paramref name="power"/>: exact products for whole powers, else by logarithm.
    /// Null where no real number answers or it is out of range.
    /// </summary>
    public static FeelNumber? Pow(FeelNumber value, FeelNumber power)
    {
        if (power.IsZero)
        {
            return One;
        }

        if (value.IsZero)
        {
            return power.Sign > 0 ? Zero : null;
        }

        if (power.TryToInt32(out var whole) && Math.Abs((long)whole) <= 1_000_000)
        {
            return Guard(() => WholePower(value, whole));
        }

        if (value.Sign < 0)
        {
            return null;
        }

        if (value == One)
        {
            return One;
        }

        return Guard(() =>
        {
            var exponentOfE = FixedLog(value) * power.ToScaled(out var scale) / BigInteger.Pow(10, scale);
            return BigInteger.Abs(exponentOfE) > 15000 * Unit
                ? exponentOfE.Sign < 0 ? Zero : throw new OverflowException()
                : FixedExp(exponentOfE);
        });
    }

    private static FeelNumber? Guard(Func<FeelNumber> compute)
    {
        try
        {
            return compute();
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static FeelNumber WholePower(FeelNumber value, int power)
    {
        // Sixty digits on the way: rounding errors of the squarings stay far right of the 34 that are kept.
        var (coefficient, exponent) = ((BigInteger)value.Coefficient, (long)value.exponent);
        var (result, resultExponent) = (BigInteger.One, 0L);
        for (var n = Math.Abs((long)power); n > 0; n >>= 1)
        {
            if ((n & 1) == 1)
            {
                (result, resultExponent) = Trim(result * coefficient, resultExponent + exponent);
            }

            (coefficient, exponent) = Trim(coefficient * coefficient, exponent * 2);
            if (Math.Abs(exponent) > int.MaxValue / 4)
            {
                throw new OverflowException();
            }
        }

        if (value.negative && (power & 1) == 1)
        {
            result = -result;
        }

        var magnitude = FromBig(result, (int)Math.Clamp(resultExponent, -30000, 30000));
        return power > 0 ? magnitude : One / magnitude;
    }

    private static (BigInteger Coefficient, long Exponent) Trim(BigInteger coefficient, long exponent)
    {
        var digits = (long)(coefficient.GetBitLength() * 30103 / 100000);
        if (digits <= 70)
        {
            return (coefficient, exponent);
        }

        var drop = (int)(digits - 65);
        return (coefficient / BigInteger.Pow(10, drop), exponent + drop);
    }

    private BigInteger ToScaled(out int scale)
    {
        scale = Math.Max(0, -exponent);
        var value = (BigInteger)Coefficient * BigInteger.Pow(10, Math.Max(0, exponent));
        return negative ? -value : value;
    }

    private BigInteger ToFixed()
    {
        var shift = Places + exponent;
        var value = shift >= 0
            ? (BigInteger)Coefficient * BigInteger.Pow(10, shift)
            : (BigInteger)Coefficient / BigInteger.Pow(10, -shift);
        return negative ? -value : value;
    }

    private static BigInteger FixedLog(FeelNumber value)
    {
        // value = mantissa * 10^tens with the mantissa in [1, 10).
        var digits = DigitCount(value.Coefficient);
        var tens = value.exponent + digits - 1;
        var mantissa = (BigInteger)value.Coefficient * BigInteger.Pow(10, Places - digits + 1);
        var log = LogOfMantissa(mantissa, Math.Log((double)mantissa / (double)Unit));
        return log + (tens * NaturalLogOfTen);
    }

    private static BigInteger LogOfMantissa(BigInteger mantissa, double guess)
    {
        // Halley's step triples the correct digits: two steps take a double beyond 60 places.
        var log = (BigInteger)(decimal)guess * Unit
            + ((BigInteger)((decimal)guess % 1m * 1_000_000_000_000_000_000m) * BigInteger.Pow(10, Places - 18));
        for (var step = 0; step < 2; step++)
        {
            var power = SmallExp(log);
            log += 2 * (mantissa - power) * Unit / (mantissa + power);
        }

        return log;
    }

    private static FeelNumber FixedExp(BigInteger x)
    {
        var tens = BigInteger.Divide(x, NaturalLogOfTen);
        var rest = x - (tens * NaturalLogOfTen);
        return FromBig(SmallExp(rest), (int)tens - Places);
    }

    private static BigInteger SmallExp(BigInteger x)
    {
        // Halved twelve times the series needs about a dozen terms; squaring undoes the halving.
        const int Halvings = 12;
        const int Guard = 12;
        var guard = BigInteger.Pow(10, Guard);
        var unit = Unit * guard;
        var reduced = x * guard / (1 << Halvings);
        var sum = unit;
        var term = unit;
        for (var n = 1; !term.IsZero; n++)
        {
            term = term * reduced / unit / n;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum = sum * sum / unit;
        }

        return sum / guard;
    }

    private static BigInteger IntegerRoot(BigInteger value)
    {
        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
