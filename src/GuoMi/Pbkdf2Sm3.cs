using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>Slow hashing of passwords, and keys from passwords: PBKDF2 with HMAC-SM3.</summary>
/// <remarks>
/// Source: GM/T 0091-2020 (PBKDF2 of RFC 8018 with HMAC-SM3). A stored password reads
/// <c>$pbkdf2-sm3$i=600000$SALT$HASH</c>; salt and hash in base64 without padding, so that the cost can rise later without a column of
/// its own.
/// </remarks>
public static class Pbkdf2Sm3
{
    /// <summary>Iterations of a new password hash: about a third of a second on a core of 2024, as OWASP advises for hashes of this
    /// cost. Raising it makes <see cref="NeedsRehash"/> say so of every older one.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>Bound on what a stored hash may ask for, so that a planted one cannot stop a node.</summary>
    public const int MaxIterations = 10_000_000;

    private const string Prefix = "$pbkdf2-sm3$i=";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>Fills <paramref name="destination"/> with key material derived from a password.</summary>
    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        if (destination.IsEmpty)
        {
            throw new ArgumentException("Must not be empty.", nameof(destination));
        }

        ReadOnlySpan<byte> passwordAddress = password.IsEmpty ? [0] : password;
        ReadOnlySpan<byte> saltAddress = salt.IsEmpty ? [0] : salt;
        NativeCall.Check(LibCrypto.PKCS5_PBKDF2_HMAC(
            passwordAddress, password.Length, saltAddress, salt.Length, iterations, Algorithms.Sm3, destination.Length, destination));
    }

    /// <summary>Hash of a password with a fresh salt, for storage.</summary>
    /// <param name="password">As typed; hashed as UTF-8.</param>
    /// <param name="iterations">Cost, 1,000 to 10,000,000.</param>
    public static string HashPassword(ReadOnlySpan<char> password, int iterations = DefaultIterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        Span<byte> salt = stackalloc byte[SaltBytes];
        Span<byte> hash = stackalloc byte[HashBytes];
        RandomNumberGenerator.Fill(salt);
        DeriveFromText(password, salt, iterations, hash);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{iterations}${ToText(salt)}${ToText(hash)}");
    }

    /// <summary>Whether <paramref name="password"/> is the one that was hashed. The comparison takes the same time wherever they
    /// differ.</summary>
    /// <returns>False also where <paramref name="stored"/> has another form: nobody signs in by a hash that cannot be read.</returns>
    public static bool VerifyPassword(ReadOnlySpan<char> password, string? stored)
    {
        if (!TryParse(stored, out var iterations, out var salt, out var expected))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HashBytes];
        DeriveFromText(password, salt, iterations, hash);
        return CryptographicOperations.FixedTimeEquals(hash, expected);
    }

    /// <summary>Iterations behind a stored hash; 0 where it cannot be read.</summary>
    public static int IterationsOf(string? stored) => TryParse(stored, out var used, out _, out _) ? used : 0;

    /// <summary>Whether a stored hash is weaker than a new one would be, or unreadable: replace it at the next successful
    /// sign-in.</summary>
    public static bool NeedsRehash(string? stored, int iterations = DefaultIterations) =>
        !TryParse(stored, out var used, out var salt, out _) || used < iterations || salt.Length < SaltBytes;

    private static void DeriveFromText(ReadOnlySpan<char> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> hash)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(password.Length)];
        try
        {
            Derive(bytes.AsSpan(0, Encoding.UTF8.GetBytes(password, bytes)), salt, iterations, hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool TryParse(string? stored, out int iterations, out byte[] salt, out byte[] hash)
    {
        iterations = 0;
        salt = hash = [];
        if (stored is null || !stored.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = stored[Prefix.Length..].Split('$');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
            && iterations is > 0 and <= MaxIterations
            && TryFromText(parts[1], out salt) && salt.Length >= 8
            && TryFromText(parts[2], out hash) && hash.Length == HashBytes;
    }

    private static string ToText(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryFromText(string text, out byte[] bytes)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length];
        var good = Convert.TryFromBase64String(padded, buffer, out var written);
        bytes = good ? buffer[..written] : [];
        return good;
    }
}
