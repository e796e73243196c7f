using System.Text;

namespace Zhengtong.Documents;

/// <summary>A stretch of text of one look; <see cref="IsBreak"/> ends the line.</summary>
internal sealed record InlinePiece(string Text, bool Bold, bool IsBreak = false);

/// <param name="X">From the beginning of the line, in points.</param>
internal sealed record TextRun(double X, string Text, int Font, bool Bold);

internal sealed record TextLine(IReadOnlyList<TextRun> Runs, double Width);

/// <summary>
/// Breaks Chinese text into lines: anywhere between characters, but no line begins with a closing mark or ends with an opening one, and
/// numbers and Latin words stay whole. Full lines are set flush to both sides by spreading the little that is left.
/// </summary>
internal sealed class LineBreaker(FontLibrary fonts)
{
    private const string NotFirst = "，。、；：？！）》」』】〕〗’”…—·％%,.;:?!)]}>～〉°℃";
    /// <summary>Units that stay with their number.</summary>
    private const string AfterNumber = "年月日号元个项份";

    private const string NotLast = "（《「『【〔〖‘“([{<〈￥$";

    /// <summary>Wider gaps would show, and readers of the file's text would take them for spaces.</summary>
    private const double WidestGap = 0.08;

    internal IReadOnlyList<TextLine> Break(
        IReadOnlyList<InlinePiece> pieces, double size, double width, double firstIndent = 0, bool justify = false)
    {
        var lines = new List<TextLine>();
        var units = new List<Unit>();
        foreach (var piece in Collapse(pieces))
        {
            if (!piece.IsBreak)
            {
                units.AddRange(piece.Text.EnumerateRunes().Select(r => Measure(r, piece.Bold, size)));
                continue;
            }
            Fill(units, lines, size, width, firstIndent, justify);
            units.Clear();
        }
        Fill(units, lines, size, width, firstIndent, justify);
        return lines;
    }

    /// <summary>Width on one line without any break.</summary>
    internal double WidthOf(string text, double size) => text.EnumerateRunes().Sum(r => fonts.Measure(r).Advance * size);

    private Unit Measure(Rune rune, bool bold, double size)
    {
        var (font, advance) = fonts.Measure(rune);
        return new(rune, font, bold, advance * size);
    }

    private static void Fill(List<Unit> units, List<TextLine> lines, double size, double width, double firstIndent, bool justify)
    {
        var start = 0;
        var indent = firstIndent;
        while (start < units.Count || (units.Count == 0 && start == 0))
        {
            var (end, next) = EndOfLine(units, start, width - indent);
            var isLast = next >= units.Count;
            lines.Add(Set(units, start, end, indent, justify && !isLast ? width - indent : null, size));
            if (isLast) { break; }
            (start, indent) = (next, 0);
        }
    }

    /// <returns>Where the line's text ends and where the next line begins; between them are spaces.</returns>
    private static (int End, int Next) EndOfLine(List<Unit> units, int start, double width)
    {
        var used = 0.0;
        var breakAt = -1;
        for (var i = start; i < units.Count; i++)
        {
            if (i > start && MayBreak(units[i - 1].Rune, units[i].Rune)) { breakAt = i; }
            used += units[i].Width;
            if (used <= width + 0.01 || units[i].IsSpace) { continue; }
            var next = breakAt > start ? breakAt : Math.Max(i, start + 1);
            var end = next;
            while (end > start && units[end - 1].IsSpace) { end--; }
            return (end, next);
        }
        return (units.Count, units.Count);
    }

    private static bool MayBreak(Rune before, Rune after)
    {
        if (after.Value == ' ') { return false; }
        if (before.Value == ' ') { return true; }
        if (IsOneOf(after, NotFirst) || IsOneOf(before, NotLast)) { return false; }
        if (before.IsAscii && Rune.IsDigit(before) && IsOneOf(after, AfterNumber)) { return false; }
        return !(IsWord(before) && IsWord(after));
    }

