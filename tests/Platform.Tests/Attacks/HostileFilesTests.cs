using System.IO.Compression;
using System.Net;
using System.Text;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>XML that reads files or grows without end, sheets that unpack to more than the machine holds, patterns that never
/// end.</summary>
public sealed class HostileFilesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly string[] Definitions =
    [
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><definitions name=\"&x;\">&x;</definitions>",
        "<?xml version=\"1.0\"?><!DOCTYPE d SYSTEM \"http://127.0.0.1:9/x.dtd\"><definitions/>",
        Laughs(), "<?xml version=\"1.0\"?><a xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"file:///etc/passwd\" parse=\"text\"/></a>",
        new('<', 3000), string.Concat(Enumerable.Repeat("<a>", 20_000)), "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADw-a/>",
    ];

    [Theory]
    [InlineData("decision")]
    [InlineData("process")]
    public async Task Hostile_xml_is_refused_at_the_designer(string kind)
    {
        var officer = await platform.OfficerAsync("service1");
        var key = await NodeFixture.ScalarAsync<string>(
            platform.ConnectionString, $"select key from kernel.artefacts where kind = '{kind}' order by key limit 1");
        var root = $"/workbench/configuration/{kind}/{key}";
        foreach (var xml in Definitions)
        {
            var page = await officer.GetAsync(root + "/source");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            var saved = await officer.SubmitAsync(page, page.Form("name=\"content\"").Set("content", xml), "then=save");
            foreach (var answer in (HtmlPage[])[saved, await officer.GetAsync(root), await officer.GetAsync(root + "/compare")])
            {
                Assert.True((int)answer.Status < 500, $"{xml[..Math.Min(80, xml.Length)]}: {answer}");
                Assert.DoesNotContain("root:x:0", answer.Html, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("register1", "/workbench/registers/eldercare-institution/import")]
    [InlineData("sysadmin", "/workbench/identity/officers/import")]
    public async Task A_sheet_that_unpacks_without_end_is_refused(string account, string url)
    {
        var officer = await platform.OfficerAsync(account);
        foreach (var (name, bytes) in Bombs())
        {
            var before = GC.GetTotalAllocatedBytes();
            var page = await officer.GetAsync(url);
            var answer = await officer.SubmitAsync(page, page.Forms.First(f => f.IsMultipart), files: ("file", "表.xlsx", bytes, Sheet));
            var spent = GC.GetTotalAllocatedBytes() - before;

            Assert.True((int)answer.Status < 500, $"{name}: {answer}");
            Assert.True(spent < 600L << 20, $"{name}: {spent >> 20} MB were allocated");
            Assert.DoesNotContain("root:x:0", answer.Html, StringComparison.Ordinal);
        }
    }

    /// <summary>The patience is far beyond what any pattern may take: without a bound these would outlast the test run.</summary>
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("^(a+)+\\\\1$")] // a reference back cannot be matched in linear time: it has a limit of time instead
    public async Task A_pattern_that_never_ends_is_bounded(string pattern)
    {
        var text = new string('a', 40) + "!";

        var answer = await Task.Run(() => new Feel.FeelEngine().Evaluate($"matches(\"{text}\", \"{pattern}\")"))
            .WaitAsync(TimeSpan.FromMinutes(1));

        Assert.NotNull(answer);
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Bombs()
    {
        var row = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>";
        yield return ("one cell of 300 MB", Workbook(sheet: w => { w.Write(Head); w.Write(row); Fill(w, 300); w.Write("</t></is></c></row>"
            + Tail); }));
        yield return ("shared texts of 300 MB", Workbook(
            sheet: w => w.Write(Head + "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>" + Tail),
            shared: w =>
            {
                w.Write("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">");
                for (var i = 0; i < 300; i++) { w.Write("<si><t>"); Fill(w, 1); w.Write("</t></si>"); }
                w.Write("</sst>");
            }));
        yield return ("external entity", Workbook(sheet: w => w.Write(
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY p SYSTEM \"file:///etc/passwd\">]>" + Head
            + "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&p;</t></is></c></row>" + Tail)));
        yield return ("laughs", Workbook(sheet: w => w.Write(
            Laughs()[..Laughs().IndexOf("]>", StringComparison.Ordinal)] + "]>" + Head
            + "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&l9;</t></is></c></row>" + Tail)));
    }

    private const string Head = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    private const string Tail = "</sheetData></worksheet>";

    private static void Fill(StreamWriter writer, int megabytes)
    {
        var block = new string('a', 1 << 20);
        for (var i = 0; i < megabytes; i++) { writer.Write(block); }
    }

    private static byte[] Workbook(Action<StreamWriter> sheet, Action<StreamWriter>? shared = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(zip, "[Content_Types].xml", w => w.Write(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
                + "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/>"
                + "<Override PartName=\"/xl/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"));
            const string Relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
            Part(zip, "_rels/.rels", w => w.Write(
                $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"));
            Part(zip, "xl/_rels/workbook.xml.rels", w => w.Write(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + $"<Relationship Id=\"r1\" Type=\"{Relation}/worksheet\" Target=\"sheet1.xml\"/>"
                + (shared is null ? "" : $"<Relationship Id=\"r2\" Type=\"{Relation}/sharedStrings\" Target=\"sharedStrings.xml\"/>")
                    + "</Relationships>"));
            Part(zip, "xl/workbook.xml", w => w.Write(
                $"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{Relation}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"));
            Part(zip, "xl/sheet1.xml", sheet);
            if (shared is not null) { Part(zip, "xl/sharedStrings.xml", shared); }
        }
        return bytes.ToArray();
    }

    private static void Part(ZipArchive zip, string name, Action<StreamWriter> write)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        write(writer);
    }

    private static string Laughs()
    {
        var text = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY l0 \"ha\">");
        for (var i = 1; i < 10; i++) { text.Append($"<!ENTITY l{i} \"").Append(string.Concat(Enumerable.Repeat($"&l{i - 1};",
            10))).Append("\">"); }
        return text.Append("]><definitions>&l9;</definitions>").ToString();
    }
}
