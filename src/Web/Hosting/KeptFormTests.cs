using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Web.Hosting;

/// <summary>Pages that are too old and sessions that have ended: what was typed is not lost.</summary>
public sealed class KeptFormTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Token = "__RequestVerificationToken";

    [Fact]
    public async Task A_stale_page_gives_the_typed_answers_back_to_be_sent_again()
    {
        var citizen = await platform.CitizenAsync("limei");
        var page = await citizen.FillAsync("/apply/old-age-allowance", "_submission");
        var form = page.Form("then").Set(Token, "of-yesterday").Set("mobile", "15420000033").Set("address", "松涛路<18>号");

        var stale = await citizen.SubmitAsync(page, form, "then=draft");

        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.Contains("页面已过期", stale.Text, StringComparison.Ordinal);
        var kept = stale.Form("mobile");
        Assert.Equal("松涛路<18>号", kept["address"]);
        var saved = await citizen.SubmitAsync(stale, kept, follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        Assert.Equal("松涛路<18>号", (await citizen.GetAsync(page.Url)).Form("then")["address"]);
    }

    [Fact]
    public async Task A_post_after_the_session_has_ended_waits_for_the_sign_in()
    {
        var citizen = await platform.CitizenAsync("sunfang");
        var page = await citizen.FillAsync("/apply/old-age-allowance", "_submission");
        citizen.Cookies["zt-session"] = new string('A', 43);

        var ended = await citizen.SubmitAsync(page, page.Form("then").Set("address", "环城路7号"), "then=draft");

        Assert.Equal(HttpStatusCode.Unauthorized, ended.Status);
        Assert.Contains("登录已过期", ended.Text, StringComparison.Ordinal);
        Assert.Contains("/sign-in", ended.MainLinks);
        // In another window of the same browser.
        await citizen.AsCitizenAsync("sunfang");
        var saved = await citizen.SubmitAsync(ended, ended.Form("address"), follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        Assert.Equal("环城路7号", (await citizen.GetAsync(page.Url)).Form("then")["address"]);
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("'; drop table identity.sessions; --")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_altered_session_leads_to_the_sign_in_and_back(string cookie)
    {
        var visitor = platform.Visitor();
        visitor.Cookies["zt-session"] = Uri.EscapeDataString(cookie);

        var asked = await visitor.GetAsync("/my/cases");

        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.StartsWith("/sign-in?return=%2Fmy%2Fcases", asked.Url, StringComparison.Ordinal);
        Assert.Contains("登录已过期", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("登录已过期", (await platform.Visitor().GetAsync("/my/cases")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_from_a_foreign_page_is_refused_and_not_offered_again()
    {
        var citizen = await platform.CitizenAsync("limei");
        var request = new HttpRequestMessage(
            HttpMethod.Post, "/apply/old-age-allowance") { Content = new FormUrlEncodedContent([new("name", "钓鱼")]) };
        request.Headers.Add("Origin", "https://elsewhere.example");

        var refused = await citizen.SendAsync(request, follow: false);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.DoesNotContain("钓鱼", refused.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("继续提交", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_are_never_given_back()
    {
        var visitor = platform.Visitor();
        var page = await visitor.GetAsync("/sign-in");

        var stale = await visitor.SubmitAsync(
            page, page.Form("password").Set(Token, "old").Set("account", "chenguilan").Set("password", "Geheim-7788"));

        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.DoesNotContain("Geheim-7788", stale.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_whose_handler_reads_no_form_still_needs_the_token()
    {
        var citizen = await platform.CitizenAsync("limei");
        var page = await citizen.FillAsync("/apply/old-age-allowance", "_submission");
        var draft = page.Url.Split("/fill")[0];

        var refused = await citizen.SendAsync(
            new(HttpMethod.Post, $"{draft}/discard") { Content = new FormUrlEncodedContent([]) }, follow: false);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal(HttpStatusCode.OK, (await citizen.GetAsync(page.Url)).Status);
    }
}
