using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn;

public sealed class EventTests
{
    private static string User(string id, string more = "") =>
        $"""<userTask id="{id}"><extensionElements><zt:assignment kind="role" value="{id}-doer"/>{more}</extensionElements></userTask>""";

    [Fact]
    public void A_boundary_timer_that_interrupts_takes_the_task_away()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a")}<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>{User("late")}<endEvent id="e"/>""",
            ["s -> a -> e", "t -> late -> e"]);

        play.Pass(TimeSpan.FromDays(4));

        Assert.Equal("late", play.Open);
        Assert.Equal(1, play.Count<ProcessCommand.CancelTask>());
        play.Complete("late").IsOver();
    }

    [Fact]
    public void A_boundary_timer_that_does_not_interrupt_repeats_as_often_as_it_says()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a")}<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent><sendTask id="m"><extensionElements><zt:message name="remind"/></extensionElements></sendTask><endEvent id="e"/><endEvent id="x"/>""",
            ["s -> a -> e", "t -> m -> x"]);

        play.Pass(TimeSpan.FromDays(1));

        Assert.Equal(3, play.Count<ProcessCommand.PublishMessage>());
        Assert.Equal("a", play.Open);
        play.Complete("a").IsOver();
    }

    [Fact]
    public void Completing_the_task_stops_its_timer()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a")}<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>{User("b")}<endEvent id="e"/>""",
            ["s -> a -> b -> e", "t -> e"]);
        var timer = play.State.Timers[0].Id;

        play.Complete("a");

        Assert.Equal(timer, play.Commands.OfType<ProcessCommand.CancelTimer>().Single().Timer);
        Assert.Equal("process.no-timer", play.Refused(new ProcessEvent.TimerFired(timer) { Actor = Actor.System }));
    }

    [Fact]
    public void A_timer_before_its_time_is_refused()
    {
        var play = Play.Start(
            """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDate>2026-03-05T00:00:00Z</timeDate></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>""",
            ["s -> t -> e"]);

        Assert.Equal("process.not-due", play.Refused(new ProcessEvent.TimerFired(play.State.Timers[0].Id) { Actor = Actor.System }));
        play.Pass(TimeSpan.FromDays(3)).IsOver();
    }

    [Fact]
    public void Working_days_skip_the_weekend()
    {
        var play = Play.Start(
            """<startEvent id="s"/><intermediateCatchEvent id="t"><extensionElements><zt:timer working-days="days"/></extensionElements><timerEventDefinition/></intermediateCatchEvent><endEvent id="e"/>""",
            ["s -> t -> e"], ("days", 5));

        Assert.Equal(play.Now.AddDays(7), play.State.Timers[0].Due);
    }

    [Fact]
    public void A_time_nobody_understands_holds_the_token()
    {
        var play = Play.Start(
            """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>when</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>""",
            ["s -> t -> e"], ("when", "soon"));

        Assert.Equal("process.timer", Assert.Single(play.State.Incidents).Code);
        play.Do(new ProcessEvent.IncidentResolved(
            play.State.Incidents[0].Id, DataMap.Of(("when", "PT1M"))) { Actor = new("op", Capacity.Administrator) });
        play.Pass(TimeSpan.FromMinutes(2)).IsOver();
    }

    [Fact]
    public void A_message_finds_its_receiver_by_name_and_key()
    {
        var play = Play.Start(
            """<startEvent id="s"/><receiveTask id="r"><extensionElements><zt:message name="paid" correlation="order"/></extensionElements></receiveTask><endEvent id="e"/>""",
            ["s -> r -> e"], ("order", 42));

        Assert.Equal(
            "process.no-message", play.Refused(new ProcessEvent.MessageReceived("paid", "41", DataMap.Empty) { Actor = Actor.System }));
        play.Message("paid", "42", ("amount", 9)).IsOver();
        Assert.Equal(9m, play["amount"]);
    }

    [Fact]
    public void The_first_event_after_an_event_based_gateway_wins()
    {
        const string nodes = """
            <startEvent id="s"/><eventBasedGateway id="g"/>
            <intermediateCatchEvent id="m"><extensionElements><zt:message name="yes"/></extensionElements><messageEventDefinition/></intermediateCatchEvent>
            <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
            <endEvent id="e"/><endEvent id="l"/>
            """;
        string[] flows = ["s -> g", "g -> m -> e", "g -> t -> l"];

        Assert.EndsWith("m e", Play.Start(nodes, flows).Message("yes", "case-1").IsOver().Path, StringComparison.Ordinal);
        Assert.EndsWith("t l", Play.Start(nodes, flows).Pass(TimeSpan.FromHours(2)).IsOver().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_reaches_all_who_wait_and_others_by_command()
    {
        var play = Play.Start(
            """
            <signal id="go" name="go"/><root><startEvent id="s"/><parallelGateway id="f"/>
            <intermediateCatchEvent id="c1"><signalEventDefinition signalRef="go"/></intermediateCatchEvent>
            <intermediateCatchEvent id="c2"><signalEventDefinition signalRef="go"/></intermediateCatchEvent>
            <intermediateCatchEvent id="m"><extensionElements><zt:message name="now"/></extensionElements><messageEventDefinition/></intermediateCatchEvent>
            <endEvent id="e"><signalEventDefinition signalRef="go"/></endEvent><endEvent id="e1"/>
            """,
            ["s -> f", "f -> c1 -> e1", "f -> c2 -> e1", "f -> m -> e"]);

        play.Message("now").IsOver();

        Assert.Equal("go", play.Commands.OfType<ProcessCommand.PublishSignal>().Single().Name);
    }

    [Fact]
    public void A_condition_fires_when_variables_make_it_true()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a")}<boundaryEvent id="c" attachedToRef="a" cancelActivity="false"><conditionalEventDefinition><condition>amount > 10</condition></conditionalEventDefinition></boundaryEvent>{User("b")}<endEvent id="e"/>""",
            ["s -> a -> e", "c -> b -> e"], ("amount", 1));

        play.Do(new ProcessEvent.VariablesSet(DataMap.Of(("amount", 11))) { Actor = Actor.System });
        Assert.Equal("a b", play.Open);
        play.Do(new ProcessEvent.VariablesSet(DataMap.Of(("amount", 12))) { Actor = Actor.System });
        Assert.Equal("a b", play.Open);
        play.Do(new ProcessEvent.VariablesSet(DataMap.Of(("amount", 1))) { Actor = Actor.System });
        play.Do(new ProcessEvent.VariablesSet(DataMap.Of(("amount", 13))) { Actor = Actor.System });
        Assert.Equal("a b b", play.Open);
    }

    [Fact]
    public void An_error_end_is_caught_at_the_boundary_of_the_sub_process_by_its_code()
    {
        var play = Play.Start(
            $"""
            <error id="E1" errorCode="E1"/><error id="E2" errorCode="E2"/><root><startEvent id="s"/>
            <subProcess id="sub"><startEvent id="i"/>{User("a")}<endEvent id="bad"><errorEventDefinition errorRef="E1"/></endEvent>{Play.Flows("i -> a -> bad")}</subProcess>
            <boundaryEvent id="x2" attachedToRef="sub"><errorEventDefinition errorRef="E2"/></boundaryEvent>
            <boundaryEvent id="x" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>
            <boundaryEvent id="x1" attachedToRef="sub"><errorEventDefinition errorRef="E1"/></boundaryEvent><endEvent id="e"/><endEvent id="caught"/>
            """,
            ["s -> sub -> e", "x1 -> caught", "x2 -> e", "x -> e"]);

        play.Complete("a").IsOver();

        Assert.EndsWith("x1 caught", play.Path, StringComparison.Ordinal);
        Assert.Equal("E1", play["errorCode"]);
    }

    [Fact]
    public void An_error_nobody_catches_fails_the_process()
    {
        var play = Play.Start(
            """<error id="E1" errorCode="E1"/><root><startEvent id="s"/><endEvent id="bad"><errorEventDefinition errorRef="E1"/></endEvent>""", ["s -> bad"]);

        play.IsOver(InstanceStatus.Failed);
        Assert.Equal("E1", play.State.ErrorCode);
    }

    [Fact]
    public void A_business_error_of_a_service_is_caught_one_that_is_not_becomes_an_incident()
    {
        const string nodes = """
            <error id="E1" errorCode="E1"/><root><startEvent id="s"/><serviceTask id="w"><extensionElements><zt:service name="x" retries="0"/></extensionElements></serviceTask>
            <boundaryEvent id="x" attachedToRef="w"><errorEventDefinition errorRef="E1"/></boundaryEvent><endEvent id="e"/><endEvent id="caught"/>
            """;
        var play = Play.Of(Play.Process(nodes, "s -> w -> e", "x -> caught")).ByHand("w").Begin();
        var job = play.State.Jobs[0].Id;

        play.Do(new ProcessEvent.ErrorThrown(job, "E9", "odd") { Actor = Actor.System });
        Assert.Equal("process.error-not-caught", Assert.Single(play.State.Incidents).Code);
        play.Do(new ProcessEvent.ErrorThrown(job, "E1", "known") { Actor = Actor.System }).IsOver();
        Assert.EndsWith("caught", play.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_service_is_tried_again_with_growing_pauses_then_becomes_an_incident()
    {
        var play = Play.Of(Play.Process(
            """<startEvent id="s"/><serviceTask id="w"><extensionElements><zt:service name="x" retries="2" backoff="PT1M"/></extensionElements></serviceTask><endEvent id="e"/>""",
            "s -> w -> e")).ByHand("w").Begin();

        play.Fails("w");
        Assert.Equal(play.Now.AddMinutes(1), play.State.Timers[0].Due);
        play.Pass(TimeSpan.FromMinutes(1)).Fails("w");
        Assert.Equal(play.Now.AddMinutes(2), play.State.Timers[0].Due);
        play.Pass(TimeSpan.FromMinutes(2)).Fails("w", "still down");
        var incident = Assert.Single(play.State.Incidents);
        Assert.Equal(("process.job-failed", "still down"), (incident.Code, incident.Message));
        Assert.Equal([1, 2, 3], play.Commands.OfType<ProcessCommand.RunService>().Select(r => r.Attempt));

        play.Do(new ProcessEvent.IncidentResolved(incident.Id, DataMap.Empty) { Actor = new("op", Capacity.Administrator) });
        play.Answer("w").IsOver();
    }

    [Fact]
    public void An_operator_passes_over_a_service_that_cannot_be_repaired()
    {
        var play = Play.Of(Play.Process(
            """<startEvent id="s"/><serviceTask id="w"><extensionElements><zt:service name="x" retries="0"/></extensionElements></serviceTask><endEvent id="e"/>""",
            "s -> w -> e")).ByHand("w").Begin();
        play.Fails("w");

        Assert.Equal("process.not-allowed",
            play.Refused(new ProcessEvent.IncidentResolved(play.State.Incidents[0].Id, DataMap.Empty, true) { Actor = new("ann") }));
        play.Do(new ProcessEvent.IncidentResolved(
            play.State.Incidents[0].Id, DataMap.Empty, true) { Actor = new("op", Capacity.Administrator) }).IsOver();
    }

    [Fact]
    public void An_escalation_starts_its_handler_and_the_sub_process_goes_on()
    {
        var play = Play.Start(
            $"""
            <escalation id="E" escalationCode="E"/><root><startEvent id="s"/>
            <subProcess id="sub"><startEvent id="i"/><intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="E"/></intermediateThrowEvent>{User("a")}<endEvent id="ie"/>{Play.Flows("i -> t -> a -> ie")}</subProcess>
            <boundaryEvent id="x" attachedToRef="sub" cancelActivity="false"><escalationEventDefinition escalationRef="E"/></boundaryEvent>{User("boss")}<endEvent id="e"/>
            """,
            ["s -> sub -> e", "x -> boss -> e"]);

        Assert.Equal("a boss", play.Open);
        play.Complete("a").Complete("boss").IsOver();
    }

    [Fact]
    public void An_interrupting_event_sub_process_replaces_the_process()
    {
        var play = Play.Start(
            $"""
            <startEvent id="s"/>{User("a")}<endEvent id="e"/>
            <subProcess id="withdraw" triggeredByEvent="true"><startEvent id="w"><extensionElements><zt:message name="withdrawn"/></extensionElements><messageEventDefinition/></startEvent>{User("close")}<endEvent id="we"/>{Play.Flows("w -> close -> we")}</subProcess>
            """,
            ["s -> a -> e"]);

        play.Message("withdrawn");
        Assert.Equal("close", play.Open);
        play.Complete("close").IsOver();
    }

    [Fact]
    public void An_event_sub_process_that_does_not_interrupt_runs_beside_and_holds_the_end()
    {
        var play = Play.Start(
            $"""
            <startEvent id="s"/>{User("a")}<endEvent id="e"/>
            <subProcess id="ask" triggeredByEvent="true"><startEvent id="w" isInterrupting="false"><extensionElements><zt:message name="asked"/></extensionElements><messageEventDefinition/></startEvent>{User("answer")}<endEvent id="we"/>{Play.Flows("w -> answer -> we")}</subProcess>
            """,
            ["s -> a -> e"]);

        play.Message("asked").Message("asked");
        Assert.Equal("a answer answer", play.Open);
        play.Complete("a");
        Assert.False(play.State.IsOver);
        foreach (var (_, task) in play.State.OpenTasks().ToList())
        {
            play.Do(new ProcessEvent.TaskCompleted(task.Id, null, DataMap.Empty) { Actor = new("answer-doer") });
        }

        play.IsOver();
    }

    [Fact]
    public void Time_limits_warn_expire_and_complete_in_silence()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", """<zt:button key="agree" title="同意"/><zt:limit working-days="3" warn-before="1" on-expiry="complete" outcome="agree"/>""")}<endEvent id="e"/>""",
            ["s -> a -> e"]);

        play.Pass(TimeSpan.FromDays(2));
        Assert.Equal(NoticeKind.LimitWarning, play.Commands.OfType<ProcessCommand.Notify>().Single().Kind);
        play.Pass(TimeSpan.FromDays(1)).IsOver();
        Assert.Equal("agree", play["outcome"]);
    }

    [Fact]
    public void An_expired_step_goes_to_whom_the_limit_names()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", """<zt:limit duration="P1D" on-expiry="escalate"><zt:to kind="role" value="boss"/></zt:limit>""")}<endEvent id="e"/>""",
            ["s -> a -> e"]);

        play.Pass(TimeSpan.FromDays(2));

        Assert.Equal("boss", play.Look("a").Assignee!.Id);
    }

    [Fact]
    public void A_suspended_process_gets_its_remaining_time_back()
    {
        var play = Play.Start(
            $"""<extensionElements><zt:limit working-days="10" warn-before="2"/></extensionElements><startEvent id="s"/>{User("a", """<zt:limit duration="P2D"/>""")}<endEvent id="e"/>""",
            ["s -> a -> e"]);
        var chief = new Actor("chief", Capacity.Supervisor);
        play.Pass(TimeSpan.FromDays(1)).Do(new ProcessEvent.Suspended("waiting") { Actor = chief });

        play.Pass(TimeSpan.FromDays(30));
        Assert.Equal("a", play.Open);
        play.Do(new ProcessEvent.Resumed { Actor = chief });

        Assert.Equal(play.Now.AddDays(1), play.Step("a").DueAt);
        Assert.Equal(Interpreter.WeekdayCalendar.China.AddWorkingDays(play.Now, 9), play.State.Limit!.DueAt);
    }

    [Fact]
    public void A_step_that_stops_the_clock_gives_the_process_its_days_back()
    {
        var play = Play.Start(
            $"""<extensionElements><zt:limit working-days="5"/></extensionElements><startEvent id="s"/>{User("a", """<zt:clock mode="stopped"/>""")}{User("b")}<endEvent id="e"/>""",
            ["s -> a -> b -> e"]);

        Assert.NotNull(play.State.Limit!.StoppedAt);
        play.Pass(TimeSpan.FromDays(28)).Complete("a");

        Assert.Null(play.State.Limit!.StoppedAt);
        Assert.Equal(play.Now.AddDays(7), play.State.Limit.DueAt);
        Assert.Equal([true, false], play.Commands.OfType<ProcessCommand.LimitChanged>().Select(l => l.IsStopped).Skip(1));
    }
}
