namespace Zhengtong.Records.ExportRecords;

internal static class Csv
{
    /// <summary>A cell, quoted where needed. Text that a spreadsheet program would run as a formula is kept from it by a quote in
    /// front.</summary>
    public static string Cell(string text, bool isNumber = false)
    {
        if (!isNumber && text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) { text = "'" + text; }
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
