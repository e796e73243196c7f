using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>Encrypts single fields for storage, and makes the blind indexes by which equal values are found again.</summary>
public sealed class FieldCipher(KeyRing ring)
{
    /// <summary>Encrypts; null stays null.</summary>
    /// <param name="place">Field and row, e.g. <c>reg.caregiver.id-number:0198…</c>. A ciphertext copied elsewhere does not open.</param>
    [return: NotNullIfNotNull(nameof(plaintext))]
    public byte[]? Encrypt(string? plaintext, string place) =>
        plaintext is null
            ? null
            : Sm4Envelope.Seal(ring.Current(KeyPurpose.Field).Envelope, Encoding.UTF8.GetBytes(plaintext), Encoding.UTF8.GetBytes(place));

    /// <summary>Decrypts what <see cref="Encrypt"/> made at the same place, with whatever key version it names; null stays null.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Altered, moved from another place, or its key was destroyed.</exception>
    [return: NotNullIfNotNull(nameof(ciphertext))]
    public string? Decrypt(byte[]? ciphertext, string place)
    {
        if (ciphertext is null)
        {
            return null;
        }

        var key = Sm4Envelope.TryReadKeyId(ciphertext, out var id) ? ring.Find(KeyPurpose.Field, id) : null;
        return key is not null && Sm4Envelope.TryOpen(key.Envelope, ciphertext, Encoding.UTF8.GetBytes(place), out var plaintext)
            ? Encoding.UTF8.GetString(plaintext)
            : throw new AuthenticationTagMismatchException(
                $"The encrypted field at {Where(place)} was altered or moved, or its key {id} is gone.");
    }

    /// <summary>Whether a ciphertext was made with an older key: the re-encryption job takes such rows.</summary>
    public bool IsStale(ReadOnlySpan<byte> ciphertext) =>
        Sm4Envelope.TryReadKeyId(ciphertext, out var id) && id != ring.Current(KeyPurpose.Field).Id;

    /// <summary>The same content under the current key.</summary>
    [return: NotNullIfNotNull(nameof(ciphertext))]
    public byte[]? Reencrypt(byte[]? ciphertext, string place) =>
        ciphertext is null || !IsStale(ciphertext) ? ciphertext : Encrypt(Decrypt(ciphertext, place), place);

    /// <summary>Index of a value under the current key, 32 bytes; null for null. Equal values of one field have equal indexes.</summary>
    /// <param name="value">Already in its one normal form (an id card with upper-case X, a phone number without blanks).</param>
    /// <param name="field">Register and field, without the row: indexes of two fields never match.</param>
    [return: NotNullIfNotNull(nameof(value))]
    public byte[]? BlindIndex(string? value, string field) =>
        value is null ? null : Index(ring.Current(KeyPurpose.BlindIndex), value, field);

    /// <summary>Indexes under every living key, the current one first: what a search looks for while a rotation is under way.</summary>
    public IReadOnlyList<byte[]> BlindIndexes(string value, string field) =>
        [.. ring.All(KeyPurpose.BlindIndex).Select(key => Index(key, value, field))];

    private static byte[] Index(RingKey key, string value, string field) => key.Tag(Encoding.UTF8.GetBytes($"{field}\0{value}"));

    // The row's id may stay; it is no personal data. Whatever stands behind it is cut off.
    private static string Where(string place) => place.Length > 120 ? place[..120] : place;
}