    /// <summary>Characters that make numbers, codes and Latin words; a code may be cut at its dashes by the last resort only.</summary>
    private static bool IsWord(Rune rune) => rune.Value is < 0x2E80 and > ' '
        && (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '/' or '_' or '.' or ',' or '@' or '*' or '#');

    private static bool IsOneOf(Rune rune, string set) => rune.IsBmp && set.Contains((char)rune.Value, StringComparison.Ordinal);

    private static TextLine Set(List<Unit> units, int start, int end, double indent, double? flushTo, double size)
    {
        var natural = 0.0;
        for (var i = start; i < end; i++) { natural += units[i].Width; }
        var gaps = Enumerable.Range(start, end - start).Skip(1).Count(i => !Joined(units[i - 1], units[i]));
        var spread = flushTo is { } target && gaps > 0 && (target - natural) / gaps is > 0 and var gap && gap <= WidestGap * size ? gap : 0;
        var runs = new List<TextRun>();
        var text = new StringBuilder();
        double x = indent, from = indent;
        for (var i = start; i < end; i++)
        {
            if (i > start && (units[i].Font != units[i - 1].Font || units[i].Bold != units[i - 1].Bold
                || (spread > 0 && !Joined(units[i - 1], units[i]))))
            {
                Flush(units[i - 1]);
                x += Joined(units[i - 1], units[i]) ? 0 : spread;
                from = x;
            }
            text.Append(units[i].Rune.ToString());
            x += units[i].Width;
        }
        if (end > start) { Flush(units[end - 1]); }
        return new(runs, x);

        void Flush(Unit unit)
        {
            // Nothing is drawn for blanks: fonts without an ideographic space would show a box.
            var shown = text.ToString();
            if (shown.Trim(' ', '\u3000', '\u00A0').Length > 0) { runs.AddRange(WithoutBlanks(shown, from, unit, units, start)); }
            text.Clear();
        }
    }

    /// <summary>Splits at ideographic spaces, which only move what follows.</summary>
    private static IEnumerable<TextRun> WithoutBlanks(string shown, double from, Unit look, List<Unit> units, int start)
    {
        if (!shown.Contains('\u3000', StringComparison.Ordinal))
        {
            yield return new(from, shown, look.Font, look.Bold);
            yield break;
        }
        var blank = units.Skip(start).First(u => u.Rune.Value == 0x3000).Width;
        var widths = units.Skip(start).GroupBy(u => u.Rune).ToDictionary(g => g.Key, g => g.First().Width);
        foreach (var part in shown.Split('\u3000'))
        {
            if (part.Length > 0) { yield return new(from, part, look.Font, look.Bold); }
            from += part.EnumerateRunes().Sum(r => widths[r]) + blank;
        }
    }

    private static bool Joined(Unit left, Unit right) => IsWord(left.Rune) && IsWord(right.Rune);

    /// <summary>Spaces and line ends of the source count as one space, none at the ends and none beside Chinese characters.</summary>
    private static IEnumerable<InlinePiece> Collapse(IReadOnlyList<InlinePiece> pieces)
    {
        var result = new List<InlinePiece>();
        var pending = false;
        Rune? last = null;
        foreach (var piece in pieces)
        {
            if (piece.IsBreak)
            {
                result.Add(piece);
                (pending, last) = (false, null);
                continue;
            }
            var text = new StringBuilder();
            foreach (var rune in piece.Text.EnumerateRunes())
            {
                if (rune.Value is ' ' or '\n' or '\t' or '\r')
                {
                    pending = last is not null;
                    continue;
                }
                // What no font can show must not reach the file: control and direction characters.
                if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format) { continue; }
                if (pending && !(last!.Value.Value >= 0x2E80 && rune.Value >= 0x2E80)) { text.Append(' '); }
                (pending, last) = (false, rune);
                text.Append(rune.ToString());
            }
            if (text.Length > 0) { result.Add(piece with { Text = text.ToString() }); }
        }
        return result;
    }

    private readonly record struct Unit(Rune Rune, int Font, bool Bold, double Width)
    {
        internal bool IsSpace => Rune.Value is ' ' or 0x3000;
    }
}
