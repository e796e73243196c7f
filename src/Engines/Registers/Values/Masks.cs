namespace Zhengtong.Registers;

/// <summary>What somebody without the right to see it all sees of a value.</summary>
public static class Masks
{
    public static IReadOnlyList<string> Known { get; } = ["id-card", "phone", "name", "bank-card", "e-mail", "address", "all"];

    /// <summary>Rule for a personal field that names none.</summary>
    public static string StandardFor(FieldType type) => type switch
    {
        FieldType.IdCard => "id-card",
        FieldType.Phone => "phone",
        FieldType.BankCard => "bank-card",
        FieldType.EMail => "e-mail",
        _ => "all",
    };

    public static string Apply(string mask, string value) => mask switch
    {
        "id-card" => Keep(value, 4, 2),
        "phone" => Keep(value, 3, 4),
        "bank-card" => Keep(value, 0, 4),
        "name" => value.Length <= 1 ? "*" : value[..1] + new string('*', value.Length - 1),
        "e-mail" => value.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? $"{value[0]}***{value[at..]}" : "***",
        "address" => value.Length <= 6 ? "******" : value[..6] + "******",
        _ => "******",
    };

    private static string Keep(string value, int head, int tail) =>
        value.Length <= head + tail
            ? new string('*', Math.Max(value.Length, 4))
            : string.Concat(value.AsSpan(0, head), new string('*', value.Length - head - tail), value.AsSpan(value.Length - tail));
}
