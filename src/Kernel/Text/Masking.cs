namespace Zhengtong.Kernel;

/// <summary>Shows enough of a personal value to recognise it and not enough to use it.</summary>
public static class Masking
{
    /// <summary>Kinds that <see cref="Apply"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["id-card", "phone", "name", "bank-card", "e-mail", "address", "all"];

    /// <summary>Masks by the name that a register's field gives; an unknown name hides everything: a typing mistake must not show a
    /// number.</summary>
    public static string Apply(string kind, string value) => kind switch
    {
        "id-card" => IdCard(value),
        "phone" => Phone(value),
        "name" => Name(value),
        "bank-card" => BankCard(value),
        "e-mail" => Mail(value),
        "address" => Address(value),
        _ => Stars(value.Length),
    };

    /// <summary>The first six, which name the region, and the last two: 990101********12.</summary>
    public static string IdCard(string value) => Keep(value, 6, 2);

    public static string Phone(string value) => Keep(value, 3, value.Length >= 11 ? 4 : 2);

    /// <summary>The last character: *明, **明; of a single character nothing.</summary>
    public static string Name(string value)
    {
        var runes = value.EnumerateRunes().ToArray();
        return runes.Length <= 1 ? Stars(runes.Length) : Stars(runes.Length - 1) + runes[^1];
    }

    public static string BankCard(string value) => Keep(value, 4, 4);

    public static string Mail(string value) => value.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        ? value[..1] + "***" + value[at..] : Stars(value.Length);

    /// <summary>City and district stay, the rest goes.</summary>
    public static string Address(string value) => Keep(value, 6, 0);

    private static string Keep(string value, int first, int last)
    {
        // At least three characters are hidden, and half of a value that is shorter than its kind should be.
        if (value.Length < first + last + 3) { (first, last) = (value.Length / 4, value.Length / 4); }
        return value[..first] + Stars(value.Length - first - last) + value[(value.Length - last)..];
    }

    private static string Stars(int count) => new('*', count);
}
