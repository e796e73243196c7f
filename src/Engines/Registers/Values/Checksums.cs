using System.Globalization;

namespace Zhengtong.Registers;

/// <summary>Check digits and shapes of the numbers that people and organisations are known by.</summary>
public static class Checksums
{
    private const string CreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly int[] IdWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static readonly int[] CreditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>Citizen identity number after GB 11643: 18 characters, a real day of birth, the check character.</summary>
    public static bool IsIdCard(string number)
    {
        if (number.Length != 18) { return false; }
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            if (!char.IsAsciiDigit(number[i])) { return false; }
            sum += (number[i] - '0') * IdWeights[i];
        }
        return "10X98765432"[sum % 11] == number[17]
            && DateOnly.TryParseExact(number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) && born.Year >= 1850;
    }

    /// <summary>Unified social credit code after GB 32100: 18 characters without I, O, S, V, Z, and the check character.</summary>
    public static bool IsCreditCode(string code)
    {
        if (code.Length != 18) { return false; }
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var value = CreditAlphabet.IndexOf(code[i], StringComparison.Ordinal);
            if (value < 0) { return false; }
            sum += value * CreditWeights[i];
        }
        return CreditAlphabet[(31 - sum % 31) % 31] == code[17];
    }

    /// <summary>Bank card number: 12 to 19 digits whose Luhn sum is a multiple of ten.</summary>
    public static bool IsBankCard(string number)
    {
        if (number.Length is < 12 or > 19) { return false; }
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var c = number[^(i + 1)];
            if (!char.IsAsciiDigit(c)) { return false; }
            var digit = c - '0';
            if (i % 2 == 1) { digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2; }
            sum += digit;
        }
        return sum % 10 == 0;
    }

    /// <summary>Mobile number of the mainland, or a fixed line with area code, with an extension if need be.</summary>
    public static bool IsPhone(string number)
    {
        if (number is ['1', >= '3' and <= '9', ..] && number.Length == 11) { return number.All(char.IsAsciiDigit); }
        if (number.StartsWith("400", StringComparison.Ordinal) || number.StartsWith("800", StringComparison.Ordinal))
        {
            return number.Count(char.IsAsciiDigit) == 10 && number.All(c => char.IsAsciiDigit(c) || c == '-');
        }
        var parts = number.Split('-');
        return parts.Length is >= 1 and <= 3 && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit))
            && (parts.Length == 1 ? parts[0].Length is >= 7 and <= 12 : parts[0].Length is 3 or 4 && parts[0][0] == '0' && parts[1].Length is 7 or 8
                && (parts.Length == 2 || parts[2].Length <= 6));
    }

    public static bool IsEMail(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at is > 0 and <= 64 && address.Length <= 254 && address.LastIndexOf('@') == at && !address.Any(c => char.IsWhiteSpace(c) || c is '<' or '>' or '"' or ',')
            && address[(at + 1)..] is var domain && domain.Contains('.', StringComparison.Ordinal) && !domain.StartsWith('.') && !domain.EndsWith('.')
            && !domain.Contains("..", StringComparison.Ordinal);
    }
}
