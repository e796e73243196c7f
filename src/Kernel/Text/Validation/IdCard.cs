namespace Zhengtong.Kernel;

/// <summary>A citizen identity number: region, day of birth, sequence and check character.</summary>
/// <remarks>Source: GB 11643-1999; check character after ISO 7064, MOD 11-2.</remarks>
public readonly record struct IdCard
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private IdCard(string number, DateOnly birth) => (Number, Birth) = (number, birth);

    /// <summary>18 characters, the last one a digit or a capital X.</summary>
    public string Number { get; }

    public DateOnly Birth { get; }

    /// <summary>Code of the county where the number was given out.</summary>
    public string Region => Number[..6];

    /// <summary>Male is code 1, female 2, as in GB/T 2261.1.</summary>
    public string Sex => (Number[16] - '0') % 2 == 1 ? "1" : "2";

    /// <summary>Reads a number as people type it: blanks and full-width digits are forgiven, a wrong check character is not.</summary>
    /// <param name="today">Nobody is born later.</param>
    /// <returns>Null with a sentence that says what is wrong.</returns>
    public static (IdCard? Card, string? Fault) Read(string text, DateOnly today)
    {
        var number = Normal.HalfWidth(text).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (number.Length != 18) { return (null, "身份证号应为 18 位"); }
        if (number[..17].Any(c => !char.IsAsciiDigit(c)) || !(char.IsAsciiDigit(number[17]) || number[17] is 'X'))
        {
            return (null, "身份证号前 17 位应为数字，最后一位应为数字或 X");
        }
        if (number[0] is '0' || !DateOnly.TryParseExact(number[6..14], "yyyyMMdd", out var birth)) { return (null, "身份证号中的地区或出生日期有误"); }
        if (birth > today || birth.Year < 1850) { return (null, "身份证号中的出生日期有误"); }
        return CheckCharacter(number) == number[17] ? (new IdCard(number, birth), null) : (null, "身份证号校验位不正确，请核对");
    }

    /// <summary>The check character of the first 17 digits.</summary>
    public static char CheckCharacter(ReadOnlySpan<char> number)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) { sum += (number[i] - '0') * Weights[i]; }
        return "10X98765432"[sum % 11];
    }

    /// <summary>Completed years of life on a day.</summary>
    public int AgeOn(DateOnly day)
    {
        var years = day.Year - Birth.Year;
        // Who is born on 29 February completes a year on 1 March of a common year: the day after the last of February.
        return (day.Month, day.Day).CompareTo((Birth.Month, Birth.Day)) < 0 ? years - 1 : years;
    }
}
