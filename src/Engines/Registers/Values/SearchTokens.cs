using System.Text;

namespace Zhengtong.Registers;

/// <summary>
/// What the search box finds a record by: single characters and pairs of neighbours, for names of two characters are too short for
/// trigrams. Pairs narrow, the statement then compares the text itself.
/// </summary>
public static class SearchTokens
{
    private const int MaxRunes = 400;

    /// <summary>Tokens of a record's searchable texts; null when there are none.</summary>
    public static string[]? Of(IEnumerable<string?> texts)
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
            if (InitialsOfText(text) is { } initials) { tokens.Add(initials); }
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

    /// <summary>The token under which a word of letters may stand as initials of a name: zs for 张三. Null for other words.</summary>
    public static string? InitialsOf(string word) =>
        word.Length is >= 2 and <= 20 && word.All(char.IsAsciiLetter) ? "~" + word.ToLowerInvariant() : null;

    /// <summary>How a text's initials are found; set once at the start of the node, null without readings of characters.</summary>
    internal static Func<string, string?>? Initials { get; set; }

    private static string? InitialsOfText(string text) => text.Length <= 60 && Initials?.Invoke(text) is { Length: >= 2 } initials ? "~" + initials : null;

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
