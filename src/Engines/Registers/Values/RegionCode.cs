namespace Zhengtong.Registers;

/// <summary>Codes of regions as the platform keeps them: without trailing zeros, so that a subtree is a range of texts.</summary>
public static class RegionCode
{
    private static readonly int[] Lengths = [2, 4, 6, 9, 12];

    /// <summary>The code without trailing zeros of levels, and no deeper than <paramref name="level"/>.</summary>
    public static string Cut(string code, string? level)
    {
        foreach (var length in Lengths)
        {
            if (code.Length > length && code.AsSpan(length).TrimStart('0').IsEmpty) { return code[..Math.Min(length, LengthOf(level))]; }
        }
        return code.Length > LengthOf(level) ? code[..LengthOf(level)] : code;
    }

    /// <summary>Digits of a level's codes.</summary>
    public static int LengthOf(string? level) => level switch
    {
        "province" => 2,
        "city" => 4,
        "county" or "district" => 6,
        "town" => 9,
        _ => 12,
    };

    /// <summary>The smallest text above all that start with the prefix, for a range in byte order.</summary>
    public static string After(string prefix) => prefix.Length == 0
        ? "\uffff"
        : string.Concat(prefix.AsSpan(0, prefix.Length - 1), ((char)(prefix[^1] + 1)).ToString());
}
