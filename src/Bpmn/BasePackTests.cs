using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;

namespace Zhengtong.Bpmn;

/// <summary>The processes of the base pack: publishable, drawn completely, and doing what their names say.</summary>
public sealed class BasePackTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "packs", "base", "processes");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.bpmn", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    private static BpmnFile Read(string file) => BpmnReader.Read(File.ReadAllBytes(Path.Combine(Folder, file))).Require();

    private static Play Of(string file) => Play.Of(Read(file).Process()!, new FeelExpressions());

    [Theory]
    [MemberData(nameof(Files))]
    public void A_process_of_the_pack_may_be_published_without_a_warning(string file)
    {
        var model = Read(file).Process()!;

        Assert.Empty(new ProcessValidator(new FeelExpressions()).Validate(model));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), model.Key);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_element_of_the_pack_is_drawn_once(string file)
    {
        var bpmn = Read(file);
        var model = bpmn.Process()!;
        var diagram = Assert.Single(bpmn.Diagrams);

        Assert.Equal(model.Nodes.Select(n => n.Id).Order(StringComparer.Ordinal),
            diagram.Shapes.Select(s => s.Element).Order(StringComparer.Ordinal));
        Assert.Equal(Flows(model.Root).Order(StringComparer.Ordinal), diagram.Edges.Select(e => e.Element).Order(StringComparer.Ordinal));
        Assert.All(diagram.Edges, e => Assert.True(e.Waypoints.Count >= 2, e.Element));
    }

    private static IEnumerable<string> Flows(FlowScope scope) =>
        scope.Flows.Select(f => f.Id).Concat(scope.Nodes.OfType<SubProcess>().SelectMany(s => Flows(s.Body)));

    [Fact]
    public void A_standard_case_is_accepted_reviewed_approved_and_issued()
    {
        var play = Of("standard-case.bpmn").Begin(("timeLimitDays", 7));

        play.Complete("pre-check", "accept").Complete("review", "pass").Complete("decide", "approve");

        Assert.Equal("approved", play.IsOver().State.Outcome);
        var services = play.Commands.OfType<ProcessCommand.RunService>().ToList();
        Assert.Equal(["cases.accept", "cases.issue"], services.Select(s => s.Service));
        Assert.Equal("approved", services[1].Inputs["decision"]);
    }

    [Fact]
    public void A_standard_case_that_is_corrected_stops_its_clock_meanwhile()
    {
        var play = Of("standard-case.bpmn").Begin(("timeLimitDays", 10));
        var due = play.State.Limit!.DueAt;

        play.Complete("pre-check", "correct");
        Assert.Equal("applicant", play.Look("correction").Assignee!.Id);
        Assert.NotNull(play.State.Limit!.StoppedAt);
        play.Pass(TimeSpan.FromDays(7)).Complete("correction", "submit");

        Assert.Equal("pre-check", play.Open);
        Assert.Equal(due.AddDays(7), play.State.Limit!.DueAt);
    }

    [Fact]
    public void A_standard_case_that_is_not_corrected_in_time_counts_as_withdrawn()
    {
        var play = Of("standard-case.bpmn").Begin().Complete("pre-check", "correct");

        Assert.Equal("withdrawn", play.Pass(TimeSpan.FromDays(60)).IsOver().State.Outcome);
    }

    [Fact]
    public void A_standard_case_is_refused_not_accepted_or_withdrawn()
    {
        Assert.Equal("not-accepted", Of("standard-case.bpmn").Begin().Complete("pre-check", "reject").IsOver().State.Outcome);
        Assert.Equal("refused", Of("standard-case.bpmn").Begin().Complete("pre-check", "accept").Complete("review", "fail")
            .Complete("decide", "deny").IsOver().State.Outcome);
        Assert.Equal("withdrawn",
            Of("standard-case.bpmn").Begin().Complete("pre-check", "accept").Message("cases.withdrawn", "case-1").IsOver().State.Outcome);
    }

    [Fact]
    public void A_decision_returned_to_the_clerk_comes_straight_back()
    {
        var play = Of("standard-case.bpmn").Begin().Complete("pre-check", "accept").Complete("review", "pass");

        play.Do(new ProcessEvent.TaskReturned(play.Task("decide"), "pre-check", ResumeMode.Straight, "材料页码有误") { Actor = new("approver") });
        Assert.Equal("pre-check", play.Open);
        play.Complete("pre-check", "accept");

        Assert.Equal("decide", play.Open);
    }

    [Fact]
    public void A_decision_returned_to_the_applicant_gives_them_the_correction_step()
    {
        var play = Of("standard-case.bpmn").Begin().Complete("pre-check", "accept").Complete("review", "pass");

        play.Do(new ProcessEvent.TaskReturned(play.Task("decide"), "applicant", ResumeMode.Replay, "照片不清") { Actor = new("approver") });

        Assert.Equal("correction", play.Open);
        play.Complete("correction", "submit");
        Assert.Equal("pre-check", play.Open);
    }

    [Fact]
    public void A_special_procedure_runs_beside_the_review_and_stops_the_clock()
    {
        var play = Of("standard-case.bpmn").Begin().Complete("pre-check", "accept")
            .Message("cases.special-procedure", "case-1", ("kind", "hearing"));

        Assert.Equal("review special", play.Open);
        Assert.NotNull(play.State.Limit!.StoppedAt);
        play.Complete("special", "finish");

        Assert.Null(play.State.Limit!.StoppedAt);
        Assert.Equal("hearing", play["specialProcedure"]);
        play.Complete("review", "pass").Complete("decide", "approve").IsOver();
    }

    [Theory]
    [InlineData("simple-approval", "apply:submit approve:agree", "agreed")]
    [InlineData("simple-approval", "apply:submit approve:refuse", "refused")]
    [InlineData("two-level-approval", "apply:submit head:agree leader:agree", "agreed")]
    [InlineData("two-level-approval", "apply:submit head:refuse", "refused")]
    [InlineData("any-sign", "apply:submit approve:agree", "agreed")]
    [InlineData("correction-loop", "apply:submit check:correct correct:submit check:pass", "passed")]
    [InlineData("correction-loop",
        "apply:submit check:correct correct:submit check:correct correct:submit check:correct correct:submit check:correct", "closed")]
    [InlineData("tacit-approval", "submit:submit object:object", "objected")]
    [InlineData("tacit-approval", "submit:submit wait", "filed")]
    [InlineData("public-notice", "prepare:submit approve:refuse prepare:submit approve:agree wait", "confirmed")]
    [InlineData("committee-vote", "submit:submit experts:submit vote:agree", "rejected")]
    public void A_template_goes_its_way(string template, string moves, string outcome)
    {
        var play = Of($"templates/{template}.bpmn").Begin(("amount", 10));
        foreach (var move in moves.Split(' '))
        {
            _ = move == "wait" ? play.Pass(TimeSpan.FromDays(20)) : play.Complete(move.Split(':')[0], move.Split(':')[1]);
        }

        Assert.Equal(outcome, play.IsOver().State.Outcome);
    }

    [Fact]
    public void The_countersign_template_goes_round_until_everybody_agrees()
    {
        var play = Of("templates/countersign.bpmn").Begin(("signers", new[] { "x", "y" })).Complete("draft", "submit");

        play.CompleteAs("x", "sign", "agree").CompleteAs("y", "sign", "refuse");
        Assert.Equal("draft", play.Open);
        play.Complete("draft", "submit").CompleteAs("x", "sign", "agree").CompleteAs("y", "sign", "agree").Complete("confirm", "finish");

        Assert.Equal("agreed", play.IsOver().State.Outcome);
        Assert.Equal(["x", "y"], Assert.Single(play.Commands.OfType<ProcessCommand.Announce>()).Known.Select(p => p.Id));
    }

    [Fact]
    public void The_joint_review_collects_every_departments_opinion()
    {
        var play = Of("templates/joint-review.bpmn").Begin();
        play.Complete("dispatch", "dispatch", ("departments", new[] { "fire", "health" }));

        foreach (var (_, task) in play.State.OpenTasks().ToList())
        {
            play.Do(new ProcessEvent.TaskCompleted(task.Id, "agree", DataMap.Of(("opinion", "好"))) { Actor = new("reviewer") });
        }

        Assert.Equal(DataList.From([DataMap.Of(("department", "fire"), ("outcome", "agree"), ("opinion", "好")),
            DataMap.Of(("department", "health"), ("outcome", "agree"), ("opinion", "好"))]), play["opinions"]);
        Assert.Equal("agreed", play.Complete("summarise", "agree").IsOver().State.Outcome);
    }

    [Fact]
    public void The_circulation_reads_and_handles_side_by_side()
    {
        var play = Of("templates/document-circulation.bpmn").Begin(("readers", new[] { "r1", "r2" }), ("handlers", new[] { "h1" }));
        play.Complete("register", "submit").Complete("propose", "propose").Complete("instruct", "instruct");

        play.CompleteAs("r1", "circulate", "read").CompleteAs("h1", "handle", "done").CompleteAs("r2", "circulate", "read");

        Assert.Equal("applicant", play.Look("archive").Assignee!.Id);
        Assert.Equal("archived", play.Complete("archive", "archive").IsOver().State.Outcome);
    }

    [Theory]
    [InlineData(100, "head", "agreed")]
    [InlineData(60000, "head leader", "agreed")]
    [InlineData(600000, "head leader meeting", "agreed")]
    public void The_graded_approval_goes_as_high_as_the_amount(int amount, string steps, string outcome)
    {
        var play = Of("templates/graded-approval.bpmn").Begin().Complete("apply", "submit", ("amount", amount));

        foreach (var step in steps.Split(' '))
        {
            play.Complete(step, "agree");
        }

        Assert.Equal(outcome, play.IsOver().State.Outcome);
    }

    [Fact]
    public void The_assignment_reminds_until_it_is_done_and_goes_round_when_it_is_not_good()
    {
        var play = Of("templates/assign-and-supervise.bpmn").Begin();
        play.Complete("assign", "assign", ("handlers", new[] { "h1" }));

        play.Pass(TimeSpan.FromDays(11));
        Assert.Equal(2, play.Count<ProcessCommand.PublishMessage>());
        play.Complete("handle", "done", ("feedback", "好")).Complete("verify", "redo").Complete("handle", "done", ("feedback", "更好"))
            .Complete("verify", "accept");

        Assert.Equal("closed", play.IsOver().State.Outcome);
    }

    [Fact]
    public void An_objection_ends_the_notice_early()
    {
        var play = Of("templates/public-notice.bpmn").Begin().Complete("prepare", "submit").Complete("approve", "agree");

        play.Message("processes.objection", "case-1", ("text", "不实")).Complete("recheck", "accept");

        Assert.Equal(("cancelled", "不实"), (play.IsOver().State.Outcome, play["objection"]));
    }
}
