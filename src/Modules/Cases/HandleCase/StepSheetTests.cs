using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases.HandleCase;

/// <summary>The process tells the page of a case which fields may be read or changed at a step.</summary>
public sealed class StepSheetTests(PlatformFixture platform) : IClassFixture<PlatformFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => NodeFixture.InstallAsync(
        platform.Services, Path.Combine(TestCluster.Root, "var", "test-packs"), $"t-fields-{Guid.NewGuid():n}",
        [.. SmallService.Files("t-fields").Select(f => (f.Path, f.Content.Replace(Note, Card + Note, StringComparison.Ordinal))),
            ("processes/t-fields.bpmn", Process), ("forms/t-inspection.form.json", Inspection)]);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_officer_corrects_a_field_of_the_application_and_the_case_keeps_both()
    {
        var url = await FiledAsync("原来的说明");
        var reviewer = await platform.OfficerAsync("reviewer3");
        var page = await reviewer.GetAsync(url);
        var form = page.Form("name=\"button\"");
        Assert.Contains("field.note", form.Names);
        Assert.DoesNotContain("field.region", form.Names);

        var empty = await reviewer.SubmitAsync(page, form.Set("field.note", "").Set("field.amount", "10"), "button=agree", follow: false);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Contains("请填写说明", empty.Text, StringComparison.Ordinal);
        var again = empty.Form("name=\"button\"");
        Assert.Equal("10", again["field.amount"]);
        var done = await reviewer.SubmitAsync(empty, again.Set("field.note", "核对后的说明").Set("field.region", "990103001"), "button=agree",
            follow: false);

        Assert.True(done.Status == HttpStatusCode.SeeOther, done.ToString());
        var after = await reviewer.GetAsync(url);
        Assert.Contains("说明： 原来的说明 改为 核对后的说明", after.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("990103001", after.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_the_step_hides_is_not_on_the_page()
    {
        var url = await FiledAsync("要看的说明");

        var page = await (await platform.OfficerAsync("reviewer3")).GetAsync(url);

        Assert.Contains("要看的说明", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("所在地", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_the_step_hides_is_not_shown_in_full_either()
    {
        const string card = "6222020200112230";
        var url = await FiledAsync("有卡号", card);
        var reviewer = await platform.OfficerAsync("reviewer3");
        var address = RevealLinks.To(CaseReveal.KindName, url.Split('/')[^1], "card");
        var page = await reviewer.GetAsync(url);

        var hidden = await reviewer.GetAsync(address);
        var posted = await reviewer.SendAsync(new(HttpMethod.Post, RevealLinks.Page)
        {
            Content = new FormUrlEncodedContent(
            [
                new("__RequestVerificationToken", page.Form("name=\"button\"")["__RequestVerificationToken"]!),
                new("kind", CaseReveal.KindName), new("subject", url.Split('/')[^1]), new("field", "card"), new("reason", "电话核实"),
            ]),
        });
        await reviewer.SubmitAsync(page, page.Form("name=\"button\"").Set("field.amount", "5000"), "button=agree");
        var asked = await reviewer.GetAsync(address);
        var shown = await reviewer.SubmitAsync(asked, asked.Form("name=\"reason\"").Set("reason", "电话核实"));

        Assert.DoesNotContain("银行卡号", page.Text, StringComparison.Ordinal);
        Assert.All([hidden, posted], p => Assert.Equal(HttpStatusCode.NotFound, p.Status));
        Assert.DoesNotContain(card, posted.Html, StringComparison.Ordinal);
        // The next step does not hide it.
        Assert.Contains(card, shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_with_a_form_of_its_own_is_filled_in_and_the_process_decides_by_it()
    {
        var url = await FiledAsync("说明");
        var reviewer = await platform.OfficerAsync("reviewer3");
        var page = await reviewer.GetAsync(url);
        await reviewer.SubmitAsync(page, page.Form("name=\"button\"").Set("field.amount", "5000"), "button=agree");

        page = await reviewer.GetAsync(url);
        Assert.Contains("现场勘查结论", page.Text, StringComparison.Ordinal);
        Assert.Contains("大额核查", page.Text, StringComparison.Ordinal);
        var missing = await reviewer.SubmitAsync(page, page.Form("name=\"button\""), "button=agree", follow: false);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.Status);
        var done = await reviewer.SubmitAsync(page, page.Form("name=\"button\"").Set("field.finding", "与申请一致"), "button=agree", follow: false);

        Assert.True(done.Status == HttpStatusCode.SeeOther, done.ToString());
        Assert.Contains("现场勘查结论： 与申请一致", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_press_leaves_the_application_as_it_was()
    {
        var url = await FiledAsync("原样");
        var reviewer = await platform.OfficerAsync("reviewer3");
        var stale = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(url, "claim");

        var refused = await reviewer.SubmitAsync(
            stale, stale.Form("name=\"button\"").Set("field.note", "不该留下").Set("field.amount", "1"), "button=agree", follow: false);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.DoesNotContain("不该留下", (await reviewer.GetAsync(url)).Html, StringComparison.Ordinal);
    }

    private async Task<string> FiledAsync(string note, string? card = null)
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var page = await citizen.FillAsync($"/apply/{SmallService.Key}", "_submission");
        var filled = page.Form("then").Set("region", "990102001").Set("note", note).Set("card", card ?? "");
        page = await citizen.SubmitAsync(page, filled, "then=next");
        var check = page.Url.EndsWith("/check", StringComparison.Ordinal) ? page
            : await citizen.GetAsync(page.Url[..page.Url.LastIndexOf('/')] + "/check");
        var view = await citizen.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));
        Assert.True(view.Status == HttpStatusCode.OK, view.ToString());
        return view.CaseUrl();
    }

    private static readonly string Process = ProcessRuns.Model("t-fields", $"""
        <bpmn:startEvent id="start"/>
        {ProcessRuns.Step("review", "核对", """
            <zt:assignment kind="role" value="reviewer" of="case.office"/>
            <zt:form><zt:field name="note" access="write" required="true"/><zt:field name="region" access="hidden"/>
            <zt:field name="card" access="hidden"/>
            <zt:field name="amount" title="核定金额" type="number" access="write" required="true"/></zt:form>
            """)}
        <bpmn:exclusiveGateway id="which" default="which-end"/>
        {ProcessRuns.Step("visit", "大额核查", """<zt:assignment kind="role" value="reviewer" of="case.office"/><zt:form key="t-inspection"/>""")}
        <bpmn:endEvent id="end"/><bpmn:endEvent id="visited"/>
        {ProcessRuns.Chain("start", "review", "which", "end")}{ProcessRuns.Chain("visit", "visited")}
        <bpmn:sequenceFlow id="big" sourceRef="which" targetRef="visit"><bpmn:conditionExpression>amount &gt;= 1000</bpmn:conditionExpression></bpmn:sequenceFlow>
        """);

    private const string Note = """{ "type": "textfield", "id": "f_note",""";

    private const string Card =
        """{ "type": "textfield", "id": "f_card", "key": "card", "label": "银行卡号", "properties": { "zt:type": "bank-card" } }, """;

    private const string Inspection = """
        {
          "schemaVersion": 18, "type": "default", "id": "t-inspection",
          "components": [
            { "type": "textarea", "id": "f_finding", "key": "finding", "label": "现场勘查结论", "validate": { "required": true, "maxLength": 500 } }
          ]
        }
        """;
}
