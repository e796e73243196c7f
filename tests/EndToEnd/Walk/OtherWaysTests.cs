using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Walk;

/// <summary>The same application without script, by keyboard alone, and as somebody who sees badly.</summary>
[Collection(BrowserTests.Name)]
public sealed class OtherWaysTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_allowance_is_applied_for_without_script()
    {
        var citizen = await Applicant.SitDownAsync(browser, "no-script", script: false);

        await citizen.ApplyAsync("老年综合津贴");
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "撤回申请" }).ClickAsync();
        await citizen.Page.FillAsync("dialog[open] [name=reason]", "换一天再办");
        await citizen.Check.LookAsync("withdraw");
        await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "确认撤回" }).ClickAsync();

        await Expect(citizen.Page.Locator("h1")).ToContainTextAsync("已撤回");
        citizen.Check.AssertClean();
        await citizen.Page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_allowance_is_applied_for_in_elder_mode_and_read_aloud()
    {
        var citizen = await Applicant.SitDownAsync(browser, "elder", width: 1280);
        var page = citizen.Page;
        await page.AddInitScriptAsync(
            "SpeechSynthesis.prototype.speak = words => { document.documentElement.dataset.said = words.text; };");
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "长辈模式" }).First.ClickAsync();
        await page.Locator("summary", new() { HasText = "无障碍" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "高对比" }).ClickAsync();
        await page.Locator("summary", new() { HasText = "无障碍" }).ClickAsync();
        await page.GetByRole(AriaRole.Switch, new() { Name = "朗读" }).ClickAsync();
        await Expect(page.Locator("html[data-elder][data-contrast][data-aloud]")).ToHaveCountAsync(1);

        await citizen.ApplyAsync("老年综合津贴");

        await page.GetByRole(AriaRole.Link, new() { Name = "打印回执" }).FocusAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-said", "打印回执");
        await page.Locator(".zt-receipt-number").HoverAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-said", citizen.Number);
        foreach (var address in (string[])["/my", "/my/cases", "/my/licences", "/messages", "/my/profile"])
        {
            await page.GotoAsync(address);
            await citizen.Check.LookAsync();
        }
        citizen.Check.AssertClean();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_allowance_is_applied_for_by_keyboard_alone()
    {
        var citizen = await Applicant.SitDownAsync(browser, "keyboard", width: 1280);
        var keys = new Keys(citizen.Page);
        await citizen.Page.GotoAsync("/");
        await keys.IntoMainAsync();
        await keys.TypeIntoAsync("#home-search", "lnzhjt");
        await keys.PressAsync("Enter");
        await keys.ToAsync("main .zt-found a");
        await keys.PressAsync("Enter");
        await keys.ToAsync("main a.btn-primary");
        await keys.PressAsync("Enter");
        await keys.TypeIntoAsync("[name=account]", "chenguilan");
        await keys.TypeIntoAsync("[name=password]", BrowserFixture.Password);
        await keys.PressAsync("Enter");
        await Expect(citizen.Page.GetByText("开始之前")).ToBeVisibleAsync();
        await keys.ToAsync("main button.btn-primary");
        await keys.PressAsync("Enter");

        await keys.ToAsync("[name=localHousehold]");
        await keys.PressAsync("Space");
        await keys.ToAsync("button[value=next]");
        await keys.PressAsync("Enter");
        await keys.ToAsync("#f-householdType");
        await keys.PressAsync("Home");
        await keys.PressAsync("End");
        await Expect(citizen.Page.Locator("#f-householdType")).ToHaveValueAsync("ordinary");
        await keys.ToAsync("[name=otherAllowance]");
        await keys.PressAsync("ArrowDown");
        await Expect(citizen.Page.Locator("[name=otherAllowance][value=no]")).ToBeCheckedAsync();
        await keys.ToAsync("button[value=next]");
        await keys.PressAsync("Enter");
        await keys.ToAsync("#f-bank");
        await keys.PressAsync("ArrowDown");
        await keys.TypeIntoAsync("#f-bankAccount", Papers.BankCard());
        await keys.TypeIntoAsync("#f-bankHolder", "陈桂兰");
        await keys.PressAsync("Enter");
        foreach (var material in (string[])["id-card", "household-register", "bank-card"])
        {
            await keys.ToAsync($"[name='material.{material}']");
            await keys.ChooseAsync(Papers.Pdf(material).Payload);
        }
        await keys.ToAsync("button[value=next]");
        await keys.PressAsync("Enter");
        await keys.ToAsync("[name=confirm]");
        await keys.PressAsync("Space");
        await keys.ToAsync("main form button[type=submit]");
        await keys.PressAsync("Enter");

        await Expect(citizen.Page.GetByText("申请已提交")).ToBeVisibleAsync();
        await citizen.Check.LookAsync("submitted");
        citizen.Check.AssertClean();
        await citizen.Page.Context.DisposeAsync();
    }

    /// <summary>A keyboard and nothing else: every stop must be seen, and stops follow the order of reading.</summary>
    private sealed class Keys
    {
        private const int MostStops = 60;

        private readonly IPage _page;
        private TaskCompletionSource<IFileChooser> _chooser = new();

        public Keys(IPage page)
        {
            _page = page;
            // Listened to from the start: a listener made at the moment of the press may come too late for the browser's dialog.
            page.FileChooser += (_, chooser) => _chooser.TrySetResult(chooser);
        }

        private const string Stop =
            """
            async selector => {
              const at = document.activeElement, look = getComputedStyle(at);
              const inside = box => box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
              for (let frame = 0; frame < 60 && !inside(at.getBoundingClientRect()); frame++) { await new Promise(requestAnimationFrame); }
              const before = window.lastStop?.isConnected ? window.lastStop : at;
              const after = at.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING;
              const order = at !== document.body && after ? 'goes back' : '';
              window.lastStop = at === document.body ? null : at;
              const line = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
              const marked = line || look.boxShadow !== 'none';
              const seen = at === document.body || marked && inside(at.getBoundingClientRect());
              return { hit: at.matches(selector), fault: seen ? order : 'is not seen', what: at.outerHTML.slice(0, 120) };
            }
            """;

        public Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

        /// <summary>Opens the dialog of the file field that has the focus and takes a file.</summary>
        public async Task ChooseAsync(FilePayload file)
        {
            _chooser = new();
            await PressAsync("Enter");
            await (await _chooser.Task.WaitAsync(TimeSpan.FromMinutes(1))).SetFilesAsync(file);
        }

        /// <summary>Over the menus by the link made for it.</summary>
        public async Task IntoMainAsync()
        {
            await _page.Keyboard.PressAsync("Tab");
            await Expect(_page.Locator(".zt-skip")).ToBeFocusedAsync();
            await _page.Keyboard.PressAsync("Enter");
            await Expect(_page.Locator("main")).ToBeFocusedAsync();
        }

        public async Task ToAsync(string selector)
        {
            await Expect(_page.Locator(selector).First).ToBeVisibleAsync();
            for (var stop = 0; stop < MostStops; stop++)
            {
                await _page.Keyboard.PressAsync("Tab");
                var at = await _page.EvaluateAsync<StopInfo>(Stop, selector);
                Assert.True(at.Fault.Length == 0, $"{_page.Url}: {at.What} {at.Fault}");
                if (at.Hit) { return; }
            }
            Assert.Fail($"{_page.Url}: {selector} is not reached with {MostStops} tabs");
        }

        public async Task TypeIntoAsync(string selector, string text)
        {
            await ToAsync(selector);
            await _page.Keyboard.TypeAsync(text);
        }

        public sealed class StopInfo
        {
            public bool Hit { get; set; }

            public string Fault { get; set; } = "";

            public string What { get; set; } = "";
        }
    }
}
