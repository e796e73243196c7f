using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd;

/// <summary>What the scripts add to pages, and that the pages do without.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class DesignUseTests(BrowserFixture browser)
{
    [Fact]
    public async Task Sorting_and_filtering_ask_the_same_page_without_a_reload_and_back_leads_back()
    {
        var page = await OpenAsync("/design/lists");
        await page.EvaluateAsync("window.sameDocument = true");

        await page.Locator("th a", new() { HasText = "受理日期" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("sort=accepted$"));
        await Expect(page.Locator("th[aria-sort=ascending]")).ToHaveTextAsync("受理日期");
        await page.SelectOptionAsync("#f-status", "review");
        await page.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        await Expect(page.Locator(".zt-chip")).ToHaveCountAsync(1);

        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument === true"));
        Assert.Contains("sort=accepted", page.Url, StringComparison.Ordinal);
        await page.Locator(".zt-chip").ClickAsync();
        await Expect(page.Locator(".zt-chip")).ToHaveCountAsync(0);
        await page.GoBackAsync();
        await Expect(page.Locator(".zt-chip")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Rows_are_chosen_by_mouse_and_by_keyboard()
    {
        var page = await OpenAsync("/design/lists");

        await page.Locator("[data-check-all]").CheckAsync();
        await Expect(page.Locator("[data-bulk-count]")).ToHaveTextAsync("已选 6 条");
        await page.Locator(".zt-table-box").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("x");

        await Expect(page.Locator("[data-bulk-count]")).ToHaveTextAsync("已选 5 条");
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_leads_to_what_must_be_corrected()
    {
        var page = await OpenAsync("/design");

        await page.FillAsync("#f-name", "王小明");
        await page.Locator("input[name=situation][value=renew]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "提交申请" }).ClickAsync();

        await Expect(page.Locator("#error-summary")).ToBeFocusedAsync();
        await Expect(page.Locator("#f-name")).ToHaveValueAsync("王小明");
        await Expect(page.Locator("input[name=situation][value=renew]")).ToBeCheckedAsync();
        await page.Locator("#error-summary a").First.ClickAsync();
        await Expect(page.Locator("#f-name")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Leaving_a_form_with_unsaved_changes_is_asked_about()
    {
        var page = await OpenAsync("/design");
        var asked = new TaskCompletionSource<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.DismissAsync();
        };

        await page.FillAsync("#f-name", "王小明");
        await page.Locator(".zt-tabs a", new() { HasText = "列表" }).ClickAsync();

        Assert.Equal("beforeunload", await asked.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_picker_offers_what_fits_and_posts_its_value()
    {
        var page = await OpenAsync("/design");

        await page.FillAsync("#f-organisation", "民政");
        await Expect(page.Locator("[role=option]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#f-organisation")).ToHaveValueAsync("民政局");
        await Expect(page.Locator("input[name=organisation]")).ToHaveValueAsync("32068103");
    }

    [Fact]
    public async Task The_search_and_the_list_of_menus_are_one_key_away()
    {
        var page = await OpenAsync("/design/lists");

        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("组件");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("/design$"));
    }

    [Fact]
    public async Task A_dialog_traps_the_keyboard_and_closes_with_escape()
    {
        var page = await OpenAsync("/design/feedback");

        await page.Locator("[data-opens=dialog-revoke]").ClickAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.getElementById('dialog-revoke').matches(':modal')"));
        await page.Keyboard.PressAsync("Escape");

        await Expect(page.Locator("#dialog-revoke")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Without_script_lists_forms_dialogs_menus_and_preferences_work()
    {
        var page = await browser.OpenAsync(390, script: false);

        await page.GotoAsync("/design/lists");
        await page.Locator("a[href='#nav']").ClickAsync();
        await Expect(page.Locator("#nav a", new() { HasText = "办件" })).ToBeInViewportAsync();
        await page.GotoAsync("/design/feedback");
        await page.Locator("[data-opens=dialog-revoke]").ClickAsync();
        await Expect(page.Locator("#dialog-revoke textarea")).ToBeVisibleAsync();
        await page.GotoAsync("/design/charts");
        await Expect(page.Locator(".zt-chart table").First).ToBeVisibleAsync();
        await page.GotoAsync("/design/designers");
        await Expect(page.Locator("textarea[name=source]")).ToBeVisibleAsync();
        await page.GotoAsync("/design");
        await page.FillAsync("#f-name", "李");
        await page.GetByRole(AriaRole.Button, new() { Name = "提交申请" }).ClickAsync();
        await Expect(page.Locator("#error-summary")).ToBeVisibleAsync();
        await Expect(page.Locator("#f-name")).ToHaveValueAsync("李");
        await page.GotoAsync("/design/portal");
        await page.GetByRole(AriaRole.Button, new() { Name = "长辈模式" }).First.ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/design/portal$"));
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-elder", "");
    }

    [Fact]
    public async Task A_change_in_the_process_designer_is_written_into_the_form()
    {
        var page = await OpenAsync("/design/designers?kind=Bpmn");
        var source = page.Locator("textarea[name=source]");

        await page.Locator("[data-element-id=accept] .djs-hit").First.ClickAsync(new() { Force = true });
        await page.Locator(".bio-properties-panel-group-header", new() { HasText = "会签" }).ClickAsync();
        await page.SelectOptionAsync("select[name=zt-sign-mode]", "veto");

        await Expect(source).ToHaveValueAsync(VetoSign());
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.Locator("textarea[name=source]")).ToHaveValueAsync(VetoSign());
    }

    [Fact]
    public async Task On_a_phone_the_palette_comes_when_asked_for_and_the_properties_lie_below()
    {
        var page = await OpenAsync("/design/designers?kind=Bpmn", 390);
        var (palette, drawing) = (page.Locator(".djs-palette"), page.Locator(".zt-designer-drawing"));
        var tools = page.GetByRole(AriaRole.Button, new() { Name = "绘图工具" });

        await Expect(page.Locator("[data-element-id=accept]").First).ToBeInViewportAsync();
        await Expect(palette).ToBeHiddenAsync();
        await tools.ClickAsync();
        await Expect(palette).ToBeVisibleAsync();
        await Expect(tools).ToHaveAttributeAsync("aria-expanded", "true");
        await tools.ClickAsync();
        await Expect(palette).ToBeHiddenAsync();
        var (above, below) = (await drawing.BoundingBoxAsync(), await page.Locator(".zt-designer-panel").BoundingBoxAsync());
        Assert.True(above!.Y + above.Height <= below!.Y + 1);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task A_change_in_the_decision_table_is_written_into_the_form()
    {
        var page = await OpenAsync("/design/designers?kind=Dmn");

        await page.GetByRole(AriaRole.Tab, new() { Name = "津贴标准" }).ClickAsync();
        await page.Locator("td.output-cell").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("80");
        await page.Keyboard.PressAsync("Tab");

        await Expect(page.Locator("textarea[name=source]")).ToHaveValueAsync(EightyYuan());
    }

    private async Task<IPage> OpenAsync(string address, int width = 1280)
    {
        var page = await browser.OpenAsync(width);
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return page;
    }

    [GeneratedRegex("<zt:sign mode=\"veto\"")]
    private static partial Regex VetoSign();

    [GeneratedRegex("<outputEntry[^>]*>\\s*<text>80</text>")]
    private static partial Regex EightyYuan();
}
