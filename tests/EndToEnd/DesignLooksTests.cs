using Xunit;

namespace Zhengtong.EndToEnd;

/// <summary>Every component in every look: accessible, no wider than the screen, without a complaint of the browser. Pictures lie in
/// <c>artifacts/screens</c>.</summary>
[Collection(BrowserTests.Name)]
public sealed class DesignLooksTests(BrowserFixture browser)
{
    private static readonly string[] Pages =
    [
        "/design", "/design/lists", "/design/display", "/design/feedback", "/design/charts", "/design/portal", "/design/print",
        "/design/errors/409",
        "/design/designers?kind=Bpmn", "/design/designers?kind=Dmn", "/design/designers?kind=Form", "/design/feedback?dialog=dialog-revoke",
    ];

    [Theory]
    [MemberData(nameof(Looks.All), MemberType = typeof(Looks))]
    public Task Every_page_of_the_design_system_is_fit_to_be_used(string look, int width) =>
        Looks.AssertCleanAsync(browser, "design", Pages, look, width);

    [Fact]
    public async Task Nothing_in_elder_mode_is_smaller_than_twenty_pixels()
    {
        var page = await browser.OpenAsync(390, "elder=1");
        await page.GotoAsync("/design/portal");

        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('body *')]
              .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length > 0)
              .filter(e => !e.closest('.visually-hidden') && parseFloat(getComputedStyle(e).fontSize) < 20)
              .map(e => `${e.tagName} ${e.className} ${getComputedStyle(e).fontSize} ${e.textContent.trim().slice(0, 20)}`)
            """);

        Assert.Empty(small);
    }
}
