using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn;

public sealed class StepTests
{
    private static string User(string id, string assignment, string more = "") => $"""
        <userTask id="{id}" name="{id}"><extensionElements>{assignment}
          <zt:button key="agree" title="同意"/><zt:button key="refuse" title="不同意" vote="against"/><zt:button key="abstain" title="弃权" vote="abstain"/>{more}
        </extensionElements></userTask>
        """;

    private const string Board = """<zt:assignment kind="group" value="board" pick="all"/>""";

    private static Play Sign(string sign, params string[] people) => Play.Of(Play.Process(
            $"""<startEvent id="s"/>{User("a", Board, sign)}<endEvent id="e"/>""", "s -> a -> e"))
        .Staff("board", people).Begin();

    [Fact]
    public void All_must_sign_and_one_against_refuses_at_the_end()
    {
        var play = Sign("""<zt:sign mode="all"/>""", "a1", "a2", "a3");

        play.CompleteAs("a1", "a", "refuse").CompleteAs("a2", "a", "agree");
        Assert.Equal("a", play.Open);
        play.CompleteAs("a3", "a", "agree").IsOver();
        Assert.Equal("refuse", play["outcome"]);
    }

    [Fact]
    public void A_veto_refuses_at_once_and_takes_the_others_tasks_away()
    {
        var play = Sign("""<zt:sign mode="veto"/>""", "a1", "a2", "a3");

        play.CompleteAs("a2", "a", "refuse").IsOver();

        Assert.Equal("refuse", play["outcome"]);
        Assert.Equal(2, play.Count<ProcessCommand.CancelTask>());
    }

    [Theory]
    [InlineData("agree agree agree", "agree")]
    [InlineData("agree refuse agree agree", "agree")]
    [InlineData("refuse refuse refuse", "refuse")]
    [InlineData("abstain abstain abstain", "refuse")]
    public void A_share_decides_as_soon_as_it_is_certain(string votes, string outcome)
    {
        var play = Sign("""<zt:sign mode="share" threshold="0.6"/>""", "a0", "a1", "a2", "a3", "a4");
        var i = 0;

        foreach (var vote in votes.Split(' '))
        {
            Assert.False(play.State.IsOver);
            play.CompleteAs($"a{i++}", "a", vote);
        }

        play.IsOver();
        Assert.Equal(outcome, play["outcome"]);
    }

    [Fact]
    public void Weights_decide_a_weighted_vote()
    {
        var play = Play.Of(Play.Process(
                $"""<startEvent id="s"/>{User("a", Board, """<zt:sign mode="weighted" threshold="5" weight="weights.chief"/>""")}<endEvent id="e"/>""", "s -> a -> e"))
            .Staff("board", "chief", "x").Begin(("weights", DataMap.Of(("chief", 5))));

        Assert.Equal(5m, play.Look("a", "chief").Weight);
        play.CompleteAs("chief", "a", "agree").IsOver();
        Assert.Equal("agree", play["outcome"]);
    }

    [Fact]
    public void Signers_in_sequence_come_one_after_another()
    {
        var play = Sign("""<zt:sign mode="all" order="sequence"/>""", "a1", "a2");

        Assert.Equal("a1", Assert.Single(play.State.OpenTasks()).Task.Assignee!.Id);
        play.CompleteAs("a1", "a", "agree");
        Assert.Equal("a2", Assert.Single(play.State.OpenTasks()).Task.Assignee!.Id);
        play.CompleteAs("a2", "a", "agree").IsOver();
    }

    [Fact]
    public void Without_a_rule_the_first_of_several_decides()
    {
        var play = Sign("", "a1", "a2");

        play.CompleteAs("a2", "a", "agree").IsOver();
        Assert.Equal(1, play.Count<ProcessCommand.CancelTask>());
    }

