using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ImportRecords;

/// <summary>Reads the lines of a CSV file or of the first sheet of a workbook, one after the other; the heading is line 1.</summary>
internal static class TableReader
{
    private const int MaxColumns = 200;

    public static IAsyncEnumerable<LoadLine> ReadAsync(Stream content, bool isWorkbook, CancellationToken cancellationToken) =>
        isWorkbook ? WorkbookAsync(content, cancellationToken) : CsvAsync(content, cancellationToken);

    private static async IAsyncEnumerable<LoadLine> CsvAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(
            content, await EncodingOfAsync(content, cancellationToken), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        await foreach (var line in CsvReader.ReadAsync(text, cancellationToken)) { yield return line; }
    }

    /// <summary>Spreadsheet programs in China save CSV as GB 18030 as often as UTF-8.</summary>
    private static async Task<Encoding> EncodingOfAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[(int)Math.Min(content.Length, 1 << 20)];
        content.Position = 0;
        await content.ReadExactlyAsync(head, cancellationToken);
        content.Position = 0;
        // The last character may be cut in two by the end of the sample.
        var end = head.Length;
        while (end > 0 && content.Length > head.Length && end > head.Length - 4 && (head[end - 1] & 0x80) != 0) { end--; }
        if (System.Text.Unicode.Utf8.IsValid(head.AsSpan(0, end))) { return Encoding.UTF8; }
        return CodePagesEncodingProvider.Instance.GetEncoding("GB18030") ?? Encoding.UTF8;
    }

    private static async IAsyncEnumerable<LoadLine> WorkbookAsync(
        Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SheetGuard.Check(content);
        using var document = SpreadsheetDocument.Open(content, isEditable: false, new OpenSettings { MaxCharactersInPart = 2_000_000_000 });
        var workbook = document.WorkbookPart ?? throw new InvalidDataException("no workbook");
        var sheet = workbook.Workbook.Descendants<Sheet>().FirstOrDefault()?.Id?.Value ?? throw new InvalidDataException("no sheet");
        var shared = SharedTexts(workbook);
        using var reader = OpenXmlReader.Create(workbook.GetPartById(sheet));
        var line = 0;
        while (reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement) { continue; }
            cancellationToken.ThrowIfCancellationRequested();
            line = reader.Attributes.FirstOrDefault(a => a.LocalName == "r").Value is { } number
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : line + 1;
            var cells = ReadRow(reader, shared);
            if (cells.All(string.IsNullOrWhiteSpace)) { continue; }
            yield return new(line, cells);
            // Reading is synchronous: give the caller's cancellation and the other work a turn.
            if (line % 500 == 0) { await Task.Yield(); }
        }
    }

    private static string?[] ReadRow(OpenXmlReader reader, List<string> shared)
    {
        var cells = new List<string?>();
        if (!reader.ReadFirstChild()) { return []; }
        do
        {
            if (reader.ElementType != typeof(Cell) || reader.LoadCurrentElement() is not Cell cell) { continue; }
            var column = ColumnOf(cell.CellReference?.Value, cells.Count);
            if (column >= MaxColumns) { continue; }
            while (cells.Count <= column) { cells.Add(null); }
            cells[column] = TextOf(cell, shared);
        } while (reader.ReadNextSibling());
        return [.. cells];
    }

    private static string? TextOf(Cell cell, List<string> shared)
    {
        var text = cell.CellValue?.Text;
        if (cell.DataType is not { } type) { return text; }
        if (type.Value == CellValues.SharedString)
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < shared.Count ? shared[at] : null;
        }
        if (type.Value == CellValues.InlineString) { return cell.InlineString?.InnerText; }
        return type.Value == CellValues.Boolean ? text == "1" ? "true" : "false" : text;
    }

    private static List<string> SharedTexts(WorkbookPart workbook)
    {
        var texts = new List<string>();
        if (workbook.SharedStringTablePart is not { } part) { return texts; }
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement
                && reader.LoadCurrentElement() is SharedStringItem item)
            {
                // Phonetic guides are no part of the text.
                texts.Add(item.Text?.Text ?? string.Concat(item.Elements<Run>().Select(r => r.Text?.Text)));
            }
        }
        return texts;
    }

    /// <summary>Column of a reference such as AB12, from 0.</summary>
    private static int ColumnOf(string? reference, int otherwise)
    {
        if (reference is null) { return otherwise; }
        var column = 0;
        foreach (var c in reference)
        {
            if (c is < 'A' or > 'Z') { break; }
            column = column * 26 + (c - 'A' + 1);
        }
        return column == 0 ? otherwise : column - 1;
    }
}
