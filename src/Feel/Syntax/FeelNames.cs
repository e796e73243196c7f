namespace Zhengtong.Feel.Syntax;

/// <summary>Characters and words of names (DMN 1.5, 10.3.1.2, rules 27 to 30).</summary>
internal static class FeelNames
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance", "function",
        "true", "false", "null",
    };

    public static bool IsReserved(string word) => Reserved.Contains(word);

    public static bool IsStart(char c) => c switch
    {
        '?' or '_' => true,
        < '\u0080' => char.IsAsciiLetter(c),
        '\u00D7' or '\u00F7' or '\u037E' => false,
        < '\u00C0' => false,
        (>= '\u0300' and <= '\u036F') => false,
        (>= '\u2000' and <= '\u200B') or (>= '\u200E' and <= '\u206F') or (>= '\u2190' and <= '\u2BFF') or '\u3000' => false,
        _ => !char.IsWhiteSpace(c) && c != '\uFEFF',
    };

    public static bool IsPart(char c) =>
        IsStart(c) || char.IsAsciiDigit(c) || c is '\u00B7' or (>= '\u0300' and <= '\u036F') or '\u203F' or '\u2040';

    public static bool IsSymbol(char c) => c is '.' or '/' or '-' or '’' or '\'' or '+' or '*';

    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is '\uFEFF' or '\u180E';

    /// <summary>Whether a context key can be written without quotes and read back in any scope.</summary>
    public static bool IsPlainName(string name)
    {
        if (name.Length == 0 || !IsStart(name[0]) || name[^1] == ' ')
        {
            return false;
        }

        for (var i = 1; i < name.Length; i++)
        {
            if (!IsPart(name[i]) && !(name[i] == ' ' && name[i - 1] != ' '))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The name with runs of white space made one space.</summary>
    public static string Normalize(string name)
    {
        var clean = true;
        for (var i = 0; i < name.Length && clean; i++)
        {
            clean = !IsSpace(name[i]) || (name[i] == ' ' && i > 0 && i < name.Length - 1 && name[i - 1] != ' ');
        }

        return clean ? name : string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The word at an offset: a run of name characters or one symbol; its length, 0 when there is none.</summary>
    public static int WordLength(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length)
        {
            return 0;
        }

        if (!IsPart(text[at]))
        {
            return IsSymbol(text[at]) ? 1 : 0;
        }

        var end = at + 1;
        while (end < text.Length && IsPart(text[end]))
        {
            end++;
        }

        return end - at;
    }

    public static int SkipSpace(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>The words of a declared name.</summary>
    public static string[] Words(string name)
    {
        var words = new List<string>();
        var at = SkipSpace(name, 0);
        while (at < name.Length)
        {
            // A character that no name may hold still makes a word, so that such a declaration is merely never matched.
            var length = Math.Max(1, WordLength(name, at));
            words.Add(name.Substring(at, length));
            at = SkipSpace(name, at + length);
        }

        return [.. words];
    }
}
