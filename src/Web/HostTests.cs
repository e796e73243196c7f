using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Web;

public sealed class HostTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_page_comes_with_a_policy_that_forbids_inline_script()
    {
        using var client = platform.Client();

        using var answer = await client.GetAsync("/design");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_does_not_exist_shows_a_page_that_helps()
    {
        var page = await platform.Visitor().GetAsync("/no-such-page");

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("首页", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_at_the_portal_is_led_back_to_the_workbench_and_not_to_pages_of_applicants()
    {
        var officer = await platform.OfficerAsync("clerk1");

        var home = await officer.GetAsync("/services");
        Assert.DoesNotContain("/my", home.Links);
        Assert.Contains("工作台", home.Text, StringComparison.Ordinal);
        var refused = await officer.GetAsync("/my");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("您现在以工作人员身份登录", refused.Text, StringComparison.Ordinal);
        Assert.Contains("/my", (await (await platform.CitizenAsync("chenguilan")).GetAsync("/services")).Links);
    }

    [Fact]
    public async Task A_program_gets_problem_details_instead_of_a_page()
    {
        using var client = platform.Client();

        using var answer = await client.GetAsync("/api/no-such-thing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<html", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_tls_browsers_are_told_to_stay_there_and_cookies_do_not_leave_it()
    {
        using var client = platform.Client();

        using var secure = await client.GetAsync("https://localhost/sign-in");
        using var plain = await client.GetAsync("http://localhost/sign-in");

        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(secure.Headers.GetValues("Strict-Transport-Security")));
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
        var cookies = secure.Headers.GetValues("Set-Cookie").ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, c => Assert.Contains("; secure", c, StringComparison.Ordinal));
        Assert.All(cookies, c => Assert.Contains("; samesite=", c, StringComparison.Ordinal));
        Assert.All(cookies, c => Assert.Contains("; httponly", c, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Over_tls_every_cookie_is_of_this_host_alone()
    {
        using var http = platform.Client();
        http.BaseAddress = new("https://localhost");
        var browser = new Browser(http);

        var door = await browser.GetAsync("/sign-in");
        var entered = await browser.SubmitAsync(
            door, door.Form("password").Set("account", "chenguilan").Set("password", Identity.IdentityOptions.DemoPassword), follow: false);
        var home = await browser.GetAsync("/my/profile");
        await browser.SubmitAsync(home, home.Form("/preferences"), "elder=1", follow: false);
        var token = home.Form("/preferences")["__RequestVerificationToken"]!;
        await browser.SendAsync(new(HttpMethod.Post, "/account/devices/acknowledge")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]),
        }, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, entered.Status);
        Assert.Equal(HttpStatusCode.OK, home.Status);
        Assert.Equal(
            ["__Host-zt-device", "__Host-zt-flash", "__Host-zt-form", "__Host-zt-preferences", "__Host-zt-session"],
            browser.Cookies.Keys.Order(StringComparer.Ordinal));
        Assert.All(browser.CookiesSet, c =>
        {
            Assert.StartsWith("__Host-zt-", c, StringComparison.Ordinal);
            Assert.All(["; path=/;", "; secure", "; httponly", "; samesite="], p => Assert.Contains(p, c + ";", StringComparison.Ordinal));
            Assert.DoesNotContain("domain=", c, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Without_tls_a_cookie_has_a_name_that_browsers_take()
    {
        var browser = await platform.CitizenAsync("chenguilan");

        await browser.GetAsync("/my/profile");

        Assert.NotEmpty(browser.Cookies);
        Assert.All(browser.Cookies.Keys, name => Assert.StartsWith("zt-", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_real_people_are_served_the_catalogue_of_components_is_for_the_system_administrator()
    {
        var real = new PlatformFixture { More = [("Zhengtong:Demo", "false")] };
        await real.InitializeAsync();
        try
        {
            foreach (var path in (string[])["/design", "/design/lists", "/design/pick?q=x"])
            {
                var visited = await real.Visitor().GetAsync(path, follow: false);
                Assert.StartsWith("/workbench/sign-in", visited.Location, StringComparison.Ordinal);
                Assert.Equal(HttpStatusCode.Forbidden, (await (await real.CitizenAsync("chenguilan")).GetAsync(path)).Status);
                Assert.Equal(HttpStatusCode.Forbidden, (await (await real.OfficerAsync("clerk1")).GetAsync(path)).Status);
            }
            Assert.Equal(HttpStatusCode.OK, (await (await real.OfficerAsync("sysadmin")).GetAsync("/design")).Status);
        }
        finally
        {
            await real.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/no-such-page")]
    [InlineData("/api/no-such-thing")]
    [InlineData("/workbench/inbox")]
    public async Task Every_answer_says_what_a_browser_may_do_with_it(string path)
    {
        using var client = platform.Client();

        using var answer = await client.GetAsync(path);

        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("SAMEORIGIN", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.All(["object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'", "form-action 'self'"],
            part => Assert.Contains(part, policy, StringComparison.Ordinal));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_request_that_asks_to_be_echoed_is_refused()
    {
        using var client = platform.Client();

        using var request = new HttpRequestMessage(HttpMethod.Trace, "/sign-in");
        request.Headers.Add("X-Own-Secret", "echo-me");
        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("echo-me", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.git/config")]
    [InlineData("/dist/")]
    [InlineData("/appsettings.json")]
    [InlineData("/packs/base/pack.yaml")]
    public async Task Nothing_but_pages_and_bundles_is_served(string path)
    {
        using var client = platform.Client();

        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Whoever_tries_what_is_not_theirs_is_in_the_audit()
    {
        var clerk = await platform.OfficerAsync("clerk1");

        var page = await clerk.GetAsync("/workbench/audit", follow: false);

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        var rows = await platform.Get<Database>().Read("tests", Actor.System("tests")).QueryAsync<(string Actor, string Subject)>(
            "select actor_kind, subject_id from audit.entries where operation = 'access.refused' and actor_name = (select display_name from identity.accounts where name = 'clerk1')", null, default);
        Assert.Contains(("officer", "GET /workbench/audit"), rows);
    }
}
