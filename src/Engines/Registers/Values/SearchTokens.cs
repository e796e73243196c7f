using System.Text;

namespace Zhengtong.Registers;

/// <summary>
/// What the search box finds a record by: single characters and pairs of neighbours, for names of two characters are too short for
/// trigrams. Pairs narrow, the statement then compares the text itself.
/// </summary>
public static class SearchTokens
{
    private const int MaxRunes = 400;
    private const int MaxSpelt = 60;

    /// <summary>Tokens of a record's searchable texts; null when there are none.</summary>
    /// <param name="initials">First letters of the readings of a text.</param>
    public static string[]? Of(IEnumerable<string?> texts, Func<string, string> initials)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (string.IsNullOrEmpty(text)) { continue; }
            foreach (var run in Runs(text))
            {
                for (var i = 0; i < run.Count; i++)
                {
                    tokens.Add(run[i]);
                    if (i > 0) { tokens.Add(run[i - 1] + run[i]); }
                }
            }
            if (text.Length <= MaxSpelt && text.Any(c => c >= '\u3400'))
            {
                tokens.UnionWith(Pairs(string.Concat(initials(text).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()));
            }
        }
        return tokens.Count == 0 ? null : [.. tokens];
    }

    /// <summary>Tokens that a record with this text surely has.</summary>
    public static string[] OfQuery(string text)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in Runs(text))
        {
            if (run.Count == 1) { tokens.Add(run[0]); }
            for (var i = 1; i < run.Count; i++) { tokens.Add(run[i - 1] + run[i]); }
        }
        return [.. tokens];
    }

    /// <summary>Tokens under which a word of letters may stand as initials of a name, zs for 张三; empty for other words.</summary>
    public static string[] OfInitials(string word) =>
        word.Length is >= 2 and <= 20 && word.All(char.IsAsciiLetter) ? [.. Pairs(word.ToLowerInvariant())] : [];

    private static IEnumerable<string> Pairs(string letters) => Enumerable.Range(0, Math.Max(0, letters.Length - 1))
        .Select(i => "~" + letters[i..(i + 2)]);

    /// <summary>Runs of letters and digits, character by character, in lower case; what stands between separates.</summary>
    private static IEnumerable<List<string>> Runs(string text)
    {
        var run = new List<string>();
        foreach (var rune in text.ToLowerInvariant().EnumerateRunes().Take(MaxRunes))
        {
            if (Rune.IsLetterOrDigit(rune)) { run.Add(rune.ToString()); continue; }
            if (run.Count > 0) { yield return run; }
            run = [];
        }
        if (run.Count > 0) { yield return run; }
    }
}
