using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Zhengtong.Records.ExportRecords;

/// <summary>
/// Writes a workbook of one sheet row by row. The library for Office files keeps a part in memory until it is closed; a million rows would
/// not fit, and the format needs so little.
/// </summary>
internal sealed class SheetWriter : IAsyncDisposable
{
    /// <summary>Rows that a sheet holds, the heading included.</summary>
    public const int MaxRows = 1_048_576;

    private const string Spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private readonly ZipArchive _zip;
    private readonly StreamWriter _sheet;
    private int _row;

    private SheetWriter(ZipArchive zip, StreamWriter sheet) => (_zip, _sheet) = (zip, sheet);

    /// <param name="target">A file: the archive is written synchronously.</param>
    public static SheetWriter Create(Stream target, string title)
    {
        var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        Part(zip, "[Content_Types].xml",
            """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>""");
        Part(zip, "_rels/.rels",
            """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
        Part(zip, "xl/_rels/workbook.xml.rels",
            """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>""");
        Part(zip, "xl/workbook.xml",
            $"""<workbook xmlns="{Spreadsheet}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{Escape(SheetName(title))}" sheetId="1" r:id="r1"/></sheets></workbook>""");
        // Style 1 is the heading; 2 is text, so that long numbers stay what they are; 3 marks a fault.
        Part(zip, "xl/styles.xml",
            $"""<styleSheet xmlns="{Spreadsheet}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFDE9E7"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf fillId="2" applyFill="1"/></cellXfs></styleSheet>""");
        var sheet = new StreamWriter(
            zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open(), new UTF8Encoding(false), 1 << 16);
        sheet.Write($"""<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{Spreadsheet}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>""");
        return new(zip, sheet);
    }

    public void Heading(IEnumerable<string> cells)
    {
        Start();
        foreach (var cell in cells) { Text(cell, 1); }
        End();
    }

    public void Start()
    {
        _row++;
        _sheet.Write("<row r=\"");
        _sheet.Write(_row);
        _sheet.Write("\">");
    }

    public void End() => _sheet.Write("</row>");

    public void Text(string? text, int style = 2)
    {
        if (string.IsNullOrEmpty(text)) { _sheet.Write("<c/>"); return; }
        _sheet.Write("<c t=\"inlineStr\" s=\"");
        _sheet.Write(style);
        _sheet.Write("\"><is><t xml:space=\"preserve\">");
        _sheet.Write(Escape(text.Length > 32_767 ? text[..32_767] : text));
        _sheet.Write("</t></is></c>");
    }

    public void Number(decimal? number)
    {
        if (number is not { } value) { _sheet.Write("<c/>"); return; }
        _sheet.Write("<c><v>");
        _sheet.Write(value.ToString(CultureInfo.InvariantCulture));
        _sheet.Write("</v></c>");
    }

    public async ValueTask DisposeAsync()
    {
        await _sheet.WriteAsync("</sheetData></worksheet>");
        await _sheet.DisposeAsync();
        _zip.Dispose();
    }

    private static void Part(ZipArchive zip, string name, string content)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        writer.Write("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""");
        writer.Write(content);
    }

    private static string SheetName(string title)
    {
        var clean = string.Concat(title.Where(c => c is not ('[' or ']' or ':' or '*' or '?' or '/' or '\\')));
        return clean.Length > 31 ? clean[..31] : clean.Length == 0 ? "Sheet1" : clean;
    }

    /// <summary>XML 1.0 knows no control characters; what the database holds has none but lines and tabs.</summary>
    private static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"") < 0 && !text.Any(char.IsControl)) { return text; }
        var builder = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            builder.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '\n' or '\r' or '\t' => c.ToString(),
                _ when char.IsControl(c) => "", _ => c.ToString() });
        }
        return builder.ToString();
    }
}
