using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Designers;

/// <summary>An administrator changes the business at a browser without script.</summary>
public sealed class DesignersTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Root = "/workbench/configuration";

    [Fact]
    public async Task A_published_form_serves_new_applications_while_a_running_one_keeps_its_own()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var running = await citizen.FillAsync("/apply/old-age-allowance", "_submission");
        Assert.Contains("谁在申请", running.Text, StringComparison.Ordinal);
        var officer = await platform.OfficerAsync("service1");
        var before = Version("form", "old-age-allowance");

        var published = await ChangeAsync(
            officer, "form", "old-age-allowance", t => t.Replace("谁在申请", "由谁来提出申请", StringComparison.Ordinal), "周一起改问法");

        Assert.Contains($"第 {before + 1} 版", published.Text, StringComparison.Ordinal);
        Assert.Contains("周一起改问法", published.Text, StringComparison.Ordinal);
        Assert.Equal(before + 1, Version("form", "old-age-allowance"));
        Assert.Contains("谁在申请", (await citizen.GetAsync(running.Url)).Text, StringComparison.Ordinal);
        Assert.Contains("由谁来提出申请", (await citizen.FillAsync("/apply/old-age-allowance", "_submission")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form", "senior-card", "{\n  \"type\": \"default\",\n  \"components\": [ oops\n}", "第 3 行")]
    [InlineData("decision", "senior-card", "<definitions>\n  <decision>\n</definitions>", "第 3 行")]
    [InlineData("process", "simple-approval", "<a>\n<b>\n</a>", "第 3 行")]
    [InlineData("service", "senior-card", "service: senior-card\ntitle: 卡\n  kind: [\n", "第 ")]
    [InlineData("code-list", "bank", "list: bank\ntitle: 银行\nsource: 平台约定\nnonsense: 1\ncodes:\n  - { code: a, title: 甲 }\n", "第 4 行")]
    public async Task A_broken_text_is_kept_as_a_draft_and_refused_with_its_line(string kind, string key, string text, string line)
    {
        var officer = await platform.OfficerAsync("service1");
        var before = Version(kind, key);

        var saved = await SaveAsync(officer, kind, key, _ => text);

        Assert.Contains("检查发现", saved.Text, StringComparison.Ordinal);
        Assert.Contains(line, saved.Text, StringComparison.Ordinal);
        var look = await officer.GetAsync($"{Root}/{kind}/{key}/publish");
        var refused = await officer.SubmitAsync(look, look.Form("name=\"note\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("没有发布任何内容", refused.Text, StringComparison.Ordinal);
        Assert.Equal(before, Version(kind, key));
    }

    [Fact]
    public async Task The_gallery_shows_patterns_and_no_process_that_a_module_runs()
    {
        var gallery = await (await platform.OfficerAsync("service1")).GetAsync($"{Root}/patterns");

        Assert.Contains("或签", gallery.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("差评回访", gallery.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("信息稿件审核", gallery.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_of_two_editors_is_told_and_loses_nothing()
    {
        var (first, second) = (await platform.OfficerAsync("service1"), await platform.OfficerAsync("service1"));
        var url = $"{Root}/code-list/sex/source";
        var (one, two) = (await first.GetAsync(url), await second.GetAsync(url));
        var text = one.Form("name=\"content\"")["content"] ?? "";
        await first.SubmitAsync(one, one.Form("name=\"content\"").Set("content", "# 第一人\n" + text), "then=save");

        var refused = await second.SubmitAsync(two, two.Form("name=\"content\"").Set("content", "# 第二人\n" + text), "then=save");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("没有丢失", refused.Text, StringComparison.Ordinal);
        Assert.Contains("# 第一人", refused.Text, StringComparison.Ordinal);
        Assert.StartsWith("# 第二人", refused.Form("name=\"content\"")["content"], StringComparison.Ordinal);
        await second.SubmitAsync(refused, refused.Form("name=\"content\""), "then=save");
        Assert.StartsWith("# 第二人", (await first.GetAsync(url)).Form("name=\"content\"")["content"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/new?kind=form")]
    [InlineData("POST", "/new?kind=form")]
    [InlineData("GET", "/form/senior-card")]
    [InlineData("GET", "/form/senior-card/source")]
    [InlineData("GET", "/form/senior-card/export")]
    [InlineData("GET", "/form/senior-card/versions")]
    [InlineData("GET", "/form/senior-card/versions/1")]
    [InlineData("GET", "/form/senior-card/compare?from=1&to=1")]
    [InlineData("GET", "/form/senior-card/references")]
    [InlineData("GET", "/form/senior-card/publish")]
    [InlineData("GET", "/form/senior-card/preview")]
    [InlineData("POST", "/form/senior-card/preview")]
    [InlineData("POST", "/form/senior-card/draft")]
    [InlineData("POST", "/service/senior-card/guide")]
    [InlineData("POST", "/form/senior-card/import")]
    [InlineData("POST", "/form/senior-card/discard")]
    [InlineData("POST", "/form/senior-card/rebase")]
    [InlineData("POST", "/form/senior-card/restore")]
    [InlineData("POST", "/form/senior-card/publish")]
    [InlineData("POST", "/form/senior-card/withdraw")]
    [InlineData("POST", "/form/senior-card/reactivate")]
    [InlineData("GET", "/decision/senior-card/bench")]
    [InlineData("POST", "/decision/senior-card/bench")]
    [InlineData("POST", "/decision/senior-card/bench/cases/0197f000-0000-7000-8000-000000000000/delete")]
    public async Task A_clerk_is_refused(string method, string path)
    {
        var clerk = await platform.OfficerAsync("clerk1");

        var page = await clerk.SendAsync(new(
            new(method), Root + path) { Content = method == "POST" ? new FormUrlEncodedContent([]) : null }, follow: false);

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
    }

    [Fact]
    public async Task The_bench_answers_with_reasons_and_a_kept_case_shows_what_a_new_version_changes()
    {
        var officer = await platform.OfficerAsync("service1");
        var bench = await officer.GetAsync($"{Root}/decision/old-age-allowance/bench");
        var form = bench.Form("input.today").Set("decision", "eligibility").Set("input.today", "2026-11-20").Set("title", "八十二岁每月一百元")
            .Set("input.applicant", "{ \"kind\": \"person\", \"birth\": \"1944-03-12\" }")
            .Set("input.form", "{ localHousehold: \"yes\", householdType: \"ordinary\", otherAllowance: \"no\" }");

        var answered = await officer.SubmitAsync(bench, form, "then=run");
        Assert.Contains("100", answered.Text, StringComparison.Ordinal);
        Assert.Contains("命中规则", answered.Text, StringComparison.Ordinal);
        var again = await officer.GetAsync(bench.Url);
        var wrong = await officer.SubmitAsync(
            again, again.Form("input.today").Set("decision", "eligibility").Set("input.form", "{ a: "), "then=run");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("form 读不懂", wrong.Text, StringComparison.Ordinal);
        var kept = await officer.SubmitAsync(bench, form, "then=keep");
        Assert.True(kept.Status == HttpStatusCode.OK && kept.Text.Contains("八十二岁每月一百元", StringComparison.Ordinal), kept.ToString());

        await SaveAsync(
            officer, "decision", "old-age-allowance", t => t.Replace("<text>100</text>", "<text>120</text>", StringComparison.Ordinal));
        var look = await officer.GetAsync($"{Root}/decision/old-age-allowance/publish");
        Assert.Contains("结果改变", look.Text, StringComparison.Ordinal);
        Assert.Contains("120", look.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_that_a_service_asks_for_cannot_be_renamed_away()
    {
        var officer = await platform.OfficerAsync("service1");

        var saved = await SaveAsync(
            officer, "decision", "veteran-card", t => t.Replace("name=\"eligibility\"", "name=\"allowed\"", StringComparison.Ordinal));

        Assert.Contains("新版本里没有它", saved.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_version_comes_back_as_a_new_one()
    {
        var officer = await platform.OfficerAsync("service1");
        var store = platform.Get<ArtefactStore>();
        var old = store.Latest("code-list", "currency");
        await ChangeAsync(officer, "code-list", "currency", t => t.Replace("title: ", "title: 新", StringComparison.Ordinal), "试改");
        var compared = await officer.GetAsync($"{Root}/code-list/currency/compare?from=1&to=2");
        Assert.Contains("<del", compared.Html, StringComparison.Ordinal);

        var page = await officer.GetAsync($"{Root}/code-list/currency/versions/1");
        await officer.SubmitAsync(page, page.Form("/restore"));
        Assert.NotEqual(old?.Content, store.Latest("code-list", "currency")?.Content);
        await PublishAsync(officer, "code-list", "currency", "改回");

        Assert.Equal(
            (3, old?.Content), (store.Latest("code-list", "currency")?.Version ?? 0, store.Latest("code-list", "currency")?.Content));
    }

    [Fact]
    public async Task A_service_is_copied_with_its_form_and_rules_and_published_in_one_act()
    {
        var officer = await platform.OfficerAsync("service1");
        var guide = await officer.FillAsync($"{Root}/new?kind=service", "name=\"from\"", ("title", "百岁老人慰问金"), ("key", "centenarian-gift"),
            ("from", "old-age-allowance"), ("with", "form"), ("with", "decision"));
        Assert.Contains("百岁老人慰问金", guide.Text, StringComparison.Ordinal);
        Assert.Equal("centenarian-gift", guide.Form("name=\"promised\"")["form"]);
        Assert.Equal("centenarian-gift#eligibility", guide.Form("name=\"promised\"")["eligibility"]);
        var saved = await officer.SubmitAsync(
            guide, guide.Form("name=\"promised\"").Set("promised", "3").Set("summary", "满一百岁：一次性慰问"), "then=publish");
        Assert.Contains("一起发布", saved.Text, StringComparison.Ordinal);

        var done = await officer.SubmitAsync(saved, saved.Form("name=\"note\""));

        Assert.True(done.Status == HttpStatusCode.OK, done.ToString());
        Assert.Equal((1, 1, 1), (Version("service", "centenarian-gift"), Version("form", "centenarian-gift"),
            Version("decision", "centenarian-gift")));
        var portal = await platform.Visitor().GetAsync("/services/centenarian-gift");
        Assert.Contains("百岁老人慰问金", portal.Text, StringComparison.Ordinal);
        Assert.Contains("满一百岁：一次性慰问", portal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_use_cannot_be_withdrawn_and_a_withdrawn_service_takes_no_new_applications()
    {
        var officer = await platform.OfficerAsync("service1");
        var used = await officer.GetAsync($"{Root}/form/tree-felling-permit/versions");
        var refused = await officer.SubmitAsync(used, used.Form("/withdraw").Set("reason", "试"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("仍被引用", refused.Text, StringComparison.Ordinal);

        var service = await officer.GetAsync($"{Root}/service/tree-felling-permit/versions");
        var withdrawn = await officer.SubmitAsync(service, service.Form("/withdraw").Set("reason", "政策到期"));
        Assert.Contains("已停用", withdrawn.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync("/services/tree-felling-permit")).Status);

        await officer.SubmitAsync(withdrawn, withdrawn.Form("/reactivate"));
        Assert.Equal(HttpStatusCode.OK, (await platform.Visitor().GetAsync("/services/tree-felling-permit")).Status);
    }

    [Fact]
    public async Task A_preview_applies_the_rules_of_the_form()
    {
        var officer = await platform.OfficerAsync("service1");
        var preview = await officer.GetAsync($"{Root}/form/old-age-allowance/preview");
        var form = preview.Form("name=\"filer\"").Set("filer", "agent").Set("name", "张三").Set("idNumber", "110101199003070000");

        var applied = await officer.SubmitAsync(preview, form, "then=check");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, applied.Status);
        Assert.Contains("\"name\":\"张三\"", applied.Text, StringComparison.Ordinal);
        Assert.Contains("身份证", applied.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_of_every_kind_opens()
    {
        var officer = await platform.OfficerAsync("service1");
        foreach (var kind in platform.Get<DefinitionKinds>().All)
        {
            var key = platform.Get<ArtefactStore>().All(kind.Name).First().Key;
            foreach (var page in (string[])["", "/source", "/versions", "/versions/1", "/references", "/export", "/compare?from=1&to=1"])
            {
                var opened = await officer.GetAsync($"{Root}/{kind.Name}/{key}{page}");
                Assert.True(opened.Status == HttpStatusCode.OK, opened.ToString());
            }
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"{Root}/new?kind={kind.Name}")).Status);
            Assert.Contains(key, (await officer.GetAsync($"{Root}?kind={kind.Name}")).Text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"{Root}/form/no-such-form")).Status);
    }

    private int Version(string kind, string key) => platform.Get<ArtefactStore>().Latest(kind, key)?.Version ?? 0;

    private static async Task<HtmlPage> SaveAsync(Browser officer, string kind, string key, Func<string, string> change)
    {
        var page = await officer.GetAsync($"{Root}/{kind}/{key}/source");
        var form = page.Form("name=\"content\"");
        return await officer.SubmitAsync(page, form.Set("content", change(form["content"] ?? "")), "then=save");
    }

    private static async Task<HtmlPage> PublishAsync(Browser officer, string kind, string key, string note)
    {
        var look = await officer.GetAsync($"{Root}/{kind}/{key}/publish");
        var done = await officer.SubmitAsync(look, look.Form("name=\"note\"").Set("note", note));
        Assert.True(done.Status == HttpStatusCode.OK, done.ToString());
        return done;
    }

    private static async Task<HtmlPage> ChangeAsync(Browser officer, string kind, string key, Func<string, string> change, string note)
    {
        await SaveAsync(officer, kind, key, change);
        return await PublishAsync(officer, kind, key, note);
    }
}
