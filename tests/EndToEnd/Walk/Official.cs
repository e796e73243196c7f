using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Walk;

/// <summary>An officer at a desk; pages are checked as they are seen.</summary>
internal sealed class Official(IPage page, PageCheck check)
{
    public IPage Page => page;

    public PageCheck Check => check;

    public static async Task<Official> SignInAsync(BrowserFixture browser, string account, string pictures)
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync("/workbench/sign-in?return=%2Fworkbench%2Finbox");
        await page.FillAsync("[name=account]", account);
        await page.FillAsync("[name=password]", BrowserFixture.Password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("待办中心");
        return new(page, new(page, $"walk/{pictures}"));
    }

    /// <summary>Finds the case in the inbox, with its light.</summary>
    public async Task OpenAsync(string number)
    {
        await page.GotoAsync($"/workbench/inbox?q={number}");
        var row = page.Locator("tbody tr", new() { HasText = number });
        await Expect(row.Locator(".zt-light")).ToBeVisibleAsync();
        await check.LookAsync("inbox");
        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("老年综合津贴");
    }

    public Task SayAsync(string words) => page.Locator("textarea[name=reason]").First.FillAsync(words);

    /// <summary>Presses a button of the step; the case goes on and the inbox comes back.</summary>
    public async Task PressAsync(string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("待办中心");
    }
}
