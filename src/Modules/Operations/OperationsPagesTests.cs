using System.Collections.Concurrent;
using System.Net;
using Xunit;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;
using Zhengtong.Operations.Audit;
using Zhengtong.Operations.Contracts;
using Zhengtong.Support;

namespace Zhengtong.Operations;

public sealed class OperationsPagesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly Actor Tests = Actor.System("tests");
    private static readonly ConcurrentDictionary<(PlatformFixture, string), Lazy<Task<IDictionary<string, string>>>> Sessions = [];

    /// <summary>Page × who: 200, or 403 for officers without the right; the auditor sees no operations, operators no audit.</summary>
    [Theory]
    [InlineData(OperationsLinks.Health, "operator1", 200)]
    [InlineData(OperationsLinks.Health, "clerk1", 403)]
    [InlineData(OperationsLinks.Health, "auditor", 403)]
    [InlineData(OperationsLinks.Jobs, "operator1", 200)]
    [InlineData(OperationsLinks.Jobs, "clerk1", 200)]
    [InlineData(OperationsLinks.Schedules, "operator1", 200)]
    [InlineData(OperationsLinks.Schedules, "clerk1", 403)]
    [InlineData(OperationsLinks.Outbox, "operator1", 200)]
    [InlineData(OperationsLinks.Outbox, "clerk1", 403)]
    [InlineData(OperationsLinks.Messages, "operator1", 200)]
    [InlineData(OperationsLinks.Messages, "clerk1", 403)]
    [InlineData(OperationsLinks.Files, "operator1", 200)]
    [InlineData(OperationsLinks.Files, "clerk1", 403)]
    [InlineData(OperationsLinks.Packs, "operator1", 200)]
    [InlineData(OperationsLinks.Packs, "clerk1", 403)]
    [InlineData(OperationsLinks.Audit, "auditor", 200)]
    [InlineData(OperationsLinks.Audit, "operator1", 403)]
    [InlineData(OperationsLinks.Audit, "sysadmin", 403)]
    [InlineData(OperationsLinks.Audit, "clerk1", 403)]
    public async Task Each_page_opens_for_those_who_have_the_right_and_nobody_else(string url, string account, int status)
    {
        var page = await (await OfficerAsync(account)).GetAsync(url);

        Assert.Equal((HttpStatusCode)status, page.Status);
    }

    [Fact]
    public async Task A_visitor_is_led_to_the_sign_in()
    {
        var page = await platform.Visitor().GetAsync(OperationsLinks.Audit, follow: false);

        Assert.StartsWith("/workbench/sign-in", page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_says_acts_in_words_and_finds_them_by_words()
    {
        await (await platform.OfficerAsync("clerk1")).GetAsync("/workbench");
        var auditor = await OfficerAsync("auditor");

        var found = await auditor.GetAsync($"{OperationsLinks.Audit}?operation=登录");

        Assert.Contains("title=\"identity.sign-in\"", found.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("identity.sign-in", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("title=\"audit.", found.Html, StringComparison.Ordinal);
        Assert.Equal("tests.act", AuditWords.Operation("tests.act"));
    }

    [Fact]
    public async Task The_auditor_finds_an_act_with_before_and_after_and_the_search_itself_is_audited()
    {
        var subject = Guid.NewGuid().ToString();
        await using (var work = await platform.Get<Database>()
            .BeginAsync(new("tests.change", Tests with { Name = "甲某" }) { Reason = "更正" }, default))
        {
            work.Audit("case", subject, new { name = "旧名称", same = 1 }, new { name = "新名称", same = 1 });
            await work.CommitAsync(default);
        }
        var auditor = await OfficerAsync("auditor");

        var list = await auditor.GetAsync($"{OperationsLinks.Audit}?subject-type=case&subject={subject}&operation=tests.");
        Assert.Contains("甲某", list.Text, StringComparison.Ordinal);
        var entry = await auditor.GetAsync(list.Link(OperationsLinks.Audit + "/"));

        Assert.Contains("内容完整", entry.Text, StringComparison.Ordinal);
        Assert.Contains("旧名称", entry.Text, StringComparison.Ordinal);
        Assert.Contains("新名称", entry.Text, StringComparison.Ordinal);
        var own = await auditor.GetAsync($"{OperationsLinks.Audit}?operation=audit.search&actor={Uri.EscapeDataString("白雪松")}");
        Assert.Contains("查询审计日志", own.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=not-a-day&until=9999-99-99&cursor=x&actor-id=y")]
    [InlineData("operation=%27%3B+drop+table+audit.entries%3B--&actor=%25%5C_%00")]
    [InlineData("subject=%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    public async Task Strange_searches_are_answered_and_harmless(string query)
    {
        var page = await (await OfficerAsync("auditor")).GetAsync($"{OperationsLinks.Audit}?{query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_auditor_verifies_the_chain_and_reads_the_result()
    {
        var auditor = await OfficerAsync("auditor");
        var page = await auditor.GetAsync(OperationsLinks.Audit);

        var job = await auditor.SubmitAsync(page, page.Form("/verify"));

        Assert.StartsWith(OperationsLinks.Jobs + "/", job.Url, StringComparison.Ordinal);
        await KernelFixture.EventuallyAsync(
            async () => (job = await auditor.GetAsync(job.Url)).Text.Contains("校验结果", StringComparison.Ordinal), "verified", 60);
        Assert.Contains("审计日志完整", job.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_for_who_asked_for_it_alone()
    {
        var (auditor, operators) = (await OfficerAsync("auditor"), await OfficerAsync("operator1"));
        var page = await auditor.GetAsync($"{OperationsLinks.Audit}?operation=tests.");
        var job = await auditor.SubmitAsync(page, page.Form("/export"));
        await KernelFixture.EventuallyAsync(
            async () => (job = await auditor.GetAsync(job.Url)).Text.Contains("下载结果文件", StringComparison.Ordinal), "exported", 60);

        var file = await auditor.GetAsync(job.Link("/file"));
        Assert.Contains("序号,时间,操作", file.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync(job.Url)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.GetAsync(job.Url + "/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await OfficerAsync("clerk1")).GetAsync(job.Url)).Status);
    }

    [Fact]
    public async Task A_schedule_is_run_now_once_and_switched_off_and_on()
    {
        var browser = await OfficerAsync("operator1");
        var page = await browser.GetAsync(OperationsLinks.Schedules);
        var run = page.Form("files.clean-up/run");

        var first = await browser.SubmitAsync(page, run);
        var second = await browser.SubmitAsync(page, run);
        Assert.Equal(first.Url, second.Url);
        await KernelFixture.EventuallyAsync(
            async () => (await browser.GetAsync(first.Url)).Text.Contains("已完成", StringComparison.Ordinal), "ran", 60);

        var off = await browser.SubmitAsync(page, page.Form("files.clean-up/switch"), "enabled=false");
        Assert.Contains("停用", off.Text, StringComparison.Ordinal);
        await browser.SubmitAsync(off, off.Form("files.clean-up/switch"), "enabled=true");
        Assert.Contains(
            (await platform.Get<Kernel.Schedules>().StatesAsync(default)), s => s.Schedule.Name == "files.clean-up" && s.Enabled);
    }

    [Fact]
    public async Task A_failed_delivery_is_repaired_on_its_page_and_a_missing_reason_is_asked_for()
    {
        var id = await PoisonAsync();
        var browser = await OfficerAsync("operator1");
        var list = await browser.GetAsync(OperationsLinks.Outbox);
        var page = await browser.GetAsync(list.Link(id.ToString()));
        Assert.Contains("tests-nobody", page.Text, StringComparison.Ordinal);

        var refused = await browser.SubmitAsync(page, page.Form("重新投递").Set("reason", "").Set("payload", "{ not json"), "act=resend");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("{ not json", WebUtility.HtmlDecode(refused.Html), StringComparison.Ordinal);
        var done = await browser.SubmitAsync(refused, refused.Form("重新投递").Set("reason", "已更正").Set("payload", "{\"n\": 2}"), "act=resend");

        Assert.Contains("待投递", done.Text, StringComparison.Ordinal);
        Assert.Contains("已更正", done.Text, StringComparison.Ordinal);
        var reader = await OfficerAsync("sysadmin");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.SubmitAsync(page, page.Form("重新投递"))).Status);
    }

    [Fact]
    public async Task Messages_are_listed_masked_with_a_word_on_the_missing_gateway()
    {
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.message", Tests), default))
        {
            await platform.Get<Kernel.Messages>().SendSmsAsync(work, "13812345678", "security", "【政通】验证码 123456", default);
            await work.CommitAsync(default);
        }
        var browser = await OfficerAsync("operator1");
        HtmlPage page = null!;
        await KernelFixture.EventuallyAsync(
            async () => (page = await browser.GetAsync(OperationsLinks.Messages)).Text.Contains("仅留存", StringComparison.Ordinal), "kept",
            30);

        Assert.Contains("138****5678", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("13812345678", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", page.Html.Replace("138****5678", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("尚未接入发送通道", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Officers_and_citizens_read_their_own_messages_and_nobody_elses()
    {
        var clerk = await OfficerAsync("clerk2");
        var id = await MessageAsync("clerk2", "/workbench/inbox");
        var list = await clerk.GetAsync("/messages");
        Assert.Equal(OperationsLinks.WorkbenchInbox, list.Url);
        Assert.Contains("未读", list.Text, StringComparison.Ordinal);
        var stranger = await OfficerAsync("clerk1");
        var strangers = await stranger.GetAsync(OperationsLinks.WorkbenchInbox);
        Assert.DoesNotContain(id.ToString(), strangers.Html, StringComparison.Ordinal);
        var opened = await stranger.SubmitAsync(strangers, list.Form(id.ToString()), follow: false);
        Assert.NotEqual("/workbench/inbox", opened.Location);

        Assert.Contains(
            id.ToString(), (list = await clerk.GetAsync(OperationsLinks.WorkbenchInbox + "?unread=1")).Html, StringComparison.Ordinal);
        var mine = await clerk.SubmitAsync(list, list.Form(id.ToString()), follow: false);
        Assert.Equal("/workbench/inbox", mine.Location);
        Assert.Contains("没有未读消息", (await clerk.GetAsync(OperationsLinks.WorkbenchInbox + "?unread=1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_changed_on_its_page_and_a_faulty_one_comes_back_filled()
    {
        var browser = await OfficerAsync("operator1");
        var page = await browser.GetAsync(OperationsLinks.Template("case-urged"));

        var refused = await browser.SubmitAsync(page, page.Form("name=\"body\"").Set("title", "").Set("body", "请办理 {number}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("请办理 {number}", refused.Html, StringComparison.Ordinal);
        var list = await browser.SubmitAsync(refused, refused.Form("name=\"body\"").Set("title", "催办：{number}"));

        Assert.Contains("催办：{number}", list.Text, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.Forbidden, (await (await OfficerAsync("sysadmin")).GetAsync(OperationsLinks.Template("case-urged"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(OperationsLinks.Template("no-such-kind"))).Status);
    }

    [Fact]
    public async Task Health_readiness_and_metrics_answer()
    {
        using var http = platform.Client();

        Assert.Equal("healthy", await http.GetStringAsync("/health"));
        Assert.Contains("\"ready\"", await http.GetStringAsync("/ready"), StringComparison.Ordinal);
        Assert.Contains(
            "# TYPE http_server_request_duration_seconds histogram", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        var health = await (await OfficerAsync("operator1")).GetAsync(OperationsLinks.Health);
        Assert.Contains("PostgreSQL", health.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("异常", health.Text.Replace("流程异常", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("基础数据", (await (await OfficerAsync("operator1")).GetAsync(OperationsLinks.Packs)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_show_what_differs_first()
    {
        var changes = AuditChange.Between("""{"a":1,"b":"x","c":null}""", """{"a":1,"b":"y","d":[1]}""");

        Assert.Equal([("b", "x", "y"), ("d", null, "[1]"), ("a", "1", "1")], changes.Select(c => (c.Name, c.Before, c.After)));
        Assert.Equal("不是 JSON", Assert.Single(AuditChange.Between("不是 JSON", null)).Before);
    }

    /// <summary>Signed in once per account: a person who signs in thirty times a minute is rightly slowed down.</summary>
    private async Task<Browser> OfficerAsync(string account)
    {
        var browser = platform.Visitor();
        var cookies = await Sessions.GetOrAdd((platform, account), _ => new(async () =>
        {
            var visitor = platform.Visitor();
            var page = await SignInTests.SignInAsync(
                visitor, "/workbench/sign-in?return=%2Fdesign", account, Identity.IdentityOptions.DemoPassword);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            return visitor.Cookies;
        })).Value;
        foreach (var (name, value) in cookies) { browser.Cookies[name] = value; }
        return browser;
    }

    private async Task<Guid> MessageAsync(string account, string link)
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.message", Tests), default);
        var officer = await work.ScalarAsync<Guid>("select id from identity.accounts where name = @account", new { account }, default);
        var id = await platform.Get<Kernel.Messages>()
            .SendAsync(work, new() { ToOfficer = true, RecipientId = officer, Kind = "task-assigned", Link = link }, default);
        await work.CommitAsync(default);
        return id!.Value;
    }

    /// <summary>An event whose subscriber is not registered here stays as it is put: nobody delivers it while the test looks.</summary>
    private async Task<Guid> PoisonAsync()
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.poison", Tests), default);
        var id = work.NewId();
        await work.ExecuteAsync(
            """
            insert into kernel.outbox (id, at, name, subject, payload, operation, expanded_at)
            values (@id, now(), 'tests.poison.v1', 'test:poison', '{"n": 1}', 'tests.poison', now());
            insert into kernel.outbox_deliveries (event_id, subscriber, seq, subject, state, attempts, error)
            select id, 'tests-nobody', seq, subject, 'poison', 10, 'broken' from kernel.outbox where id = @id
            """, new { id }, default);
        await work.CommitAsync(default);
        return id;
    }
}
