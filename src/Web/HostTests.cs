using System.Net;
using Xunit;
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
}
