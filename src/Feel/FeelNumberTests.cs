using System.Numerics;
using Xunit;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Feel;

public sealed class FeelNumberTests
{
    // The oracle: exact rationals of big integers, rounded half even to 34 digits.
    private static BigInteger Whole(string digits) => BigInteger.Parse(digits);

    private static string Number(Random random, int maxDigits, int maxScale)
    {
        var digits = string.Concat(Enumerable.Range(0, random.Next(1, maxDigits + 1)).Select(_ => (char)('0' + random.Next(10))));
        var scale = random.Next(0, maxScale + 1);
        var text = digits.PadLeft(scale + 1, '0');
        return (random.Next(2) == 0 ? "-" : "") + (scale == 0 ? text : $"{text[..^scale]}.{text[^scale..]}");
    }

    private static (BigInteger Coefficient, int Scale) Exact(string text)
    {
        var point = text.IndexOf('.');
        return point < 0 ? (Whole(text), 0) : (Whole(text.Remove(point, 1)), text.Length - point - 1);
    }

    /// <summary>numerator / denominator * 10^-scale with 34 digits, as text that FEEL reads.</summary>
    private static string Rounded(BigInteger numerator, BigInteger denominator, int scale)
    {
        if (numerator.IsZero)
        {
            return "0";
        }

        var negative = numerator.Sign * denominator.Sign < 0;
        (numerator, denominator) = (BigInteger.Abs(numerator), BigInteger.Abs(denominator));
        var power = -scale;
        while (numerator / denominator < BigInteger.Pow(10, 33))
        {
            numerator *= 10;
            power--;
        }

        while (numerator / denominator >= BigInteger.Pow(10, 34))
        {
            denominator *= 10;
            power++;
        }

        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        var half = (rest * 2).CompareTo(denominator);
        quotient += half > 0 || (half == 0 && !quotient.IsEven) ? 1 : 0;
        return $"{(negative ? "-" : "")}{quotient}E{power}";
    }

    private static FeelNumber Read(string text)
    {
        Assert.True(FeelNumber.TryParse(text, out var number), text);
        return number;
    }

    [Fact]
    public void Sums_products_and_quotients_agree_with_exact_arithmetic() => Seeds.Check(2000, seed =>
    {
        var random = new Random(seed);
        var (a, b) = (Number(random, 34, 40), Number(random, random.Next(2) == 0 ? 34 : 9, 12));
        var ((x, xs), (y, ys)) = (Exact(a), Exact(b));
        var common = Math.Max(xs, ys);
        var (ax, by) = (x * BigInteger.Pow(10, common - xs), y * BigInteger.Pow(10, common - ys));

        Assert.Equal(Read(Rounded(ax + by, 1, common)), Read(a) + Read(b));
        Assert.Equal(Read(Rounded(ax - by, 1, common)), Read(a) - Read(b));
        Assert.Equal(Read(Rounded(x * y, 1, xs + ys)), Read(a) * Read(b));
        Assert.Equal(ax.CompareTo(by), Read(a).CompareTo(Read(b)));
        if (!y.IsZero)
        {
            Assert.Equal(Read(Rounded(ax, by, 0)), Read(a) / Read(b));
        }
    });

    [Fact]
    public void A_number_reads_back_from_its_text() => Seeds.Check(500, seed =>
    {
        var number = Read(Number(new Random(seed), 34, 60));

        Assert.Equal(number, Read(number.ToString()));
        Assert.Equal(number.GetHashCode(), Read(number.ToString()).GetHashCode());
    });

    [Fact]
    public void A_root_squared_is_within_one_unit_of_the_last_place() => Seeds.Check(300, seed =>
    {
        var value = Read(Number(new Random(seed), 34, 10)).Abs();

        var root = FeelNumber.Sqrt(value)!.Value;

        Assert.True((root * root - value).Abs() <= value * Read("1E-33") || value.IsZero);
    });

    [Theory]
    [InlineData("exp(1)", "2.718281828459045235360287471352662")]
    [InlineData("log(10)", "2.302585092994045684017991454684364")]
    [InlineData("sqrt(2)", "1.414213562373095048801688724209698")]
    [InlineData("2 ** 0.5", "1.414213562373095048801688724209698")]
    [InlineData("2 ** -2", "0.25")]
    [InlineData("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931")]
    [InlineData("decimal(2.5, 0)", "2")]
    [InlineData("round half up(-2.5, 0)", "-3")]
    [InlineData("floor(-1.56, 1)", "-1.6")]
    [InlineData("modulo(-10.1, 4.5)", "3.4")]
    public void Functions_are_right_to_the_last_digit(string text, string expected) =>
        Assert.Equal(expected, FeelValue.ToText(new FeelEngine().Evaluate(text).Value));
}
