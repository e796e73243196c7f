using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Processes.Migrating;
using Zhengtong.Support;

namespace Zhengtong.Processes.Incidents;

/// <summary>What operators and process administrators do: incidents, migration, statistics, and runs that talk to each other.</summary>
public sealed class ProcessOperationsTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly Actor Tests = Actor.System("tests");
    private readonly ProcessRuns _runs = new(platform);

    [Fact]
    public async Task An_operator_repairs_an_incident_with_a_reason()
    {
        await InstallAsync("t-incident", Process("t-incident", """
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work" name="对外查询">
            <bpmn:extensionElements>
            <zt:service name="tests.absent" retries="0"/>
            </bpmn:extensionElements>
            </bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="work"/>
            <bpmn:sequenceFlow id="b" sourceRef="work" targetRef="end"/>
            """));
        var (run, number) = await StartAsync("t-incident");
        var operators = await platform.OfficerAsync("operator1");
        var list = await operators.GetAsync("/workbench/processes/incidents");
        Assert.Contains(number, list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("王某某", list.Text, StringComparison.Ordinal);
        var url = list.MainLinks.First(l => l.Contains(run.ToString(), StringComparison.Ordinal));
        var page = await operators.GetAsync(url);
        Assert.Contains("没有名为 tests.absent 的服务", page.Text, StringComparison.Ordinal);

        var without = await operators.SubmitAsync(page, page.Form("name=\"how\"").Set("how", "skip"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        var broken = await operators.SubmitAsync(page,
            page.Form("name=\"how\"").Set("how", "repair").Set("variables", "{ oops").Set("reason", "改数据"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.Status);
        Assert.Contains("不是有效的 JSON", broken.Text, StringComparison.Ordinal);
        var done = await operators.SubmitAsync(page, page.Form("name=\"how\"").Set("how", "skip").Set("reason", "已线下查询"));

        Assert.Contains("已跳过", done.Text, StringComparison.Ordinal);
        Assert.Equal("completed", await StatusAsync(run));
        var again = await operators.SubmitAsync(page,
            page.Form("name=\"how\"").Set("how", "retry").Set("reason", "再来").Set("_submission", Guid.NewGuid().ToString()));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await (await platform.OfficerAsync("clerk1")).GetAsync("/workbench/processes/incidents")).Status);
    }

    [Fact]
    public void What_an_incident_says_holds_no_values()
    {
        Exception fault;
        try { throw new InvalidOperationException("Key (id_number)=(990102194403121006) of '陈桂兰' at 15400000011 exists"); }
        catch (InvalidOperationException thrown) { fault = thrown; }

        var text = FaultText.Of(fault);

        Assert.DoesNotContain("990102194403121006", text, StringComparison.Ordinal);
        Assert.DoesNotContain("陈桂兰", text, StringComparison.Ordinal);
        Assert.DoesNotContain("15400000011", text, StringComparison.Ordinal);
        Assert.StartsWith("InvalidOperationException", text, StringComparison.Ordinal);
        Assert.Contains(nameof(What_an_incident_says_holds_no_values), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_runs_go_over_to_a_new_version_after_a_dry_run()
    {
        await InstallAsync("t-migrate", Approval("t-migrate", "check", "核对"));
        var (run, _) = await StartAsync("t-migrate");
        await InstallAsync("t-migrate", Approval("t-migrate", "verify", "核验"));
        var admin = await platform.OfficerAsync("service1");
        var url = "/workbench/processes/migrations?process=t-migrate&from=1&to=2";

        var dry = await admin.GetAsync(url);
        Assert.Contains("0 件可以迁移", dry.Text, StringComparison.Ordinal);
        Assert.Contains("旧版“核对”对应新版的", dry.Text, StringComparison.Ordinal);
        Assert.Equal(1, await VersionAsync(run));
        var mapped = await admin.SubmitAsync(dry, dry.Form("map.check").Set("map.check", "verify").Set("from", "1").Set("to", "2"));
        Assert.Contains("1 件可以迁移", mapped.Text, StringComparison.Ordinal);
        var refused = await admin.SubmitAsync(mapped, mapped.Form("name=\"reason\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var started = await admin.SubmitAsync(mapped, mapped.Form("name=\"reason\"").Set("reason", "新规定"), follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, started.Status);
        Assert.StartsWith("/workbench/operations/jobs/", started.Location, StringComparison.Ordinal);
        await JobAsync(Guid.Parse(started.Location!.Split('/')[^1]));
        Assert.Equal(2, await VersionAsync(run));
        Assert.Equal("核验", await platform.Get<Database>().Read("tests.look", Tests).ScalarAsync<string>(
            "select name from processes.tasks where instance_id = @run and status = 'open'", new { run }, default));
    }

    [Fact]
    public async Task A_message_of_one_run_wakes_another()
    {
        await InstallAsync("t-listen", Messenger("t-listen", "intermediateCatchEvent"));
        await InstallAsync("t-send", Messenger("t-send", "intermediateThrowEvent"));
        var (listener, _) = await StartAsync("t-listen");
        Assert.Equal("running", await StatusAsync(listener));

        await StartAsync("t-send");
        await DeliveredAsync(async () => await StatusAsync(listener) == "completed");

        Assert.Equal("completed", await StatusAsync(listener));
    }

    [Fact]
    public async Task A_called_process_keeps_its_own_limit_and_ends_with_its_caller()
    {
        await InstallAsync("t-called", Approval("t-called", "check", "核对", """<zt:limit working-days="2"/>"""));
        await InstallAsync("t-caller", Process("t-caller", """
            <bpmn:startEvent id="start"/><bpmn:callActivity id="call" name="会商" calledElement="t-called"/>
            <bpmn:endEvent id="end"/>
            <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="call"/>
            <bpmn:sequenceFlow id="b" sourceRef="call" targetRef="end"/>
            """, """<zt:limit working-days="10"/>"""));
        var (caller, _) = await StartAsync("t-caller");
        var read = platform.Get<Database>().Read("tests.look", Tests);
        var child = await read.ScalarAsync<Guid>("select id from processes.instances where parent_id = @caller", new { caller }, default);
        var due = (await read.QueryAsync<DateTimeOffset>(
            "select due_at from processes.instances where id = any(@ids) order by due_at", new { ids = new[] { caller, child } }, default))
                .ToList();
        Assert.True(due[0] < due[1]);

        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.end", Tests), default))
        {
            var ended = await platform.Get<ProcessHost>().ActAsync(
                work, caller, by => new Bpmn.Interpreter.ProcessEvent.Terminated("不再需要") { Actor = by }, default);
            Assert.True(ended.IsSuccess, ended.Error?.Message);
            await work.CommitAsync(default);
        }

        Assert.Equal("terminated", await StatusAsync(child));
        Assert.Equal(0, await read.ScalarAsync<int>(
            "select count(*)::int from processes.tasks where instance_id = @child and status = 'open'", new { child }, default));
    }

    [Fact]
    public async Task Expiry_hands_the_task_to_the_next_level_and_tells_both()
    {
        var boss = (await platform.Get<Zhengtong.Identity.Contracts.IPeople>().FindOfficersAsync(new() { Words = "leader1" }, default))[0];
        await InstallAsync("t-expire", Approval("t-expire", "check", "核对",
            task: """<zt:limit duration="PT1S" on-expiry="escalate"><zt:to kind="role" value="leader"/></zt:limit>"""));
        var (run, number) = await StartAsync("t-expire");

        // The node's own timers fire it; the second is the model's, nobody counts it here.
        await DeliveredAsync(() => ToldAsync(boss.Id));

        var leader = await platform.OfficerAsync("leader1");
        Assert.Contains(number, (await leader.GetAsync($"/workbench/inbox?q={number}")).Text, StringComparison.Ordinal);
        Assert.True(await ToldAsync(boss.Id));
    }

    [Fact]
    public async Task Statistics_count_what_is_late_at_which_step()
    {
        await InstallAsync("t-late", Approval("t-late", "check", "逾期统计环节", task: """<zt:limit duration="PT1H"/>"""));
        var (run, _) = await StartAsync("t-late");
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.pass-time", Tests), default))
        {
            await work.ExecuteAsync("update processes.tasks set due_at = now() - interval '1 day' where instance_id = @run", new { run },
                default);
            await work.CommitAsync(default);
        }

        var page = await (await platform.OfficerAsync("leader1")).GetAsync("/workbench/processes/statistics?days=30");
        var people = await (await platform.OfficerAsync("leader1")).GetAsync("/workbench/processes/statistics?by=person");

        Assert.Matches("逾期统计环节 .*?0 0 1 1 ", page.Text);
        Assert.Equal(HttpStatusCode.OK, people.Status);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await (await platform.OfficerAsync("clerk1")).GetAsync("/workbench/processes/statistics")).Status);
    }

    [Fact]
    public async Task Process_administrators_find_a_run_by_its_number()
    {
        await InstallAsync("t-find", Approval("t-find", "check", "核对"));
        var (run, number) = await StartAsync("t-find");

        var list = await (await platform.OfficerAsync("service1")).GetAsync($"/workbench/processes?q={number}");

        Assert.Contains(list.MainLinks, l => l.EndsWith(run.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("王某某", list.Text, StringComparison.Ordinal);
    }

    private Task InstallAsync(string key, string bpmn) => _runs.InstallAsync(key, bpmn);

    private async Task<(Guid Run, string Number)> StartAsync(string key)
    {
        var run = await _runs.StartAsync(key, type: "test");
        return (run.Id, run.Number);
    }

    private Task<string?> StatusAsync(Guid run) => _runs.StatusAsync(run);

    private Task<int> VersionAsync(Guid run) => platform.Get<Database>().Read("tests.look", Tests).ScalarAsync<int>(
        "select process_version from processes.instances where id = @run", new { run }, default);

    private static string Approval(string key, string step, string name, string process = "", string task = "") => Process(key, $"""
        <bpmn:startEvent id="start"/>
        <bpmn:userTask id="{step}" name="{name}">
        <bpmn:extensionElements>
        <zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>
        <zt:button key="agree" title="同意"/>{task}</bpmn:extensionElements>
        </bpmn:userTask>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="{step}"/>
        <bpmn:sequenceFlow id="b" sourceRef="{step}" targetRef="end"/>
        """, process);

    /// <summary>Waits for a message, or sends it.</summary>
    private static string Messenger(string key, string kind) => Process(key, $"""
        <bpmn:startEvent id="start"/>
        <bpmn:{kind} id="talk" name="通知">
        <bpmn:extensionElements><zt:message name="t.ready" correlation="&quot;k1&quot;"/></bpmn:extensionElements>
        <bpmn:messageEventDefinition id="m"/>
        </bpmn:{kind}>
        <bpmn:endEvent id="end"/>{ProcessRuns.Chain("start", "talk", "end")}
        """);

    private static string Process(string key, string nodes, string rules = "") => ProcessRuns.Model(key, nodes, rules);

    private async Task<bool> ToldAsync(Guid person) => await platform.Get<Database>().Read("tests.look", Tests).ScalarAsync<int>(
        "select count(*)::int from kernel.messages where recipient_id = @person and kind = 'process-limit-expired'", new { person },
        default) > 0;

    /// <summary>Runs what waits in the outbox; the host's own worker may have taken some of it and be at it still.</summary>
    private async Task DeliveredAsync(Func<Task<bool>> hasArrived)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await hasArrived()
            && !patience.IsCancellationRequested) { await platform.Get<OutboxDispatcher>().DrainAsync(patience.Token); }
    }

    private async Task JobAsync(Guid id)
    {
        var jobs = platform.Get<Jobs>();
        var read = platform.Get<Database>().Read("tests.job", Tests);
        // The node's own worker takes it: asked until it has ended, with a bound against one that never does.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await jobs.FindAsync(read, id, patience.Token) is { IsEnded: false }) { await Task.Yield(); }
    }
}
