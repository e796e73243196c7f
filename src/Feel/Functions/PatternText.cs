using System.Text;

namespace Zhengtong.Feel.Functions;

/// <summary>
/// Rewrites a pattern of XPath for the framework's engine, which knows UTF-16 units where XPath knows characters: what can match a
/// character beyond U+FFFF gets its pairs of units as an alternative.
/// </summary>
internal static class PatternText
{
    /// <returns>Null when it is no pattern of XPath.</returns>
    public static string? Translate(string pattern, bool ignoreSpace, bool dotMatchesAll, bool multiline)
    {
        var text = ignoreSpace ? WithoutSpace(pattern) : pattern;
        var output = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    if (!Escape(text, ref i, output))
                    {
                        return null;
                    }

                    break;
                case '[':
                    if (CharacterSet.Read(text, ref i) is not { } set)
                    {
                        return null;
                    }

                    output.Append(set.ToPattern());
                    break;
                case '.':
                    output.Append(CharacterSet.AllBut(dotMatchesAll ? "" : "\\n\\r").ToPattern());
                    break;
                case '$':
                    // The framework's $ also matches before a last line feed, XPath's only at the very end.
                    output.Append(multiline ? "$" : "\\z");
                    break;
                case '(' when i + 1 < text.Length && text[i + 1] == '?':
                    if (i + 2 >= text.Length || text[i + 2] != ':')
                    {
                        return null;
                    }

                    output.Append("(?:");
                    i += 2;
                    break;
                case ']':
                    output.Append("\\]");
                    break;
                case var c when i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]):
                    // One character for what is repeated.
                    output.Append("(?:").Append(c).Append(text[++i]).Append(')');
                    break;
                case var c:
                    output.Append(c);
                    break;
            }
        }

        return output.ToString();
    }

    private static string WithoutSpace(string pattern)
    {
        var output = new StringBuilder(pattern.Length);
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (depth == 0 && c is (' ' or '\t' or '\n' or '\r'))
            {
                continue;
            }

            output.Append(c);
            if (c == '\\' && i + 1 < pattern.Length && !char.IsWhiteSpace(pattern[i + 1]))
            {
                output.Append(pattern[++i]);
            }
            else
            {
                depth += c == '[' ? 1 : c == ']' && depth > 0 ? -1 : 0;
            }
        }

        return output.ToString();
    }

    private static bool Escape(string text, ref int i, StringBuilder output)
    {
        if (i + 1 >= text.Length)
        {
            return false;
        }

        var c = text[i + 1];
        if (c is >= '1' and <= '9')
        {
            i++;
            output.Append('\\').Append(c);
            return true;
        }

        if (CharacterSet.IsSingle(c))
        {
            i++;
            output.Append('\\').Append(c);
            return true;
        }

        var set = new CharacterSet();
        if (!set.AddEscape(text, ref i))
        {
            return false;
        }

        output.Append(set.ToPattern());
        return true;
    }
}
