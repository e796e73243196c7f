using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sheets;

/// <summary>Tables as people send them: CSV (UTF-8 or GB18030) and Excel. Cells are text; a header names the columns.</summary>
internal static class Sheet
{
    private static readonly Error Unreadable = Error.Invalid(
        "identity.sheet-unreadable", "文件无法读取，请使用模板，另存为 .xlsx 或 .csv 后重试。", [new("file", "unreadable", "文件无法读取，请使用 .xlsx 或 .csv 格式的模板。")]);
    private static readonly Error TooLong =
        Error.Invalid("identity.sheet-too-long", "文件行数过多，请分批导入。", [new("file", "too-long", "每次最多导入 5000 行，请分批。")]);

    /// <returns>Rows by column title, with their line in the file.</returns>
    public static Result<IReadOnlyList<(int Line, Dictionary<string, string> Cells)>> Read(Stream stream, string fileName, int maxRows)
    {
        try
        {
            var lines = fileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)
                ? ReadExcel(stream, maxRows)
                : ReadCsv(stream, maxRows);
            if (lines.Count > maxRows + 1) { return TooLong; }
            if (lines.Count == 0) { return Unreadable; }
            var header = lines[0];
            var rows = new List<(int, Dictionary<string, string>)>();
            for (var i = 1; i < lines.Count; i++)
            {
                var cells = new Dictionary<string, string>(StringComparer.Ordinal);
                for (var c = 0; c < header.Length && c < lines[i].Length; c++)
                {
                    if (lines[i][c].Trim() is { Length: > 0 } text) { cells[header[c].Trim()] = text; }
                }
                if (cells.Count > 0) { rows.Add((i + 1, cells)); }
            }
            return rows;
        }
        catch (Exception fault) when (fault is OpenXmlPackageException or InvalidDataException or IOException or FormatException or System.Xml.XmlException or ArgumentException or InvalidOperationException)
        {
            return Unreadable;
        }
    }

    public static async Task WriteCsvAsync(
        Stream stream, IReadOnlyList<string> header, IAsyncEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancellationToken)
    {
        // The mark tells Excel that it is UTF-8.
        await using var text = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true);
        await text.WriteAsync(Csv.Line(header));
        await foreach (var row in rows.WithCancellation(cancellationToken)) { await text.WriteAsync(Csv.Line(row)); }
    }

    public static async Task WriteExcelAsync(Stream stream, string name, IReadOnlyList<string> header,
        IAsyncEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancellationToken)
    {
        using var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook);
        var book = document.AddWorkbookPart();
        var part = book.AddNewPart<WorksheetPart>();
        // Written row by row: a table of any length needs no more memory than one of its rows.
        using (var writer = OpenXmlWriter.Create(part))
        {
            writer.WriteStartElement(new Worksheet());
            writer.WriteStartElement(new SheetData());
            WriteRow(writer, header);
            await foreach (var row in rows.WithCancellation(cancellationToken)) { WriteRow(writer, row); }
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
        book.Workbook = new(new DocumentFormat.OpenXml.Spreadsheet.Sheets(new DocumentFormat.OpenXml.Spreadsheet.Sheet { Name = name,
            SheetId = 1, Id = book.GetIdOfPart(part) }));
        book.Workbook.Save();
    }

    private static void WriteRow(OpenXmlWriter writer, IReadOnlyList<string?> cells)
    {
        writer.WriteStartElement(new Row());
        foreach (var cell in cells)
        {
            writer.WriteElement(new Cell { DataType = CellValues.InlineString,
                InlineString = new(new Text(Clean(cell)) { Space = SpaceProcessingModeValues.Preserve }) });
        }
        writer.WriteEndElement();
    }

    private static string Clean(string? text) => text is null
        ? ""
        : string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t'));

    private static List<string[]> ReadCsv(Stream stream, int maxRows)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Csv.Read(Decode(bytes.ToArray()), maxRows + 2);
    }

    /// <summary>Excel in China saves CSV as GB18030; what is no UTF-8 is read as that.</summary>
    private static string Decode(byte[] bytes)
    {
        try { return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF'); }
        // known to the provider
        catch (DecoderFallbackException) { return CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetString(bytes); }
    }

    private static List<string[]> ReadExcel(Stream stream, int maxRows)
    {
        SheetGuard.Check(stream);
        using var document = SpreadsheetDocument.Open(stream, false);
        var book = document.WorkbookPart ?? throw new InvalidDataException();
        var texts = book.SharedStringTablePart?.SharedStringTable.Elements<SharedStringItem>().Select(s => s.InnerText).ToArray() ?? [];
        var first = book.Workbook.Descendants<DocumentFormat.OpenXml.Spreadsheet.Sheet>().First();
        var part = (WorksheetPart)book.GetPartById(first.Id?.Value ?? throw new InvalidDataException());
        using var reader = OpenXmlReader.Create(part);
        var lines = new List<string[]>();
        while (reader.Read() && lines.Count <= maxRows + 1)
        {
            if (reader.ElementType != typeof(Row) || reader.LoadCurrentElement() is not Row row) { continue; }
            var cells = new List<string>();
            foreach (var cell in row.Elements<Cell>())
            {
                var column = ColumnOf(cell.CellReference?.Value) ?? cells.Count;
                if (column > 200) { break; }
                while (cells.Count < column) { cells.Add(""); }
                var value = cell.DataType?.Value == CellValues.SharedString && int.TryParse(cell.CellValue?.Text, out var index)
                    && index < texts.Length
                    ? texts[index] : cell.InlineString?.InnerText ?? cell.CellValue?.Text ?? "";
                cells.Add(value);
            }
            lines.Add([.. cells]);
        }
        return lines;
    }

    private static int? ColumnOf(string? reference)
    {
        if (string.IsNullOrEmpty(reference)) { return null; }
        var column = 0;
        foreach (var c in reference.TakeWhile(char.IsAsciiLetterUpper)) { column = (column * 26) + (c - 'A' + 1); }
        return column - 1;
    }
}
