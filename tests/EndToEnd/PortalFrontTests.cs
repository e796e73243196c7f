using Microsoft.Playwright;
using Xunit;

namespace Zhengtong.EndToEnd;

/// <summary>What a browser adds to the portal's first level: pictures that can be stopped, tabs by keyboard, a look in every
/// mode.</summary>
[Collection(BrowserTests.Name)]
public sealed class PortalFrontTests(BrowserFixture browser)
{
    private static readonly string[] Pages =
    [
        "/", "/content", "/content/news", "/articles/policy-old-age-allowance", "/halls", "/ratings", "/help",
        "/search?q=%E6%B4%A5%E8%B4%B4",
    ];

    [Theory]
    [MemberData(nameof(Looks.All), MemberType = typeof(Looks))]
    public Task The_first_level_is_fit_to_be_used_in_every_look(string look, int width) =>
        Looks.AssertCleanAsync(browser, "portal", Pages, look, width);

    [Fact]
    public async Task The_pictures_can_be_stopped_and_walked_by_keyboard()
    {
        var page = await browser.OpenAsync(1280);
        await page.GotoAsync("/");
        var (pause, place) = (page.Locator("[data-carousel-pause]"), page.Locator("[data-carousel-now]"));

        await pause.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(pause).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("[data-carousel-state]")).ToHaveTextAsync("开始轮播");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(place).ToHaveTextAsync("2");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(place).ToHaveTextAsync("1");
        // Only the picture in sight is in the way of the tab key.
        Assert.Equal(1, await page.Locator(".zt-carousel-slides > li:not([inert])").CountAsync());
    }

    [Fact]
    public async Task Who_wants_less_motion_gets_none()
    {
        var page = await browser.OpenAsync(1280);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync("/");

        await Assertions.Expect(page.Locator("[data-carousel-pause]")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task News_are_tabs_with_a_script_and_sections_without()
    {
        var page = await browser.OpenAsync(1280);
        await page.GotoAsync("/");
        var tabs = page.Locator("[data-tabs] [role=tab]");
        await tabs.First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(tabs.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(tabs.Nth(1)).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("[data-tabs] [role=tabpanel]:visible")).ToHaveCountAsync(1);

        var plain = await browser.OpenAsync(1280, script: false);
        await plain.GotoAsync("/");
        await Assertions.Expect(plain.Locator(".zt-front-tab:visible")).ToHaveCountAsync(3);
        await Assertions.Expect(plain.Locator("[data-carousel-controls]")).ToBeHiddenAsync();
    }
}
