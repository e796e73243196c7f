using System.Text;

namespace Zhengtong.Feel.Functions;

/// <summary>A character class of XPath: a class of the framework for U+0000 to U+FFFF, and ranges of the characters beyond.</summary>
internal sealed class CharacterSet
{
    private const int FirstBeyond = 0x10000;
    private const int Last = 0x10FFFF;
    private const string Surrogates = "\\uD800-\\uDFFF";

    private const string NameStart = "_:A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D"
        + "\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD";

    private readonly StringBuilder plane = new();
    private readonly List<(int From, int To)> beyond = [];
    private bool negated;
    private string subtracted = "";

    /// <summary>Every character but those of a class of the framework.</summary>
    public static CharacterSet AllBut(string body)
    {
        var set = new CharacterSet { negated = true };
        set.plane.Append(body);
        return set;
    }

    /// <summary>Whether a letter after a backslash stands for one character.</summary>
    public static bool IsSingle(char c) =>
        c is 'n' or 'r' or 't' or '\\' or '|' or '.' or '?' or '*' or '+' or '(' or ')' or '{' or '}' or '-' or '['
        or ']' or '^' or '$';

    /// <param name="i">At the opening bracket; afterwards at the closing one.</param>
    /// <returns>Null when it is no class.</returns>
    public static CharacterSet? Read(string text, ref int i)
    {
        var set = new CharacterSet();
        i++;
        if (i < text.Length && text[i] == '^')
        {
            set.negated = true;
            i++;
        }

        for (var first = i; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ']':
                    return i > first ? set : null;
                case '-' when i + 1 < text.Length && text[i + 1] == '[':
                    i++;
                    if (Read(text, ref i) is not { } inner || i + 1 >= text.Length || text[i + 1] != ']')
                    {
                        return null;
                    }

                    set.Subtract(inner);
                    break;
                case '[':
                    return null;
                case '\\' when i + 1 < text.Length && !IsSingle(text[i + 1]):
                    if (!set.AddEscape(text, ref i))
                    {
                        return null;
                    }

                    break;
                default:
                    if (!set.AddRange(text, ref i))
                    {
                        return null;
                    }

                    break;
            }
        }

