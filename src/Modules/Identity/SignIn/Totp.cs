using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Zhengtong.Identity.SignIn;

/// <summary>Codes of an authenticator app: RFC 6238, six digits, thirty seconds, HMAC-SHA-1 because that is what the apps know.</summary>
internal static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int StepSeconds = 30;

    /// <summary>160 random bits in base32, as apps want them.</summary>
    public static string NewSecret() => ToBase32(RandomNumberGenerator.GetBytes(20));

    public static string Uri(string secret, string account, string issuer) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}&digits=6&period={StepSeconds}";

    /// <summary>The step whose code was typed, one step early or late allowed; null where none fits or it is not after <paramref name="lastStep"/>:
    /// a code works once.</summary>
    public static long? Verify(string secret, string typed, long lastStep, DateTimeOffset now)
    {
        var code = typed.Trim().Replace(" ", "", StringComparison.Ordinal);
        if (code.Length != 6 || !code.All(char.IsAsciiDigit)) { return null; }
        var (key, current) = (FromBase32(secret), now.ToUnixTimeSeconds() / StepSeconds);
        for (var step = current - 1; step <= current + 1; step++)
        {
            if (step > lastStep && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Code(key, step)), Encoding.ASCII.GetBytes(code)))
            {
                return step;
            }
        }
        return null;
    }

    public static string CodeAt(string secret, DateTimeOffset now) => Code(FromBase32(secret), now.ToUnixTimeSeconds() / StepSeconds);

    /// <summary>120 random bits in six groups: too many to be guessed from the plain hash that is kept.</summary>
    public static string NewRecoveryCode() =>
        string.Join('-', ToBase32(RandomNumberGenerator.GetBytes(15)).ToLowerInvariant().Chunk(4).Select(c => new string(c)));

    private static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // RFC 6238 as authenticator apps implement it; as a MAC SHA-1 is not broken
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[19] & 15)..]) & 0x7FFFFFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static string ToBase32(byte[] bytes)
    {
        var (text, buffer, bits) = (new StringBuilder(), 0, 0);
        foreach (var b in bytes)
        {
            (buffer, bits) = ((buffer << 8) | b, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) { text.Append(Alphabet[(buffer << (5 - bits)) & 31]); }
        return text.ToString();
    }

    private static byte[] FromBase32(string text)
    {
        var (bytes, buffer, bits) = (new List<byte>(), 0, 0);
        foreach (var c in text)
        {
            (buffer, bits) = ((buffer << 5) | Alphabet.IndexOf(c), bits + 5);
            if (bits < 8) { continue; }
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
