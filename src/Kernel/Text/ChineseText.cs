using System.Text;

namespace Zhengtong.Kernel;

/// <summary>How well a text fits what somebody looks for.</summary>
public enum TextFit
{
    None,

    /// <summary>Sounds or looks nearly the same: one wrong, missing or superfluous character, or one letter.</summary>
    Near,

    /// <summary>By initials of the readings: <c>lnjt</c> for 老年津贴.</summary>
    Initials,

    /// <summary>By readings in full: <c>laonian</c>, or other characters of the same sound.</summary>
    Sound,

    /// <summary>Contains the words as they are.</summary>
    Contains,

    Starts,
    Equal,
}

/// <summary>What searching Chinese needs: readings, initials, tokens for the index, and tolerance for slips.</summary>
public sealed class ChineseText(ArtefactStore store)
{
    private readonly CompiledArtefacts<Pinyin> _compiled = new(store, PinyinKind.Name, a => Pinyin.Parse(a.Key, a.Content, []));

    private Pinyin Readings => _compiled.Latest("pinyin") ?? Pinyin.Empty;

    /// <summary>Full readings run together, the usual one of each character: <c>laonianjintie</c>. Letters and digits stay.</summary>
    public string PinyinOf(string text) => Spell(text, static reading => reading);

    /// <summary>First letters: <c>lnjt</c>.</summary>
    public string InitialsOf(string text) => Spell(text, static reading => reading[..1]);

    /// <summary>Whether the text fits in any way.</summary>
    public bool Matches(string text, string words) => Fit(text, words) is not TextFit.None;

    /// <summary>How <paramref name="text"/> fits <paramref name="words"/>; several words must all fit, the worst counts.</summary>
    public TextFit Fit(string text, string words)
    {
        var normal = Normal.Form(text);
        var worst = TextFit.Equal;
        var wanted = Normal.Form(words).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (wanted.Length == 0) { return TextFit.None; }
        foreach (var word in wanted)
        {
            var fit = FitOne(normal, word);
            if (fit is TextFit.None) { return TextFit.None; }
            worst = fit < worst ? fit : worst;
        }
        return worst;
    }

    private TextFit FitOne(string text, string word)
    {
        if (text == word) { return TextFit.Equal; }
        if (text.StartsWith(word, StringComparison.Ordinal)) { return TextFit.Starts; }
        if (text.Contains(word, StringComparison.Ordinal)) { return TextFit.Contains; }
        var isLetters = word.All(char.IsAsciiLetterLower);
        if (isLetters && Spelt(text, word) is not TextFit.None and var spelt) { return spelt; }
        if (!isLetters && word.Length >= 2 && PinyinOf(word) is { Length: > 1 } sound && Spelt(text, sound) is TextFit.Sound)
        {
            return TextFit.Sound;
        }
        // A slip in a word of one or two characters would fit nearly everything.
        if (!isLetters && word.Length >= 3 && EditDistance.Within(text, word, word.Length >= 6 ? 2 : 1)) { return TextFit.Near; }
        return isLetters && word.Length >= 5 && EditDistance.Within(PinyinOf(text), word, 1) ? TextFit.Near : TextFit.None;
    }

    /// <summary>Whether letters spell a run of characters: by readings, by initials, or a mixture; any reading of a character will
    /// do.</summary>
    private TextFit Spelt(string text, string letters)
    {
        var runes = text.EnumerateRunes().Select(r => (Rune: r, Sounds: Readings.Of(r))).ToArray();
        var best = TextFit.None;
        for (var start = 0; start < runes.Length && best < TextFit.Sound; start++)
        {
            var fit = From(start, 0);
            best = fit > best ? fit : best;
        }
        return best;

        TextFit From(int at, int used)
        {
            if (used == letters.Length) { return TextFit.Sound; }
            if (at == runes.Length) { return TextFit.None; }
            var best = TextFit.None;
            var rest = letters.AsSpan(used);
            foreach (var sound in runes[at].Sounds)
            {
                // The last syllable may be unfinished: people stop typing when they see what they want.
                if (rest.StartsWith(sound) || (rest.Length > 1 && sound.AsSpan().StartsWith(rest)))
                {
                    best = Better(best, From(at + 1, used + Math.Min(sound.Length, rest.Length)));
                }
                if (best < TextFit.Initials && rest[0] == sound[0] && From(at + 1, used + 1) is not TextFit.None)
                {
                    best = TextFit.Initials;
                }
                if (best is TextFit.Sound) { return best; }
            }
            if (runes[at].Sounds.Count == 0 && runes[at].Rune.Value == rest[0]) { best = Better(best, From(at + 1, used + 1)); }
            return best;
        }

        static TextFit Better(TextFit a, TextFit b) => a > b ? a : b;
    }

