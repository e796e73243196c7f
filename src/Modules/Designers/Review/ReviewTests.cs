using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Designers.Review;

/// <summary>A platform on which nobody publishes alone.</summary>
public sealed class SecondPersonFixture : PlatformFixture
{
    protected override IEnumerable<(string Key, string Value)> Further => [("Zhengtong:Configuration:SecondPerson", "true")];
}

/// <summary>What one administrator writes is put into force by another.</summary>
public sealed class ReviewTests(SecondPersonFixture platform) : IClassFixture<SecondPersonFixture>
{
    private const string Root = "/workbench/configuration";

    [Fact]
    public async Task The_author_hands_in_and_a_reviewer_sees_the_difference_and_publishes()
    {
        var author = await platform.OfficerAsync("service1");
        var before = Version("form", "old-age-allowance");
        var look = await SaveAsync(author, "form", "old-age-allowance", t => t.Replace("谁在申请", "由谁来提出申请", StringComparison.Ordinal));
        Assert.Contains("须由另一位有发布权限的人审核", look.Text, StringComparison.Ordinal);

        var review = await author.SubmitAsync(look, look.Form("name=\"note\"").Set("note", "问得更明白"));

        Assert.Contains("等待审核", review.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("审核通过并发布", review.Text, StringComparison.Ordinal);
        Assert.Equal(before, Version("form", "old-age-allowance"));
        var reviewer = await platform.OfficerAsync("publisher1");
        var inbox = await reviewer.GetAsync("/workbench/inbox");
        Assert.Contains("发布表单", inbox.Text, StringComparison.Ordinal);
        Assert.Contains(review.Url, inbox.MainLinks);
        var page = await reviewer.GetAsync(review.Url);
        Assert.Contains("由谁来提出申请", page.Text, StringComparison.Ordinal);
        Assert.Contains("问得更明白", page.Text, StringComparison.Ordinal);
        var done = await reviewer.SubmitAsync(page, page.Form("/judge"), "button=publish");
        Assert.Contains("已发布", done.Text, StringComparison.Ordinal);
        Assert.Equal(before + 1, Version("form", "old-age-allowance"));
        var history = await author.GetAsync($"{Root}/form/old-age-allowance/versions");
        Assert.Contains("韩春兰", history.Text, StringComparison.Ordinal);
        var citizen = await platform.CitizenAsync("chenguilan");
        Assert.Contains("由谁来提出申请", (await citizen.FillAsync("/apply/old-age-allowance", "_submission")).Text, StringComparison.Ordinal);
        // Pressed again: told, and nothing is published twice.
        var again = await reviewer.SubmitAsync(page, page.Form("/judge").Set("_submission", Guid.NewGuid().ToString()), "button=publish");
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal(before + 1, Version("form", "old-age-allowance"));
    }

    [Fact]
    public async Task Nobody_publishes_alone_and_not_their_own_work_either()
    {
        var author = await platform.OfficerAsync("service1");
        var before = Version("code-list", "bank");
        var look = await SaveAsync(author, "code-list", "bank", t => t + "# 送审之前的改动\n");
        var direct = look.Form("name=\"note\"");

        var refused = await author.SendAsync(new(HttpMethod.Post, $"{Root}/code-list/bank/publish")
        {
            Content = new FormUrlEncodedContent(direct.Values),
        });
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("须由第二人审核", refused.Text, StringComparison.Ordinal);

        var review = await author.SubmitAsync(look, direct);
        var own = await author.SendAsync(new(HttpMethod.Post, review.Url + "/judge")
        {
            Content = new FormUrlEncodedContent([.. direct.Values.Where(v => v.Key.StartsWith("__", StringComparison.Ordinal)), new("button", "publish")]),
        });
        Assert.Equal(HttpStatusCode.Forbidden, own.Status);
        Assert.Contains("须由其他人审核", own.Text, StringComparison.Ordinal);
        Assert.Equal(before, Version("code-list", "bank"));
        Assert.Equal(HttpStatusCode.Forbidden, (await (await platform.OfficerAsync("clerk1")).GetAsync(review.Url)).Status);
    }

    [Fact]
    public async Task A_returned_draft_comes_back_with_the_reason_and_is_handed_in_again()
    {
        var author = await platform.OfficerAsync("service1");
        var reviewer = await platform.OfficerAsync("publisher1");
        var before = Version("decision", "senior-card");
        var look = await SaveAsync(author, "decision", "senior-card", t => t + "<!-- 一 -->\n");
        var review = await author.SubmitAsync(look, look.Form("name=\"note\""));
        var page = await reviewer.GetAsync(review.Url);

        var silent = await reviewer.SubmitAsync(page, page.Form("/judge"), "button=return");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.Status);
        Assert.Contains("请写明要修改什么", silent.Text, StringComparison.Ordinal);
        await reviewer.SubmitAsync(page, page.Form("/judge").Set("reason", "请补充依据"), "button=return");

        Assert.Contains("请补充依据", (await author.GetAsync(review.Url)).Text, StringComparison.Ordinal);
        Assert.Contains("发布规则", (await author.GetAsync("/workbench/inbox")).Text, StringComparison.Ordinal);
        look = await SaveAsync(author, "decision", "senior-card", t => t + "<!-- 二 -->\n");
        Assert.Contains("已退回", look.Text, StringComparison.Ordinal);
        var again = await author.SubmitAsync(look, look.Form("name=\"note\"").Set("note", "已补充"));
        Assert.Equal(review.Url, again.Url);
        page = await reviewer.GetAsync(review.Url);
        await reviewer.SubmitAsync(page, page.Form("/judge"), "button=publish");
        Assert.Equal(before + 1, Version("decision", "senior-card"));
    }

