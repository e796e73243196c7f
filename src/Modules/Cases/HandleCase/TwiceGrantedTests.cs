using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Cases.HandleCase;

/// <summary>What the register cannot take, the approver hears at the press; the case stays where it was.</summary>
public sealed class TwiceGrantedTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Who_grants_an_allowance_a_second_time_is_told_why_not_and_may_decide_otherwise()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var first = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, first);
        var second = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, second);
        await Allowance.ApproveAsync(platform, first);
        await Allowance.PressAsync(await platform.OfficerAsync("clerk1"), second, "accept");
        await Allowance.PressAsync(await platform.OfficerAsync("reviewer1"), second, "pass");

        var approver = await platform.OfficerAsync("approver1");
        var page = await approver.GetAsync(Allowance.Workbench(second));
        var refused = await approver.SubmitAsync(page, page.Form("name=\"button\"").Set("reason", "同意"), "button=approve");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.True(refused.Text.Contains("身份证号码与已有记录重复", StringComparison.Ordinal), refused.Text);
        Assert.Contains("待决定", (await citizen.GetAsync(second)).Text, StringComparison.Ordinal);
        await Allowance.PressAsync(approver, second, "deny");
        Assert.Contains("不予", (await citizen.GetAsync(second)).Text, StringComparison.Ordinal);
    }
}
