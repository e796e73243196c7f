using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>What somebody without the right to see it all sees of a value.</summary>
public static class Masks
{
    public static IReadOnlyList<string> Known => Masking.Kinds;

    /// <summary>Rule for a personal field that names none.</summary>
    public static string StandardFor(FieldType type) => type switch
    {
        FieldType.IdCard => "id-card",
        FieldType.Phone => "phone",
        FieldType.BankCard => "bank-card",
        FieldType.EMail => "e-mail",
        _ => "all",
    };

    public static string Apply(string mask, string value) => Masking.Apply(mask, value);
}
