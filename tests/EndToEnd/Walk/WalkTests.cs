using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Walk;

/// <summary>One application from a phone to a sealed notice, in real browsers: a citizen, her officers, a stranger at the door.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class WalkTests(BrowserFixture browser)
{
    [Fact]
    public async Task An_allowance_goes_from_a_phone_to_a_sealed_notice()
    {
        var citizen = await Applicant.SitDownAsync(browser, "phone");
        await citizen.SearchAsync("老年综合津帖");
        await citizen.ReadGuideAsync();
        await citizen.SignInAsync();
        await citizen.StartAsync();
        await citizen.FillPersonAsync(wronglyFirst: true);
        await citizen.SaveAndComeBackAsync();
        await citizen.FillHouseholdAsync();
        await citizen.FillAccountAsync();
        await citizen.BringMaterialsAsync(wronglyFirst: true);
        await citizen.SubmitAsync();

        await CorrectAsync(citizen);
        await DecideAsync(citizen);
        var notice = await CollectAsync(citizen);
        await VerifyAsync(notice);
        await RateAsync(citizen);
        citizen.Check.AssertClean();
    }

    [Theory]
    [InlineData("老年综合津贴")]
    [InlineData("lnzhjt")]
    [InlineData("老人补贴")]
    public async Task The_allowance_is_found_by_what_people_type(string words)
    {
        var page = await browser.OpenAsync(390);
        await page.GotoAsync("/");
        await page.FillAsync("#home-search", words);
        await page.PressAsync("#home-search", "Enter");
        await Expect(page.Locator("main .zt-found a").First).ToHaveTextAsync("老年综合津贴");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_question_appears_as_soon_as_another_is_answered()
    {
        var citizen = await Applicant.SitDownAsync(browser, "rules");
        var page = citizen.Page;
        await page.GotoAsync("/sign-in?return=%2Fapply%2Fdisabled-subsidy");
        await page.FillAsync("[name=account]", "chenguilan");
        await page.FillAsync("[name=password]", BrowserFixture.Password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "开始填写" }).ClickAsync();

        await page.Locator("[name=filer][value=self]").CheckAsync();
        await Expect(page.Locator("#f-agentName")).ToBeHiddenAsync();
        await page.Locator("[name=filer][value=agent]").CheckAsync();
        await Expect(page.Locator("#f-agentName")).ToBeVisibleAsync();
        await citizen.Check.LookAsync("agent-asked");
        await page.Locator("[name=filer][value=self]").CheckAsync();
        await Expect(page.Locator("#f-agentName")).ToBeHiddenAsync();

        citizen.Check.AssertClean();
        await page.Context.DisposeAsync();
    }

    /// <summary>The clerk asks for a better picture, the citizen brings it; the clerk of another district knows nothing of it.</summary>
    private async Task CorrectAsync(Applicant citizen)
    {
        var clerk = await Official.SignInAsync(browser, "clerk1", "clerk");
        await clerk.OpenAsync(citizen.Number);
        await Expect(clerk.Page.Locator("main")).ToContainTextAsync("规则预审：材料齐全");
        await clerk.Check.LookAsync("pre-check");
        var address = new Uri(clerk.Page.Url).AbsolutePath;
        await clerk.Page.GetByLabel("银行卡", new() { Exact = true }).CheckAsync();
        await clerk.SayAsync("银行卡照片看不清，请重新拍照上传。");
        await clerk.PressAsync("一次性告知补正");

        var other = await Official.SignInAsync(browser, "clerk2", "other-district");
        Assert.Equal(404, (await other.Page.GotoAsync(address))!.Status); // a page answered
        await other.Check.LookAsync("not-found");
        other.Check.AssertClean();

        await citizen.Page.GotoAsync("/my");
        await citizen.Check.LookAsync("my-space");
        await citizen.Page.Locator("main .zt-notice a", new() { HasText = citizen.Number }).ClickAsync();
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("银行卡照片看不清");
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("逾期视为撤回");
        await citizen.Check.LookAsync("correction");
        await citizen.Page.GetByRole(AriaRole.Link, new() { Name = "去补正" }).ClickAsync();
        await citizen.Page.SetInputFilesAsync("[name='material.bank-card']", Papers.Picture("银行卡新照片").Payload);
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "上传并继续" }).ClickAsync();
        await citizen.Page.GetByLabel("我承诺所填内容和所交材料真实").CheckAsync();
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "提交申请" }).ClickAsync();
        await Expect(citizen.Page.Locator(".zt-timeline")).ToContainTextAsync("已补正并重新提交");

        await clerk.OpenAsync(citizen.Number);
        await clerk.PressAsync("受理");
        clerk.Check.AssertClean();
        await clerk.Page.Context.DisposeAsync();
        await other.Page.Context.DisposeAsync();
    }

    /// <summary>Of two reviewers the second is told. The approver sends it back once, then approves; an old window is told too.</summary>
    private async Task DecideAsync(Applicant citizen)
    {
        var reviewer = await Official.SignInAsync(browser, "reviewer1", "reviewer");
        var second = await Official.SignInAsync(browser, "orgadmin1", "second-reviewer");
        await reviewer.OpenAsync(citizen.Number);
        await second.OpenAsync(citizen.Number);
        await reviewer.SayAsync("符合条件");
        await reviewer.PressAsync("审查通过");
        await second.SayAsync("不符合条件");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "拟不予许可" }).ClickAsync();
        await Expect(second.Page.Locator("main")).ToContainTextAsync("刷新");
        await second.Check.LookAsync("conflict");
        second.Check.AssertClean();

        var approver = await Official.SignInAsync(browser, "approver1", "approver");
        await approver.OpenAsync(citizen.Number);
        await approver.Page.Locator(".zt-fold > summary", new() { HasText = "退回" }).First.ClickAsync();
        await approver.Check.LookAsync("decision");
        var back = approver.Page.Locator("form[action$='/return']");
        await back.Locator("textarea").FillAsync("请补充核实居住情况");
        await back.GetByRole(AriaRole.Button, new() { Name = "退回" }).ClickAsync();
        await Expect(approver.Page.Locator("h1")).ToHaveTextAsync("待办中心");

        await reviewer.OpenAsync(citizen.Number);
        await Expect(reviewer.Page.Locator("main")).ToContainTextAsync("请补充核实居住情况");
        await reviewer.SayAsync("已核实居住情况");
        await reviewer.PressAsync("审查通过");
        reviewer.Check.AssertClean();

        var oldWindow = await approver.Page.Context.NewPageAsync();
        await approver.OpenAsync(citizen.Number);
        await oldWindow.GotoAsync(approver.Page.Url);
        await approver.SayAsync("同意");
        await approver.PressAsync("准予许可");
        await oldWindow.Locator("textarea[name=reason]").First.FillAsync("同意");
        await oldWindow.GetByRole(AriaRole.Button, new() { Name = "准予许可", Exact = true }).ClickAsync();
        await Expect(oldWindow.Locator("#error-summary")).ToBeVisibleAsync();
        approver.Check.AssertClean();
        foreach (var official in (Official[])[reviewer, second, approver]) { await official.Page.Context.DisposeAsync(); }
    }

    /// <returns>The notice of approval as it was downloaded.</returns>
    private static async Task<byte[]> CollectAsync(Applicant citizen)
    {
        await citizen.Page.GotoAsync("/messages");
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("老年综合津贴已办结");
        await citizen.Check.LookAsync("messages");
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "查看：老年综合津贴已办结" }).First.ClickAsync();
        await Expect(citizen.Page.Locator("h1")).ToContainTextAsync("已办结");
        // The same person may have other cases that have ended: the papers are looked for in this one.
        await citizen.LookAtCaseAsync("已办结", "closed");

        var correction = await Papers.TextAsync(await citizen.DownloadAsync("补正材料告知书"));
        Assert.Contains("银行卡照片看不清", correction, StringComparison.Ordinal);
        Assert.Matches(Deadline(), correction);
        var notice = await citizen.DownloadAsync("老年综合津贴批准通知书");
        var text = await Papers.TextAsync(notice);
        Assert.Contains("陈桂兰", text, StringComparison.Ordinal);
        Assert.Contains(citizen.Number, text, StringComparison.Ordinal);
        Assert.Contains("每月100元", text, StringComparison.Ordinal);

        await citizen.Page.GotoAsync("/my/licences");
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("老年综合津贴批准通知书");
        await citizen.Check.LookAsync("licences");
        await citizen.Page.GotoAsync("/my/profile");
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("陈桂兰");
        await citizen.Check.LookAsync("profile");
        await citizen.Page.GotoAsync(citizen.Case + "/receipt");
        await Expect(citizen.Page.Locator("h1")).ToHaveTextAsync("申请回执");
        await citizen.Check.LookAsync("receipt");
        return notice;
    }

    /// <summary>A stranger scans the code: valid, a changed byte is not, and after the office has revoked it, nothing is.</summary>
    private async Task VerifyAsync(byte[] notice)
    {
        var code = VerifyCode().Match(await Papers.TextAsync(notice)).Value;
        var page = await browser.OpenAsync(390);
        var check = new PageCheck(page, "walk/verify");
        await page.GotoAsync($"/verify/{code}");
        await Expect(page.Locator("main")).ToContainTextAsync("文书真实，现行有效");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("陈桂兰");
        await check.LookAsync("valid");

        await UploadAsync(page, notice);
        await Expect(page.Locator("main")).ToContainTextAsync("完全一致");
        var changed = notice.ToArray();
        changed[changed.Length / 2] ^= 1;
        await UploadAsync(page, changed);
        await Expect(page.Locator("main")).ToContainTextAsync("文件不是原件");
        await check.LookAsync("not-genuine");

        var approver = await Official.SignInAsync(browser, "approver1", "revoke");
        await approver.Page.GotoAsync($"/workbench/licences?q={code}");
        await approver.Check.LookAsync("licences");
        await approver.Page.Locator("tbody a").First.ClickAsync();
        await approver.Check.LookAsync("licence");
        await approver.Page.FillAsync("[name=reason]", "申请信息有误");
        await approver.Page.Locator("form[action$='/revoke'] button[type=submit]").ClickAsync();
        await Expect(approver.Page.Locator("h1")).ToContainTextAsync("已撤销");
        approver.Check.AssertClean();
        await page.GotoAsync($"/verify/{code}");
        await Expect(page.Locator("main")).ToContainTextAsync("文书已被撤销");
        await check.LookAsync("revoked");
        check.AssertClean();
        await approver.Page.Context.DisposeAsync();
        await page.Context.DisposeAsync();
    }

    private static async Task RateAsync(Applicant citizen)
    {
        await citizen.LookAtCaseAsync("已办结", "to-rate");
        await citizen.Page.GetByLabel("满意", new() { Exact = true }).CheckAsync();
        await citizen.Page.GetByLabel("办得又快又好").CheckAsync();
        await citizen.Page.FillAsync("[name=words]", "在家就办好了");
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "提交评价" }).ClickAsync();
        await Expect(citizen.Page.GetByText("感谢您的评价")).ToBeVisibleAsync();
        await Expect(citizen.Page.Locator("main")).ToContainTextAsync("在家就办好了");
        await citizen.Check.LookAsync("rated");
        await citizen.Page.Context.DisposeAsync();
    }

    private static async Task UploadAsync(IPage page, byte[] pdf)
    {
        await page.SetInputFilesAsync("[name=file]", new FilePayload { Name = "通知书.pdf", MimeType = "application/pdf", Buffer = pdf });
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "查验" }).ClickAsync();
    }

    [GeneratedRegex("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")]
    private static partial Regex VerifyCode();

    [GeneratedRegex("请于20\\d\\d年\\d+月\\d+日前一次补正")]
    private static partial Regex Deadline();
}
