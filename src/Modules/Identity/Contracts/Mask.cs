namespace Zhengtong.Identity.Contracts;

/// <summary>Personal values as those see them who need not know them in full.</summary>
public static class Mask
{
    /// <summary><c>990102********1006</c>: region and the last four.</summary>
    public static string? IdNumber(string? value) => Middle(value, 6, 4);

    /// <summary><c>154****0011</c>.</summary>
    public static string? Mobile(string? value) => Middle(value, 3, 4);

    /// <summary><c>陈*</c>, <c>欧**慧</c>: first and, from three on, last character.</summary>
    public static string? Name(string? value)
    {
        if (string.IsNullOrEmpty(value)) { return value; }
        var runes = value.EnumerateRunes().ToArray();
        return runes.Length switch
        {
            1 => value,
            2 => runes[0] + "*",
            _ => runes[0] + new string('*', runes.Length - 2) + runes[^1],
        };
    }

    /// <summary>The first six characters; house and room stay unknown.</summary>
    public static string? Address(string? value) => string.IsNullOrEmpty(value) ? value : value.Length <= 6
        ? value[..1] + "***"
        : value[..6] + "****";

    /// <summary><c>l***@example.org</c>.</summary>
    public static string? Email(string? value) =>
        value?.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? value[..1] + "***" + value[at..] : value;

    private static string? Middle(string? value, int front, int back) =>
        string.IsNullOrEmpty(value) ? value
        : value.Length <= front + back ? new string('*', value.Length)
        : value[..front] + new string('*', value.Length - front - back) + value[^back..];
}
