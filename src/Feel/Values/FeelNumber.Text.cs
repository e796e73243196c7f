using System.Globalization;
using System.Numerics;

namespace Zhengtong.Feel;

public readonly partial struct FeelNumber
{
    /// <summary>Reads digits with an optional sign, decimal point and exponent; nothing else, no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out FeelNumber value)
    {
        value = default;
        var at = 0;
        var negative = false;
        if (at < text.Length && text[at] is '-' or '+')
        {
            negative = text[at++] == '-';
        }

        UInt128 coefficient = 0;
        var power = 0;
        var significant = 0;
        var any = false;
        var point = false;
        var sticky = false;
        var roundDigit = -1;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '.' && !point)
            {
                point = true;
                continue;
            }

            if (c is < '0' or > '9')
            {
                break;
            }

            any = true;
            var digit = c - '0';
            if (significant < Precision)
            {
                coefficient = (coefficient * 10) + (uint)digit;
                significant += significant > 0 || digit > 0 ? 1 : 0;
                power -= point ? 1 : 0;
            }
            else
            {
                sticky |= roundDigit >= 0 && digit > 0;
                roundDigit = roundDigit < 0 ? digit : roundDigit;
                power += point ? 0 : 1;
            }
        }

        if (!any || text[at - 1] == '.' || !TryReadExponent(text[at..], ref power))
        {
            return false;
        }

        if (roundDigit > 5 || (roundDigit == 5 && (sticky || (coefficient & 1) == 1)))
        {
            coefficient++;
        }

        try
        {
            value = Make(negative, coefficient, power);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, ref int power)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ('e' or 'E') || text.Length is < 2 or > 8
            || !int.TryParse(text[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return false;
        }

        power += exponent;
        return true;
    }

    /// <summary>The value in plain digits, without an exponent and without zeros at the end of a fraction.</summary>
    public override string ToString()
    {
        if (IsZero)
        {
            return "0";
        }

        if (exponent == 0 && high == 0)
        {
            return negative ? "-" + low.ToString(CultureInfo.InvariantCulture) : low.ToString(CultureInfo.InvariantCulture);
        }

        var plain = Normalize();
        var digits = ((BigInteger)plain.Coefficient).ToString(CultureInfo.InvariantCulture);
        var sign = negative ? "-" : "";
        if (plain.exponent >= 0)
        {
            return sign + digits + new string('0', plain.exponent);
        }

        var point = digits.Length + plain.exponent;
        return point > 0
            ? $"{sign}{digits[..point]}.{digits[point..]}"
            : $"{sign}0.{new string('0', -point)}{digits}";
    }

    private string ToScientific() =>
        $"{(negative ? "-" : "")}{((BigInteger)Coefficient).ToString(CultureInfo.InvariantCulture)}E{exponent}";
}
