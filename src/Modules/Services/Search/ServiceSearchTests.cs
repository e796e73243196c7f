using System.Net;
using Xunit;
using Zhengtong.Design;
using Zhengtong.Support;

namespace Zhengtong.Services.Search;

public sealed class ServiceSearchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("老年综合津贴")]
    [InlineData("lnzhjt")]
    [InlineData("laonianzonghe")]
    [InlineData("老年综和津贴")]
    [InlineData("老年综合津帖")]
    [InlineData("老人补贴")]
    [InlineData("我想给妈妈办老年综合津贴")]
    public async Task An_item_is_found_as_people_look_for_it(string words)
    {
        var page = await platform.Visitor().GetAsync($"/search?q={Uri.EscapeDataString(words)}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("/services/old-age-allowance", page.MainLinks.First(l => l.StartsWith("/services/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Words_that_fit_nothing_say_what_to_try()
    {
        var page = await platform.Visitor().GetAsync("/search?q=%E7%81%AB%E6%98%9F%E6%97%85%E8%A1%8C%E8%AE%B8%E5%8F%AF%E9%80%9A%E9%81%93");

        Assert.Contains("没有找到相关服务", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_in_the_words_is_shown_as_text()
    {
        var page = await platform.Visitor()
            .GetAsync("/search?q=" + Uri.EscapeDataString("<script>alert(1)</script>'; drop table cases.cases; --"));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guide_narrows_materials_by_situation()
    {
        var guide = await platform.Visitor().GetAsync("/services/old-age-allowance");
        var agent = await platform.Visitor().GetAsync("/services/old-age-allowance?filer=agent");

        Assert.Contains("5 个工作日", guide.Text, StringComparison.Ordinal);
        Assert.Contains("视情况", guide.Text, StringComparison.Ordinal);
        Assert.Contains("委托书 必交", agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guide_shows_a_code_that_leads_to_itself()
    {
        var page = await platform.Visitor().GetAsync("/services/old-age-allowance");

        Assert.Contains($"d=\"{QrShape.Of("http://localhost/services/old-age-allowance").Path}\"", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/services/no-violation-certificate")]
    [InlineData("/services")]
    [InlineData("/")]
    public async Task A_promise_of_no_days_reads_as_done_on_the_spot(string address)
    {
        var page = await platform.Visitor().GetAsync(address);

        Assert.Contains("当场办结", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 个工作日", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guide_drawn_for_one_visitor_serves_the_next_with_a_token_of_their_own()
    {
        const string Field = "__RequestVerificationToken";
        var (first, second, elder) = (platform.Visitor(), platform.Visitor(), platform.Visitor());
        var one = await first.GetAsync("/services/old-age-allowance");
        var two = await second.GetAsync("/services/old-age-allowance");

        var (mine, theirs) = (one.Form(Field)[Field] ?? "", two.Form(Field)[Field] ?? "");
        Assert.True(mine.Length > 20 && theirs.Length > 20 && mine != theirs);
        Assert.Equal(one.Html.Replace(mine, "", StringComparison.Ordinal), two.Html.Replace(theirs, "", StringComparison.Ordinal));
        var chosen = await second.SubmitAsync(two, two.Form("/preferences"), follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, chosen.Status);
        elder.Cookies[Preferences.Cookie] = (Preferences.Default with { Elder = true }).ToString();
        Assert.NotEqual(one.Html.Length, (await elder.GetAsync("/services/old-age-allowance")).Html.Length);
        var citizen = await platform.CitizenAsync("chenguilan");
        Assert.Contains("陈桂兰", (await citizen.GetAsync("/services/old-age-allowance")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_does_not_exist_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync("/services/no-such-item")).Status);
}
