using Xunit;
using Zhengtong.Identity;

namespace Zhengtong.Support;

/// <summary>People of the demo pack, signed in.</summary>
public static class SignIn
{
    /// <summary>A citizen of the demo pack acting for themselves.</summary>
    public static Task<Browser> CitizenAsync(this PlatformFixture platform, string account) => platform.Visitor().AsCitizenAsync(account);

    public static Task<Browser> OfficerAsync(this PlatformFixture platform, string account) => platform.Visitor().AsOfficerAsync(account);

    public static async Task<Browser> AsCitizenAsync(this Browser browser, string account)
    {
        var page = await browser.FillAsync("/sign-in", "password", ("account", account), ("password", IdentityOptions.DemoPassword));
        // Who may act for others is asked for whom; the first answer is oneself.
        if (page.Url.StartsWith("/sign-in/acting", StringComparison.Ordinal))
        {
            page = await browser.SubmitAsync(page, page.Form("principal"));
        }
        Assert.Equal(200, (int)page.Status);
        return browser;
    }

    public static async Task<Browser> AsOfficerAsync(this Browser browser, string account)
    {
        var page = await browser.FillAsync(
            "/workbench/sign-in?return=%2Fworkbench%2Finbox", "password", ("account", account), ("password", IdentityOptions.DemoPassword));
        Assert.Equal(200, (int)page.Status);
        return browser;
    }
}
