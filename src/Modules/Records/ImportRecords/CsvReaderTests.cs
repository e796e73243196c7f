using System.Text;
using Xunit;
using Zhengtong.Records.ExportRecords;

namespace Zhengtong.Records.ImportRecords;

public sealed class CsvReaderTests
{
    private static readonly string[] Pieces = ["", "a", "张", ",", "\"", "\n", "\r\n", "\r", " ", "𠮷", "=1+1", "''"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_written_is_read_back(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            // The first cell keeps a line from being an empty one, which is no line.
            List<string[]> rows = [.. Enumerable.Range(0,
                random.Next(1, 6)).Select(_ =>
                (string[])["x", .. Enumerable.Range(0, 3).Select(_ => string.Concat(random.GetItems(Pieces, random.Next(5))))])];
            var text = string.Concat(rows.Select(
                r => string.Join(',', r.Select(c => Csv.Cell(c, isNumber: true))) + (random.Next(2) == 0 ? "\r\n" : "\n")));

            var read = await ReadAsync(text);

            Assert.Equal(rows.Select(r => string.Join('|', r)), read.Select(r => string.Join('|', r.Select(c => c ?? ""))));
        }
    }

    [Fact]
    public async Task Any_text_is_read_without_exception()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++) { await ReadAsync(string.Concat(random.GetItems(Pieces, random.Next(60)))); }
    }

    [Fact]
    public async Task Any_bytes_as_a_workbook_are_unreadable_and_nothing_else()
    {
        var random = new Random(6);
        for (var i = 0; i < 50; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length > 4) { "PK\x03\x04"u8.CopyTo(bytes); }
            var fault = await Record.ExceptionAsync(
                async () => await TableReader.ReadAsync(new MemoryStream(bytes), true, CancellationToken.None).CountAsync());
            Assert.True(fault is InvalidDataException or FileFormatException or DocumentFormat.OpenXml.Packaging.OpenXmlPackageException or System.Xml.XmlException, fault?.ToString());
        }
    }

    private static async Task<List<string?[]>> ReadAsync(string text)
    {
        var rows = new List<string?[]>();
        await foreach (var line in CsvReader.ReadAsync(new StringReader(text), CancellationToken.None)) { rows.Add(line.Cells); }
        return rows;
    }
}
