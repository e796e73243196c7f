using Xunit;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn;

public sealed class FlowTests
{
    private const string Task = """<extensionElements><zt:assignment kind="role" value="clerk"/></extensionElements>""";

    [Fact]
    public void A_process_goes_from_its_start_through_a_task_to_its_end()
    {
        var play = Play.Start($"""<startEvent id="s"/><userTask id="a">{Task}</userTask><endEvent id="e"/>""", ["s -> a -> e"]);

        Assert.Equal("a", play.Open);
        play.Complete("a").IsOver();
        Assert.Equal("s a e", play.Path);
    }

    [Fact]
    public void An_exclusive_gateway_takes_the_first_flow_that_holds_or_the_default()
    {
        const string nodes = """<startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="high"/><endEvent id="low"/>""";
        string[] flows = ["s -> g", "g -> high [amount > 100]", "g -> low default"];

        Assert.EndsWith("high", Play.Start(nodes, flows, ("amount", 101)).IsOver().Path, StringComparison.Ordinal);
        Assert.EndsWith("low", Play.Start(nodes, flows, ("amount", 100)).IsOver().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gateway_without_a_way_on_becomes_an_incident_that_can_be_repaired()
    {
        var play = Play.Start(
            """<startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="e"/><endEvent id="f"/>""",
            ["s -> g", "g -> e [x = 1]", "g -> f [x = 2]"]);

        var incident = Assert.Single(play.State.Incidents);
        Assert.Equal("process.no-way-on", incident.Code);
        play.Do(new ProcessEvent.IncidentResolved(incident.Id, Data.DataMap.Of(("x", 2))) { Actor = new("op", Capacity.Administrator) })
            .IsOver();
    }

    [Fact]
    public void Parallel_branches_meet_again()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><parallelGateway id="f"/><userTask id="a">{Task}</userTask><userTask id="b">{Task}</userTask><parallelGateway id="j"/><userTask id="c">{Task}</userTask><endEvent id="e"/>""",
            ["s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> c", "c -> e"]);

        Assert.Equal("a b", play.Open);
        play.Complete("a");
        Assert.Equal("b", play.Open);
        play.Complete("b");
        Assert.Equal("c", play.Open);
        play.Complete("c").IsOver();
    }

    [Fact]
    public void An_inclusive_join_waits_for_the_branches_that_were_taken_and_no_others()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><inclusiveGateway id="f"/><userTask id="a">{Task}</userTask><userTask id="b">{Task}</userTask><userTask id="c">{Task}</userTask><inclusiveGateway id="j"/><endEvent id="e"/>""",
            ["s -> f", "f -> a [x > 0]", "f -> b [x > 1]", "f -> c [x > 2]", "a -> j", "b -> j", "c -> j", "j -> e"],
            ("x", 2));

        Assert.Equal("a b", play.Open);
        play.Complete("a");
        Assert.Equal("b", play.Open);
        play.Complete("b").IsOver();
    }

    [Fact]
    public void A_parallel_join_that_can_never_be_filled_becomes_an_incident()
    {
        var play = Play.Start(
            """<startEvent id="s"/><exclusiveGateway id="x"/><parallelGateway id="j"/><endEvent id="e"/>""",
            ["s -> x", "x -> j [1 = 1]", "x -> j default", "j -> e"]);

        Assert.Equal("process.deadlock", Assert.Single(play.State.Incidents).Code);
    }

    [Fact]
    public void A_loop_without_a_wait_stops_at_the_bound_with_an_incident()
    {
        var play = Play.Of(
            Play.Process("""<startEvent id="s"/><task id="a"/><task id="b"/>""", "s -> a -> b -> a"),
            new InterpreterOptions { MaxElementsPerEvent = 500 }).Begin();

        Assert.Equal("process.bound", Assert.Single(play.State.Incidents).Code);
        Assert.Equal(TokenState.Held, Assert.Single(play.State.Tokens).State);
    }

    [Fact]
    public void Endless_forking_stops_at_the_bound_of_tokens()
    {
        var play = Play.Of(
            Play.Process("""<startEvent id="s"/><task id="f"/><userTask id="u"/>""", "s -> f", "f -> f", "f -> u"),
            new InterpreterOptions { MaxTokens = 50 });

        play.Begin();

        Assert.Contains(play.State.Incidents, i => i.Code == "process.bound");
        Assert.InRange(play.State.Tokens.Count, 1, 60);
    }

    [Fact]
    public void A_script_changes_variables_and_flows_without_gateway_fork()
    {
        var play = Play.Start(
            $$"""
            <startEvent id="s"/>
            <scriptTask id="x"><extensionElements><zt:script result="total"/></extensionElements><script>a + b</script></scriptTask>
            <userTask id="u">{{Task}}</userTask><userTask id="v">{{Task}}</userTask><endEvent id="e"/>
            """,
            ["s -> x", "x -> u", "x -> v", "u -> e", "v -> e"],
            ("a", 2), ("b", 3));

        Assert.Equal(5m, play["total"]);
        Assert.Equal("u v", play.Open);
        play.Complete("u").Complete("v").IsOver();
    }

    [Fact]
    public void A_terminate_end_takes_everything_else_away()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><parallelGateway id="f"/><userTask id="a">{Task}</userTask><userTask id="b">{Task}</userTask><endEvent id="e"><terminateEventDefinition/></endEvent><endEvent id="n"/>""",
            ["s -> f", "f -> a", "f -> b", "a -> e", "b -> n"]);

        play.Complete("a").IsOver();
        Assert.Equal(1, play.Count<ProcessCommand.CancelTask>());
    }

    [Fact]
    public void Links_carry_a_token_across_the_drawing()
    {
        var play = Play.Start(
            """
            <startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent>
            <intermediateCatchEvent id="c"><linkEventDefinition name="A"/></intermediateCatchEvent><endEvent id="e"/>
            """,
            ["s -> t", "c -> e"]);

        play.IsOver();
        Assert.Equal("s t c e", play.Path);
    }

    [Fact]
    public void Endless_forking_through_an_inclusive_join_stops_in_bounded_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var result = Play.Unchecked(
            Play.Process(
                """<startEvent id="s"/><task id="a"/><inclusiveGateway id="g"/><task id="b"/>""",
                "s -> a", "a -> a", "a -> b", "b -> a", "b -> g", "a -> g", "g -> a"),
            InterpreterOptions.Standard).Begin();

        Assert.Contains(result.State.Incidents, i => i.Code == "process.bound");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }
}
