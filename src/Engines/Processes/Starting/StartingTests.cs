using Xunit;
using Zhengtong.Support;
using static Zhengtong.Support.ProcessRuns;

namespace Zhengtong.Processes.Starting;

/// <summary>Runs that begin by what another run or the clock says, and events that change a run's way, through the host.</summary>
public sealed class StartingTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Officer = """<zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>""";
    private readonly ProcessRuns _runs = new(platform);

    [Fact]
    public async Task A_signal_begins_every_process_that_waits_for_it_for_the_same_record()
    {
        foreach (var key in (string[])["t-by-signal-1", "t-by-signal-2"])
        {
            await _runs.InstallAsync(key, Model(key, $"""
                <bpmn:startEvent id="heard"><bpmn:signalEventDefinition signalRef="s"/></bpmn:startEvent>
                {Step("x", key, Officer)}<bpmn:endEvent id="end"/>{Chain("heard", "x", "end")}
                """).Replace("<bpmn:process", """<bpmn:signal id="s" name="t.closed"/><bpmn:process""", StringComparison.Ordinal));
        }
        await _runs.InstallAsync("t-throws", Model("t-throws", $"""
            <bpmn:startEvent id="start"/><bpmn:endEvent id="end"><bpmn:signalEventDefinition signalRef="s"/></bpmn:endEvent>{Chain("start", "end")}
            """).Replace("<bpmn:process", """<bpmn:signal id="s" name="t.closed"/><bpmn:process""", StringComparison.Ordinal));

        var sender = await _runs.StartAsync("t-throws");
        await _runs.UntilAsync(async () => (await BegunAsync(sender.Number)).Count == 3);

        Assert.Equal(["t-by-signal-1", "t-by-signal-2", "t-throws"], await BegunAsync(sender.Number));
        var inbox = await (await platform.OfficerAsync("reviewer1")).GetAsync($"/workbench/inbox?q={sender.Number}");
        Assert.Contains("t-by-signal-1", inbox.Text, StringComparison.Ordinal);
        Assert.Contains("t-by-signal-2", inbox.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_begins_a_process_where_no_run_waits_for_it()
    {
        const string Message = """<bpmn:extensionElements><zt:message name="t.order"/></bpmn:extensionElements><bpmn:messageEventDefinition id="m"/>""";
        await _runs.InstallAsync("t-by-message", Model("t-by-message", $"""
            <bpmn:startEvent id="heard">{Message}</bpmn:startEvent>{Step("x", "办理来件", Officer)}<bpmn:endEvent id="end"/>{Chain("heard", "x", "end")}
            """));
        await _runs.InstallAsync("t-sends", Model("t-sends", $"""
            <bpmn:startEvent id="start"/><bpmn:endEvent id="end">{Message}</bpmn:endEvent>{Chain("start", "end")}
            """));

        var sender = await _runs.StartAsync("t-sends");

        await _runs.UntilAsync(async () => (await BegunAsync(sender.Number)).Contains("t-by-message"));
    }

    [Fact]
    public async Task Processes_that_start_each_other_end_at_a_bound()
    {
        foreach (var (key, heard, said) in ((string, string, string)[])[("t-ring-a", "t.ring1", "t.ring2"), ("t-ring-b", "t.ring2", "t.ring1")])
        {
            await _runs.InstallAsync(key, Model(key, $"""
                <bpmn:startEvent id="heard"><bpmn:signalEventDefinition signalRef="s1"/></bpmn:startEvent>
                <bpmn:endEvent id="end"><bpmn:signalEventDefinition signalRef="s2"/></bpmn:endEvent>{Chain("heard", "end")}
                """).Replace("<bpmn:process", $"""<bpmn:signal id="s1" name="{heard}"/><bpmn:signal id="s2" name="{said}"/><bpmn:process""",
                StringComparison.Ordinal));
        }
        await _runs.InstallAsync("t-ring-start", Model("t-ring-start", $"""
            <bpmn:startEvent id="start"/><bpmn:endEvent id="end"><bpmn:signalEventDefinition signalRef="s"/></bpmn:endEvent>{Chain("start", "end")}
            """).Replace("<bpmn:process", """<bpmn:signal id="s" name="t.ring1"/><bpmn:process""", StringComparison.Ordinal));

        var sender = await _runs.StartAsync("t-ring-start");
        await _runs.UntilAsync(async () => (await BegunAsync(sender.Number)).Count == 21);
        // The last of them has spoken too, and nobody answers.
        await platform.Get<Kernel.OutboxDispatcher>().DrainAsync(default);

        Assert.Equal(21, (await BegunAsync(sender.Number)).Count);
    }

    [Fact]
    public async Task A_process_begins_by_its_clock_as_often_as_it_says()
    {
        await _runs.InstallAsync("t-clock", Model("t-clock", $"""
            <bpmn:startEvent id="tick"><bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT1S</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>
            {Step("x", "定期核查", Officer)}<bpmn:endEvent id="end"/>{Chain("tick", "x", "end")}
            """));

        await _runs.UntilAsync(async () => await CountAsync("t-clock") == 2);
        await platform.Get<ClockStarts>().BeginDueAsync(default);

        Assert.Equal(2, await CountAsync("t-clock"));
        var reviewer = await platform.OfficerAsync("reviewer1");
        var inbox = await reviewer.GetAsync("/workbench/inbox?q=t-clock");
        var page = await reviewer.GetAsync(inbox.MainLinks.First(l => l.StartsWith("/workbench/processes/", StringComparison.Ordinal)
            && Guid.TryParse(l.Split('/')[^1], out _)));
        Assert.Contains("定期核查", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_somebody_fills_in_triggers_the_condition_that_waits_for_it()
    {
        var run = await _runs.RunAsync("t-condition", $"""
            <bpmn:startEvent id="start"/>
            {Step("x", "填报金额", Officer + """<zt:form><zt:field name="amount" title="核定金额" type="number" access="write" required="true"/></zt:form>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "x", "end")}
            <bpmn:subProcess id="watch" triggeredByEvent="true">
              <bpmn:startEvent id="much" isInterrupting="false"><bpmn:conditionalEventDefinition><bpmn:condition>amount &gt; 1000</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:startEvent>
              {Step("audit", "大额审计", Officer)}<bpmn:endEvent id="audited"/>{Chain("much", "audit", "audited")}
            </bpmn:subProcess>
            {Step("after", "归档", Officer)}
            """.Replace("""<bpmn:sequenceFlow id="x-end" sourceRef="x" targetRef="end"/>""", Chain("x", "after", "end"), StringComparison.Ordinal));
        var reviewer = await platform.OfficerAsync("reviewer1");
        var page = await reviewer.GetAsync(run.Url);
        Assert.Contains("核定金额", page.Text, StringComparison.Ordinal);

        var empty = await reviewer.PressAsync(run.Url, "agree");
        var wrong = await reviewer.SubmitAsync(page, page.Form("name=\"button\"").Set("field.amount", "很多"), "button=agree", follow: false);
        page = await reviewer.GetAsync(run.Url);
        var done = await reviewer.SubmitAsync(page, page.Form("name=\"button\"").Set("field.amount", "1200"), "button=agree", follow: false);

        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Contains("请填写核定金额", empty.Text, StringComparison.Ordinal);
        Assert.Contains("应当是数字", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, done.Status);
        Assert.Equal(["大额审计", "归档"], await _runs.StepsAsync(run.Id));
    }

    [Fact]
    public async Task What_was_done_is_undone_in_turn_by_compensation()
    {
        var run = await _runs.RunAsync("t-compensate", $"""
            <bpmn:startEvent id="start"/>{Step("pay", "拨付", Officer)}
            <bpmn:boundaryEvent id="undo" attachedToRef="pay"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>
            <bpmn:userTask id="back" name="追回款项" isForCompensation="true"><bpmn:extensionElements>{Officer}<zt:button key="done" title="已追回"/></bpmn:extensionElements></bpmn:userTask>
            <bpmn:association id="a" associationDirection="One" sourceRef="undo" targetRef="back"/>
            {Step("check", "核查", Officer)}
            <bpmn:exclusiveGateway id="which" default="which-end"/><bpmn:endEvent id="end"/>
            <bpmn:intermediateThrowEvent id="throw"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>{End("undone", "undone")}
            {Chain("start", "pay", "check", "which", "end")}{Chain("throw", "undone")}
            <bpmn:sequenceFlow id="bad" sourceRef="which" targetRef="throw"><bpmn:conditionExpression>outcome = "refuse"</bpmn:conditionExpression></bpmn:sequenceFlow>
            """);
        var reviewer = await platform.OfficerAsync("reviewer1");
        await reviewer.PressAsync(run.Url, "agree");

        await reviewer.PressAsync(run.Url, "refuse");
        Assert.Equal(["追回款项"], await _runs.StepsAsync(run.Id));
        await reviewer.PressAsync(run.Url, "done");

        Assert.Equal("undone", await _runs.OutcomeAsync(run.Id));
    }

    [Fact]
    public async Task A_step_that_takes_too_long_is_left_by_its_timer()
    {
        var run = await _runs.RunAsync("t-boundary", $"""
            <bpmn:startEvent id="start"/>{Step("x", "限时办理", Officer)}<bpmn:endEvent id="end"/>{Chain("start", "x", "end")}
            <bpmn:boundaryEvent id="late" attachedToRef="x" cancelActivity="true"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
            {Step("boss", "逾期处理", Officer)}{End("late-end", "late")}{Chain("late", "boss", "late-end")}
            """);

        await _runs.UntilAsync(async () => (await _runs.StepsAsync(run.Id)).SequenceEqual(["逾期处理"]));

        Assert.Contains("逾期处理", (await (await platform.OfficerAsync("reviewer1")).GetAsync(run.Url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_never_rests_stops_at_a_bound_with_an_incident()
    {
        var run = await _runs.RunAsync("t-forever", $"""
            <bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="again" default="again-x"/>
            <bpmn:scriptTask id="x"><bpmn:extensionElements><zt:script result="n"/></bpmn:extensionElements><bpmn:script>1</bpmn:script></bpmn:scriptTask>
            <bpmn:endEvent id="end"/>{Chain("start", "again", "x", "again")}
            <bpmn:sequenceFlow id="out" sourceRef="again" targetRef="end"><bpmn:conditionExpression>n = 2</bpmn:conditionExpression></bpmn:sequenceFlow>
            """);

        Assert.Equal("running", await _runs.StatusAsync(run.Id));
        Assert.Contains(run.Number, (await (await platform.OfficerAsync("operator1")).GetAsync("/workbench/processes/incidents")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_copies_to_everybody_of_a_role_and_tells_the_next()
    {
        var run = await _runs.RunAsync("t-copies", $"""
            <bpmn:startEvent id="start"/>
            {Step("x", "审查", Officer + """<zt:copy on="enter" kind="role" value="approver" of="&quot;civil/990102&quot;"/><zt:notify on="enter" kind="role" value="leader"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "x", "end")}
            """);
        var (reader, leader) = (await platform.OfficerAsync("approver1"), await _runs.IdOfAsync("leader1"));

        var copies = await reader.GetAsync($"/workbench/inbox?tab=copied&q={run.Number}");
        await _runs.UntilAsync(async () => await _runs.Read.ScalarAsync<bool>(
            "select exists (select from kernel.messages where recipient_id = @leader and kind = 'process-announced')", new { leader }, default));

        Assert.Contains(run.Number, copies.Text, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await reader.GetAsync(run.Url)).Status);
    }

    private Task<IReadOnlyList<string>> BegunAsync(string number) => _runs.Read.QueryAsync<string>(
        "select process_key from processes.instances where number = @number order by process_key", new { number }, default);

    private Task<int> CountAsync(string key) => _runs.Read.ScalarAsync<int>(
        "select count(*)::int from processes.instances where process_key = @key", new { key }, default);
}
