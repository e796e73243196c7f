using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;
using Zhengtong.EndToEnd.Pages;
using Zhengtong.Records.ExportRecords;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Office;

/// <summary>A register gets a field and five thousand rows; its list is searched and exported, its interface called.</summary>
[Collection(BrowserTests.Name)]
public sealed class RegisterWalkTests(BrowserFixture browser)
{
    private const string Homes = "/workbench/registers/eldercare-institution";
    private const int Rows = 5000;

    [Fact]
    public async Task A_register_gets_a_field_five_thousand_rows_a_history_and_is_read_by_a_key()
    {
        var page = await browser.DeskAsync("register1");
        var check = new PageCheck(page, "register");

        await AddFieldAsync(page, check);
        await ImportAsync(page, check);
        await RefuseAllAsync(page);
        await FilterAndExportAsync(page, check);
        var id = await ChangeAsync(page, check);
        await ReadByKeyAsync(id);

        check.AssertClean();
    }

    private static async Task AddFieldAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync("/workbench/registers");
        await page.FollowAsync("养老机构");
        await page.FollowAsync("字段设计");
        await page.FollowAsync("新增字段");
        await page.FillAsync("[name=title]", "服务等级");
        await page.FillAsync("[name=key]", "service-level");
        await page.FillAsync("[name=max]", "20");
        await check.LookAsync("field");
        await page.PushAsync("看看会做什么");
        await Expect(page.GetByText("add column \"service_level\"")).ToBeVisibleAsync();
        await check.LookAsync("plan");
        await page.FillAsync("[name=note]", "增加服务等级");
        await page.PushAsync("发布");
        await Expect(page.GetByText("已发布第 2 版")).ToBeVisibleAsync();
    }

    private static async Task ImportAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync(Homes + "/import");
        var bad = new Dictionary<int, string[]>
        {
            [7] = ["坏代码养老院", "123", "990102", "50", "20", "2026-03-05", "一级"],
            [1200] = ["住不下养老院", HouseInUse.CreditCode(21_200), "990102", "5", "20", "2026-03-05", "一级"],
            [2500] = ["重复代码养老院", HouseInUse.CreditCode(20_001), "990102", "50", "20", "2026-03-05", "一级"],
            [4000] = ["没有这一天养老院", HouseInUse.CreditCode(24_000), "990102", "50", "20", "2026-13-05", "一级"],
            [4999] = ["外地养老院", HouseInUse.CreditCode(24_999), "310101", "50", "20", "2026-03-05", "这个等级的名称写得太长太长太长太长太长太长"],
        };
        var rows = Enumerable.Range(1, Rows).Select(i => bad.GetValueOrDefault(i)
            ?? [$"批量养老院{i:0000}", HouseInUse.CreditCode(20_000 + i), "990102", $"{i % 300 + 40}", "20", "2026-03-05", "一级"]);
        await page.SetInputFilesAsync("[name=file]", await WorkbookAsync(rows));
        await page.GetByLabel("正确的行先导入").CheckAsync();
        await check.LookAsync("upload");
        await page.PushAsync("开始导入");
        await page.Locator(".zt-job progress").First.WaitForAsync();
        await Expect(page.GetByText($"已导入 {Rows - bad.Count} 条，{bad.Count} 行有错误未导入")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await check.LookAsync("imported");

        var marked = Sheet(await page.DownloadAsync("下载有错误的行"));
        Assert.Equal(bad.Count + 1, marked.Split("<row ").Length - 1);
        Assert.Contains("第 8 行：", marked, StringComparison.Ordinal);
        Assert.All(bad.Values, row => Assert.Contains(row[0], marked, StringComparison.Ordinal));
        Assert.Contains("在住老人不能多于床位", marked, StringComparison.Ordinal);
    }

    /// <summary>All or nothing: one bad row, and nothing is in.</summary>
    private static async Task RefuseAllAsync(IPage page)
    {
        await page.GotoAsync(Homes + "/import");
        await page.SetInputFilesAsync("[name=file]", await WorkbookAsync(
        [
            ["一个不留养老院", HouseInUse.CreditCode(30_001), "990102", "50", "20", "2026-03-05", "一级"],
            ["坏的一行", "123", "990102", "50", "20", "2026-03-05", "一级"],
        ]));
        await page.GetByLabel("全部正确才导入").CheckAsync();
        await page.PushAsync("开始导入");
        await Expect(page.GetByText("未导入：1 行有错误")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.GotoAsync(Homes + "?q=" + Uri.EscapeDataString("一个不留"));
        await Expect(page.GetByText("没有符合条件的记录")).ToBeVisibleAsync();
    }

    private static async Task FilterAndExportAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync(Homes);
        await page.GetByRole(AriaRole.Main).Locator("input[name=q]").FillAsync("批量养老院00");
        await page.PushAsync("查询");
        await Expect(page.Locator(".zt-chip")).ToHaveCountAsync(1);
        await check.LookAsync("filtered");

        // Numbers 1 to 99, less the one that was bad.
        var sheet = Sheet(await page.DownloadAsync("导出"));
        Assert.Equal(98 + 1, sheet.Split("<row ").Length - 1);
        Assert.DoesNotContain("批量养老院0100", sheet, StringComparison.Ordinal);
    }

    /// <returns>Id of the record.</returns>
    private static async Task<string> ChangeAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync(Homes + "?q=" + Uri.EscapeDataString("批量养老院0042"));
        await page.FollowAsync("批量养老院0042");
        await page.FollowAsync("修改");
        await page.FillAsync("[name=beds]", "150");
        await page.FillAsync("[name=service-level]", "三级");
        await page.FillAsync("[name=_reason]", "扩建后重新评定");
        await check.LookAsync("edit");
        await page.PushAsync("保存");
        var history = page.GetByRole(AriaRole.Row);
        await Expect(history.Filter(new() { HasText = "床位" }).Filter(new() { HasText = "150" }).First).ToContainTextAsync("82");
        await Expect(history.Filter(new() { HasText = "服务等级" }).Filter(new() { HasText = "三级" }).First).ToContainTextAsync("一级");
        await Expect(page.GetByText("原因：扩建后重新评定")).ToBeVisibleAsync();
        await check.LookAsync("history");
        return new Uri(page.Url).AbsolutePath.Split('/')[^1];
    }

    private async Task ReadByKeyAsync(string id)
    {
        var page = await browser.DeskAsync("integrator1");
        var check = new PageCheck(page, "api-key");
        await page.GotoAsync("/workbench/identity/api-clients");
        await page.FillAsync("[name=name]", "养老数据看板");
        await page.PushAsync("新增客户端");
        await page.GetByText("生成密钥…").ClickAsync();
        await page.Locator("input[name=scopes][value='registers.read']").CheckAsync();
        await page.PushAsync("生成密钥");
        var key = await page.Locator("main code").First.InnerTextAsync();
        await check.LookAsync("key");

        using var client = browser.Platform.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/api/registers/eldercare-institution/{id}")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var record = await JsonAsync(client, $"/api/registers/eldercare-institution/{id}");
        Assert.Equal("三级", record.GetProperty("values").GetProperty("service-level").GetString());
        var described = await JsonAsync(client, "/api/registers/eldercare-institution/openapi.json");
        var values = described.GetProperty("components").GetProperty("schemas").GetProperty("eldercare-institution.values");
        Assert.True(values.GetProperty("properties").TryGetProperty("service-level", out _));
        using var write = new HttpRequestMessage(HttpMethod.Delete, $"/api/registers/eldercare-institution/{id}");
        write.Headers.IfMatch.Add(new EntityTagHeaderValue("\"2\""));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(write)).StatusCode);
        check.AssertClean();
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<FilePayload> WorkbookAsync(IEnumerable<string[]> rows)
    {
        using var stream = new MemoryStream();
        await using (var sheet = SheetWriter.Create(stream, "养老机构"))
        {
            sheet.Heading(["机构名称*", "统一社会信用代码", "所属区划", "床位", "在住老人", "备案日期", "服务等级"]);
            foreach (var row in rows)
            {
                sheet.Start();
                foreach (var cell in row) { sheet.Text(cell); }
                sheet.End();
            }
        }
        const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return new() { Name = "养老机构.xlsx", MimeType = Workbook, Buffer = stream.ToArray() };
    }

    private static string Sheet(byte[] workbook)
    {
        using var zip = new ZipArchive(new MemoryStream(workbook));
        var entry = zip.GetEntry("xl/worksheets/sheet1.xml") ?? throw new InvalidDataException("no sheet");
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
