using Microsoft.Playwright;
using Zhengtong.Identity;

namespace Zhengtong.EndToEnd.Office;

/// <summary>An officer at a browser.</summary>
internal static class Desk
{
    public static async Task<IPage> DeskAsync(this BrowserFixture browser, string account)
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync("/workbench/sign-in");
        await page.FillAsync("input[name=account]", account);
        await page.FillAsync("input[name=password]", IdentityOptions.DemoPassword);
        await page.PushAsync("登录");
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        return page;
    }

    /// <summary>Presses the button of the page with these words.</summary>
    public static Task PushAsync(this IPage page, string words) =>
        page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = words, Exact = true }).ClickAsync();

    /// <summary>Follows the link of the page with these words.</summary>
    public static Task FollowAsync(this IPage page, string words) =>
        page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = words, Exact = true }).First.ClickAsync();

    /// <summary>What lies behind a link that downloads.</summary>
    public static async Task<byte[]> DownloadAsync(this IPage page, string words)
    {
        var link = page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = words });
        var file = await page.RunAndWaitForDownloadAsync(() => link.First.ClickAsync());
        return await File.ReadAllBytesAsync(await file.PathAsync());
    }
}
