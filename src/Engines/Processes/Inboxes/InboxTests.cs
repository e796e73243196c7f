using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Processes.Inboxes;

/// <summary>One inbox: filters, several tasks at once, and two people at the same task.</summary>
public sealed class InboxTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Several_tasks_of_one_step_are_done_at_once_and_each_says_what_became_of_it()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var clerk = await platform.OfficerAsync("clerk1");
        var (first, second) = (await citizen.SubmittedAsync(), await citizen.SubmittedAsync());
        var preview = await ChooseAsync(clerk, first, second);
        Assert.Contains("2 件 · 受理预审", preview.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("press:correct", preview.Html, StringComparison.Ordinal);
        // Somebody else is quicker with one of them.
        await (await platform.OfficerAsync("u0058")).PressAsync(second.CaseUrl(), "accept");

        var done = await clerk.SubmitAsync(preview, preview.Form("name=\"act\"").Set("act", "press:accept"));

        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Contains("办成 1 件，没有办成 1 件", done.Text, StringComparison.Ordinal);
        Assert.Contains("已被他人办理", done.Text, StringComparison.Ordinal);
        Assert.Contains("审查中", (await citizen.GetAsync(first.Url)).Text, StringComparison.Ordinal);
        var replayed = await clerk.SubmitAsync(preview, preview.Form("name=\"act\"").Set("act", "press:accept"));
        Assert.Contains("办成 1 件", replayed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_without_its_reason_changes_nothing()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var clerk = await platform.OfficerAsync("clerk1");
        var (first, second) = (await citizen.SubmittedAsync(), await citizen.SubmittedAsync());
        var preview = await ChooseAsync(clerk, first, second);

        var refused = await clerk.SubmitAsync(preview, preview.Form("name=\"act\"").Set("act", "press:reject"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("请填写意见或理由", refused.Text, StringComparison.Ordinal);
        Assert.Contains("待预审", (await citizen.GetAsync(first.Url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_chosen_says_so()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var clerk = await platform.OfficerAsync("clerk1");
        await citizen.SubmittedAsync();
        var inbox = await clerk.GetAsync("/workbench/inbox");

        var refused = await clerk.SubmitAsync(inbox, inbox.Form("/inbox/batch"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("请先勾选", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_approvers_decide_at_once_and_the_second_is_told()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        await (await platform.OfficerAsync("reviewer1")).PressAsync(view.CaseUrl(), "pass");
        var (one, two) = (await platform.OfficerAsync("approver1"), await platform.OfficerAsync("u0052"));
        var (first, second) = (await one.GetAsync(view.CaseUrl()), await two.GetAsync(view.CaseUrl()));

        var answers = await Task.WhenAll(
            one.SubmitAsync(first, first.Form("name=\"button\"").Set("reason", "同意"), "button=approve", follow: false),
            two.SubmitAsync(second, second.Form("name=\"button\"").Set("reason", "不同意的理由"), "button=deny", follow: false));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
        var refused = Assert.Single(answers, a => a.Status == HttpStatusCode.Conflict);
        Assert.Contains("已被他人办理", refused.Text, StringComparison.Ordinal);
        var history = (await one.GetAsync(view.CaseUrl())).Text;
        Assert.Equal(1, history.Split("办理 · 决定").Length - 1);
    }

    [Fact]
    public async Task The_filter_by_step_shows_that_step_only()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var clerk = await platform.OfficerAsync("clerk1");

        var hit = await clerk.GetAsync($"/workbench/inbox?step=standard-case%2Fpre-check&q={view.NumberOf()}");
        var miss = await clerk.GetAsync($"/workbench/inbox?step=standard-case%2Freview&q={view.NumberOf()}");

        Assert.Contains(hit.MainLinks, l => l == view.CaseUrl());
        Assert.DoesNotContain(miss.MainLinks, l => l == view.CaseUrl());
    }

    [Fact]
    public async Task What_has_been_done_leaves_the_to_dos_and_is_found_among_the_done()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var clerk = await platform.OfficerAsync("clerk1");
        var (done, open) = (await citizen.SubmittedAsync(), await citizen.SubmittedAsync());
        await clerk.PressAsync(done.CaseUrl(), "accept");

        Assert.Equal((false, true), await FoundAsync(done));
        Assert.Equal((true, false), await FoundAsync(open));

        async Task<(bool Todo, bool Done)> FoundAsync(HtmlPage view)
        {
            var (todos, finished) = (await clerk.GetAsync($"/workbench/inbox?q={view.NumberOf()}"),
                await clerk.GetAsync($"/workbench/inbox?tab=done&q={view.NumberOf()}"));
            return (todos.MainLinks.Contains(view.CaseUrl()), finished.MainLinks.Contains(view.CaseUrl()));
        }
    }

    [Theory]
    [InlineData("-1_0198a000-0000-7000-8000-000000000001_0")]
    [InlineData("9223372036854775807_0198a000-0000-7000-8000-000000000001_1")]
    public async Task A_cursor_that_is_none_shows_the_first_page(string cursor)
    {
        var clerk = await platform.OfficerAsync("clerk1");
        foreach (var tab in (string[])["todo", "done", "started", "copied", "delegated"])
        {
            Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync($"/workbench/inbox?tab={tab}&cursor={cursor}")).Status);
        }
    }

    [Fact]
    public async Task The_inbox_asks_the_database_a_fixed_number_of_times()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        await citizen.SubmittedAsync();
        await citizen.SubmittedAsync();
        var officer = await platform.Get<Zhengtong.Identity.Contracts.IPeople>().FindOfficersAsync(new() { Words = "clerk1" }, default);
        var actor = Actor.System("tests") with
        {
            Kind = ActorKind.Officer, Id = officer[0].Id, OrganisationId = officer[0].OrganisationId,
                Roles = new HashSet<string> { "clerk" },
        };
        var session = platform.Get<Database>().Read("tests.inbox", actor);
        var inbox = platform.Get<Inbox>();

        var statements = SqlStatistics.Start();
        var page = await inbox.TodoAsync(session, new(), default);
        await inbox.CountAsync(session, 1000, default);
        await inbox.StepsAsync(session, default);

        Assert.True(page.Items.Count >= 2);
        Assert.InRange(statements.Statements, 1, 5);
    }

    private static async Task<HtmlPage> ChooseAsync(Browser clerk, params HtmlPage[] views)
    {
        var ids = new List<string>();
        foreach (var view in views)
        {
            var inbox = await clerk.GetAsync($"/workbench/inbox?q={view.NumberOf()}");
            ids.Add(System.Text.RegularExpressions.Regex.Match(inbox.Html, "value=\"([0-9a-f-]{36}:\\d+)\"").Groups[1].Value);
        }
        var page = await clerk.GetAsync("/workbench/inbox");
        return await clerk.SubmitAsync(page, page.Form("/inbox/batch").Set("id", [.. ids]));
    }
}
