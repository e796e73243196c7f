using System.Net.Mail;

namespace Zhengtong.Kernel;

/// <summary>Checks of what has a form of its own. Each answers with the normal form, or with a sentence that says what is wrong.</summary>
public static class Validators
{
    private const string CreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const string OrganisationAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static readonly int[] CreditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Types that <see cref="Check"/> knows.</summary>
    public static IReadOnlyList<string> Types { get; } =
        ["id-card", "credit-code", "phone", "mobile", "bank-card", "post-code", "e-mail", "url"];

    /// <summary>Checks by the name of a field type, as forms and registers give it; unknown types are not checked.</summary>
    public static Checked Check(string type, string text, DateOnly today) => type switch
    {
        "id-card" => IdCard.Read(text, today) is { Card: { } card }
            ? Checked.Good(card.Number)
            : Checked.Bad(IdCard.Read(text, today).Fault!),
        "credit-code" => CreditCode(text),
        "phone" => Phone(text),
        "mobile" => Mobile(text),
        "bank-card" => BankCard(text),
        "post-code" => PostCode(text),
        "e-mail" => Mail(text),
        "url" => Address(text),
        _ => Checked.Good(text),
    };

    /// <summary>A unified social credit code with its check character and, inside, the organisation code with its own.</summary>
    /// <remarks>Source: GB 32100-2015; organisation code: GB 11714-1997.</remarks>
    public static Checked CreditCode(string text)
    {
        var code = Compact(text).ToUpperInvariant();
        if (code.Length != 18) { return Checked.Bad("统一社会信用代码应为 18 位"); }
        if (code.Any(c => !CreditAlphabet.Contains(c))) { return Checked.Bad("统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z）"); }
        if (code[2..8].Any(c => !char.IsAsciiDigit(c))) { return Checked.Bad("统一社会信用代码第 3 至 8 位应为行政区划代码"); }
        return OrganisationCheck(code.AsSpan(8, 8)) == code[16] && CreditCheck(code) == code[17]
            ? Checked.Good(code)
            : Checked.Bad("统一社会信用代码校验位不正确，请核对");
    }

    /// <summary>The check character of the first 17 characters.</summary>
    public static char CreditCheck(ReadOnlySpan<char> code)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) { sum += CreditAlphabet.IndexOf(code[i]) * CreditWeights[i]; }
        return CreditAlphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>The check character of the eight characters of an organisation code.</summary>
    public static char OrganisationCheck(ReadOnlySpan<char> code)
    {
        var sum = 0;
        for (var i = 0; i < 8; i++) { sum += OrganisationAlphabet.IndexOf(code[i]) * OrganisationWeights[i]; }
        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    /// <summary>A mobile number of mainland China.</summary>
    public static Checked Mobile(string text)
    {
        var number = Compact(text).Replace("-", "", StringComparison.Ordinal);
        if (number.StartsWith("+86", StringComparison.Ordinal)) { number = number[3..]; }
        return number.Length == 11 && number[0] is '1' && number[1] is >= '3' and <= '9' && number.All(char.IsAsciiDigit)
            ? Checked.Good(number)
            : Checked.Bad("手机号应为 11 位数字");
    }

    /// <summary>A mobile number, or a fixed line with its area code, with or without an extension; also 400 and short service
    /// numbers.</summary>
    public static Checked Phone(string text)
    {
        if (Mobile(text) is { IsGood: true } mobile) { return mobile; }
        var parts = Compact(text).Replace('(', ' ').Replace(')', '-').Replace(" ", "", StringComparison.Ordinal).TrimStart('-').Split('-');
        var digits = string.Concat(parts);
        var isFixed = digits.All(char.IsAsciiDigit) && parts switch
        {
            [{ Length: 3 or 4 } area, { Length: 7 or 8 } line, .. var extension] => area[0] is '0' && line[0] is not ('0' or '1')
                && extension is [] or [{ Length: >= 1 and <= 6 }],
            [{ Length: 10 or 11 or 12 } whole] => whole[0] is '0' || whole.StartsWith("400", StringComparison.Ordinal)
                || whole.StartsWith("800", StringComparison.Ordinal),
            [{ Length: 5 } service] => service.StartsWith("12", StringComparison.Ordinal) || service.StartsWith('9'),
            [{ Length: 3 or 4 } first, { Length: 3 or 4 } second, { Length: 3 or 4 } third] => first is "400" or "800"
                && (second + third).Length == 7,
            _ => false,
        };
        return isFixed ? Checked.Good(string.Join('-', parts)) : Checked.Bad("电话号码应为 11 位手机号，或带区号的固定电话，如 0571-12345678");
    }

    /// <summary>A bank card number by its check digit.</summary>
    /// <remarks>Source: ISO/IEC 7812-1, annex B (Luhn).</remarks>
    public static Checked BankCard(string text)
    {
        var number = Compact(text);
        return number.Length is >= 12 and <= 19 && number.All(char.IsAsciiDigit) && LuhnCheck(number.AsSpan()[..^1]) == number[^1]
            ? Checked.Good(number)
            : Checked.Bad("银行卡号应为 12 至 19 位数字且校验正确，请核对");
    }

    /// <summary>The check digit that follows <paramref name="digits"/>.</summary>
    public static char LuhnCheck(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? (digit * 2 / 10) + (digit * 2 % 10) : digit;
        }
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    public static Checked PostCode(string text) =>
        Compact(text) is { Length: 6 } code && code.All(char.IsAsciiDigit) ? Checked.Good(code) : Checked.Bad("邮政编码应为 6 位数字");

    public static Checked Mail(string text)
    {
        var address = Normal.HalfWidth(text).Trim();
        return address.Length <= 254 && MailAddress.TryCreate(address, out var parsed) && parsed.Address == address
            && parsed.Host.Contains('.')
            ? Checked.Good(address)
            : Checked.Bad("电子邮箱格式不正确，如 name@example.cn");
    }

    public static Checked Address(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? Checked.Good(text.Trim())
            : Checked.Bad("网址应以 http:// 或 https:// 开头");

    private static string Compact(string text) => Normal.HalfWidth(text).Replace(" ", "", StringComparison.Ordinal).Trim();
}

/// <summary>A value in its normal form, or what is wrong with it.</summary>
public readonly record struct Checked(string? Value, string? Fault)
{
    public bool IsGood => Fault is null;

    internal static Checked Good(string value) => new(value, null);

    internal static Checked Bad(string fault) => new(null, fault);
}
