using System.Net;
using Xunit;
using Zhengtong.Support;
using static Zhengtong.Support.ProcessRuns;

namespace Zhengtong.Processes.Signing;

/// <summary>会签, 或签 and steps passed over, pressed by several officers over HTTP.</summary>
public sealed class SigningTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly string[] Signers = ["reviewer1", "orgadmin1", "approver1"];
    private readonly ProcessRuns _runs = new(platform);

    [Theory]
    [InlineData("all", """<zt:sign mode="all"/>""", "agree agree agree", "yes")]
    [InlineData("all-against", """<zt:sign mode="all"/>""", "agree refuse agree", "no")]
    [InlineData("share", """<zt:sign mode="share" threshold="0.6"/>""", "agree agree", "yes")]
    [InlineData("share-against", """<zt:sign mode="share" threshold="0.6"/>""", "refuse refuse", "no")]
    [InlineData("veto", """<zt:sign mode="veto"/>""", "refuse", "no")]
    [InlineData("veto-agree", """<zt:sign mode="veto"/>""", "agree agree agree", "yes")]
    [InlineData("weighted", """<zt:sign mode="weighted" threshold="3" weight="if person = first then 3 else 1"/>""", "agree", "yes")]
    [InlineData("weighted-light", """<zt:sign mode="weighted" threshold="4" weight="if person = first then 3 else 1"/>""", "refuse", "no")]
    [InlineData("any", "", "agree", "yes")]
    public async Task A_step_of_several_is_decided_as_its_rule_says(string key, string sign, string votes, string outcome)
    {
        var people = await Task.WhenAll(Signers.Select(_runs.IdOfAsync));
        var pick = key == "any" ? "claim" : "all";
        var run = await _runs.RunAsync($"t-sign-{key}", $"""
            <bpmn:startEvent id="start"/>
            {Step("sign", "会签意见", $"""<zt:assignment kind="expression" value="{People(people)}" pick="{pick}"/>{sign}""")}
            <bpmn:exclusiveGateway id="which" default="which-no"/>{End("yes", "yes")}{End("no", "no")}
            {Chain("start", "sign", "which")}{Chain("which", "no")}
            <bpmn:sequenceFlow id="which-yes" sourceRef="which" targetRef="yes"><bpmn:conditionExpression>outcome = "agree"</bpmn:conditionExpression></bpmn:sequenceFlow>
            """, Bpmn.Data.DataMap.Of(("first", people[0].ToString())));
        foreach (var account in Signers)
        {
            Assert.Contains(run.Number, (await (await platform.OfficerAsync(account)).GetAsync($"/workbench/inbox?q={run.Number}")).Text,
                StringComparison.Ordinal);
        }

        foreach (var (account, vote) in Signers.Zip(votes.Split(' ')))
        {
            Assert.Equal("running", await _runs.StatusAsync(run.Id));
            var pressed = await (await platform.OfficerAsync(account)).PressAsync(run.Url, vote);
            Assert.True(pressed.Status == HttpStatusCode.SeeOther, pressed.ToString());
        }

        Assert.Equal("completed", await _runs.StatusAsync(run.Id));
        Assert.Equal(outcome, await _runs.OutcomeAsync(run.Id));
        // Whoever was not needed any more has nothing left to do.
        var last = await (await platform.OfficerAsync(Signers[^1])).GetAsync($"/workbench/inbox?q={run.Number}");
        Assert.DoesNotContain(last.MainLinks, l => l == run.Url);
    }

    [Fact]
    public async Task Signers_in_sequence_get_their_tasks_one_after_another()
    {
        var people = await Task.WhenAll(Signers.Select(_runs.IdOfAsync));
        var run = await _runs.RunAsync("t-sign-sequence", $"""
            <bpmn:startEvent id="start"/>
            {Step("sign", "逐级会签", $"""<zt:assignment kind="expression" value="{People(people)}" pick="all"/><zt:sign mode="all" order="sequence"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "sign", "end")}
            """);

        foreach (var (account, person) in Signers.Zip(people))
        {
            Assert.Equal([person], await _runs.DoersAsync(run.Id));
            await (await platform.OfficerAsync(account)).PressAsync(run.Url, "agree");
        }

        Assert.Equal("completed", await _runs.StatusAsync(run.Id));
    }

    [Fact]
    public async Task Who_approved_already_is_passed_over_and_the_history_says_why()
    {
        var approver = await _runs.IdOfAsync("approver1");
        var run = await _runs.RunAsync("t-skip-same", $"""
            <bpmn:startEvent id="start"/>
            {Step("first", "科室审批", $"""<zt:assignment kind="person" value="{approver}"/>""")}
            {Step("second", "分管审批", $"""<zt:assignment kind="person" value="{approver}"/><zt:skip same-person="previous"/>""")}
            {Step("third", "归档", """<zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "first", "second", "third", "end")}
            """);
        var browser = await platform.OfficerAsync("approver1");

        await browser.PressAsync(run.Url, "agree");

        Assert.Equal(["归档"], await _runs.StepsAsync(run.Id));
        Assert.Contains("自动跳过", (await browser.GetAsync(run.Url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_against_is_asked_again()
    {
        var approver = await _runs.IdOfAsync("approver1");
        var run = await _runs.RunAsync("t-skip-against", $"""
            <bpmn:startEvent id="start"/>
            {Step("first", "科室审批", $"""<zt:assignment kind="person" value="{approver}"/>""")}
            {Step("second", "分管审批", $"""<zt:assignment kind="person" value="{approver}"/><zt:skip same-person="previous"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "first", "second", "end")}
            """);

        await (await platform.OfficerAsync("approver1")).PressAsync(run.Url, "refuse");

        Assert.Equal(["分管审批"], await _runs.StepsAsync(run.Id));
    }

    [Fact]
    public async Task A_step_that_nobody_can_do_is_skipped_or_becomes_an_incident()
    {
        var skipped = await _runs.RunAsync("t-nobody-skip", $"""
            <bpmn:startEvent id="start"/>
            {Step("step", "无人环节", """<zt:assignment kind="post" value="no-such-post"/><zt:skip nobody="skip"/>""")}
            {Step("next", "下一环节", """<zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "step", "next", "end")}
            """);
        var stopped = await _runs.RunAsync("t-nobody-incident", $"""
            <bpmn:startEvent id="start"/>
            {Step("step", "无人环节", """<zt:assignment kind="post" value="no-such-post"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "step", "end")}
            """);

        Assert.Equal(["下一环节"], await _runs.StepsAsync(skipped.Id));
        Assert.Equal("running", await _runs.StatusAsync(stopped.Id));
        var incidents = await (await platform.OfficerAsync("operator1")).GetAsync("/workbench/processes/incidents");
        Assert.Contains(stopped.Number, incidents.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(skipped.Number, incidents.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_without_a_task_does_not_find_the_run_and_cannot_press()
    {
        var run = await _runs.RunAsync("t-stranger", $"""
            <bpmn:startEvent id="start"/>
            {Step("step", "审批", """<zt:assignment kind="role" value="reviewer" of="&quot;civil/990102&quot;"/>""")}
            <bpmn:endEvent id="end"/>{Chain("start", "step", "end")}
            """);
        var page = await (await platform.OfficerAsync("reviewer1")).GetAsync(run.Url);
        var stranger = await platform.OfficerAsync("clerk2");
        var own = (await stranger.GetAsync("/workbench/inbox/deputies")).Form("from");

        var refused = await stranger.SubmitAsync(
            page, page.Form("name=\"button\"").Set("__RequestVerificationToken", own["__RequestVerificationToken"] ?? ""), "button=agree",
            follow: false);

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(run.Url)).Status);
        Assert.Equal("running", await _runs.StatusAsync(run.Id));
    }
}
