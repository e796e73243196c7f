using System.Net;
using Xunit;
using Zhengtong.Identity.Sessions;
using Zhengtong.Support;

namespace Zhengtong.Identity.SignIn;

/// <summary>Where and when holders of a role may enter, and stay.</summary>
public sealed class RoleRuleTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("clerk 10.8.0.0/16,10.9.1.0/24 8-18", "10.8.3.4", 9, true)]
    [InlineData("clerk 10.8.0.0/16,10.9.1.0/24 8-18", "10.10.3.4", 9, false)]
    [InlineData("clerk 10.8.0.0/16,10.9.1.0/24 8-18", "10.9.1.7", 18, false)]
    [InlineData("clerk * 22-6", "203.0.113.7", 23, true)]
    [InlineData("clerk * 22-6", "203.0.113.7", 12, false)]
    [InlineData("clerk 10.8.0.0/16 *", "10.8.0.1", 3, true)]
    public void A_rule_holds_for_those_who_have_the_role_and_for_nobody_else(string line, string address, int hour, bool isAllowed)
    {
        var settings = new SecuritySettings { RoleRules = [RoleRule.Read(line)!] };
        var (clerk, leader) = (new HashSet<string> { "clerk" }, new HashSet<string> { "leader" });

        Assert.Equal(isAllowed, settings.AllowsNetwork(address, clerk) && settings.AllowsHour(hour, clerk));
        Assert.True(settings.AllowsNetwork(address, leader) && settings.AllowsHour(hour, leader));
        Assert.Equal(line, settings.RoleRules[0].ToString());
    }

    [Theory]
    [InlineData("clerk")]
    [InlineData("clerk 10.8.0.0 8-18")]
    [InlineData("clerk 10.8.0.0/16 8-8")]
    [InlineData("clerk 10.8.0.0/16 8-25")]
    [InlineData("clerk 10.8.0.0/16 morning")]
    [InlineData("clerk 10.8.0.0/16 8-18 more")]
    public void What_cannot_be_read_is_no_rule(string line) => Assert.Null(RoleRule.Read(line));

    [Fact]
    public async Task A_rule_ends_sessions_that_are_running_and_refuses_new_ones()
    {
        var clerk = await platform.OfficerAsync("clerk2");
        var leader = await platform.OfficerAsync("leader1");
        var admin = await platform.OfficerAsync("secadmin");
        var page = await admin.GetAsync(IdentityLinks.Security);
        var wrong = await admin.SubmitAsync(page, page.Form("role-rules").Set("role-rules", "nobody * *\nclerk x *"));
        var own = await admin.SubmitAsync(page, page.Form("role-rules").Set("role-rules", "security-admin 10.1.0.0/16 *"));
        await admin.SubmitAsync(page, page.Form("role-rules").Set("role-rules", "clerk 10.1.0.0/16 *"));

        var thrownOut = await clerk.GetAsync(IdentityLinks.MyAccount, follow: false);
        var others = await leader.GetAsync(IdentityLinks.MyAccount, follow: false);
        var again = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "clerk2", IdentityOptions.DemoPassword);
        page = await admin.GetAsync(IdentityLinks.Security);
        await admin.SubmitAsync(page, page.Form("role-rules").Set("role-rules", ""));
        var back = await clerk.GetAsync(IdentityLinks.MyAccount, follow: false);

        Assert.Contains("nobody * *", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("您将无法登录", own.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, thrownOut.Status);
        Assert.Equal(HttpStatusCode.OK, others.Status);
        Assert.Equal(HttpStatusCode.Forbidden, again.Status);
        Assert.Contains("不允许从当前网络", again.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, back.Status);
    }
}
