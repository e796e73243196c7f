using Microsoft.Playwright;
using Xunit;

namespace Zhengtong.EndToEnd;

/// <summary>The looks that people choose and the screens they have; every page must be fit for all of them.</summary>
public static class Looks
{
    /// <summary>Preference and width in pixels.</summary>
    public static TheoryData<string, int> All() => new()
    {
        { "", 390 }, { "", 1280 }, { "", 1920 }, { "theme=dark", 1280 }, { "theme=contrast", 1280 }, { "elder=1", 390 },
        { "elder=1", 1280 },
    };

    /// <summary>Opens each page in that look and fails with everything that is found.</summary>
    /// <param name="pictures">Folder of the pictures.</param>
    internal static async Task AssertCleanAsync(
        BrowserFixture browser, string pictures, IEnumerable<string> pages, string look, int width)
    {
        var findings = new List<string>();
        foreach (var address in pages)
        {
            var page = await browser.OpenAsync(width, look);
            var check = new PageCheck(page, pictures);
            await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
            await check.LookAsync($"{address}-{look}");
            findings.AddRange(check.Findings);
            await page.Context.DisposeAsync();
        }

        Assert.Empty(findings);
    }
}