        return null;
    }

    private void Subtract(CharacterSet inner)
    {
        subtracted = $"-[{(inner.negated ? "^" : "")}{inner.plane}{inner.subtracted}]";
        foreach (var (from, to) in inner.negated ? inner.Complement() : inner.beyond)
        {
            for (var at = beyond.Count - 1; at >= 0; at--)
            {
                var whole = beyond[at];
                beyond.RemoveAt(at);
                AddBeyond(whole.From, Math.Min(whole.To, from - 1));
                AddBeyond(Math.Max(whole.From, to + 1), whole.To);
            }
        }
    }

    private bool AddRange(string text, ref int i)
    {
        if (!ReadCharacter(text, ref i, out var from))
        {
            return false;
        }

        var to = from;
        if (i + 2 < text.Length && text[i + 1] == '-' && text[i + 2] is not (']' or '['))
        {
            i += 2;
            if (!ReadCharacter(text, ref i, out to) || to < from)
            {
                return false;
            }
        }

        if (from < FirstBeyond)
        {
            plane.Append(Unit(from));
            if (to > from)
            {
                // Not over the surrogates: they are halves of characters.
                var split = from < 0xD800 && to >= FirstBeyond;
                plane.Append('-').Append(Unit(split ? 0xD7FF : Math.Min(to, 0xFFFF)));
                plane.Append(split ? "\\uE000-\\uFFFF" : "");
            }
        }

        AddBeyond(Math.Max(from, FirstBeyond), to);
        return true;
    }

    private static bool ReadCharacter(string text, ref int i, out int character)
    {
        character = text[i];
        if (text[i] == '\\')
        {
            if (i + 1 >= text.Length || !IsSingle(text[i + 1]))
            {
                return false;
            }

            character = text[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c };
        }
        else if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
        {
            character = char.ConvertToUtf32(text[i], text[++i]);
        }

        return true;
    }

    /// <summary>Adds a class that a letter after a backslash stands for.</summary>
    public bool AddEscape(string text, ref int i)
    {
        var c = text[++i];
        switch (c)
        {
            case 's':
                plane.Append(" \\t\\n\\r");
                return true;
            case 'S':
                plane.Append("\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u0021-\\uD7FF\\uE000-\\uFFFF");
                AddBeyond(FirstBeyond, Last);
                return true;
            case 'd':
                plane.Append("\\p{Nd}");
                return true;
            case 'D':
                plane.Append("\\p{L}\\p{M}\\p{Nl}\\p{No}\\p{P}\\p{S}\\p{Z}\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}");
                AddBeyond(FirstBeyond, Last);
                return true;
            case 'w':
                // All but punctuation, separators and others: not the \w of most languages. Beyond U+FFFF there are letters, signs and
                // pictures.
                plane.Append("\\p{L}\\p{M}\\p{N}\\p{S}");
                AddBeyond(FirstBeyond, 0x3FFFF);
                return true;
            case 'W':
                plane.Append("\\p{P}\\p{Z}\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}");
                AddBeyond(0x40000, Last);
                return true;
            case 'i' or 'c':
                plane.Append(NameStart).Append(c == 'c' ? "\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040" : "");
                AddBeyond(FirstBeyond, 0xEFFFF);
                return true;
            case 'I' or 'C':
                return AddNoName(c);
            case 'p' or 'P':
                return AddCategory(text, ref i);
            default:
                return false;
        }
    }

    private bool AddNoName(char c)
    {
        if (plane.Length > 0 || negated)
        {
            return false;
        }

        negated = true;
        plane.Append(NameStart).Append(c == 'C' ? "\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040" : "");
        AddBeyond(FirstBeyond, 0xEFFFF);
        return true;
    }

    private bool AddCategory(string text, ref int i)
    {
        var end = text.IndexOf('}', i);
        if (i + 1 >= text.Length || text[i + 1] != '{' || end < 0)
        {
            return false;
        }

        var category = text[(i + 2)..end];
        plane.Append('\\').Append(text, i, end - i + 1);
        var outside = text[i] == 'P';
        i = end;

        // Rare Chinese characters are letters, pictures are signs; what else lies beyond is not told apart.
        (int From, int To)? known = category is "L" or "Lo" ? (0x20000, 0x3FFFF) : category is "S" or "So" ? (0x1F000, 0x1FAFF) : null;
        if (outside)
        {
            AddBeyond(FirstBeyond, known is { } k ? k.From - 1 : Last);
            AddBeyond(known is { } n ? n.To + 1 : Last + 1, Last);
        }
        else if (known is { } inside)
        {
            AddBeyond(inside.From, inside.To);
        }

        return true;
    }

    private void AddBeyond(int from, int to)
    {
        if (from <= to)
        {
            beyond.Add((from, to));
        }
    }

    /// <summary>The set as the framework's engine wants it, closed in itself.</summary>
    public string ToPattern()
    {
        var units = negated ? $"[^{Surrogates}{plane}{subtracted}]" : plane.Length > 0 ? $"[{plane}{subtracted}]" : "";
        string[] pairs = [.. (negated ? Complement() : beyond).SelectMany(r => Pairs(r.From, r.To))];
        return pairs.Length == 0
            ? (units.Length > 0 ? units : "[^\\s\\S]")
            : $"(?:{string.Join('|', units.Length > 0 ? [units, .. pairs] : pairs)})";
    }

    private List<(int From, int To)> Complement()
    {
        var rest = new List<(int, int)>();
        var next = FirstBeyond;
        foreach (var (from, to) in beyond.Order())
        {
            if (from > next)
            {
                rest.Add((next, from - 1));
            }

            next = Math.Max(next, to + 1);
        }

        if (next <= Last)
        {
            rest.Add((next, Last));
        }

        return rest;
    }

    // Ranges of pairs: a part of the first high unit, whole high units, a part of the last.
    private static IEnumerable<string> Pairs(int from, int to)
    {
        var (first, last) = (char.ConvertFromUtf32(from), char.ConvertFromUtf32(to));
        if (first[0] == last[0])
        {
            yield return $"{Unit(first[0])}[{Unit(first[1])}-{Unit(last[1])}]";
            yield break;
        }

        var (low, high) = ((int)first[0], (int)last[0]);
        if (first[1] > 0xDC00)
        {
            yield return $"{Unit(low++)}[{Unit(first[1])}-\\uDFFF]";
        }

        var tail = last[1] < 0xDFFF ? $"{Unit(high--)}[\\uDC00-{Unit(last[1])}]" : null;
        if (low <= high)
        {
            yield return $"[{Unit(low)}-{Unit(high)}][\\uDC00-\\uDFFF]";
        }

        if (tail is not null)
        {
            yield return tail;
        }
    }

    private static string Unit(int unit) => $"\\u{unit:X4}";
}
