using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn;

public sealed class MovesTests
{
    private static readonly Actor Administrator = new("root", Capacity.Administrator);

    private static string User(string id, string who, string more = "") => $"""
        <userTask id="{id}" name="{id}"><extensionElements><zt:assignment kind="role" value="{who}"/>
          <zt:button key="agree" title="同意"/><zt:button key="refuse" title="不同意" vote="against" reason="required"/>{more}</extensionElements></userTask>
        """;

    private const string AllMoves = """
        <zt:move name="return"/><zt:move name="recall"/><zt:move name="hand-on"/><zt:move name="delegate"/><zt:move name="add-signer"/>
        <zt:move name="remove-signer"/><zt:move name="copy"/><zt:move name="urge"/><zt:move name="suspend"/><zt:move name="terminate" reason="required"/>
        """;

    private static Play Line(string more = AllMoves) => Play.Start(
        $"""
        <startEvent id="s"/><userTask id="apply"><extensionElements><zt:assignment kind="starter"/>{more}</extensionElements></userTask>
        {User("a", "ann", more)}{User("b", "bob", more)}{User("c", "cid", more)}<endEvent id="e"/>
        """,
        ["s -> apply -> a -> b -> c -> e"]).Complete("apply");

    private static ProcessEvent.TaskReturned Back(Play play, string node, string to, ResumeMode? resume = null) =>
        new(play.Task(node), to, resume, "incomplete") { Actor = new(play.Look(node).Assignee!.Id) };

    [Fact]
    public void A_step_returned_to_the_previous_one_goes_to_the_same_person_and_walks_the_path_again()
    {
        var play = Line().Complete("a", "agree").Complete("b", "agree");

        play.Do(Back(play, "c", "previous", ResumeMode.Replay));

        Assert.Equal("b", play.Open);
        Assert.Equal("bob", play.Look("b").Assignee!.Id);
        play.Complete("b", "agree");
        Assert.Equal("c", play.Open);
        var entry = Assert.Single(play.History, h => h.Kind == HistoryKind.Returned);
        Assert.Equal(("cid", "c", "b", "incomplete"), (entry.Actor, entry.From, entry.To, entry.Reason));
    }

    [Fact]
    public void A_return_to_an_earlier_step_replays_what_lies_between()
    {
        var play = Line().Complete("a", "agree").Complete("b", "agree");

        play.Do(Back(play, "c", "a", ResumeMode.Replay)).Complete("a", "agree");

        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void A_straight_return_comes_back_to_the_person_who_returned_it()
    {
        var play = Line().Complete("a", "agree").Complete("b", "agree");

        play.Do(Back(play, "c", "applicant", ResumeMode.Straight));
        Assert.Equal("apply", play.Open);
        Assert.Equal("applicant", play.Look("apply").Assignee!.Id);
        play.Complete("apply");

        Assert.Equal("c", play.Open);
        Assert.Equal("cid", play.Look("c").Assignee!.Id);
        play.Do(Back(play, "c", "previous", ResumeMode.Replay));
        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void A_return_out_of_parallel_branches_takes_the_siblings_back_too()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", "ann")}<parallelGateway id="f"/>{User("b", "bob", AllMoves)}{User("c", "cid", AllMoves)}<parallelGateway id="j"/><endEvent id="e"/>""",
            ["s -> a -> f", "f -> b -> j", "f -> c -> j", "j -> e"]).Complete("a", "agree");

        play.Do(Back(play, "c", "previous"));

        Assert.Equal("a", play.Open);
        play.Complete("a", "agree");
        Assert.Equal("b c", play.Open);
        play.Complete("b", "agree").Complete("c", "agree").IsOver();
    }

