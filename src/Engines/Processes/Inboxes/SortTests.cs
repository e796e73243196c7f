using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Processes.Inboxes;

/// <summary>To-dos and cases sorted by column: pages of two are the same rows in the same order as one page of all.</summary>
public sealed class SortTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly string[] Orders = ["at", "-at", "due", "-due", "number", "-number"];

    [Fact]
    public async Task The_inbox_is_walked_page_by_page_in_every_order()
    {
        var actor = await WithTasksAsync();
        var (database, inbox) = (platform.Get<Database>(), platform.Get<Inbox>());
        var session = database.Read("tests.read", actor);
        foreach (var order in Orders)
        {
            var whole = (await inbox.TodoAsync(session, new(Size: 100, Sort: order), default)).Items;
            var walked = new List<InboxItem>();
            string? after = null;
            do
            {
                var page = await inbox.TodoAsync(session, new(Size: 2, After: after, Sort: order), default);
                (walked, after) = ([.. walked, .. page.Items], page.Next);
            }
            while (after is not null);

            Assert.Equal(whole.Select(i => i.Number), walked.Select(i => i.Number));
            Assert.Equal(5, walked.DistinctBy(i => i.Number).Count());
            var keys = walked.Select(i => KeyOf(order, i.Number, i.At, i.DueAt)).ToList();
            Assert.Equal(order[0] == '-' ? keys.OrderDescending() : keys.Order(), keys);
        }
        // A cursor of another order, or none at all, begins at the beginning.
        Assert.Equal(5, (await inbox.TodoAsync(session, new(After: "nonsense_1", Sort: "due"), default)).Items.Count);
    }

    [Fact]
    public async Task The_cases_are_walked_page_by_page_in_every_order()
    {
        await WithTasksAsync();
        var session = platform.Get<Database>().Read("tests.read", Actor.System("tests"));
        foreach (var order in Orders.Select(o => o.Replace("at", "submitted", StringComparison.Ordinal)))
        {
            var query = new CaseQuery(null, null, null, null, null, 200) { Sort = CaseSort.Of(order) };
            var whole = (await session.CasesInScopeAsync(query, default)).Rows;
            var walked = new List<CaseRow>();
            string? after = null;
            do
            {
                var page = await session.CasesInScopeAsync(query with { Size = 2, After = after }, default);
                (walked, after) = ([.. walked, .. page.Rows], page.Next);
            }
            while (after is not null);

            Assert.Equal(whole.Select(c => c.Id), walked.Select(c => c.Id));
            Assert.True(walked.Count >= 5);
            var keys = walked.Select(c => KeyOf(order, c.Number ?? "", c.SubmittedAt ?? default, c.DueAt)).ToList();
            Assert.Equal(order[0] == '-' ? keys.OrderDescending() : keys.Order(), keys);
        }
    }

    [Fact]
    public async Task A_task_of_two_of_ones_groups_is_there_once()
    {
        var actor = await WithTasksAsync(); // a stranger to all groups but their own
        var (database, inbox) = (platform.Get<Database>(), platform.Get<Inbox>());
        await using (var work = await database.BeginAsync(new("tests.act", Actor.System("tests")), default))
        {
            await work.ExecuteAsync(
                """
                insert into processes.candidates (candidate, created_at, instance_id, task)
                select @me, created_at, instance_id, task from processes.tasks where assignee = @id and status = 'open'
                """, new { me = actor.Id.ToString(), id = actor.Id }, default);
            await work.CommitAsync(default);
        }
        var session = database.Read("tests.read", actor);

        foreach (var order in (string?[])[null, .. Orders])
        {
            Assert.Equal(5, (await inbox.TodoAsync(session, new(Size: 100, Sort: order), default)).Items.Count);
        }
        Assert.Equal(5, await inbox.CountAsync(session, 1000, default));
        var lights = await inbox.LightsAsync(session, 1000, default);
        Assert.Equal(5, lights.Green + lights.Yellow + lights.Red + lights.None);
    }

    [Fact]
    public async Task A_heading_sorts_and_turns_round_and_the_page_says_so()
    {
        var clerk = await platform.OfficerAsync("clerk1");
        var citizen = await platform.CitizenAsync("chenguilan");
        var numbers = new[] { (await citizen.SubmittedAsync()).NumberOf(), (await citizen.SubmittedAsync()).NumberOf() };

        var first = await clerk.GetAsync((await clerk.GetAsync("/workbench/inbox")).Link("sort=number"));
        Assert.Contains("aria-sort=\"ascending\"", first.Html, StringComparison.Ordinal);
        Assert.Equal(numbers.Order(StringComparer.Ordinal), Shown(first, numbers));
        var turned = await clerk.GetAsync(first.Link("sort=-number"));
        Assert.Equal(numbers.OrderDescending(StringComparer.Ordinal), Shown(turned, numbers));
        var cases = await clerk.GetAsync((await clerk.GetAsync("/workbench/cases")).Link("sort=number"));
        Assert.Equal(numbers.Order(StringComparer.Ordinal), Shown(cases, numbers));
    }

    private static IEnumerable<string> Shown(HtmlPage page, string[] numbers) =>
        Regex.Matches(page.Text, string.Join('|', numbers)).Select(m => m.Value).Distinct();

    private static string KeyOf(string order, string number, DateTimeOffset at, DateTimeOffset? due) => order.TrimStart('-') switch
    {
        "number" => number,
        "due" => (due ?? DateTimeOffset.MaxValue).UtcTicks.ToString("d20"),
        _ => at.UtcTicks.ToString("d20"),
    };

    /// <summary>An officer who holds five tasks, of cases with a limit and without.</summary>
    private async Task<Actor> WithTasksAsync()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var clerk = await platform.OfficerAsync("clerk1");
        var id = Guid.NewGuid();
        for (var i = 0; i < 5; i++)
        {
            var view = await citizen.SubmittedAsync();
            if (i % 2 == 0) { await clerk.PressAsync(view.CaseUrl(), "accept"); }
            await using var work = await platform.Get<Database>().BeginAsync(new("tests.act", Actor.System("tests")), default);
            await work.ExecuteAsync(
                """
                update processes.tasks set assignee = @id
                where status = 'open' and instance_id in (select id from processes.instances where subject_id = @case)
                """, new { id, @case = Guid.Parse(view.Url.Split('/')[^1]) }, default);
            await work.CommitAsync(default);
        }
        return Actor.System("tests") with { Kind = ActorKind.Officer, Id = id, Scope = DataScope.Everything };
    }
}
