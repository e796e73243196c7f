using System.Text;

namespace Zhengtong.Identity.Sheets;

/// <summary>Comma separated values after RFC 4180: a hundred lines that need no options.</summary>
internal static class Csv
{
    /// <summary>Records of a text; stops after <paramref name="most"/>. An unclosed quote ends with the text.</summary>
    public static List<string[]> Read(string text, int most)
    {
        var (records, record, field) = (new List<string[]>(), new List<string>(), new StringBuilder());
        var (quoted, wasQuoted) = (false, false);
        for (var i = 0; i <= text.Length && records.Count < most; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"') { field.Append(c); }
                else if (i + 1 < text.Length && text[i + 1] == '"') { field.Append('"'); i++; }
                else { quoted = false; }
                continue;
            }
            switch (c)
            {
                case '"' when field.Length == 0 && !wasQuoted: (quoted, wasQuoted) = (true, true); break;
                case ',' or '\t': Take(); break;
                case '\r': break;
                case '\n':
                    if (i == text.Length && record.Count == 0 && field.Length == 0) { break; }
                    Take();
                    records.Add([.. record]);
                    record.Clear();
                    break;
                default: field.Append(c); break;
            }
        }
        return records;

        void Take()
        {
            record.Add(field.ToString());
            field.Clear();
            wasQuoted = false;
        }
    }

    /// <summary>One line. A cell that a spreadsheet would take for a formula gets a mark in front of it.</summary>
    public static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string? value)
    {
        var text = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value ?? "";
        return text.AsSpan().IndexOfAny(",\"\r\n\t") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
