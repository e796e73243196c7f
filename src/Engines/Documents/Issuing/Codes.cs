using System.Security.Cryptography;

namespace Zhengtong.Documents;

/// <summary>
/// Verification codes: twelve characters out of 32, in groups of four. 60 bits can not be guessed at the pace at which the verification
/// page answers, and no two of the characters look alike.
/// </summary>
internal static class Codes
{
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 12;

    /// <summary>Stands before the code in the properties of a file, so that a changed file still says which one it claims to be.</summary>
    internal const string Marker = "zt-document:";

    internal static string Create() => Group(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>The code as stored, however it was typed; null where it can not be one.</summary>
    internal static string? Normal(string? typed)
    {
        if (typed is null || typed.Length > 64) { return null; }
        var text = string.Concat(typed.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit));
        return text.Length == Length && text.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? Group(text) : null;
    }

    /// <summary>The code that a file claims, or null.</summary>
    internal static string? ClaimedBy(ReadOnlySpan<byte> file)
    {
        var marker = System.Text.Encoding.ASCII.GetBytes(Marker);
        var at = file.IndexOf(marker);
        if (at >= 0 && at + marker.Length + Length + 2 <= file.Length)
        {
            return Normal(System.Text.Encoding.ASCII.GetString(file.Slice(at + marker.Length, Length + 2)));
        }
        return null;
    }

    private static string Group(string code) => $"{code[..4]}-{code[4..8]}-{code[8..]}";
}
