using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn;

public sealed class ScopeTests
{
    private static string User(string id, string more = "") =>
        $"""<userTask id="{id}"><extensionElements><zt:assignment kind="role" value="{id}-doer"/></extensionElements>{more}</userTask>""";

    [Fact]
    public void A_sub_process_ends_when_all_of_its_tokens_have()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><subProcess id="sub"><startEvent id="i"/>{User("a")}{User("b")}<endEvent id="ie"/>{Play.Flows("i -> a", "i -> b", "a -> ie", "b -> ie")}</subProcess>{User("c")}<endEvent id="e"/>""",
            ["s -> sub -> c -> e"]);

        Assert.Equal("a b", play.Open);
        play.Complete("a").Complete("b");
        Assert.Equal("c", play.Open);
        play.Complete("c").IsOver();
    }

    [Fact]
    public void Mappings_carry_values_into_and_out_of_a_sub_process()
    {
        var play = Play.Start(
            """
            <startEvent id="s"/><subProcess id="sub"><extensionElements><zt:input target="inner" source="outer + 1"/><zt:output target="result" source="inner * 10"/></extensionElements>
              <startEvent id="i"/><scriptTask id="x"><extensionElements><zt:script result="inner"/></extensionElements><script>inner + 1</script></scriptTask><endEvent id="ie"/>
            """ + Play.Flows("i -> x -> ie") + """</subProcess><endEvent id="e"/>""",
            ["s -> sub -> e"], ("outer", 1));

        play.IsOver();
        Assert.Equal(30m, play["result"]);
        Assert.False(play.State.Variables.ContainsKey("inner"));
    }

    [Fact]
    public void Parallel_instances_each_have_their_item_and_collect_in_order()
    {
        var play = Play.Start(
            """<startEvent id="s"/><userTask id="a"><extensionElements><zt:assignment kind="expression" value="who"/></extensionElements><multiInstanceLoopCharacteristics><extensionElements><zt:each in="people" item="who" collect="answers" yield="answer"/></extensionElements></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>""",
            ["s -> a -> e"], ("people", new[] { "x", "y", "z" }));

        Assert.Equal(["x", "y", "z"], play.State.OpenTasks().Select(t => t.Task.Assignee!.Id));
        foreach (var who in new[] { "z", "x", "y" })
        {
            play.Do(new ProcessEvent.TaskCompleted(play.Task("a", who), null, DataMap.Of(("answer", who + "!"))) { Actor = new(who) });
        }

        play.IsOver();
        Assert.Equal(DataList.From(["x!", "y!", "z!"]), play["answers"]);
        Assert.False(play.State.Variables.ContainsKey("answer"));
    }

    [Fact]
    public void A_completion_condition_cancels_the_other_instances()
    {
        var play = Play.Start(
            """<startEvent id="s"/><userTask id="a"><extensionElements><zt:assignment kind="role" value="x"/></extensionElements><multiInstanceLoopCharacteristics><loopCardinality>4</loopCardinality><completionCondition>nrOfCompletedInstances >= 2</completionCondition></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>""",
            ["s -> a -> e"]);

        foreach (var (_, task) in play.State.OpenTasks().Take(2).ToList())
        {
            play.Do(new ProcessEvent.TaskCompleted(task.Id, null, DataMap.Empty) { Actor = new("x") });
        }

        play.IsOver();
        Assert.Equal(2, play.Count<ProcessCommand.CancelTask>());
    }

    [Fact]
    public void Sequential_instances_come_one_by_one()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", """<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>""")}<endEvent id="e"/>""",
            ["s -> a -> e"]);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("a", play.Open);
            play.Complete("a");
        }

        play.IsOver();
    }

    [Fact]
    public void No_instance_at_all_passes_and_too_many_become_an_incident()
    {
        string Nodes(int n) => $"""<startEvent id="s"/>{User("a", $"""<multiInstanceLoopCharacteristics><loopCardinality>{n}</loopCardinality></multiInstanceLoopCharacteristics>""")}<endEvent id="e"/>""";

        Play.Start(Nodes(0), ["s -> a -> e"]).IsOver();
        Assert.Equal("process.bound", Assert.Single(Play.Start(Nodes(1001), ["s -> a -> e"]).State.Incidents).Code);
    }

    [Fact]
    public void A_loop_runs_while_its_condition_holds()
    {
        const string inside = """<extensionElements><zt:script result="n"/></extensionElements><standardLoopCharacteristics testBefore="{0}"><loopCondition>n &lt; 3</loopCondition></standardLoopCharacteristics><script>n + 1</script>""";
        string Nodes(string before) =>
            $"""<startEvent id="s"/><scriptTask id="a">{inside.Replace("{0}", before, StringComparison.Ordinal)}</scriptTask><endEvent id="e"/>""";

        Assert.Equal(3m, Play.Start(Nodes("false"), ["s -> a -> e"], ("n", 0)).IsOver()["n"]);
        Assert.Equal(6m, Play.Start(Nodes("false"), ["s -> a -> e"], ("n", 5)).IsOver()["n"]);
        Assert.Equal(5m, Play.Start(Nodes("true"), ["s -> a -> e"], ("n", 5)).IsOver()["n"]);
    }

    [Fact]
    public void Sub_processes_repeat_with_boundary_events_on_the_whole()
    {
        var play = Play.Start(
            $"""
            <startEvent id="s"/><subProcess id="sub"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics><startEvent id="i"/>{User("a")}<endEvent id="ie"/>{Play.Flows("i -> a -> ie")}</subProcess>
            <boundaryEvent id="t" attachedToRef="sub"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e"/><endEvent id="l"/>
            """,
            ["s -> sub -> e", "t -> l"]);

        Assert.Equal("a a", play.Open);
        play.Pass(TimeSpan.FromHours(2)).IsOver();
        Assert.Equal(2, play.Count<ProcessCommand.CancelTask>());
    }

    [Fact]
    public void A_call_activity_starts_another_process_and_takes_its_result()
    {
        var play = Play.Start(
            """<startEvent id="s"/><callActivity id="c" calledElement="other"><extensionElements><zt:input target="x" source="a + 1"/><zt:output target="y" source="z"/></extensionElements></callActivity><endEvent id="e"/>""",
            ["s -> c -> e"], ("a", 1));

        var call = Assert.Single(play.Commands.OfType<ProcessCommand.StartCalledProcess>());
        Assert.Equal(("other", 2m), (call.Process, call.Inputs["x"]));
        play.Answer("c", ("z", 8)).IsOver();
        Assert.Equal(8m, play["y"]);
    }

    [Fact]
    public void Compensation_undoes_what_was_done_last_first()
    {
        string Done(string id) =>
            $"""<serviceTask id="{id}"><extensionElements><zt:service name="{id}"/></extensionElements></serviceTask><boundaryEvent id="{id}b" attachedToRef="{id}"><compensateEventDefinition/></boundaryEvent><serviceTask id="{id}u" isForCompensation="true"><extensionElements><zt:service name="undo-{id}"/></extensionElements></serviceTask><association id="{id}x" sourceRef="{id}b" targetRef="{id}u"/>""";
        var play = Play.Start(
            $"""<startEvent id="s"/>{Done("a")}{Done("b")}<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent><endEvent id="e"/>""",
            ["s -> a -> b -> t -> e"]);

        play.IsOver();
        Assert.Equal(["a", "b", "undo-b", "undo-a"], play.Commands.OfType<ProcessCommand.RunService>().Select(r => r.Service));
    }

    [Fact]
    public void Compensation_of_a_sub_process_undoes_its_inside_and_of_one_activity_only_that()
    {
        string Done(string id) =>
            $"""<serviceTask id="{id}"><extensionElements><zt:service name="{id}"/></extensionElements></serviceTask><boundaryEvent id="{id}b" attachedToRef="{id}"><compensateEventDefinition/></boundaryEvent><serviceTask id="{id}u" isForCompensation="true"><extensionElements><zt:service name="undo-{id}"/></extensionElements></serviceTask><association id="{id}x" sourceRef="{id}b" targetRef="{id}u"/>""";
        var play = Play.Start(
            $"""<startEvent id="s"/>{Done("a")}<subProcess id="sub"><startEvent id="i"/>{Done("b")}{Done("c")}<endEvent id="ie"/>{Play.Flows("i -> b -> c -> ie")}</subProcess><endEvent id="e"><compensateEventDefinition activityRef="sub"/></endEvent>""",
            ["s -> a -> sub -> e"]);

        play.IsOver();
        Assert.Equal(["a", "b", "c", "undo-c", "undo-b"], play.Commands.OfType<ProcessCommand.RunService>().Select(r => r.Service));
    }

    [Fact]
    public void A_sub_process_with_its_own_compensation_handler_uses_that()
    {
        var play = Play.Start(
            $"""
            <startEvent id="s"/><subProcess id="sub"><startEvent id="i"/><scriptTask id="x"><extensionElements><zt:script result="n"/></extensionElements><script>1</script></scriptTask><endEvent id="ie"/>
              <subProcess id="undo" triggeredByEvent="true"><startEvent id="u"><compensateEventDefinition/></startEvent><serviceTask id="w"><extensionElements><zt:service name="undo-all"/></extensionElements></serviceTask><endEvent id="ue"/>{Play.Flows("u -> w -> ue")}</subProcess>{Play.Flows("i -> x -> ie")}</subProcess>
            {Done("a")}<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent><endEvent id="e"/>
            """,
            ["s -> sub -> a -> t -> e"]);

        play.IsOver();
        Assert.Equal(["a", "undo-a", "undo-all"], play.Commands.OfType<ProcessCommand.RunService>().Select(r => r.Service));

        static string Done(string id) =>
            $"""<serviceTask id="{id}"><extensionElements><zt:service name="{id}"/></extensionElements></serviceTask><boundaryEvent id="{id}b" attachedToRef="{id}"><compensateEventDefinition/></boundaryEvent><serviceTask id="{id}u" isForCompensation="true"><extensionElements><zt:service name="undo-{id}"/></extensionElements></serviceTask><association id="{id}x" sourceRef="{id}b" targetRef="{id}u"/>""";
    }

    [Fact]
    public void A_decision_is_asked_for_with_its_inputs_and_its_value_named()
    {
        var play = Play.Of(Play.Process(
            """<startEvent id="s"/><businessRuleTask id="d"><extensionElements><zt:decision key="grade" result="g"/><zt:input target="score" source="points"/></extensionElements></businessRuleTask><endEvent id="e"/>""",
            "s -> d -> e")).ByHand("d").Begin(("points", 88));

        var ask = Assert.Single(play.Commands.OfType<ProcessCommand.EvaluateDecision>());
        Assert.Equal(("grade", 88m), (ask.Decision, ask.Inputs["score"]));
        play.Do(new ProcessEvent.JobCompleted(ask.Job, "A") { Actor = Actor.System }).IsOver();
        Assert.Equal("A", play["g"]);
    }

    [Fact]
    public void A_running_instance_goes_on_by_a_new_version_after_a_dry_run()
    {
        var one = Play.Process($"""<startEvent id="s"/>{User("a")}<endEvent id="e"/>""", "s -> a -> e");
        var two = Play.Process($"""<startEvent id="s"/>{User("a2")}{User("b")}<endEvent id="e"/>""", "s -> a2 -> b -> e");
        var play = Play.Start(one);

        Assert.Single(ProcessMigration.Check(one, two, play.State, []));
        Items<ElementMapping> map = [new("a", "a2")];
        Assert.Empty(ProcessMigration.Check(one, two, play.State, map));
        var moved = play.Interpreter.Apply(
            two, play.State, new ProcessEvent.Migrated(map, "new law") { Actor = new("op", Capacity.Administrator) }, play.Now).Require();
        var task = moved.OpenTasks().Single();
        Assert.Equal("a2", task.Step.Node);
        var next = play.Interpreter.Apply(
            two, moved, new ProcessEvent.TaskCompleted(task.Task.Id, null, DataMap.Empty) { Actor = new("a-doer") }, play.Now).Require();
        Assert.Equal("b", next.Steps[0].Node);
    }
}
