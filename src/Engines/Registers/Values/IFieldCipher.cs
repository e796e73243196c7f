namespace Zhengtong.Registers;

/// <summary>
/// What protects single values: ciphertext that only the platform reads, and a keyed digest by which equal values are found. The host
/// brings one; without it, writing an encrypted field is refused rather than stored in clear.
/// </summary>
public interface IFieldCipher
{
    /// <param name="context">Register and field, bound into the ciphertext: a value copied into another column does not open.</param>
    byte[] Encrypt(string context, string value);

    /// <returns>The value, or null where the bytes are not genuine.</returns>
    string? Decrypt(string context, ReadOnlySpan<byte> bytes);

    /// <summary>Same value and context, same digest; without the key nothing can be told from it.</summary>
    byte[] BlindIndex(string context, string value);
}
