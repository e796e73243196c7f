using System.Text;

namespace Zhengtong.Feel.Functions;

/// <summary>Rewrites a pattern of XPath for the framework's engine.</summary>
internal static class PatternText
{
    private const string NameStart = "_:A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D"
        + "\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD";

    /// <returns>Null when it is no pattern of XPath.</returns>
    public static string? Translate(string pattern, bool ignoreSpace, bool dotMatchesAll, bool multiline)
    {
        var text = ignoreSpace ? WithoutSpace(pattern) : pattern;
        var output = new StringBuilder(text.Length + 16);
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\\':
                    if (!Escape(text, ref i, output, inClass: depth > 0))
                    {
                        return null;
                    }

                    break;
                case '[':
                    depth++;
                    output.Append('[');
                    if (i + 1 < text.Length && text[i + 1] == '^')
                    {
                        output.Append('^');
                        i++;
                    }

                    break;
                case ']' when depth > 0:
                    depth--;
                    output.Append(']');
                    break;
                case '.' when depth == 0:
                    output.Append(dotMatchesAll ? "[\\s\\S]" : "[^\\n\\r]");
                    break;
                case '$' when depth == 0:
                    // The framework's $ also matches before a last line feed, XPath's only at the very end.
                    output.Append(multiline ? "$" : "\\z");
                    break;
                case '(' when depth == 0 && i + 1 < text.Length && text[i + 1] == '?':
                    if (i + 2 >= text.Length || text[i + 2] != ':')
                    {
                        return null;
                    }

                    output.Append("(?:");
                    i += 2;
                    break;
                default:
                    output.Append(c);
                    break;
            }
        }

        return depth == 0 ? output.ToString() : null;
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

    private static bool Escape(string text, ref int i, StringBuilder output, bool inClass)
    {
        if (i + 1 >= text.Length)
        {
            return false;
        }

        var c = text[++i];
        switch (c)
        {
            case 'n' or 'r' or 't' or '\\' or '|' or '.' or '?' or '*' or '+' or '(' or ')' or '{' or '}' or '-' or '[' or ']' or '^' or '$':
                output.Append('\\').Append(c);
                return true;
            case 's' or 'S':
                output.Append(inClass ? (c == 's' ? " \\t\\n\\r" : "\\S") : c == 's' ? "[ \\t\\n\\r]" : "[^ \\t\\n\\r]");
                return true;
            case 'd' or 'D' or 'w' or 'W':
                output.Append('\\').Append(c);
                return true;
            case 'i' or 'I' or 'c' or 'C':
                return NameClass(c, output, inClass);
            case 'p' or 'P':
                return Category(text, ref i, output);
            default:
                // A back reference; within a class it has no meaning, and neither has \0.
                output.Append('\\').Append(c);
                return c is >= '1' and <= '9' && !inClass;
        }
    }

    private static bool NameClass(char c, StringBuilder output, bool inClass)
    {
        var set = c is 'i' or 'I' ? NameStart : NameStart + "\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040";
        if (inClass && c is ('I' or 'C'))
        {
            return false;
        }

        output.Append(inClass ? set : c is 'i' or 'c' ? $"[{set}]" : $"[^{set}]");
        return true;
    }

    private static bool Category(string text, ref int i, StringBuilder output)
    {
        var end = text.IndexOf('}', i);
        if (i + 1 >= text.Length || text[i + 1] != '{' || end < 0)
        {
            return false;
        }

        output.Append('\\').Append(text, i, end - i + 1);
        i = end;
        return true;
    }
}