    /// <summary>
    /// Tokens for a <c>tsvector</c>: of each run of Han characters the pairs of neighbours and the last character, and words of letters and
    /// digits.
    /// </summary>
    public static IReadOnlyList<string> IndexTokens(string text) => [.. Runs(text).SelectMany(IndexTokensOf).Distinct()];

    /// <summary>The same text as a <c>tsquery</c>: all pairs must be there; a single character stands for any word that has it at its start
    /// or end.</summary>
    /// <returns>Text for <c>to_tsquery('simple', …)</c> with everything quoted; empty when nothing can be searched for.</returns>
    public static string SearchQuery(string words)
    {
        var terms = Runs(words).SelectMany(r => r is { IsHan: true, Runes.Count: > 1 } ? Pairs(r.Runes) : [$"'{Text(r.Runes)}':*"]);
        return string.Join(" & ", terms.Distinct());

        static IEnumerable<string> Pairs(IReadOnlyList<Rune> runes) => runes.Zip(runes.Skip(1), (a, b) => $"'{a}{b}'");
    }

    /// <summary>
    /// Patterns for <c>like any(…)</c> that forgive one slip in a short word: a character replaced, left out, or put in. The trigram index
    /// serves them; readings are not looked at.
    /// </summary>
    public static IReadOnlyList<string> TolerantPatterns(string word)
    {
        var characters = Normal.Form(word).EnumerateRunes().Select(Escaped).ToArray();
        var patterns = new List<string> { $"%{string.Concat(characters)}%" };
        if (characters.Length is < 3 or > 12) { return patterns; }
        for (var i = 0; i < characters.Length; i++)
        {
            var (before, after) = (string.Concat(characters[..i]), string.Concat(characters[(i + 1)..]));
            patterns.Add($"%{before}_{after}%");
            patterns.Add($"%{before}{after}%");
            if (i > 0) { patterns.Add($"%{before}_{characters[i]}{after}%"); }
        }
        return [.. patterns.Distinct()];

        static string Escaped(Rune r) => r.Value is '%' or '_' or '\\' ? $"\\{r}" : r.ToString();
    }

    private string Spell(string text, Func<string, string> part)
    {
        var result = new StringBuilder();
        foreach (var rune in Normal.Form(text).EnumerateRunes())
        {
            if (Readings.Of(rune) is [var first, ..]) { result.Append(part(first)); }
            else if (Rune.IsLetterOrDigit(rune)) { result.Append(rune); }
        }
        return result.ToString();
    }

    private static IEnumerable<string> IndexTokensOf(Run run)
    {
        if (!run.IsHan) { return [Text(run.Runes)]; }
        var tokens = run.Runes.Zip(run.Runes.Skip(1), (a, b) => $"{a}{b}").ToList();
        tokens.Add(run.Runes[^1].ToString());
        return tokens;
    }

    private static string Text(IEnumerable<Rune> runes) => string.Concat(runes);

    private static List<Run> Runs(string text)
    {
        var runs = new List<Run>();
        List<Rune>? current = null;
        var isHan = false;
        foreach (var rune in Normal.Form(text).EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && !Normal.IsHan(rune))
            {
                current = null;
                continue;
            }
            if (current is null || isHan != Normal.IsHan(rune))
            {
                isHan = Normal.IsHan(rune);
                runs.Add(new(isHan, current = []));
            }
            current.Add(rune);
        }
        return runs;
    }

    private sealed record Run(bool IsHan, List<Rune> Runes);
}

/// <summary>Number of single-character changes between texts.</summary>
public static class EditDistance
{
    /// <summary>Whether some part of <paramref name="text"/> differs from <paramref name="word"/> by at most <paramref name="most"/>
    /// changes.</summary>
    public static bool Within(string text, string word, int most) => ToPart(text, word) <= most;

    /// <summary>Fewest changes that make <paramref name="word"/> a part of <paramref name="text"/>: a beginning and an end of the text cost
    /// nothing.</summary>
    public static int ToPart(string text, string word)
    {
        var row = new int[text.Length + 1];
        for (var i = 1; i <= word.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= text.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (word[i - 1] == text[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }
        return row.Min();
    }
}