    [Fact]
    public void Candidates_claim_release_and_only_one_has_the_task()
    {
        var play = Play.Of(Play.Process($"""<startEvent id="s"/>{User("a", """<zt:assignment kind="group" value="desk"/>""")}<endEvent id="e"/>""", "s -> a -> e"))
            .Staff("desk", "x", "y").Begin();
        var task = play.Task("a");

        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.TaskClaimed(task) { Actor = new("z") }));
        play.Do(new ProcessEvent.TaskClaimed(task) { Actor = new("x") });
        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.TaskClaimed(task) { Actor = new("y") }));
        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.TaskCompleted(task, "agree", DataMap.Empty) { Actor = new("y") }));
        play.Do(new ProcessEvent.TaskReleased(task) { Actor = new("x") });
        play.Do(new ProcessEvent.TaskCompleted(task, "agree", DataMap.Empty) { Actor = new("y") }).IsOver();
        Assert.Equal("y", play.State.Trail[0].By[0].Id);
    }

    [Fact]
    public void A_step_is_skipped_when_the_same_person_has_just_approved()
    {
        var skip = """<zt:skip same-person="previous"/>""";
        var play = Play.Of(Play.Process(
                $"""<startEvent id="s"/>{User("a", """<zt:assignment kind="role" value="head"/>""")}{User("b", """<zt:assignment kind="role" value="chief"/>""", skip)}{User("c", """<zt:assignment kind="role" value="other"/>""", skip)}<endEvent id="e"/>""",
                "s -> a -> b -> c -> e"))
            .Staff("head", "ann").Staff("chief", "ann").Staff("other", "bob").Begin();

        play.Complete("a", "agree");

        Assert.Equal("c", play.Open);
        Assert.Contains(play.History, h => h is { Kind: HistoryKind.StepSkipped, Node: "b", Reason: not null });
    }

    [Fact]
    public void Who_was_against_is_not_skipped()
    {
        var play = Play.Of(Play.Process(
                $"""<startEvent id="s"/>{User("a", """<zt:assignment kind="role" value="head"/>""")}{User("b", """<zt:assignment kind="role" value="head"/>""", """<zt:skip same-person="any"/>""")}<endEvent id="e"/>""",
                "s -> a -> b -> e"))
            .Staff("head", "ann").Begin();

        play.Complete("a", "refuse");

        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void Nobody_to_do_it_asks_the_fallback_then_skips_or_raises_an_incident()
    {
        Play Run(string more, string fallback = "") => Play.Of(Play.Process(
                $"""<startEvent id="s"/>{User("a", $"""<zt:assignment kind="role" value="nobody">{fallback}</zt:assignment>""", more)}<endEvent id="e"/>""", "s -> a -> e"))
            .Staff("nobody").Begin();

        Run("""<zt:skip nobody="skip"/>""").IsOver();
        Assert.Equal("deputy", Run("", """<zt:fallback kind="role" value="deputy"/>""").Look("a").Assignee!.Id);
        var stuck = Run("");
        Assert.Equal("process.nobody", Assert.Single(stuck.State.Incidents).Code);
        stuck.Staff("nobody", "new").Do(new ProcessEvent.IncidentResolved(
            stuck.State.Incidents[0].Id, DataMap.Empty) { Actor = new("op", Capacity.Administrator) });
        Assert.Equal("new", stuck.Look("a").Assignee!.Id);
        Assert.Empty(stuck.State.Incidents);
    }

    [Fact]
    public void A_rule_by_expression_skips_and_one_names_the_doer()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", """<zt:assignment kind="role" value="x"/>""", """<zt:skip when="amount &lt; 100"/>""")}{User("b", """<zt:assignment kind="expression" value="boss"/>""")}{User("c", """<zt:assignment kind="same-as" value="b"/>""")}<endEvent id="e"/>""",
            ["s -> a -> b -> c -> e"], ("amount", 5), ("boss", "kim"));

        Assert.Equal("kim", play.Look("b").Assignee!.Id);
        play.Complete("b", "agree");
        Assert.Equal("kim", play.Look("c").Assignee!.Id);
    }

    [Fact]
    public void Only_fields_of_the_step_may_be_written_and_only_its_buttons_pressed()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", """<zt:assignment kind="role" value="x"/>""", """<zt:form key="f"><zt:field name="amount" access="write"/><zt:field name="name"/></zt:form>""")}<endEvent id="e"/>""",
            ["s -> a -> e"]);
        var task = play.Task("a");

        Assert.Equal("process.field-not-writable",
            play.Refused(new ProcessEvent.TaskCompleted(task, "agree", DataMap.Of(("name", "x"))) { Actor = new("x") }));
        Assert.Equal("process.no-button", play.Refused(new ProcessEvent.TaskCompleted(task, "no", DataMap.Empty) { Actor = new("x") }));
        play.Complete("a", "agree", ("amount", 7)).IsOver();
        Assert.Equal(7m, play["amount"]);
        Assert.Equal("f", play.Commands.OfType<ProcessCommand.StartTask>().Single().Form);
    }
}
