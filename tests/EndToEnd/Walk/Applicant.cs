using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Walk;

/// <summary>陈桂兰, 82, at a browser: what she does for her allowance, one method a page; each page is checked as it is seen.</summary>
internal sealed partial class Applicant(IPage page, PageCheck check)
{
    public IPage Page => page;

    public PageCheck Check => check;

    /// <summary>Address of her case, from the moment there is one.</summary>
    public string Case { get; private set; } = "";

    public string Number { get; private set; } = "";

    public static async Task<Applicant> SitDownAsync(
        BrowserFixture browser, string pictures, int width = 390, string? preferences = null, bool script = true)
    {
        var page = await browser.OpenAsync(width, preferences, script);
        return new(page, new(page, $"walk/{pictures}", script));
    }

    /// <summary>From the front page to the guide, by words people really use.</summary>
    public async Task SearchAsync(string words)
    {
        await page.GotoAsync("/");
        await check.LookAsync("home");
        await page.FillAsync("#home-search", words);
        await page.Locator("main form[role=search] button").ClickAsync();
        await Expect(page.Locator("main .zt-found a").First).ToHaveTextAsync("老年综合津贴");
        await check.LookAsync("search");
        await page.Locator("main .zt-found a").First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("老年综合津贴");
    }

    /// <summary>The guide: an agent needs a letter of attorney, she herself does not.</summary>
    public async Task ReadGuideAsync()
    {
        await check.LookAsync("guide");
        var attorney = page.Locator("main li", new() { HasText = "委托书" });
        await page.GetByLabel("子女或者其他人代办").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "看看要哪些材料" }).ClickAsync();
        await Expect(attorney).ToContainTextAsync("必交");
        await page.GetByLabel("老人本人办理").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "看看要哪些材料" }).ClickAsync();
        await Expect(attorney).ToContainTextAsync("不用交");
        await page.GetByRole(AriaRole.Link, new() { Name = "在线办理" }).First.ClickAsync();
    }

    public async Task SignInAsync()
    {
        await Expect(page.Locator("h1")).ToHaveTextAsync("登录");
        await check.LookAsync("sign-in");
        await page.FillAsync("[name=account]", "chenguilan");
        await page.FillAsync("[name=password]", BrowserFixture.Password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.GetByText("开始之前")).ToBeVisibleAsync();
    }

    public async Task StartAsync()
    {
        await check.LookAsync("start");
        await Expect(page.GetByLabel("老人本人办理")).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "开始填写" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(FillPage());
        Case = CaseAddress().Match(page.Url).Value;
    }

    /// <summary>Filled in beforehand: what the platform knows of her.</summary>
    public async Task FillPersonAsync(bool wronglyFirst = false)
    {
        await Expect(page.Locator("#f-name")).ToHaveValueAsync("陈桂兰");
        await Expect(page.Locator("#f-idNumber")).ToHaveValueAsync("990102194403121006");
        await check.LookAsync("fill-person");
        if (wronglyFirst)
        {
            await page.FillAsync("#f-idNumber", "990102194403121000");
            await NextAsync();
            await Expect(page.Locator("#error-summary a").First).ToContainTextAsync("校验位");
            await check.LookAsync("fill-person-wrong");
            await page.Locator("#error-summary a").First.ClickAsync();
            await Expect(page.Locator("#f-idNumber")).ToBeFocusedAsync();
            await page.FillAsync("#f-idNumber", "990102194403121006");
        }
        await page.Locator("[name=localHousehold][value=yes]").CheckAsync();
        await NextAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("家庭与待遇情况");
    }

    /// <summary>Called to lunch: the draft is saved, and found again where she left off.</summary>
    public async Task SaveAndComeBackAsync()
    {
        await page.SelectOptionAsync("#f-householdType", "collective");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存草稿" }).ClickAsync();
        await Expect(page.GetByText("草稿已保存")).ToBeVisibleAsync();
        await check.LookAsync("draft");
        await page.GotoAsync("/my/cases?status=draft");
        await check.LookAsync("drafts");
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "接着填" }).First.ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("家庭与待遇情况");
        await Expect(page.Locator("#f-householdType")).ToHaveValueAsync("collective");
    }

    public async Task FillHouseholdAsync()
    {
        await page.SelectOptionAsync("#f-householdType", "ordinary");
        await page.Locator("[name=otherAllowance][value=no]").CheckAsync();
        await check.LookAsync("fill-household");
        await NextAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("收款账户");
    }

    public async Task FillAccountAsync()
    {
        await page.SelectOptionAsync("#f-bank", new SelectOptionValue { Index = 1 });
        await page.FillAsync("#f-bankAccount", Papers.BankCard());
        await page.FillAsync("#f-bankHolder", "陈桂兰");
        await check.LookAsync("fill-account");
        await NextAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("提交材料");
    }

    public async Task BringMaterialsAsync(bool wronglyFirst = false)
    {
        await check.LookAsync("materials");
        if (wronglyFirst)
        {
            await page.SetInputFilesAsync("[name='material.id-card']", Papers.ZipAsPdf("身份证").Payload);
            await page.GetByRole(AriaRole.Button, new() { Name = "只上传" }).ClickAsync();
            await Expect(page.Locator("#error-summary")).ToContainTextAsync("申请人居民身份证");
            await check.LookAsync("materials-refused");
        }
        await page.SetInputFilesAsync("[name='material.id-card']", Papers.Pdf("身份证").Payload);
        await page.SetInputFilesAsync("[name='material.household-register']", Papers.Pdf("户口簿").Payload);
        await page.SetInputFilesAsync("[name='material.bank-card']", Papers.Picture("银行卡").Payload);
        await page.GetByRole(AriaRole.Button, new() { Name = "上传并继续" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("核对并提交");
    }

    /// <summary>Sees what will be decided, promises, submits.</summary>
    public async Task SubmitAsync()
    {
        await Expect(page.Locator("main")).ToContainTextAsync("符合办理条件");
        await Expect(page.Locator("main")).ToContainTextAsync("100 元");
        await check.LookAsync("check");
        await page.GetByLabel("我承诺所填内容和所交材料真实").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "提交申请" }).ClickAsync();
        await Expect(page.GetByText("申请已提交")).ToBeVisibleAsync();
        await check.LookAsync("submitted");
        Number = await page.Locator(".zt-receipt-number").InnerTextAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = $"办件编号 {Number} 的二维码" })).ToBeVisibleAsync();
        await Expect(page.Locator(".zt-timeline")).ToContainTextAsync("提交申请");
    }

    /// <summary>The same way without detours, from the front page to a case number.</summary>
    public async Task ApplyAsync(string words)
    {
        await SearchAsync(words);
        await ReadGuideAsync();
        await SignInAsync();
        await StartAsync();
        await FillPersonAsync();
        await FillHouseholdAsync();
        await FillAccountAsync();
        await BringMaterialsAsync();
        await SubmitAsync();
    }

    public async Task LookAtCaseAsync(string status, string picture)
    {
        await page.GotoAsync(Case);
        await Expect(page.Locator("h1")).ToContainTextAsync(status);
        await check.LookAsync(picture);
    }

    /// <summary>A file that a page links to, as the browser would save it.</summary>
    public async Task<byte[]> DownloadAsync(string title)
    {
        var link = page.Locator("main").GetByRole(AriaRole.Link, new() { Name = title }).First;
        var answer = await page.Context.APIRequest.GetAsync((await link.GetAttributeAsync("href"))!); // a link has one
        Xunit.Assert.Equal((200, "application/pdf"), (answer.Status, answer.Headers["content-type"]));
        return await answer.BodyAsync();
    }

    private Task NextAsync() => page.GetByRole(AriaRole.Button, new() { Name = "保存并继续" }).ClickAsync();

    [GeneratedRegex("/my/cases/[0-9a-f-]{36}")]
    private static partial Regex CaseAddress();

    [GeneratedRegex("/fill\\?page=1$")]
    private static partial Regex FillPage();
}
