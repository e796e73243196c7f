using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Documents;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases;

/// <summary>The whole way of one application over HTTP, without script: apply, correct, accept, return, approve, rate.</summary>
public sealed partial class CaseWalkTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Service = "old-age-allowance";

    [Fact]
    public async Task An_application_goes_from_draft_to_rating()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await SubmitAsync(citizen);
        var number = NumberIn(view);
        Assert.Contains("<svg", view.Html, StringComparison.Ordinal);

        var clerk = await platform.OfficerAsync("clerk1");
        var inbox = await clerk.GetAsync($"/workbench/inbox?q={number}");
        Assert.Contains(number, inbox.Text, StringComparison.Ordinal);
        var caseUrl = inbox.MainLinks.First(l => l.StartsWith("/workbench/cases/", StringComparison.Ordinal));

        // The clerk of another district does not even learn that it exists.
        var stranger = await platform.OfficerAsync("clerk2");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(caseUrl)).Status);
        Assert.DoesNotContain(number, (await stranger.GetAsync($"/workbench/inbox?q={number}")).Text, StringComparison.Ordinal);

        var page = await clerk.GetAsync(caseUrl);
        var asked = await clerk.SubmitAsync(page, page.Form("tasks").Set("missing", "bank-card").Set("reason", "银行卡照片看不清"),
            "button=correct", follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);

        var correcting = await citizen.GetAsync(view.Url);
        Assert.Contains("待补正", correcting.Text, StringComparison.Ordinal);
        Assert.Contains("银行卡照片看不清", correcting.Text, StringComparison.Ordinal);
        var again = await UploadAsync(citizen, view.Url + "/materials", "bank-card");
        Assert.Equal(HttpStatusCode.SeeOther, again.Status);
        var resubmitted = await ConfirmAsync(citizen, view.Url + "/check");
        Assert.Contains("待预审", resubmitted.Text, StringComparison.Ordinal);

        await PressAsync(clerk, caseUrl, "accept", null);
        var reviewer = await platform.OfficerAsync("reviewer1");
        await PressAsync(reviewer, caseUrl, "pass", "符合条件");

        var approver = await platform.OfficerAsync("approver1");
        page = await approver.GetAsync(caseUrl);
        var returned = await approver.SubmitAsync(page, page.Form("/moves/return").Set("target", "previous").Set("reason", "请补充核实居住情况"),
            follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, returned.Status);
        await PressAsync(reviewer, caseUrl, "pass", "已核实");

        await PressAsync(approver, caseUrl, "approve", "同意");
        var decided = await approver.GetAsync(caseUrl);
        Assert.Contains("规则判断记录", decided.Text, StringComparison.Ordinal);
        Assert.Contains("提交申请 · 是否符合条件", decided.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("old-age-allowance#", decided.Html, StringComparison.Ordinal);
        Assert.Contains("命中规则", decided.Text, StringComparison.Ordinal);
        var done = await citizen.GetAsync(view.Url);
        Assert.Contains("已办结", done.Text, StringComparison.Ordinal);
        Assert.Contains("受理通知书", done.Text, StringComparison.Ordinal);
        Assert.Contains("老年综合津贴批准通知书", done.Text, StringComparison.Ordinal);

        var told = await citizen.GetAsync("/messages");
        Assert.Contains("老年综合津贴需要补正", told.Text, StringComparison.Ordinal);
        Assert.Contains("老年综合津贴已办结", told.Text, StringComparison.Ordinal);

        var rated = await citizen.SubmitAsync(done, done.Form("/rate").Set("level", "5").Set("words", "很方便"));
        Assert.Contains("很方便", rated.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("提交评价", rated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_officers_at_once_are_told_apart()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await SubmitAsync(citizen);
        var caseUrl = "/workbench/cases/" + view.Url.Split('/')[^1];
        await PressAsync(await platform.OfficerAsync("clerk1"), caseUrl, "accept", null);
        var (first, second) = (await platform.OfficerAsync("reviewer1"), await platform.OfficerAsync("orgadmin1"));
        var (one, two) = (await first.GetAsync(caseUrl), await second.GetAsync(caseUrl));

        var answers = await Task.WhenAll(
            first.SubmitAsync(one, one.Form("tasks").Set("reason", "通过"), "button=pass", follow: false),
            second.SubmitAsync(two, two.Form("tasks").Set("reason", "不通过"), "button=fail", follow: false));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
        var refused = Assert.Single(answers, a => a.Status == HttpStatusCode.Conflict);
        Assert.Contains("刷新", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replayed_submission_is_one_case()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var draft = await FilledAsync(citizen);
        var check = await citizen.GetAsync(draft + "/check");
        var form = check.Form("confirm").Set("confirm", "true");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => citizen.SubmitAsync(check, form, follow: false)));

        Assert.All(answers, a => Assert.Equal((HttpStatusCode.SeeOther, draft), (a.Status, a.Location)));
    }

    [Fact]
    public async Task A_draft_is_taken_up_where_it_was_left_and_deleted_when_asked()
    {
        var citizen = await platform.CitizenAsync("zhoujianguo");
        var page = await StartAsync(citizen);
        var draft = page.Url[..page.Url.IndexOf("/fill", StringComparison.Ordinal)];
        Assert.EndsWith("/fill?page=1", (await citizen.GetAsync(draft + "/resume")).Url, StringComparison.Ordinal);
        page = await citizen.SubmitAsync(page, page.Form("then").Set("localHousehold", "yes"), "then=next");
        page = await citizen.GetAsync(draft + "/resume");
        Assert.EndsWith("/fill?page=3", page.Url, StringComparison.Ordinal);
        Assert.Equal("ordinary", page.Form("then")["householdType"]);
        Assert.Contains(draft, (await citizen.GetAsync("/my/cases?status=draft")).MainLinks);
        Assert.DoesNotContain(draft, (await citizen.GetAsync("/my/cases?status=open")).MainLinks);

        var view = await citizen.GetAsync(draft + "?dialog=discard");
        await citizen.SubmitAsync(view, view.Form("/discard"));

        Assert.Equal(HttpStatusCode.NotFound, (await citizen.GetAsync(draft)).Status);
    }

    [Fact]
    public async Task Everything_that_ones_space_leads_to_is_there()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await SubmitAsync(citizen);
        foreach (var link in (await citizen.GetAsync("/my")).MainLinks.Concat(view.MainLinks).Where(l => l.StartsWith('/')).Distinct())
        {
            Assert.True((int)(await citizen.GetAsync(link)).Status == 200, link);
        }
        var receipt = await citizen.GetAsync(view.Url + "/receipt");
        Assert.Contains(NumberIn(view), receipt.Text, StringComparison.Ordinal);
        Assert.Contains("云溪市临江区民政局", receipt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_licence_that_the_platform_has_issued_need_not_be_brought()
    {
        var citizen = await platform.CitizenAsync("zhoujianguo");
        var person = await platform.Get<IPeople>().PersonByIdNumberAsync("990102197006051036", default);
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.issue", Actor.System("tests")), default))
        {
            var issued = await platform.Get<DocumentIssuer>().IssueAsync(work, new()
            {
                Document = platform.Get<DocumentIssuer>().ByUse("accepted")!, SubjectType = "case", SubjectId = work.NewId(),
                Issuer = "云溪市公安局",
                HolderId = person!.Id, HolderName = "周建国", LicenceType = "id-card", Facts = new Dictionary<string, object?>(),
            }, default);
            Assert.True(issued.IsSuccess, issued.Error?.Message);
            await work.CommitAsync(default);
        }

        var page = await StartAsync(citizen);
        var draft = page.Url[..page.Url.IndexOf("/fill", StringComparison.Ordinal)];
        var materials = await citizen.GetAsync(draft + "/materials");

        Assert.Contains("电子证照：受理通知书", materials.Text, StringComparison.Ordinal);
        var file = await citizen.GetAsync(materials.Link("/files/"));
        Assert.Equal(HttpStatusCode.OK, file.Status);
        Assert.Contains("还缺：银行卡", (await citizen.GetAsync(draft + "/check")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("还缺：申请人居民身份证", (await citizen.GetAsync(draft + "/check")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_case_does_not_exist()
    {
        var owner = await platform.CitizenAsync("chenguilan");
        var draft = await FilledAsync(owner);
        var other = await platform.CitizenAsync("zhoujianguo");

        foreach (var path in (string[])["", "/resume", "/fill?page=1", "/materials", "/check", "/receipt"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(draft + path)).Status);
        }
    }

    [Fact]
    public async Task Faults_are_named_beside_their_fields_and_nothing_is_lost()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var page = await StartAsync(citizen);

        var refused = await citizen.SubmitAsync(
            page, page.Form("then").Set("idNumber", "110101199003070000").Set("mobile", "123").Set("name", "<script>alert(1)</script>")
                .Set("localHousehold", "yes"), "then=next");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("身份证", refused.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"#f-idNumber\"", refused.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", refused.Html, StringComparison.Ordinal);
        Assert.Equal("123", refused.Form("then")["mobile"]);
    }

    [Fact]
    public async Task A_zip_that_poses_as_pdf_is_refused_with_the_materials_name()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var draft = await FilledAsync(citizen, upload: false);

        var refused = await UploadAsync(citizen, draft + "/materials", "id-card",
            "PK\u0003\u0004 this is a zip archive, not a document"u8.ToArray());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("申请人居民身份证", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_case_ends_and_leaves_the_inboxes()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await SubmitAsync(citizen);

        var after = await citizen.SubmitAsync(view, view.Form("/withdraw").Set("reason", "暂时不办"));

        Assert.Contains("已撤回", after.Text, StringComparison.Ordinal);
        var clerk = await platform.OfficerAsync("clerk1");
        Assert.DoesNotContain(NumberIn(view), (await clerk.GetAsync($"/workbench/inbox?q={NumberIn(view)}"))
            .Text.Replace($"“{NumberIn(view)}”", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<HtmlPage> StartAsync(Browser citizen) => await citizen.FillAsync($"/apply/{Service}", "_submission");

    /// <returns>Address of the draft, filled in and (mostly) with its materials.</returns>
    private static async Task<string> FilledAsync(Browser citizen, bool upload = true)
    {
        var page = await StartAsync(citizen);
        Assert.Equal("990102194403121006", page.Form("then")["idNumber"]);
        page = await citizen.SubmitAsync(page, page.Form("then").Set("localHousehold", "yes"), "then=next");
        page = await citizen.SubmitAsync(page,
            page.Form("then").Set("householdType", Choice(page, "householdType")).Set("otherAllowance", "no"), "then=next");
        page = await citizen.SubmitAsync(
            page, page.Form("then").Set("bank", Choice(page, "bank")).Set("bankAccount", Luhn("622202000000000000"))
                .Set("bankHolder", "陈桂兰"), "then=next");
        Assert.EndsWith("/materials", page.Url, StringComparison.Ordinal);
        var draft = page.Url[..^"/materials".Length];
        if (!upload) { return draft; }
        foreach (var material in page.Forms.SelectMany(f => f.Names).Where(n => n.StartsWith("material.", StringComparison.Ordinal))
            .Distinct())
        {
            var sent = await UploadAsync(citizen, page.Url, material["material.".Length..]);
            Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        }
        return draft;
    }

    private static async Task<HtmlPage> SubmitAsync(Browser citizen) => await ConfirmAsync(citizen, await FilledAsync(citizen) + "/check");

    private static async Task<HtmlPage> ConfirmAsync(Browser citizen, string url)
    {
        var check = await citizen.GetAsync(url);
        Assert.Contains("符合办理条件", check.Text, StringComparison.Ordinal);
        var view = await citizen.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));
        Assert.True(view.Status == HttpStatusCode.OK, view.ToString());
        return view;
    }

    private static async Task<HtmlPage> UploadAsync(Browser citizen, string url, string material, byte[]? bytes = null)
    {
        var page = await citizen.GetAsync(url);
        return await citizen.SubmitAsync(
            page, page.Forms.First(f => f.IsMultipart), "then=stay", follow: false,
            files: ($"material.{material}", "证明.pdf", bytes ?? Pdf(), "application/pdf"));
    }

    private static async Task PressAsync(Browser officer, string caseUrl, string button, string? reason)
    {
        var page = await officer.GetAsync(caseUrl);
        var form = page.Form("name=\"button\"").Set("reason", reason ?? "").Set("missing", null);
        var done = await officer.SubmitAsync(page, form, $"button={button}", follow: false);
        Assert.True(done.Status == HttpStatusCode.SeeOther, $"{button}: {done}");
    }

    private static string NumberIn(HtmlPage page) => Number().Match(page.Text).Groups[1].Value;

    /// <summary>The first real choice of a select.</summary>
    private static string Choice(HtmlPage page, string name) =>
        Regex.Match(Regex.Match(page.Html, $"<select[^>]*name=\"{name}\".*?</select>", RegexOptions.Singleline).Value,
            "<option value=\"([^\"]+)\"").Groups[1].Value;

    private static string Luhn(string digits) => digits + Kernel.Validators.LuhnCheck(digits);

    private static byte[] Pdf() => Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n");

    [GeneratedRegex(@"办件编号 (\d+)")]
    private static partial Regex Number();
}
