using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>One part of a secret that was split.</summary>
/// <param name="Number">1 to 255; differs for each part.</param>
/// <param name="Threshold">How many parts bring the secret back.</param>
public sealed record SecretShare(byte Number, byte Threshold, byte[] Value)
{
    private const string Prefix = "zt-share-1";

    /// <summary>As text to print or type: <c>zt-share-1:3:2:…:…</c> (threshold, number, value, check).</summary>
    public override string ToString() =>
        $"{Prefix}:{Threshold}:{Number}:{Convert.ToHexStringLower(Value)}:{Check(Threshold, Number, Value)}";

    /// <summary>Reads the text; a typing error is noticed.</summary>
    /// <exception cref="GuoMiException">It is no share, or was mistyped.</exception>
    public static SecretShare Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split(':');
        try
        {
            if (parts is [Prefix, var threshold, var number, var hex, var check]
                && byte.TryParse(threshold, out var least) && byte.TryParse(number, out var own) && own > 0
                && Convert.FromHexString(hex) is { Length: > 0 } value
                && check.Equals(Check(least, own, value), StringComparison.OrdinalIgnoreCase))
            {
                return new SecretShare(own, least, value);
            }
        }
        catch (FormatException)
        {
            // Told like every other mistake.
        }

        throw new GuoMiException("This is no share of a secret, or it was mistyped.");
    }

    // Says nothing of the secret: it is a hash of one share, and fewer shares than the threshold carry no information.
    private static string Check(byte threshold, byte number, byte[] value) =>
        Convert.ToHexStringLower(Sm3.Hash([threshold, number, .. value])[..4]);
}

/// <summary>Splits a secret so that any three of five people, or whatever numbers one likes, can bring it back together, and fewer learn
/// nothing.</summary>
/// <remarks>Shamir's scheme over the field of 256 elements: each byte is the constant of a random polynomial, each share one point on it.
/// Multiplication uses no table and no branch on the values.</remarks>
public static class SecretSharing
{
    private const int CheckBytes = 8;

    /// <summary>Splits <paramref name="secret"/>.</summary>
    /// <param name="threshold">Parts that are needed, 2 or more.</param>
    /// <param name="shares">Parts to make, up to 255.</param>
    public static IReadOnlyList<SecretShare> Split(ReadOnlySpan<byte> secret, int threshold, int shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shares, 255);
        ArgumentOutOfRangeException.ThrowIfLessThan(shares, threshold);
        if (secret.IsEmpty)
        {
            throw new ArgumentException("Must not be empty.", nameof(secret));
        }

        // A check goes along, so that wrong or mixed shares are told apart from the right ones after combining.
        byte[] content = [.. secret, .. Sm3.Hash(secret).AsSpan(0, CheckBytes)];
        var made = Enumerable.Range(1, shares).Select(i => new SecretShare((byte)i, (byte)threshold, new byte[content.Length])).ToList();
        Span<byte> polynomial = stackalloc byte[threshold];
        for (var i = 0; i < content.Length; i++)
        {
            RandomNumberGenerator.Fill(polynomial);
            polynomial[0] = content[i];
            foreach (var share in made)
            {
                byte y = 0;
                for (var k = threshold - 1; k >= 0; k--)
                {
                    y = (byte)(Multiply(y, share.Number) ^ polynomial[k]);
                }

                share.Value[i] = y;
            }
        }

        CryptographicOperations.ZeroMemory(polynomial);
        CryptographicOperations.ZeroMemory(content);
        return made;
    }

    /// <summary>Brings the secret back. The caller clears it.</summary>
    /// <exception cref="GuoMiException">Too few shares, one twice, or shares that do not belong together.</exception>
    public static byte[] Combine(IReadOnlyList<SecretShare> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count == 0 || shares.Count < shares[0].Threshold)
        {
            throw new GuoMiException(shares.Count == 0
                ? "No shares."
                : $"{shares[0].Threshold} shares are needed, {shares.Count} are here.");
        }

        var length = shares[0].Value.Length;
        if (shares.Any(s => s.Threshold != shares[0].Threshold || s.Value.Length != length)
            || length <= CheckBytes || shares.Select(s => s.Number).Distinct().Count() != shares.Count)
        {
            throw new GuoMiException("The shares do not belong together.");
        }

        var content = new byte[length];
        foreach (var share in shares)
        {
            byte weight = 1;
            foreach (var other in shares.Where(o => o.Number != share.Number))
            {
                weight = Multiply(weight, Multiply(other.Number, Inverse((byte)(other.Number ^ share.Number))));
            }

            for (var i = 0; i < length; i++)
            {
                content[i] ^= Multiply(weight, share.Value[i]);
            }
        }

        try
        {
            var secret = content.AsSpan(0, length - CheckBytes);
            return CryptographicOperations.FixedTimeEquals(Sm3.Hash(secret).AsSpan(0, CheckBytes), content.AsSpan(secret.Length))
                ? secret.ToArray()
                : throw new GuoMiException("The shares do not belong together.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Product modulo x^8 + x^4 + x^3 + x + 1.</summary>
    private static byte Multiply(byte a, byte b)
    {
        var (product, factor) = (0, (int)a);
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= factor & -(b >> bit & 1);
            factor = factor << 1 ^ (0x11B & -(factor >> 7));
        }

        return (byte)product;
    }

    /// <summary>a^254, the inverse of a.</summary>
    private static byte Inverse(byte a)
    {
        byte result = 1;
        for (var i = 0; i < 7; i++)
        {
            a = Multiply(a, a);
            result = Multiply(result, a);
        }

        return result;
    }
}
