using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases.FollowUp;

/// <summary>A bad rating becomes a to-do of the hall's supervisor; what came of it goes back to who rated.</summary>
public sealed class FollowUpTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Supervisor = "u0062";

    [Fact]
    public async Task A_bad_rating_is_followed_up_and_the_citizen_reads_the_result()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await RatedAsync(citizen, "1");
        var supervisor = await platform.OfficerAsync(Supervisor);
        var inbox = await supervisor.GetAsync($"/workbench/inbox?q={view.NumberOf()}");
        Assert.Contains("差评回访", inbox.Text, StringComparison.Ordinal);
        var url = inbox.MainLinks.First(l => l.StartsWith("/workbench/ratings/", StringComparison.Ordinal));

        var page = await supervisor.GetAsync(url);
        Assert.Contains("非常不满意", page.Text, StringComparison.Ordinal);
        Assert.Contains("等了两个小时", page.Text, StringComparison.Ordinal);
        var without = await supervisor.PressAsync(url, "answered", "");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        var done = await supervisor.PressAsync(url, "answered", "已道歉，增开了一个窗口");

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.Contains("已道歉，增开了一个窗口", (await citizen.GetAsync(view.Url)).Text, StringComparison.Ordinal);
        Assert.Contains("已道歉，增开了一个窗口", (await citizen.GetAsync("/messages")).Text, StringComparison.Ordinal);
        var again = await supervisor.GetAsync($"/workbench/inbox?q={view.NumberOf()}");
        Assert.DoesNotContain(again.MainLinks, l => l == url);
    }

    [Fact]
    public async Task The_to_do_has_a_deadline_and_leaves_others_alone()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await RatedAsync(citizen, "2");
        var url = $"/workbench/ratings/{view.Url.Split('/')[^1]}";

        var page = await (await platform.OfficerAsync(Supervisor)).GetAsync($"/workbench/inbox?q={view.NumberOf()}");
        Assert.Contains("zt-light-green", page.Html, StringComparison.Ordinal);
        var clerk = await (await platform.OfficerAsync("clerk1")).GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, clerk.Status);
        Assert.Contains("由承办回访的人查看", clerk.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("我的待办", clerk.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await (await platform.OfficerAsync("clerk2")).GetAsync(url)).Status);
    }

    [Fact]
    public async Task A_good_rating_opens_nothing()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await RatedAsync(citizen, "3");

        var list = await (await platform.OfficerAsync(Supervisor)).GetAsync("/workbench/ratings?show=open");

        Assert.DoesNotContain(view.NumberOf(), list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_rating_that_nobody_has_as_a_to_do_is_taken_up_by_hand()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await RatedAsync(citizen, "1");
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.act", Actor.System("tests")), default))
        {
            // As from before the process was there.
            await work.ExecuteAsync(
                "update processes.instances set subject_id = @other where subject_type = 'rating' and subject_id = @case",
                new { other = Guid.NewGuid(), @case = Guid.Parse(view.Url.Split('/')[^1]) }, default);
            await work.CommitAsync(default);
        }
        var supervisor = await platform.OfficerAsync(Supervisor);
        var page = await supervisor.GetAsync($"/workbench/ratings/{view.Url.Split('/')[^1]}");
        Assert.Contains("还没有回访", page.Text, StringComparison.Ordinal);
        var clerk = await (await platform.OfficerAsync("clerk1")).GetAsync(page.Url);
        Assert.DoesNotContain(clerk.Forms, f => f.Action.EndsWith("/open", StringComparison.Ordinal));

        var begun = await supervisor.SubmitAsync(page, page.Form("/open"));

        Assert.Contains("我的待办：回访", begun.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("还没有回访", begun.Text, StringComparison.Ordinal);
    }

    private async Task<HtmlPage> RatedAsync(Browser citizen, string level)
    {
        var view = await citizen.SubmittedAsync();
        var clerk = await platform.OfficerAsync("clerk1");
        await clerk.PressAsync(view.CaseUrl(), "reject", "不属于受理范围");
        var over = await citizen.GetAsync(view.Url);
        var rated = await citizen.SubmitAsync(over, over.Form("/rate").Set("level", level).Set("words", "等了两个小时"));
        Assert.True(rated.Status == HttpStatusCode.OK, rated.ToString());
        return rated;
    }
}
