using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Registers;
using Zhengtong.Support;

namespace Zhengtong.Records;

public sealed class RecordPagesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Homes = "/workbench/registers/eldercare-institution";

    [Fact]
    public async Task An_officer_registers_finds_changes_and_exports_a_record_and_sees_its_history()
    {
        var officer = await OfficerAsync("register1");
        var shown = await officer.FillAsync(Homes + "/new", "_submission", ("name", "云溪和乐养老院"), ("credit-code", CreditCode(1)),
            ("district", "990102"), ("beds", "120"), ("residents", "60"), ("filed-on", "2026-03-01"));
        Assert.True(shown.Status == HttpStatusCode.OK, shown.ToString());
        Assert.Contains("50", shown.Text, StringComparison.Ordinal);

        var list = await officer.GetAsync(Homes + "?q=" + Uri.EscapeDataString("和乐养老"));
        var edited = await officer.FillAsync(shown.Url + "/edit", "_version", ("beds", "150"), ("_reason", "扩建"));
        var unchanged = await officer.FillAsync(shown.Url + "/edit", "_version");
        var csv = await officer.GetAsync(Homes + "/export.csv?name.contains=" + Uri.EscapeDataString("和乐"));

        Assert.Contains("云溪和乐养老院", list.Text, StringComparison.Ordinal);
        Assert.Contains("扩建", edited.Text, StringComparison.Ordinal);
        Assert.Contains("床位 120 150", edited.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("第 3 版", unchanged.Text, StringComparison.Ordinal);
        Assert.Contains("云溪和乐养老院," + CreditCode(1), csv.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_masked_field_of_a_record_is_shown_in_full_for_a_reason_to_those_who_may()
    {
        var officer = await OfficerAsync("register1");
        var list = await officer.GetAsync("/workbench/registers/caregiver");
        var page = await officer.GetAsync(list.MainLinks.First(
            l => l.StartsWith("/workbench/registers/caregiver/", StringComparison.Ordinal) && Guid.TryParse(l.Split('/')[^1], out _)));
        var session = platform.Get<Database>().Read("tests.read", Actor.System("tests"));
        var record = await platform.Get<RecordStore>().GetAsync(
            session, "caregiver", Guid.Parse(page.Url.Split('/')[^1]), CancellationToken.None, Authority.Platform);
        var clear = (string)record.Value!["id-number"]!;
        Assert.DoesNotContain(clear, page.Html, StringComparison.Ordinal);
        Assert.Contains(Masking.IdCard(clear), page.Text, StringComparison.Ordinal);
        var link = page.Links.First(l => l.StartsWith(RevealLinks.Page, StringComparison.Ordinal)
            && l.EndsWith("=id-number", StringComparison.Ordinal));

        var asked = await officer.GetAsync(link);
        var shown = await officer.SubmitAsync(asked, asked.Form("name=\"reason\"").Set("reason", "核对人员身份"));

        Assert.DoesNotContain(clear, asked.Html, StringComparison.Ordinal);
        Assert.Contains(clear, shown.Text, StringComparison.Ordinal);
        var noted = await session.ScalarAsync<long>(
            "select count(*) from audit.entries where operation = 'personal.reveal' and subject_id = @id and reason = '核对人员身份'",
            new { id = record.Value.Id.ToString() }, CancellationToken.None);
        Assert.Equal(1, noted);
        // A clerk sees the mask and no way behind it.
        var clerk = await OfficerAsync("clerk1");
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync(link)).Status);
    }

    [Fact]
    public async Task A_refused_form_says_what_is_wrong_at_each_field_and_keeps_the_input()
    {
        var officer = await OfficerAsync("register1");

        var page = await officer.FillAsync(Homes + "/new", "_submission", ("name", "<script>alert(1)</script>"), ("credit-code", "123"),
            ("district", "990102"), ("beds", "10"), ("residents", "20"), ("filed-on", "2026-03-01"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("统一社会信用代码应为 18 位", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_posted_twice_makes_one_record()
    {
        var officer = await OfficerAsync("register1");
        var page = await officer.GetAsync(Homes + "/new");
        var form = page.Form("_submission").Set("name", "双击养老院").Set("credit-code", CreditCode(2)).Set("district", "990102")
            .Set("beds", "1").Set("filed-on", "2026-03-01");

        var first = await officer.SubmitAsync(page, form, follow: false);
        var second = await officer.SubmitAsync(page, form, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, first.Status);
        Assert.Equal(first.Location, second.Location);
    }

    [Fact]
    public async Task The_officer_of_another_district_does_not_even_learn_that_a_record_exists()
    {
        var officer = await OfficerAsync("register1");
        var shown = await officer.FillAsync(Homes + "/new", "_submission", ("name", "临江苑"), ("credit-code", CreditCode(3)),
            ("district", "990102"), ("beds", "1"), ("filed-on", "2026-03-01"));
        var other = await OfficerAsync("u0066");

        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(shown.Url)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(shown.Url + "/edit")).Status);
        Assert.DoesNotContain("临江苑", (await other.GetAsync(Homes)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("临江苑", (await other.GetAsync(Homes + "/export.csv")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_retired_together_after_a_look_and_can_be_restored()
    {
        var officer = await OfficerAsync("register1");
        var shown = await officer.FillAsync(Homes + "/new", "_submission", ("name", "停用苑"), ("credit-code", CreditCode(4)),
            ("district", "990102"), ("beds", "1"), ("filed-on", "2026-03-01"));
        var id = shown.Url.Split('/')[^1];
        var list = await officer.GetAsync(Homes + "?name.contains=" + Uri.EscapeDataString("停用苑"));
        var look = await officer.SubmitAsync(list, list.Form("data-bulk-count").Set("id", $"{id}:1"));

        var done = await officer.SubmitAsync(look, look.Form("confirmed").Set("reason", "停业"));
        var gone = await officer.GetAsync(Homes + "?name.contains=" + Uri.EscapeDataString("停用苑"));
        var record = await officer.GetAsync(shown.Url);
        var restored = await officer.SubmitAsync(record, record.Form("/restore").Set("reason", "复业"));

        Assert.Contains("停用苑", look.Text, StringComparison.Ordinal);
        Assert.Contains("已停用 1 条记录", done.Text, StringComparison.Ordinal);
        Assert.Contains("没有符合条件的记录", gone.Text, StringComparison.Ordinal);
        Assert.Contains("复业", restored.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_is_saved_with_its_filters_for_its_owner_alone()
    {
        var officer = await OfficerAsync("register1");
        var list = await officer.GetAsync(Homes + "?district=990102&sort=-beds");

        var saved = await officer.SubmitAsync(list, list.Form("name=\"url\"").Set("name", "临江按床位"));
        var other = await (await OfficerAsync("u0054")).GetAsync(Homes);

        Assert.Contains("临江按床位", saved.Text, StringComparison.Ordinal);
        Assert.Contains(saved.Links, l => l.Contains("district=990102", StringComparison.Ordinal) && l.Contains(
            "sort=-beds", StringComparison.Ordinal) && l.Contains("view=", StringComparison.Ordinal));
        Assert.DoesNotContain("临江按床位", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_page_keeps_within_its_budget_of_statements()
    {
        var officer = await OfficerAsync("register1");

        foreach (var page in (string[])["/workbench/registers", Homes, Homes + "/statistics", "/workbench/registers/caregiver"])
        {
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync(page)).Status);
        }
        var actor = Actor.System("tests");
        var session = platform.Get<Database>().Read("tests", actor);
        var statements = SqlStatistics.Start();
        var list = await platform.Get<RecordStore>()
            .PageAsync(session, "caregiver", new() { Count = CountMode.Capped }, CancellationToken.None);
        await platform.Get<RecordStore>().TitlesAsync(session, list.Value!.Records, CancellationToken.None);
        Assert.InRange(statements.Statements, 1, 4);
    }

    [Fact]
    public async Task The_interface_creates_reads_changes_and_refuses_as_the_pages_do()
    {
        var officer = await OfficerAsync("register1");
        var created = await ApiAsync(officer, HttpMethod.Post, "/api/registers/eldercare-institution",
            $$"""{"name":"接口苑","credit-code":"{{CreditCode(5)}}","district":"990102","beds":10,"filed-on":"2026-03-01"}""");
        var location = created.Headers.Location!.ToString();
        var read = await ApiAsync(officer, HttpMethod.Get, location);
        var unversioned = await ApiAsync(officer, HttpMethod.Patch, location, """{"beds":11}""");
        var changed = await ApiAsync(officer, HttpMethod.Patch, location, """{"beds":11}""", "\"1\"");
        var stale = await ApiAsync(officer, HttpMethod.Patch, location, """{"beds":12}""", "\"1\"");
        var wrong = await ApiAsync(
            officer, HttpMethod.Post, "/api/registers/eldercare-institution", """{"name":1,"beds":"many","nothing":true}""");
        var list = await ApiAsync(officer, HttpMethod.Get,
            "/api/registers/eldercare-institution?district=9901&name.contains=" + Uri.EscapeDataString("接口") + "&sort=-beds&count=capped");
        var unknown = await ApiAsync(officer, HttpMethod.Get, "/api/registers/eldercare-institution?nothing=1");
        var history = await ApiAsync(officer, HttpMethod.Get, location + "/history");
        using var stranger = platform.Client();

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("\"1\"", read.Headers.ETag?.Tag);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unversioned.StatusCode);
        Assert.Equal(
            (HttpStatusCode.OK, 11), (changed.StatusCode, (await JsonAsync(changed)).GetProperty("values").GetProperty("beds").GetInt32()));
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Equal(["beds", "credit-code", "district", "filed-on", "nothing"],
            (await JsonAsync(wrong)).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetString()!)
            .Order(StringComparer.Ordinal));
        var items = (await JsonAsync(list)).GetProperty("items");
        Assert.Equal("接口苑", items[0].GetProperty("values").GetProperty("name").GetString());
        Assert.Equal("nothing", (await JsonAsync(unknown)).GetProperty("errors")[0].GetProperty("path").GetString());
        Assert.Equal("11", (await JsonAsync(history))[0].GetProperty("changes")[0].GetProperty("after").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/registers/eldercare-institution")).StatusCode);
    }

    [Fact]
    public async Task The_interface_describes_itself_with_every_field()
    {
        var officer = await OfficerAsync("register1");

        var described = await JsonAsync(await ApiAsync(officer, HttpMethod.Get, "/api/openapi.json"));

        Assert.Equal("3.1.0", described.GetProperty("openapi").GetString());
        foreach (var table in platform.Get<RegisterCatalogue>().All())
        {
            Assert.True(described.GetProperty("paths").TryGetProperty($"/api/registers/{table.Key}", out _));
            var values = described.GetProperty("components").GetProperty("schemas").GetProperty($"{table.Key}.values")
                .GetProperty("properties");
            Assert.Equal(table.Fields.Select(f => f.Key), values.EnumerateObject().Select(p => p.Name));
        }
    }

    [Theory]
    [InlineData("csv", "good")]
    [InlineData("gb18030", "good")]
    [InlineData("csv", "all")]
    [InlineData("xlsx", "good")]
    public async Task An_import_takes_the_good_lines_and_gives_the_bad_ones_back_with_their_reasons(string format, string mode)
    {
        var officer = await OfficerAsync("register1");
        var mark = $"{format}{mode}";
        var rows = new List<string[]> { new[] { "机构名称*", "统一社会信用代码", "所属区划", "床位", "在住老人", "备案日期", "状态" } };
        for (var i = 0; i < 40; i++)
        {
            rows.Add([$"{mark}院{i}", CreditCode(1000 + Seed(mark) * 100 + i), "990102", "50", "20", "2026/3/5", "active"]);
        }
        rows.Add([$"{mark}坏一", "坏代码", "990102", "50", "20", "2026-03-05", ""]);
        rows.Add([$"{mark}坏二", CreditCode(1000 + Seed(mark) * 100 + 90), "990102", "5", "20", "2026-03-05", ""]);
        rows.Add([$"{mark}坏三", CreditCode(1000 + Seed(mark) * 100), "990102", "50", "20", "2026-03-05", ""]);
        rows.Add([$"{mark}坏四", CreditCode(1000 + Seed(mark) * 100 + 91), "310101", "50", "20", "2026-13-05", "没有这种状态"]);

        var page = await officer.GetAsync(Homes + "/import");
        var (bytes, name) = FileOf(rows, format);
        var progress = await officer.SubmitAsync(
            page, page.Form("name=\"file\"").Set("mode", mode), files: ("file", name, bytes, "application/octet-stream"));
        for (var i = 0; i < 150 && (progress.Text.Contains("排队中", StringComparison.Ordinal)
            || progress.Text.Contains("正在导入", StringComparison.Ordinal)); i++)
        {
            await Task.Delay(200);
            progress = await officer.GetAsync(progress.Url);
        }
        var list = await JsonAsync(await ApiAsync(
            officer, HttpMethod.Get, $"/api/registers/eldercare-institution?name.starts={mark}&count=exact"));

        Assert.Contains(mode == "all" ? "未导入：4 行有错误" : "已导入 40 条，4 行有错误未导入", progress.Text, StringComparison.Ordinal);
        Assert.Contains("在住老人不能多于床位", progress.Text, StringComparison.Ordinal);
        Assert.Contains("在文件中重复", progress.Text, StringComparison.Ordinal);
        Assert.Contains("统一社会信用代码应为 18 位", progress.Text, StringComparison.Ordinal);
        Assert.Equal(mode == "all" ? 0 : 40, list.GetProperty("count").GetInt32());
        var faults = await ApiAsync(officer, HttpMethod.Get, progress.Link("/faults"));
        using var zip = new System.IO.Compression.ZipArchive(await faults.Content.ReadAsStreamAsync());
        using var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var marked = await sheet.ReadToEndAsync();
        Assert.Equal(5, marked.Split("<row ").Length - 1);
        Assert.Contains($"{mark}坏二", marked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_with_a_foreign_heading_is_refused_as_a_whole()
    {
        var officer = await OfficerAsync("register1");
        var page = await officer.GetAsync(Homes + "/import");

        var progress = await officer.SubmitAsync(
            page, page.Form("name=\"file\""), files: ("file", "a.csv", Encoding.UTF8.GetBytes("机构名称,没有的列\n甲,乙\n"), "text/csv"));
        for (var i = 0; i < 100 && !progress.Text.Contains("未写入任何记录", StringComparison.Ordinal); i++)
        {
            await Task.Delay(200);
            progress = await officer.GetAsync(progress.Url);
        }
        var stranger = await (await OfficerAsync("u0053")).GetAsync(progress.Url);

        Assert.Contains("没有的列", progress.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, stranger.Status);
    }

    [Fact]
    public async Task A_field_added_in_the_workbench_is_shown_as_statements_first_and_works_after_publication()
    {
        var officer = await OfficerAsync("register1");
        const string Design = "/workbench/registers/road-occupation/design";
        var form = await officer.GetAsync(Design + "?field=%2B");

        var preview = await officer.SubmitAsync(
            form, form.Form("/design/field").Set("title", "应急联系人").Set("key", "emergency-contact").Set("type", "text").Set("max", "50"));
        var published = await officer.SubmitAsync(preview, preview.Form("/design/publish").Set("note", "加应急联系人"));
        var entry = await officer.GetAsync("/workbench/registers/road-occupation/new");
        var broken = await officer.GetAsync(Design + "?field=%2B");
        var refused = await officer.SubmitAsync(
            broken, broken.Form("/design/field").Set("title", "坏").Set("key", "Bad Key").Set("type", "code"));

        Assert.Contains("add column \"emergency_contact\" text", preview.Text, StringComparison.Ordinal);
        Assert.Contains("已发布第 2 版", published.Text, StringComparison.Ordinal);
        Assert.Contains("应急联系人", entry.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    private async Task<Browser> OfficerAsync(string account)
    {
        var browser = platform.Visitor();
        var page = await browser.GetAsync("/workbench/sign-in");
        await browser.SubmitAsync(
            page, page.Form("password").Set("account", account).Set("password", Identity.IdentityOptions.DemoPassword), follow: false);
        return browser;
    }

    private static async Task<HttpResponseMessage> ApiAsync(
        Browser officer, HttpMethod method, string url, string? json = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Add("Cookie", string.Join("; ", officer.Cookies.Select(c => $"{c.Key}={c.Value}")));
        if (ifMatch is not null) { request.Headers.IfMatch.Add(new EntityTagHeaderValue(ifMatch)); }
        if (json is not null) { request.Content = new StringContent(json, Encoding.UTF8, "application/json"); }
        return await officer.Http.SendAsync(request);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return JsonDocument.Parse(text.Length == 0 ? "{}" : text).RootElement.Clone();
    }

    private static (byte[] Bytes, string Name) FileOf(List<string[]> rows, string format)
    {
        if (format == "xlsx")
        {
            using var stream = new MemoryStream();
            var sheet = ExportRecords.SheetWriter.Create(stream, "导入");
            foreach (var row in rows)
            {
                sheet.Start();
                foreach (var cell in row) { sheet.Text(cell); }
                sheet.End();
            }
            sheet.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
            return (stream.ToArray(), "导入.xlsx");
        }
        var text = string.Concat(rows.Select(r => string.Join(',', r.Select(c => ExportRecords.Csv.Cell(c))) + "\r\n"));
        return (format == "gb18030"
            ? CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(text)
            : Encoding.UTF8.GetBytes(text), "导入.csv");
    }

    private static int Seed(string mark) => mark switch { "csvgood" => 1, "gb18030good" => 2, "csvall" => 3, _ => 4 };

    /// <summary>A made-up code whose two check characters are right.</summary>
    internal static string CreditCode(int number)
    {
        var organisation = $"{number:00000000}";
        var body = "91990102" + organisation + Validators.OrganisationCheck(organisation);
        return body + Validators.CreditCheck(body);
    }
}
