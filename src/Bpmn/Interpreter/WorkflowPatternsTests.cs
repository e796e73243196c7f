using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn;

/// <summary>The workflow control-flow patterns by their numbers; docs/reference/workflow-patterns.md is checked against the names
/// here.</summary>
public sealed class WorkflowPatternsTests
{
    private static string User(string id, string inside = "", string moves = "") =>
        $"""<userTask id="{id}"><extensionElements><zt:assignment kind="role" value="{id}-doer"/>{moves}</extensionElements>{inside}</userTask>""";

    private static string Users(params string[] ids) => """<startEvent id="s"/><endEvent id="e"/>"""
        + string.Join("", ids.Select(i => User(i)));

    private static string Gate(string kind, params string[] ids) => string.Join("", ids.Select(i => $"""<{kind}Gateway id="{i}"/>"""));

    [Fact]
    public void Every_supported_pattern_of_the_reference_has_its_test_and_every_test_its_line()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "reference", "workflow-patterns.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(l[2]))
                .Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var tests = typeof(WorkflowPatternsTests).GetMethods().Where(m => m.Name.StartsWith("Pattern_", StringComparison.Ordinal))
            .Select(m => int.Parse(m.Name.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture)).Order();

        Assert.Equal(Enumerable.Range(1, 43), lines.Select(l => int.Parse(l[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(lines.Where(l => l[3] != "no").Select(l => int.Parse(l[1], System.Globalization.CultureInfo.InvariantCulture)), tests);
    }

    [Fact]
    public void Pattern_01_sequence() => Play.Start(Users("a", "b"), ["s -> a -> b -> e"]).Complete("a").Complete("b").IsOver();

    [Fact]
    public void Pattern_02_parallel_split() =>
        Assert.Equal("a b", Play.Start(Users("a", "b") + Gate("parallel", "f"), ["s -> f", "f -> a -> e", "f -> b -> e"]).Open);

    [Fact]
    public void Pattern_03_synchronisation()
    {
        var play = Play.Start(Users("a", "b", "c") + Gate("parallel", "f", "j"), ["s -> f", "f -> a -> j", "f -> b -> j", "j -> c -> e"]);

        Assert.Equal("a", play.Complete("b").Open);
        Assert.Equal("c", play.Complete("a").Open);
    }

    [Fact]
    public void Pattern_04_exclusive_choice() =>
        Assert.Equal("b", Play.Start(
            Users("a", "b") + Gate("exclusive", "x"), ["s -> x", "x -> a [n = 1]", "x -> b default", "a -> e", "b -> e"], ("n", 2)).Open);

    [Fact]
    public void Pattern_05_simple_merge() =>
        Assert.Equal("c", Play.Start(Users("a", "b", "c") + Gate("exclusive", "x", "m"),
            ["s -> x", "x -> a [n = 1]", "x -> b default", "a -> m", "b -> m", "m -> c -> e"], ("n", 1)).Complete("a").Open);

    [Fact]
    public void Pattern_06_multi_choice() =>
        Assert.Equal("a b", Play.Start(Users("a", "b", "c") + Gate("inclusive", "o"),
            ["s -> o", "o -> a [n > 0]", "o -> b [n > 1]", "o -> c [n > 2]", "a -> e", "b -> e", "c -> e"], ("n", 2)).Open);

    [Fact]
    public void Pattern_07_structured_synchronising_merge()
    {
        var play = Play.Start(Users("a", "b", "c", "d") + Gate("inclusive", "o", "m"),
            ["s -> o", "o -> a [n > 0]", "o -> b [n > 1]", "o -> c [n > 2]", "a -> m", "b -> m", "c -> m", "m -> d -> e"], ("n", 2));

        Assert.Equal("b", play.Complete("a").Open);
        Assert.Equal("d", play.Complete("b").Open);
    }

    [Fact]
    public void Pattern_08_multi_merge()
    {
        var play = Play.Start(Users("a", "b", "c") + Gate("parallel", "f"), ["s -> f", "f -> a -> c", "f -> b -> c", "c -> e"]);

        Assert.Equal("c c", play.Complete("a").Complete("b").Open);
    }

    // The first to finish ends the scope that holds the others.
    [Fact]
    public void Pattern_09_structured_discriminator()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><subProcess id="sub"><startEvent id="i"/>{User("a")}{User("b")}<endEvent id="t"><terminateEventDefinition/></endEvent>{Play.Flows("i -> a", "i -> b", "a -> t", "b -> t")}</subProcess>{User("c")}<endEvent id="e"/>""",
            ["s -> sub -> c -> e"]);

        Assert.Equal("c", play.Complete("b").Open);
    }

    [Fact]
    public void Pattern_10_arbitrary_cycles()
    {
        var play = Play.Start(Users("a", "b", "c") + Gate("exclusive", "x", "y"),
            ["s -> a -> x", "x -> b [n = 1]", "x -> c default", "b -> y", "c -> y", "y -> a [n < 3]", "y -> e default"], ("n", 1));

        play.Complete("a", null, ("n", 2)).Complete("c");
        Assert.Equal("a", play.Open);
        play.Complete("a", null, ("n", 3)).Complete("c").IsOver();
    }

    [Fact]
    public void Pattern_11_implicit_termination() =>
        Play.Start(Users("a", "b") + Gate("parallel", "f"), ["s -> f", "f -> a", "f -> b"]).Complete("a").Complete("b").IsOver();

    private static Play Many(string inside, params (string, object?)[] variables) =>
        Play.Start($"""<startEvent id="s"/>{User("a", $"<multiInstanceLoopCharacteristics{inside}</multiInstanceLoopCharacteristics>")}{User("z")}<endEvent id="e"/>""", ["s -> a -> z -> e"], variables);

    // Instances that nobody waits for are handlers of an event that do not interrupt.
    [Fact]
    public void Pattern_12_multiple_instances_without_synchronisation()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a")}<boundaryEvent id="m" attachedToRef="a" cancelActivity="false"><extensionElements><zt:message name="more"/></extensionElements><messageEventDefinition/></boundaryEvent>{User("b")}<endEvent id="e"/>""",
            ["s -> a -> e", "m -> b"]).Message("more").Message("more");

        Assert.Equal("b b", play.Complete("a").Open);
    }

    [Fact]
    public void Pattern_13_multiple_instances_known_at_design_time() =>
        Assert.Equal("a a a", Many("><loopCardinality>3</loopCardinality>").Open);

    [Fact]
    public void Pattern_14_multiple_instances_known_at_run_time() =>
        Assert.Equal(
            "a a", Many("""><extensionElements><zt:each in="people"/></extensionElements>""", ("people", new[] { "x", "y" })).Open);

    [Fact]
    public void Pattern_16_deferred_choice()
    {
        const string events = """
            <eventBasedGateway id="g"/>
            <receiveTask id="m"><extensionElements><zt:message name="m"/></extensionElements></receiveTask>
            <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
            """;

        Assert.Equal("a", Play.Start(Users("a", "b") + events, ["s -> g", "g -> m -> a", "g -> t -> b"]).Message("m").Open);
        Assert.Equal("b", Play.Start(Users("a", "b") + events, ["s -> g", "g -> m -> a", "g -> t -> b"]).Pass(TimeSpan.FromHours(1)).Open);
    }

    // One after another, in an order that is drawn only when they are started.
    [Fact]
    public void Pattern_17_interleaved_parallel_routing()
    {
        var play = Play.Start(
            """<startEvent id="s"/><userTask id="a"><extensionElements><zt:assignment kind="expression" value="who"/></extensionElements><multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zt:each in="order" item="who"/></extensionElements></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>""",
            ["s -> a -> e"], ("order", new[] { "y", "x" }));

        Assert.Equal("y", play.Look("a").Assignee!.Id);
        Assert.Equal("x", play.CompleteAs("y", "a").Look("a").Assignee!.Id);
        play.CompleteAs("x", "a").IsOver();
    }

    [Fact]
    public void Pattern_18_milestone()
    {
        var play = Play.Start(
            Users("a", "b") + Gate("parallel", "f")
                + """<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>reached</condition></conditionalEventDefinition></intermediateCatchEvent>""",
            ["s -> f", "f -> a -> e", "f -> c -> b -> e"], ("reached", false));

        Assert.Equal("a", play.Open);
        Assert.Equal("b", play.Complete("a", null, ("reached", true)).Open);
    }

    [Fact]
    public void Pattern_19_cancel_task() => Assert.Equal("b", Cancelling(User("a")).Message("stop").Open);

    private static Play Cancelling(string activity) => Play.Start(
        $"""<startEvent id="s"/>{activity}<boundaryEvent id="x" attachedToRef="a"><extensionElements><zt:message name="stop"/></extensionElements><messageEventDefinition/></boundaryEvent>{User("b")}<endEvent id="e"/>""",
        ["s -> a -> e", "x -> b -> e"]);

    [Fact]
    public void Pattern_20_cancel_case() =>
        Play.Start(Users("a"), ["s -> a -> e"]).Do(new ProcessEvent.Terminated("closed") { Actor = new("root", Capacity.Administrator) })
            .IsOver(InstanceStatus.Terminated);

    [Fact]
    public void Pattern_21_structured_loop()
    {
        var play = Play.Start($"""<startEvent id="s"/>{User("a", """<standardLoopCharacteristics><loopCondition>again</loopCondition></standardLoopCharacteristics>""")}<endEvent id="e"/>""", ["s -> a -> e"], ("again", true));

        Assert.Equal("a", play.Complete("a").Open);
        play.Complete("a", null, ("again", false)).IsOver();
    }

    // A process that calls itself, each call an instance of its own.
    [Fact]
    public void Pattern_22_recursion()
    {
        var model = Play.Process("""<startEvent id="s"/><exclusiveGateway id="x"/><callActivity id="c" calledElement="p"><extensionElements><zt:input target="n" source="n - 1"/></extensionElements></callActivity><endEvent id="e"/>""", "s -> x", "x -> c [n > 0]", "x -> e default", "c -> e");
        var outer = Play.Start(model, ("n", 1));
        var call = Assert.Single(outer.Commands.OfType<ProcessCommand.StartCalledProcess>());

        var inner = Play.Start(model, [.. call.Inputs.Select(i => (i.Key, i.Value))]).IsOver();

        Assert.Equal("p", call.Process);
        outer.Do(new ProcessEvent.JobCompleted(call.Job, inner.State.Variables) { Actor = Actor.System }).IsOver();
    }

    // A message that finds nobody waiting is refused and lost, unless the host keeps it.
    [Fact]
    public void Pattern_23_transient_trigger() =>
        Assert.Equal("process.no-message", Play.Start(
            Users("a"), ["s -> a -> e"]).Refused(new ProcessEvent.MessageReceived("m", null, DataMap.Empty) { Actor = Actor.System }));

    // The fact is a variable, so it is still there when the process comes to ask.
    [Fact]
    public void Pattern_24_persistent_trigger()
    {
        var play = Play.Start(
            Users("a", "b") + """<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>paid</condition></conditionalEventDefinition></intermediateCatchEvent>""",
            ["s -> a -> c -> b -> e"]);

        play.Do(new ProcessEvent.VariablesSet(DataMap.Of(("paid", true))) { Actor = Actor.System });

        Assert.Equal("b", play.Complete("a").Open);
    }

    [Fact]
    public void Pattern_25_cancel_region() =>
        Assert.Equal("b", Cancelling($"""<subProcess id="a"><startEvent id="i"/>{User("c")}{User("d")}{Play.Flows("i -> c", "i -> d")}</subProcess>""").Message("stop").Open);

    [Fact]
    public void Pattern_26_cancel_multiple_instance_task() =>
        Assert.Equal("b", Cancelling(User("a",
            "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>")).Message("stop")
            .Open);

    [Fact]
    public void Pattern_27_complete_multiple_instance_task()
    {
        var play = Many("><loopCardinality>3</loopCardinality><completionCondition>enough</completionCondition>");

        play.Do(new ProcessEvent.TaskCompleted(
            play.State.OpenTasks().First().Task.Id, null, DataMap.Of(("enough", true))) { Actor = new("a-doer") });

        Assert.Equal("z", play.Open);
    }

    // The discriminator within a scope of its own, which is entered anew each time round.
    [Fact]
    public void Pattern_29_cancelling_discriminator()
    {
        var play = Many("><loopCardinality>3</loopCardinality><completionCondition>nrOfCompletedInstances = 1</completionCondition>");

        play.Do(new ProcessEvent.TaskCompleted(play.State.OpenTasks().First().Task.Id, null, DataMap.Empty) { Actor = new("a-doer") });

        Assert.Equal(("z", 2), (play.Open, play.Count<ProcessCommand.CancelTask>()));
    }

    [Fact]
    public void Pattern_32_cancelling_partial_join()
    {
        var play = Many("><loopCardinality>4</loopCardinality><completionCondition>nrOfCompletedInstances = 2</completionCondition>");

        foreach (var (_, task) in play.State.OpenTasks().Take(2).ToList())
        {
            Assert.Contains("a", play.Open, StringComparison.Ordinal);
            play.Do(new ProcessEvent.TaskCompleted(task.Id, null, DataMap.Empty) { Actor = new("a-doer") });
        }

        Assert.Equal("z", play.Open);
    }

    // Two ways in, one of them taken: joined where a general AND-join would wait for ever.
    [Fact]
    public void Pattern_33_generalised_and_join()
    {
        var play = Play.Start(Users("a", "b", "c") + Gate("inclusive", "o", "m") + Gate("parallel", "f"),
            ["s -> f", "f -> a -> m", "f -> o", "o -> b [n = 1]", "o -> m default", "b -> m", "m -> c -> e"], ("n", 2));

        Assert.Equal("c", play.Complete("a").Open);
    }

    [Fact]
    public void Pattern_35_cancelling_partial_join_for_multiple_instances() => Pattern_32_cancelling_partial_join();

    [Fact]
    public void Pattern_37_local_synchronising_merge() => Pattern_07_structured_synchronising_merge();

    // Into a loop and out of it: whether another token can still come is a question about paths.
    [Fact]
    public void Pattern_38_general_synchronising_merge()
    {
        var play = Play.Start(
            Users("a", "b", "c") + Gate("parallel", "f") + Gate("exclusive", "x") + Gate("inclusive", "m"),
            ["s -> f", "f -> a -> m", "f -> b -> x", "x -> b [n = 1]", "x -> m default", "m -> c -> e"], ("n", 1));

        play.Complete("a").Complete("b");
        Assert.Equal("b", play.Open);
        Assert.Equal("c", play.Complete("b", null, ("n", 2)).Open);
    }

    [Fact]
    public void Pattern_40_interleaved_routing() => Pattern_17_interleaved_parallel_routing();

    [Fact]
    public void Pattern_41_thread_merge()
    {
        var play = Many("><loopCardinality>2</loopCardinality>");

        foreach (var (_, task) in play.State.OpenTasks().ToList())
        {
            play.Do(new ProcessEvent.TaskCompleted(task.Id, null, DataMap.Empty) { Actor = new("a-doer") });
        }

        Assert.Equal("z", play.Open);
    }

    [Fact]
    public void Pattern_42_thread_split() => Assert.Equal("a a", Many("><loopCardinality>2</loopCardinality>").Open);

    [Fact]
    public void Pattern_43_explicit_termination() =>
        Play.Start(Users("a", "b") + """<endEvent id="t"><terminateEventDefinition/></endEvent>""" + Gate("parallel", "f"),
            ["s -> f", "f -> a -> t", "f -> b -> e"]).Complete("a").IsOver();
}
