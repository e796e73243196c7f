using Microsoft.Playwright;
using Xunit;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd;

/// <summary>The platform on a port of its own with the packs base and demo, and a browser; one of each for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Of every account of the demo pack.</summary>
    public const string Password = IdentityOptions.DemoPassword;

    /// <summary>For what a test has to know or to do behind the pages.</summary>
    public PlatformFixture Platform { get; } = new() { Listens = true };

    public string Address => Platform.Address.ToString().TrimEnd('/');

    public async Task InitializeAsync()
    {
        await Platform.InitializeAsync();
        // A machine may have other work: an expectation waits as long as an action does.
        Assertions.SetDefaultExpectTimeout(15_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync", "--enable-unsafe-swiftshader",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) { await _browser.DisposeAsync(); }
        _playwright?.Dispose();
        await Platform.DisposeAsync();
    }

    /// <summary>A person with a screen of this width; a fresh profile each.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="preferences">Value of the preferences cookie, or null.</param>
    /// <param name="script">Whether scripts run.</param>
    public async Task<IPage> OpenAsync(int width = 1280, string? preferences = null, bool script = true)
    {
        var context = await _browser!.NewContextAsync(new() // launched in InitializeAsync, which ran before any test
        {
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            JavaScriptEnabled = script,
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            BaseURL = Address,
        });
        // Patience costs nothing where all goes well, and a machine may have much to do.
        context.SetDefaultTimeout(60_000);
        if (preferences is not null)
        {
            await context.AddCookiesAsync([new() { Name = "zt-preferences", Value = Uri.EscapeDataString(preferences), Url = Address }]);
        }

        return await context.NewPageAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
