using Xunit;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Support;
using static Zhengtong.Support.ProcessRuns;

namespace Zhengtong.Processes.Assigning;

/// <summary>Whose task a step becomes.</summary>
public sealed class AssigningTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly ProcessRuns _runs = new(platform);

    [Fact]
    public async Task Work_goes_round()
    {
        var people = await Task.WhenAll(_runs.IdOfAsync("reviewer1"), _runs.IdOfAsync("orgadmin1"), _runs.IdOfAsync("approver1"));
        await _runs.InstallAsync("t-round", Single("t-round", $"""<zt:assignment kind="expression" value="{People(people)}" pick="round-robin"/>"""));

        var doers = new List<Guid>();
        for (var i = 0; i < 6; i++) { doers.AddRange(await _runs.DoersAsync((await _runs.StartAsync("t-round")).Id)); }

        Assert.Equal([.. people, .. people], doers);
    }

    [Fact]
    public async Task Work_goes_to_who_has_least()
    {
        var (busy, free) = (await _runs.IdOfAsync("reviewer1"), await _runs.IdOfAsync("orgadmin1"));
        await _runs.RunAsync("t-load", Step("x", "占用", $"""<zt:assignment kind="person" value="{busy}"/>""") + Around("x"));

        var first = await _runs.RunAsync("t-least", Around("x")
            + Step("x", "分派", $"""<zt:assignment kind="expression" value="{People(busy, free)}" pick="least-loaded"/>"""));

        Assert.Equal([free], await _runs.DoersAsync(first.Id));
    }

    [Fact]
    public async Task The_head_of_who_started_it_is_found_in_their_own_organisation()
    {
        var (starter, head) = (await _runs.IdOfAsync("reviewer1"), await _runs.IdOfAsync("approver1"));

        var run = await _runs.RunAsync("t-head", Around("x")
            + Step("x", "分管领导审批", """<zt:assignment kind="post" value="deputy-director" of="starter"/>"""), starter: starter);

        var page = await (await platform.OfficerAsync("approver1")).GetAsync($"/workbench/inbox?q={run.Number}");
        Assert.Contains(page.MainLinks, l => l == run.Url);
        var mayTake = await _runs.Read.ScalarAsync<string[]>(
            "select candidates from processes.tasks where instance_id = @Id", new { run.Id }, default);
        Assert.DoesNotContain(starter.ToString(), mayTake ?? []);
        Assert.True(mayTake is { Length: > 0 } ? mayTake.Contains(head.ToString()) : (await _runs.DoersAsync(run.Id)).Contains(head));
    }

    [Fact]
    public async Task Nobody_gets_work_on_what_they_may_not_see()
    {
        var (elsewhere, here) = (await _runs.IdOfAsync("clerk2"), await _runs.IdOfAsync("reviewer1"));

        var run = await _runs.RunAsync("t-scope", Around("x")
            + Step("x", "办理", $"""<zt:assignment kind="expression" value="{People(elsewhere, here)}" pick="first"/>"""));
        var none = await _runs.RunAsync("t-scope-none", Around("x")
            + Step("x", "办理", $"""<zt:assignment kind="person" value="{elsewhere}"><zt:fallback kind="person" value="{here}"/></zt:assignment>"""));

        Assert.Equal([here], await _runs.DoersAsync(run.Id));
        Assert.Equal([here], await _runs.DoersAsync(none.Id));
    }

    [Fact]
    public async Task What_somebody_claimed_goes_back_to_the_group()
    {
        var run = await _runs.RunAsync("t-release", Around("x")
            + Step("x", "审查", """<zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>"""));
        var (one, other) = (await platform.OfficerAsync("reviewer1"), await platform.OfficerAsync("orgadmin1"));
        await one.MoveAsync(run.Url, "claim");
        Assert.DoesNotContain((await other.GetAsync($"/workbench/inbox?q={run.Number}")).MainLinks, l => l == run.Url);

        await one.MoveAsync(run.Url, "release");

        Assert.Contains((await other.GetAsync($"/workbench/inbox?q={run.Number}")).MainLinks, l => l == run.Url);
        Assert.Empty(await _runs.DoersAsync(run.Id));
    }

    [Fact]
    public async Task A_delegation_with_a_period_comes_back_by_itself()
    {
        var owner = await _runs.IdOfAsync("reviewer1");
        var run = await _runs.RunAsync("t-delegate", Around("x")
            + Step("x", "审查", $"""<zt:assignment kind="person" value="{owner}"/><zt:move name="delegate"/>"""));
        var other = await _runs.IdOfAsync("orgadmin1");

        // The page knows days only; the end of this one is a moment away.
        await _runs.ActAsync(run.Id, "reviewer1", (by, now) => new ProcessEvent.TaskDelegated(
            by.Task, new(other.ToString()), now.AddSeconds(1), "出差", null) { Actor = by.Actor });
        Assert.Equal([other], await _runs.DoersAsync(run.Id));
        await _runs.UntilAsync(async () => (await _runs.DoersAsync(run.Id)).SequenceEqual([owner]));

        Assert.Contains("我的待办：审查", (await (await platform.OfficerAsync("reviewer1")).GetAsync(run.Url)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("我的待办", (await (await platform.OfficerAsync("orgadmin1")).GetAsync(run.Url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_is_extended_with_a_reason_and_the_task_says_so()
    {
        var run = await _runs.RunAsync("t-extend", Around("x")
            + Step("x", "审查", """<zt:assignment kind="role" value="leader"/><zt:limit working-days="3"/>"""), rules: """<zt:limit working-days="5"/>""");
        var leader = await platform.OfficerAsync("leader1");

        var without = await leader.MoveAsync(run.Url, "extend", ("until", "2099-12-31"), ("reason", ""));
        var extended = await leader.MoveAsync(run.Url, "extend", ("until", "2099-12-31"), ("reason", "案情复杂，经批准延长"));

        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, without.Status);
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, extended.Status);
        Assert.Contains("案情复杂，经批准延长", (await leader.GetAsync(run.Url)).Text, StringComparison.Ordinal);
        Assert.Equal(2100, (await _runs.Read.ScalarAsync<DateTimeOffset>(
            "select due_at from processes.instances where id = @Id", new { run.Id }, default)).AddDays(1).Year);
    }

    private static string Single(string key, string rules) => Model(key, Around("x") + Step("x", "办理", rules));

    private static string Around(string step) =>
        $"""<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>{Chain("start", step, "end")}""";
}
