using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Processes.Deputising;

/// <summary>While somebody is away their deputy has the tasks; afterwards they come back.</summary>
public sealed class DeputyTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_deputy_gets_the_tasks_and_they_come_back()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        var away = await platform.OfficerAsync("reviewer1");
        await away.MoveAsync(view.CaseUrl(), "claim");
        await ArrangeAsync(away, "钟红", Today, Today.AddDays(3));

        var deputy = await platform.OfficerAsync("u0053");
        var inbox = await deputy.GetAsync($"/workbench/inbox?q={view.NumberOf()}");
        Assert.Contains(inbox.MainLinks, l => l == view.CaseUrl());
        Assert.DoesNotContain((await away.GetAsync($"/workbench/inbox?q={view.NumberOf()}")).MainLinks, l => l == view.CaseUrl());

        var list = await away.GetAsync("/workbench/inbox/deputies");
        var ended = await away.SubmitAsync(list, list.Form("/end"));

        Assert.Contains("回到了您这里", ended.Text, StringComparison.Ordinal);
        Assert.Contains((await away.GetAsync($"/workbench/inbox?q={view.NumberOf()}")).MainLinks, l => l == view.CaseUrl());
        Assert.DoesNotContain((await deputy.GetAsync($"/workbench/inbox?q={view.NumberOf()}")).MainLinks, l => l == view.CaseUrl());
    }

    [Fact]
    public async Task A_deputy_takes_tasks_of_the_groups_of_who_is_away()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        await (await platform.OfficerAsync("orgadmin1")).PressAsync(view.CaseUrl(), "pass");
        var away = await platform.OfficerAsync("approver1");
        await ArrangeAsync(away, "贺海燕", Today, Today.AddDays(1));
        var deputy = await platform.OfficerAsync("orgadmin1");

        var done = await deputy.PressAsync(view.CaseUrl(), "approve", "同意");

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.Contains("代顾明远", (await deputy.GetAsync(view.CaseUrl())).Text, StringComparison.Ordinal);
        var list = await away.GetAsync("/workbench/inbox/deputies");
        await away.SubmitAsync(list, list.Form("/end"));
    }

    [Fact]
    public async Task A_period_that_ends_by_itself_gives_the_tasks_back()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        var away = await platform.OfficerAsync("u0052");
        await away.MoveAsync(view.CaseUrl(), "claim");
        await ArrangeAsync(away, "钟红", Today, Today);
        Assert.DoesNotContain((await away.GetAsync($"/workbench/inbox?q={view.NumberOf()}")).MainLinks, l => l == view.CaseUrl());
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.pass-time", Actor.System("tests")), default))
        {
            await work.ExecuteAsync(
                "update processes.deputies set from_at = from_at - interval '2 days', until_at = until_at - interval '2 days' where reason = '休假' and ended_at is null",
                null, default);
            await work.CommitAsync(default);
        }
        platform.Get<Deputies>().Forget();

        await platform.Get<DeputyHandler>().SweepAsync(default);

        Assert.Contains((await away.GetAsync($"/workbench/inbox?q={view.NumberOf()}")).MainLinks, l => l == view.CaseUrl());
    }

    [Fact]
    public async Task A_wrong_period_and_a_second_arrangement_are_refused()
    {
        var officer = await platform.OfficerAsync("reviewer2");
        var colleague = (await officer.GetAsync("/workbench/inbox/deputies")).Choose("people", "张子云");

        var past = await SendAsync(officer, colleague, Today.AddDays(-3), Today.AddDays(-1));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, past.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(officer, colleague, Today.AddDays(5), Today.AddDays(9))).Status);
        var twice = await SendAsync(officer, colleague, Today.AddDays(7), Today.AddDays(8));

        Assert.Equal(HttpStatusCode.Conflict, twice.Status);
        Assert.Contains("已经安排了代理人", twice.Text, StringComparison.Ordinal);
        var stranger = await SendAsync(officer, Guid.NewGuid().ToString(), Today, Today);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stranger.Status);
    }

    private DateOnly Today => platform.Get<TimeProvider>().Today();

    private static async Task ArrangeAsync(Browser officer, string name, DateOnly from, DateOnly until)
    {
        var page = await officer.GetAsync("/workbench/inbox/deputies");
        var sent = await SendAsync(officer, page.Choose("people", name), from, until);
        Assert.True(sent.Status == HttpStatusCode.SeeOther, sent.ToString());
    }

    private static async Task<HtmlPage> SendAsync(Browser officer, string colleague, DateOnly from, DateOnly until)
    {
        var page = await officer.GetAsync("/workbench/inbox/deputies");
        var form = page.Form("name=\"until\"").Set("people", colleague).Set("from", $"{from:yyyy-MM-dd}")
            .Set("until", $"{until:yyyy-MM-dd}").Set("reason", "休假");
        return await officer.SubmitAsync(page, form, follow: false);
    }
}
