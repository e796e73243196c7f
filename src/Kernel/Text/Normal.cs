using System.Text;

namespace Zhengtong.Kernel;

/// <summary>One form for what people type in many: half width, lower case, single blanks, no invisible characters.</summary>
public static class Normal
{
    public static string Form(string text)
    {
        var result = new StringBuilder(text.Length);
        var blank = false;
        foreach (var c in text)
        {
            var narrow = Narrow(c);
            if (IsInvisible(narrow)) { continue; }
            if (char.IsWhiteSpace(narrow) || char.IsControl(narrow))
            {
                blank = result.Length > 0;
                continue;
            }
            if (blank) { result.Append(' '); }
            blank = false;
            result.Append(char.ToLowerInvariant(narrow));
        }
        return result.ToString();
    }

    /// <summary>Full-width letters, digits and signs as their half-width forms; case and blanks stay.</summary>
    public static string HalfWidth(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < source.Length; i++) { span[i] = Narrow(source[i]); }
    });

    public static bool IsHan(Rune rune) => rune.Value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or 0x3007 or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);

    private static char Narrow(char c) => c switch
    {
        '\u3000' => ' ',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        _ => c,
    };

    private static bool IsInvisible(char c) => c is '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' or '\u00AD';
}
