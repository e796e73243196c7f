using Zhengtong.Kernel;

namespace Zhengtong.Identity.Personal;

/// <summary>
/// Personal fields at rest: ciphertexts bound to their row, and blind indexes for "is there somebody with this number". Clear numbers
/// are in no table, no audit entry and no log.
/// </summary>
internal sealed class PersonalFields(FieldCipher cipher)
{
    /// <param name="place">Field and row, e.g. <c>people.id-number:0198…</c>: a ciphertext copied elsewhere does not open.</param>
    public byte[]? Seal(string? value, string place) => string.IsNullOrEmpty(value) ? null : cipher.Encrypt(value, place);

    public string? Open(byte[]? ciphertext, string place) => cipher.Decrypt(ciphertext, place);

    /// <summary>For storage: equal values of one field have equal indexes; nobody without the key can tell which value it is.</summary>
    public byte[]? Index(string? value, string field) => string.IsNullOrEmpty(value)
        ? null
        : cipher.BlindIndex(Normal(value), $"identity.{field}");

    /// <summary>For searches, <c>= any(@indexes)</c>: under every living key, so that a rotation hides nobody.</summary>
    public byte[][] Indexes(string? value, string field) =>
        string.IsNullOrEmpty(value) ? [] : [.. cipher.BlindIndexes(Normal(value), $"identity.{field}")];

    private static string Normal(string value) => value.Trim().ToUpperInvariant();
}

/// <summary>Names of encrypted fields, as they are bound into ciphertexts. Renaming one makes old ones unreadable.</summary>
internal static class Fields
{
    public const string Mobile = "mobile";
    public const string IdNumber = "id-number";

    public static string MobileOf(Guid account) => $"identity.accounts.mobile:{account}";

    public static string TotpOf(Guid account) => $"identity.accounts.totp:{account}";

    public static string IdNumberOf(Guid id) => $"identity.people.id-number:{id}";

    public static string AddressOf(Guid id) => $"identity.people.address:{id}";

    /// <summary>Every column of this module that is under the field key.</summary>
    public static IEnumerable<SealedColumn> Sealed(PersonalFields fields) =>
    [
        new("identity.accounts", "mobile_cipher", MobileOf, "mobile_index", v => fields.Index(v, Mobile)),
        new("identity.accounts", "totp_cipher", TotpOf),
        new("identity.officers", "id_number_cipher", IdNumberOf, "id_number_index", v => fields.Index(v, IdNumber)),
        new("identity.officers", "address_cipher", AddressOf),
        new("identity.persons", "id_number_cipher", IdNumberOf, "id_number_index", v => fields.Index(v, IdNumber)),
        new("identity.persons", "address_cipher", AddressOf),
    ];
}
