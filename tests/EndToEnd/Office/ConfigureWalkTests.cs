using Microsoft.Playwright;
using Xunit;
using Zhengtong.Support;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Office;

/// <summary>Guide, form, rule and process are changed in their designers and published; what runs keeps what it began with.</summary>
[Collection(BrowserTests.Name)]
public sealed class ConfigureWalkTests(BrowserFixture browser)
{
    private const string Root = "/workbench/configuration";

    /// <summary>Copies of the pack's: what other tests rely on stays as it is.</summary>
    private const string Key = "walk-card";

    [Fact]
    public async Task A_service_is_copied_changed_in_four_designers_and_published_while_a_case_keeps_what_it_began_with()
    {
        var page = await browser.DeskAsync("service1");
        var check = new PageCheck(page, "configure");
        await CopyAsync(page, check);
        var citizen = await browser.Platform.CitizenAsync("chenguilan");
        var running = await DraftAsync(citizen);
        await SubmitAsync(citizen, running);
        var draft = await DraftAsync(citizen);

        await ChangeGuideAsync(page, check);
        await ChangeFormAsync(page, check);
        await ChangeRuleAsync(page, check);
        await ChangeProcessAsync(page, check);
        await PublishAllAsync(page, check);

        var guide = await browser.Platform.Visitor().GetAsync($"/services/{Key}");
        Assert.Contains("红卡改为金卡", guide.Text, StringComparison.Ordinal);
        var old = await citizen.GetAsync(draft + "/fill?page=1");
        Assert.Contains("手机号码", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("联系手机", old.Text, StringComparison.Ordinal);
        Assert.Contains("符合办理条件", (await citizen.GetAsync(draft + "/check")).Text, StringComparison.Ordinal);

        var later = await DraftAsync(citizen);
        Assert.Contains("联系手机", (await citizen.GetAsync(later + "/fill?page=1")).Text, StringComparison.Ordinal);
        var judged = await citizen.GetAsync(later + "/check");
        Assert.Contains("目前不符合办理条件", judged.Text, StringComparison.Ordinal);
        Assert.Contains("未满90周岁", judged.Text, StringComparison.Ordinal);

        await SubmitAsync(citizen, draft);
        var clerk = await browser.Platform.OfficerAsync("clerk4");
        Assert.Contains("受理预审", (await clerk.GetAsync(Allowance.Workbench(running))).Text, StringComparison.Ordinal);
        Assert.Contains("窗口初核", (await clerk.GetAsync(Allowance.Workbench(draft))).Text, StringComparison.Ordinal);
        check.AssertClean();
    }

    /// <summary>The item with its form and rules, and the process that it runs through.</summary>
    private static async Task CopyAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/service");
        await check.LookAsync();
        await page.FollowAsync("新建");
        await page.FillAsync("[name=title]", "优待证（走查）");
        await page.FillAsync("[name=key]", Key);
        await page.SelectOptionAsync("[name=from]", "senior-card");
        await check.LookAsync("new");
        await page.PushAsync("新建草稿");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("优待证（走查）");

        await page.GotoAsync($"{Root}/new?kind=process");
        await page.FillAsync("[name=title]", "优待证流程（走查）");
        await page.FillAsync("[name=key]", Key);
        await page.SelectOptionAsync("[name=from]", "standard-case");
        await page.PushAsync("新建草稿");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("优待证流程（走查）");
        await PublishAsync(page, "process");

        await page.GotoAsync($"{Root}/service/{Key}");
        await page.SelectOptionAsync("[name=process]", Key);
        await check.LookAsync("guide");
        await page.PushAsync("保存并去发布");
        await Expect(page.GetByText("一起发布").First).ToBeVisibleAsync();
        await check.LookAsync("publish");
        await page.PushAsync("发布");
        await Expect(page.GetByText("已发布：")).ToBeVisibleAsync();
    }

    private static async Task ChangeGuideAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/service/{Key}");
        await page.FillAsync("[name=summary]", "90周岁以上老年人红卡改为金卡，当天办结。");
        await page.PushAsync("保存草稿");
        await Expect(page.GetByText("草稿：孟思远")).ToBeVisibleAsync();
        await check.LookAsync("guide-draft");
    }

    private static async Task ChangeFormAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/form/{Key}");
        await page.Locator("[data-id=f_mobile]").First.ClickAsync();
        await page.Locator(".bio-properties-panel-group-header", new() { HasText = "基本" }).ClickAsync();
        await page.Locator("#bio-properties-panel-label").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("联系手机");
        await Expect(page.Locator("textarea[name=content]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("联系手机"));
        await check.LookAsync("form");
        await page.PushAsync("保存草稿");
        await Expect(page.GetByText("检查通过")).ToBeVisibleAsync();
    }

    private static async Task ChangeRuleAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/decision/{Key}");
        await page.GetByRole(AriaRole.Tab, new() { Name = "不符合条件的情形" }).ClickAsync();
        await TypeAsync(page.Locator("td.input-cell").Nth(1), "< 90");
        await TypeAsync(page.Locator("td.output-cell").Nth(1), "\"未满90周岁\"");
        await Expect(page.Locator("textarea[name=content]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("未满90周岁"));
        await check.LookAsync("rule");
        await page.PushAsync("保存草稿");
        await Expect(page.GetByText("草稿：孟思远")).ToBeVisibleAsync();
    }

    private static async Task TypeAsync(ILocator cell, string text)
    {
        await cell.ClickAsync();
        await cell.Page.Keyboard.PressAsync("Control+a");
        await cell.Page.Keyboard.TypeAsync(text);
        await cell.Page.Keyboard.PressAsync("Tab");
    }

    private static async Task ChangeProcessAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/process/{Key}");
        await page.Locator("[data-element-id=pre-check] .djs-hit").First.ClickAsync();
        await page.Locator(".bio-properties-panel-group-header", new() { HasText = "基本" }).ClickAsync();
        await page.Locator("#bio-properties-panel-name").FillAsync("窗口初核");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("textarea[name=content]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("name=\"窗口初核\""));
        await check.LookAsync("process");
        await page.PushAsync("保存草稿");
        await Expect(page.GetByText("草稿：孟思远")).ToBeVisibleAsync();
    }

    /// <summary>All four in one act, from the guide's last look.</summary>
    private static async Task PublishAllAsync(IPage page, PageCheck check)
    {
        await page.GotoAsync($"{Root}/service/{Key}/publish");
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Checked = true })).ToHaveCountAsync(3);
        await check.LookAsync("publish-all");
        await page.FillAsync("[name=note]", "提高年龄");
        await page.PushAsync("发布");
        await Expect(page.GetByText("已发布：")).ToContainTextAsync("流程");
        await check.LookAsync("versions");
    }

    private static async Task PublishAsync(IPage page, string kind)
    {
        await page.GotoAsync($"{Root}/{kind}/{Key}/publish");
        await page.PushAsync("发布");
        await Expect(page.GetByText("已发布：")).ToBeVisibleAsync();
    }

    private static async Task<string> DraftAsync(Browser citizen)
    {
        var page = await citizen.FillAsync($"/apply/{Key}", "_submission");
        var form = page.Form("then").Set("localHousehold", "yes").Set("applyKind", "new").Set("cardKind", "electronic");
        page = await citizen.SubmitAsync(page, form, "then=next");
        Assert.EndsWith("/materials", page.Url, StringComparison.Ordinal);
        return page.Url[..^"/materials".Length];
    }

    private static Task SubmitAsync(Browser citizen, string draft) => Allowance.SubmitAsync(citizen, draft);
}
