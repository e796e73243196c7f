using System.Diagnostics;
using System.Text;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Documents;

public sealed class DocumentRenderingTests
{
    private static readonly FontLibrary Fonts = FontLibrary.Of([]);

    [Fact]
    public void Every_template_of_the_packs_becomes_a_pdf_whose_title_can_be_read_again()
    {
        if (!Fonts.HasChinese) { return; }
        var templates = Directory.EnumerateFiles(Path.Combine(TestCluster.Root, "packs"), "*.html", SearchOption.AllDirectories)
            .Where(f => f.Contains("/documents/", StringComparison.Ordinal)).ToArray();
        Assert.True(templates.Length > 30);
        foreach (var path in templates)
        {
            var faults = new List<Fault>();
            var template = TemplateReader.Read(path, File.ReadAllText(path), faults);
            Assert.Empty(faults);
            var pdf = Render(template, []);
            Assert.True(pdf.AsSpan().StartsWith("%PDF-"u8));
            if (TextOf(pdf) is { } text) { Assert.Contains(Squeezed(template.Title), text, StringComparison.Ordinal); }
        }
    }

    [Fact]
    public void What_a_citizen_wrote_is_text_and_neither_markup_nor_rule()
    {
        if (!Fonts.HasChinese) { return; }
        var template = Read("<p>{{ form.name }}</p>{{#if form.name = 1 + 1}}<p>算出来了</p>{{/if}}");
        const string hostile = "<h1>假</h1>{{ 1 + 1 }}{{#each form as x}}";

        var filled = TemplateFilling.Fill(
            template, new Dictionary<string, object?> { ["form"] = new Dictionary<string, object?> { ["name"] = hostile } });

        var paragraph = Assert.Single(filled.OfType<FilledElement>());
        Assert.Equal("p", paragraph.Tag);
        Assert.Equal(hostile, Assert.IsType<FilledText>(Assert.Single(paragraph.Children)).Text);
    }

    [Theory]
    [InlineData("<p>甲</p>\n{{#if case.reason != null}}<p>乙</p>", 8, "没有结束")]
    [InlineData("<p>\n{{ 1 + }}</p>", 8, "FEEL 有误")]
    [InlineData("<p>\n\n{{ missing.name }}</p>", 9, "没有这个名称")]
    [InlineData("\n<script>alert(1)</script>", 8, "不支持的标签")]
    [InlineData("<p>甲{{#if true}}</p>{{/if}}", 7, "没有结束")]
    [InlineData("<p onclick=\"x\">甲</p>", 7, "不支持 onclick")]
    [InlineData("{{/each}}", 7, "没有对应的开始")]
    [InlineData("{{#each case.missing}}{{/each}}", 7, "as")]
    public void A_broken_template_is_refused_with_its_line(string body, int line, string message)
    {
        var faults = new List<Fault>();
        TemplateReader.Read("t.html", Front + body, faults);
        Assert.Contains(faults, f => f.Line == line && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_key_of_the_front_matter_is_a_fault()
    {
        var faults = new List<Fault>();
        TemplateReader.Read("t.html", Front.Replace("kind:", "colour: red\nkind:", StringComparison.Ordinal) + "<p>甲</p>", faults);
        Assert.Contains(faults, f => f.Line == 4 && f.KeyPath == "colour");
    }

    [Fact]
    public void No_line_begins_with_a_closing_mark_or_ends_with_an_opening_one()
    {
        if (!Fonts.HasChinese) { return; }
        var text = string.Concat(Enumerable.Repeat("根据《中华人民共和国行政许可法》第三十八条的规定，决定（准予）许可。金额1234567.89元；", 20));
        for (var width = 160; width < 400; width += 7)
        {
            var lines = new LineBreaker(Fonts).Break([new(text, false)], 16, width, justify: true);
            Assert.Equal(text, string.Concat(lines.SelectMany(l => l.Runs).Select(r => r.Text)));
            foreach (var line in lines.Select(l => string.Concat(l.Runs.Select(r => r.Text))))
            {
                Assert.DoesNotContain(line[0], "，。；）》");
                Assert.DoesNotContain(line[^1], "（《");
            }
            Assert.All(lines, l => Assert.True(l.Width <= width + 0.1));
        }
    }

    [Fact]
    public void A_long_table_goes_over_pages_and_repeats_its_head_on_each()
    {
        if (!Fonts.HasChinese) { return; }
        var template = Read("<table><thead><tr><th>名称</th></tr></thead><tbody>{{#each case.missing as m}}<tr><td>{{ m }}</td></tr>{{/each}}</tbody></table>");
        var facts = new Dictionary<string, object?> { ["case"] = new Dictionary<string,
            object?> { ["missing"] = Enumerable.Range(1, 120).Select(i => $"材料{i}").ToArray() } };
        var laid = DocumentLayout.Lay(template, TemplateFilling.Fill(template, facts), new(), Fonts);
        Assert.True(laid.Pages.Count > 3);
        Assert.All(laid.Pages, p => Assert.Contains(p.Marks.OfType<TextMark>(), t => t.Text == "名称"));
        Assert.Equal(
            120, laid.Pages.SelectMany(p => p.Marks).OfType<TextMark>().Count(t => t.Text.StartsWith("材料", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_same_facts_give_the_same_bytes()
    {
        if (!Fonts.HasChinese) { return; }
        var template = Read("<p>{{ today }}，{{ form.amount }}元{{ form.nothing }}</p>");
        var facts = new Dictionary<string, object?> { ["form"] = new Dictionary<string, object?> { ["amount"] = 100.50m } };
        Assert.Equal(Render(template, facts), Render(template, facts));
        if (TextOf(Render(template, facts)) is { } text) { Assert.Contains("2026年11月20日，100.5", text, StringComparison.Ordinal); }
    }

    private const string Front = "---\ndocument: t\ntitle: 测试\nkind: notice\n---\n\n";

    private static DocumentTemplate Read(string body)
    {
        var faults = new List<Fault>();
        var template = TemplateReader.Read("t.html", Front + body, faults);
        Assert.Empty(faults);
        return template;
    }

    private static byte[] Render(DocumentTemplate template, Dictionary<string, object?> facts)
    {
        var rendered = new DocumentRenderer(Fonts, new("https://example.test", Demo: true)).Render(template, facts, new()
        {
            Issuer = "云溪市民政局", Number = "测〔2026〕1号", Day = new(2026, 11, 20), At = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero),
            SealOwner = "云溪市民政局", Code = "7KQM-2XWD-94RT",
        });
        Assert.True(rendered.IsSuccess, rendered.Error?.Message);
        return rendered.Value;
    }

    /// <summary>What another program reads in the file, without spaces; null where poppler-utils is not installed.</summary>
    private static string? TextOf(byte[] pdf)
    {
        if (!File.Exists("/usr/bin/pdftotext")) { return null; }
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, pdf);
            using var reader = Process.Start(new ProcessStartInfo("/usr/bin/pdftotext", [path, "-"]) { RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8 })!;
            return Squeezed(reader.StandardOutput.ReadToEnd());
        }
        finally { File.Delete(path); }
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