    [Fact]
    public void A_return_within_a_branch_leaves_the_sibling_alone()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><parallelGateway id="f"/>{User("a", "ann")}{User("b", "bob", AllMoves)}{User("c", "cid")}<parallelGateway id="j"/><endEvent id="e"/>""",
            ["s -> f", "f -> a -> b -> j", "f -> c -> j", "j -> e"]).Complete("a", "agree");

        play.Do(Back(play, "b", "previous"));

        Assert.Equal("a c", play.Open);
        play.Complete("c", "agree").Complete("a", "agree").Complete("b", "agree").IsOver();
    }

    [Fact]
    public void A_return_into_a_branch_behind_a_join_gives_the_join_the_other_branch_back()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/><parallelGateway id="f"/>{User("a", "ann")}{User("b", "bob")}<parallelGateway id="j"/>{User("c", "cid", AllMoves)}<endEvent id="e"/>""",
            ["s -> f", "f -> a -> j", "f -> b -> j", "j -> c -> e"]).Complete("a", "agree").Complete("b", "agree");

        play.Do(Back(play, "c", "a"));

        Assert.Equal("a", play.Open);
        play.Complete("a", "agree");
        Assert.Equal("c", play.Open);
        play.Complete("c", "agree").IsOver();
    }

    [Fact]
    public void A_return_that_the_step_does_not_allow_changes_nothing()
    {
        var play = Line("""<zt:move name="return" to="previous" resume="replay" reason="required"/>""").Complete("a", "agree")
            .Complete("b", "agree");

        Assert.Equal("process.move-not-allowed", play.Refused(Back(play, "c", "a")));
        Assert.Equal("process.move-not-allowed", play.Refused(Back(play, "c", "previous", ResumeMode.Straight)));
        Assert.Equal("process.reason-needed", play.Refused(Back(play, "c", "previous") with { Reason = " " }));
        Assert.Equal("process.no-such-step", play.Refused(Back(play, "c", "nowhere")));
        Assert.Equal("process.not-yours", play.Refused(Back(play, "c", "previous") with { Actor = new("bob") }));
    }

    [Fact]
    public void A_return_out_of_a_sub_process_ends_it()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", "ann")}<subProcess id="sub"><startEvent id="i"/>{User("b", "bob", AllMoves)}<endEvent id="ie"/>{Play.Flows("i -> b -> ie")}</subProcess><endEvent id="e"/>""",
            ["s -> a -> sub -> e"]).Complete("a", "agree");

        Assert.Equal("process.return-across-scopes", play.Refused(Back(play, "b", "previous", ResumeMode.Straight)));
        play.Do(Back(play, "b", "previous"));

        Assert.Equal("a", play.Open);
        Assert.Single(play.State.Scopes);
        play.Complete("a", "agree").Complete("b", "agree").IsOver();
    }

    [Fact]
    public void A_step_is_recalled_until_the_next_person_has_opened_it()
    {
        var play = Line().Complete("a", "agree");
        var step = play.State.Trail[^1].Id;

        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.StepRecalled(step) { Actor = new("bob") }));
        play.Do(new ProcessEvent.StepRecalled(step, "slip") { Actor = new("ann") });
        Assert.Equal("a", play.Open);
        Assert.Equal("ann", play.Look("a").Assignee!.Id);

        play.Complete("a", "agree");
        play.Do(new ProcessEvent.TaskOpened(play.Task("b")) { Actor = new("bob") });
        Assert.Equal("process.cannot-recall", play.Refused(new ProcessEvent.StepRecalled(play.State.Trail[^1].Id) { Actor = new("ann") }));
    }

    [Fact]
    public void A_recall_undoes_a_fork_but_not_a_service_that_ran()
    {
        var play = Play.Start(
            $"""<startEvent id="s"/>{User("a", "ann", AllMoves)}<parallelGateway id="f"/>{User("b", "bob")}{User("c", "cid")}<serviceTask id="w"><extensionElements><zt:service name="x"/></extensionElements></serviceTask>{User("d", "dan", AllMoves)}<endEvent id="e"/>""",
            ["s -> a -> f", "f -> b -> e", "f -> c -> w -> d -> e"]).Complete("a", "agree");

        play.Do(new ProcessEvent.StepRecalled(play.State.Trail[^1].Id) { Actor = new("ann") });
        Assert.Equal("a", play.Open);
        play.Complete("a", "agree").Complete("c", "agree");
        Assert.Equal(
            "process.move-not-allowed", play.Refused(new ProcessEvent.StepRecalled(play.State.Trail[^1].Id) { Actor = new("cid") }));
        Assert.Equal("process.cannot-recall", play.Refused(new ProcessEvent.StepRecalled(play.State.Trail[0].Id) { Actor = new("ann") }));
    }

    [Fact]
    public void A_task_handed_on_is_the_others_for_good()
    {
        var play = Line();

        play.Do(new ProcessEvent.TaskHandedOn(play.Task("a"), new("eva"), "knows it") { Actor = new("ann") });

        Assert.Equal("process.not-yours",
            play.Refused(new ProcessEvent.TaskCompleted(play.Task("a"), "agree", DataMap.Empty) { Actor = new("ann") }));
        play.CompleteAs("eva", "a", "agree");
        Assert.Equal("b", play.Open);
        Assert.Equal(("ann", "eva", "knows it"),
            play.History.Where(h => h.Kind == HistoryKind.HandedOn).Select(h => (h.From, h.To, h.Reason)).Single());
    }

    [Fact]
    public void A_delegated_task_comes_back_with_the_others_opinion()
    {
        var play = Line();
        play.Do(new ProcessEvent.TaskDelegated(play.Task("a"), new("eva"), null, "look at it") { Actor = new("ann") });

        play.CompleteAs("eva", "a", "agree", "fine");

        Assert.Equal("a", play.Open);
        Assert.Equal(("ann", "fine"), (play.Look("a").Assignee!.Id, play.Look("a").Comment));
        play.CompleteAs("ann", "a", "agree");
        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void A_delegation_with_a_period_comes_back_when_it_ends()
    {
        var play = Line();
        play.Do(new ProcessEvent.TaskDelegated(play.Task("a"), new("eva"), play.Now.AddDays(3), null) { Actor = new("ann") });

        play.Pass(TimeSpan.FromDays(2));
        Assert.Equal("eva", play.Look("a").Assignee!.Id);
        play.Pass(TimeSpan.FromDays(2));
        Assert.Equal("ann", play.Look("a").Assignee!.Id);
    }

    [Fact]
    public void A_signer_added_before_answers_first_one_added_after_answers_last()
    {
        var play = Line();
        play.Do(new ProcessEvent.SignerAdded(play.Task("a"), WorkTaskKind.AddedBefore, [new("eva")], null) { Actor = new("ann") });
        Assert.Equal("eva", Assert.Single(play.State.OpenTasks()).Task.Assignee!.Id);
        Assert.Equal("process.task-waits",
            play.Refused(new ProcessEvent.TaskCompleted(play.State.Steps[0].Tasks[0].Id, "agree", DataMap.Empty) { Actor = new("ann") }));
        play.CompleteAs("eva", "a", "agree");

        play.Do(new ProcessEvent.SignerAdded(play.Task("a", "ann"), WorkTaskKind.AddedAfter, [new("fay")], null) { Actor = new("ann") });
        play.CompleteAs("ann", "a", "agree");
        Assert.Equal("fay", Assert.Single(play.State.OpenTasks()).Task.Assignee!.Id);
        play.CompleteAs("fay", "a", "refuse");

        Assert.Equal("refuse", play["outcome"]);
        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void A_parallel_signer_holds_the_step_until_signed_or_removed()
    {
        var play = Line();
        play.Do(new ProcessEvent.SignerAdded(
            play.Task("a"), WorkTaskKind.AddedParallel, [new("eva"), new("fay")], null) { Actor = new("ann") });
        play.CompleteAs("ann", "a", "agree").CompleteAs("eva", "a", "agree");
        Assert.Equal("a", play.Open);

        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.SignerRemoved(play.Task("a", "fay"), null) { Actor = new("bob") }));
        play.Do(new ProcessEvent.SignerRemoved(play.Task("a", "fay"), "ill") { Actor = new("ann") });

        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void A_signer_added_before_who_is_removed_frees_the_one_who_waited()
    {
        var play = Line();
        play.Do(new ProcessEvent.SignerAdded(play.Task("a"), WorkTaskKind.AddedBefore, [new("eva")], null) { Actor = new("ann") });

        play.Do(new ProcessEvent.SignerRemoved(play.Task("a", "eva"), "not needed") { Actor = new("ann") });

        Assert.Equal("ann", Assert.Single(play.State.OpenTasks()).Task.Assignee!.Id);
        play.CompleteAs("ann", "a", "agree");
        Assert.Equal("b", play.Open);
    }

    [Fact]
    public void Copies_and_urges_leave_the_task_where_it_is()
    {
        var play = Line();

        play.Do(new ProcessEvent.Copied(play.Step("a").Id, [new("zoe")], null) { Actor = new("ann") });
        play.Do(new ProcessEvent.Urged(play.Task("a"), "please") { Actor = new("applicant") });

        Assert.Equal("process.not-yours", play.Refused(new ProcessEvent.Urged(play.Task("a")) { Actor = new("stranger") }));
        Assert.Equal("zoe", Assert.Single(play.Commands.OfType<ProcessCommand.SendCopy>()).To[0].Id);
        Assert.Equal(NoticeKind.Urged, Assert.Single(play.Commands.OfType<ProcessCommand.Notify>()).Kind);
        Assert.Equal("a", play.Open);
    }

    [Fact]
    public void A_suspended_process_takes_no_work_until_it_is_resumed()
    {
        var play = Line();
        play.Do(new ProcessEvent.Suspended("waits for an expert") { Actor = new("chief", Capacity.Supervisor) });

        Assert.Equal("process.suspended",
            play.Refused(new ProcessEvent.TaskCompleted(play.Task("a"), "agree", DataMap.Empty) { Actor = new("ann") }));
        play.Do(new ProcessEvent.Resumed { Actor = new("chief", Capacity.Supervisor) }).Complete("a", "agree");
        Assert.Equal("b", play.Open);
        Assert.Equal("process.not-suspended", play.Refused(new ProcessEvent.Resumed { Actor = new("chief", Capacity.Supervisor) }));
    }

    [Fact]
    public void A_termination_needs_a_reason_and_the_right()
    {
        var play = Line();

        Assert.Equal("process.reason-needed", play.Refused(new ProcessEvent.Terminated("") { Actor = Administrator }));
        Assert.Equal("process.not-allowed", play.Refused(new ProcessEvent.Terminated("no") { Actor = new("bob") }));
        play.Do(new ProcessEvent.Terminated("withdrawn law") { Actor = Administrator }).IsOver(InstanceStatus.Terminated);
        Assert.Equal("process.over", play.Refused(new ProcessEvent.Terminated("again") { Actor = Administrator }));
    }

    [Fact]
    public void A_jump_needs_a_second_administrator()
    {
        var play = Line();

        Assert.Equal("process.not-allowed", play.Refused(new ProcessEvent.JumpRequested(0, "c", "x") { Actor = new("ann") }));
        play.Do(new ProcessEvent.JumpRequested(play.Step("a").Id, "c", "wrong desk") { Actor = Administrator });
        var jump = Assert.Single(play.State.Jumps).Id;
        Assert.Equal("process.second-person", play.Refused(new ProcessEvent.JumpApproved(jump) { Actor = Administrator }));
        Assert.Equal("a", play.Open);
        play.Do(new ProcessEvent.JumpApproved(jump) { Actor = new("root2", Capacity.Administrator) });

        Assert.Equal("c", play.Open);
        Assert.Equal("process.no-jump", play.Refused(new ProcessEvent.JumpApproved(jump) { Actor = new("root2", Capacity.Administrator) }));
        play.Complete("c", "agree").IsOver();
    }

    [Fact]
    public void A_jump_without_a_step_replaces_everything_and_one_to_nowhere_is_refused()
    {
        var play = Line();

        Assert.Equal("process.no-such-step", play.Refused(new ProcessEvent.JumpRequested(0, "nowhere", "x") { Actor = Administrator }));
        play.Do(new ProcessEvent.JumpRequested(0, "e", "obsolete") { Actor = Administrator });
        play.Do(new ProcessEvent.JumpRejected(play.State.Jumps[0].Id) { Actor = Administrator });
        Assert.Equal("a", play.Open);
        play.Do(new ProcessEvent.JumpRequested(0, "e", "obsolete") { Actor = Administrator });
        play.Do(new ProcessEvent.JumpApproved(play.State.Jumps[0].Id) { Actor = new("root2", Capacity.Administrator) }).IsOver();
    }

    [Fact]
    public void A_stale_page_and_a_task_done_twice_change_nothing()
    {
        var play = Line();
        var task = play.Task("a");
        var seen = play.Look("a").Revision;
        play.Do(new ProcessEvent.TaskHandedOn(task, new("eva"), null) { Actor = new("ann") });

        Assert.Equal(
            "process.stale", play.Refused(new ProcessEvent.TaskCompleted(task, "agree", DataMap.Empty, null, seen) { Actor = new("eva") }));
        play.CompleteAs("eva", "a", "agree");
        Assert.Equal(
            "process.task-over", play.Refused(new ProcessEvent.TaskCompleted(task, "agree", DataMap.Empty) { Actor = new("eva") }));
    }

    [Fact]
    public void Supervision_is_for_supervisors_and_tells_the_doers()
    {
        var play = Line();

        Assert.Equal("process.not-allowed", play.Refused(new ProcessEvent.SupervisionChanged(true) { Actor = new("ann") }));
        play.Do(new ProcessEvent.SupervisionChanged(true, "mayor asks") { Actor = new("chief", Capacity.Supervisor) });

        Assert.Equal("chief", play.State.SupervisedBy);
        Assert.Equal("ann", Assert.Single(play.Commands.OfType<ProcessCommand.Notify>()).To[0].Id);
    }
}
