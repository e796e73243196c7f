using System.Text.RegularExpressions;

namespace Zhengtong.Identity.Personal;

/// <summary>Numbers that carry their own check: identity cards, credit codes, mobiles.</summary>
internal static partial class Numbers
{
    private const string CreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly int[] IdWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static readonly int[] CreditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>GB 11643: 17 digits with a day of birth, and the check character by ISO 7064 mod 11-2.</summary>
    public static bool IsIdCard(string value, out DateOnly birth, out string sex)
    {
        (birth, sex) = (default, "9");
        if (!IdCard().IsMatch(value) || !DateOnly.TryParseExact(value.AsSpan(6, 8), "yyyyMMdd", out birth)) { return false; }
        sex = (value[16] - '0') % 2 == 1 ? "1" : "2";
        var sum = value.Take(17).Select((c, i) => (c - '0') * IdWeights[i]).Sum() % 11;
        return "10X98765432"[sum] == char.ToUpperInvariant(value[17]);
    }

    /// <summary>GB 32100: 18 characters, the last one checks.</summary>
    public static bool IsCreditCode(string value)
    {
        if (value.Length != 18 || value.Any(c => !CreditAlphabet.Contains(c))) { return false; }
        var sum = value.Take(17).Select((c, i) => CreditAlphabet.IndexOf(c) * CreditWeights[i]).Sum();
        return CreditAlphabet[(31 - (sum % 31)) % 31] == value[17];
    }

    public static bool IsMobile(string value) => MobileNumber().IsMatch(value);

    public static bool IsEmail(string value) => Mail().IsMatch(value);

    /// <summary>Letters, digits, dot, hyphen and underscore; begins with a letter; 2 to 40.</summary>
    public static bool IsAccountName(string value) => AccountName().IsMatch(value);

    [GeneratedRegex("^[0-9]{17}[0-9Xx]$")]
    private static partial Regex IdCard();

    [GeneratedRegex("^1[3-9][0-9]{9}$")]
    private static partial Regex MobileNumber();

    [GeneratedRegex("^[^@\\s]{1,64}@[^@\\s]+\\.[^@\\s]+$")]
    private static partial Regex Mail();

    [GeneratedRegex("^[a-z][a-z0-9._-]{1,39}$")]
    private static partial Regex AccountName();
}