    [Fact]
    public async Task What_is_changed_after_it_was_handed_in_is_not_published()
    {
        var author = await platform.OfficerAsync("service1");
        var reviewer = await platform.OfficerAsync("publisher1");
        var before = Version("process", "simple-approval");
        var look = await SaveAsync(author, "process", "simple-approval", t => t + "<!-- 一 -->\n");
        var review = await author.SubmitAsync(look, look.Form("name=\"note\""));
        var seen = await reviewer.GetAsync(review.Url);
        await SaveAsync(author, "process", "simple-approval", t => t + "<!-- 二 -->\n");

        var refused = await reviewer.SubmitAsync(seen, seen.Form("/judge"), "button=publish");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("送审之后又有改动", refused.Text, StringComparison.Ordinal);
        Assert.Equal(before, Version("process", "simple-approval"));
    }

    [Fact]
    public async Task A_field_of_a_register_waits_for_the_second_person_too()
    {
        var author = await platform.OfficerAsync("register1");
        var before = Version("register", "caregiver");
        var design = await author.GetAsync("/workbench/registers/caregiver/design");
        var form = design.Form("/design/text");
        form.Set("text", (form["text"] ?? "").Replace("title: 养老护理员", "title: 养老护理人员", StringComparison.Ordinal));
        var look = await author.SubmitAsync(design, form);
        Assert.Contains("送审", look.Text, StringComparison.Ordinal);

        var review = await author.SubmitAsync(look, look.Form("/design/publish").Set("note", "改名"));

        Assert.Contains("等待审核", review.Text, StringComparison.Ordinal);
        Assert.Equal(before, Version("register", "caregiver"));
        var reviewer = await platform.OfficerAsync("publisher1");
        var page = await reviewer.GetAsync(review.Url);
        Assert.Contains("养老护理人员", page.Text, StringComparison.Ordinal);
        await reviewer.SubmitAsync(page, page.Form("/judge"), "button=publish");
        Assert.Equal(before + 1, Version("register", "caregiver"));
        Assert.Contains("养老护理人员", (await author.GetAsync("/workbench/registers/caregiver")).Text, StringComparison.Ordinal);
    }

    private static async Task<HtmlPage> SaveAsync(Browser officer, string kind, string key, Func<string, string> change)
    {
        var page = await officer.GetAsync($"{Root}/{kind}/{key}/source");
        var form = page.Form("name=\"content\"");
        await officer.SubmitAsync(page, form.Set("content", change(form["content"] ?? "")), "then=save");
        return await officer.GetAsync($"{Root}/{kind}/{key}/publish");
    }

    private int Version(string kind, string key) => platform.Get<ArtefactStore>().Latest(kind, key)?.Version ?? 0;
}
