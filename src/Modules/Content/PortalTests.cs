using System.Net;
using System.Xml.Linq;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Content;

/// <summary>The portal's first level as a visitor without script sees it.</summary>
public sealed class PortalTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("/", "想办什么事", null)]
    [InlineData("/content", "政策解读", null)]
    [InlineData("/content/news", "周末不打烊", null)]
    [InlineData("/content/guides", "开餐馆办证全攻略", null)]
    [InlineData("/content/exposure", "三季度超时办件情况", null)]
    [InlineData("/articles/news-weekend", "自11月21日起", null)]
    [InlineData("/halls", "云溪市政务服务中心", "滨江街道便民服务中心")]
    [InlineData("/halls?region=990102", "滨江街道便民服务中心", "青山区")]
    [InlineData("/halls/linjiang-hall", "老年综合津贴", null)]
    [InlineData("/ratings", "好差评", null)]
    [InlineData("/results", "结果公示", null)]
    [InlineData("/help", "收到“补正告知”怎么办", null)]
    [InlineData("/sitemap", "临江区政务服务中心", null)]
    [InlineData("/accessibility", "无障碍声明", null)]
    public async Task Every_page_of_the_first_level_says_what_it_is_about(string address, string said, string? unsaid)
    {
        var visitor = platform.Visitor();
        await visitor.GetAsync(address);
        var statements = SqlStatistics.Start();
        var page = await visitor.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var main = page.Html[page.Html.IndexOf("<main", StringComparison.Ordinal)..page.Html.IndexOf("</main>", StringComparison.Ordinal)];
        Assert.Contains(said, WebUtility.HtmlDecode(main), StringComparison.Ordinal);
        if (unsaid is not null) { Assert.DoesNotContain($">{unsaid}", WebUtility.HtmlDecode(Lists(main)), StringComparison.Ordinal); }
        Assert.InRange(statements.Statements, 0, 6);
    }

    [Theory]
    [InlineData("/content/no-such-column", "没有这个栏目")]
    [InlineData("/content/carousel", "没有这个栏目")]
    [InlineData("/content/no-such-column/feed.xml", "没有这个栏目")]
    [InlineData("/articles/no-such-article", "没有找到这篇文章")]
    [InlineData("/content/pictures/../pack.yaml", null)]
    [InlineData("/content/pictures/no.svg", "没有这个文件")]
    [InlineData("/halls/yx-civil", "没有找到这个办事大厅")]
    [InlineData("/halls/no-such-hall", "没有找到这个办事大厅")]
    public async Task What_is_not_there_is_not_found_and_says_where_to_look(string address, string? said)
    {
        var page = await platform.Visitor().GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        if (said is not null) { Assert.Contains(said, page.Text, StringComparison.Ordinal); }
    }

    [Fact]
    public async Task The_front_page_leads_everywhere()
    {
        var home = await platform.Visitor().GetAsync("/");

        foreach (var address in (string[])["/services?audience=person", "/services?audience=legal-person", "/content/news",
            "/content/notices", "/content/policies", "/halls", "/ratings", "/results", "/help", "/sitemap", "/verify", "/services/newborn"])
        {
            Assert.Contains(address, home.MainLinks);
        }
        Assert.Contains("data-carousel", home.Html, StringComparison.Ordinal);
        Assert.Contains("累计办件", home.Text, StringComparison.Ordinal);
        Assert.Contains("群众满意度", home.Text, StringComparison.Ordinal);
        foreach (var address in home.Links.Where(l => l.StartsWith('/')).Distinct())
        {
            Assert.NotEqual(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync(address)).Status);
        }
    }

    [Fact]
    public async Task Elder_mode_has_fewer_things_and_no_motion()
    {
        var visitor = platform.Visitor();
        visitor.Cookies["zt-preferences"] = Uri.EscapeDataString("elder=1");

        var home = await visitor.GetAsync("/");

        Assert.DoesNotContain("data-carousel", home.Html, StringComparison.Ordinal);
        Assert.Contains("三不要，钱袋子安全", home.Text, StringComparison.Ordinal);
        Assert.Contains("/services/old-age-allowance", home.MainLinks);
        var main = home.Html[home.Html.IndexOf("<main", StringComparison.Ordinal)..home.Html.IndexOf("</main>", StringComparison.Ordinal)];
        Assert.InRange(main.Split("<a ").Length - 1, 8, 14);
    }

    [Fact]
    public async Task A_policy_and_what_explains_it_lead_to_each_other()
    {
        var policy = await platform.Visitor().GetAsync("/articles/policy-old-age-allowance");
        var explanation = await platform.Visitor().GetAsync("/articles/interpretation-old-age-allowance");

        Assert.Contains("云民规〔2026〕1号", policy.Text, StringComparison.Ordinal);
        Assert.Contains("/articles/interpretation-old-age-allowance", policy.MainLinks);
        Assert.Contains("/articles/policy-old-age-allowance", explanation.MainLinks);
        Assert.Contains("/services/old-age-allowance", explanation.MainLinks);
    }

    [Fact]
    public async Task A_column_is_walked_page_by_page_without_losing_an_article()
    {
        var (seen, address) = (new List<string>(), "/content/guides");
        while (true)
        {
            var page = await platform.Visitor().GetAsync(address);
            seen.AddRange(page.MainLinks.Where(l => l.StartsWith("/articles/", StringComparison.Ordinal)));
            if (page.MainLinks.FirstOrDefault(l => l.Contains("cursor=", StringComparison.Ordinal)) is not { } next) { break; }
            address = next;
        }

        Assert.Contains("/articles/guide-food", seen);
        Assert.Contains("/articles/elder-scam", seen);
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("?cursor=1_99999999999999999999_x")]
    [InlineData("?cursor='; drop table content.articles; --")]
    [InlineData("?source=%27%22%3Cscript%3E")]
    public async Task A_broken_address_shows_a_page_and_no_fault(string query) =>
        Assert.Equal(HttpStatusCode.OK, (await platform.Visitor().GetAsync("/content/news" + query)).Status);

    [Fact]
    public async Task A_feed_is_read_by_programs()
    {
        var feed = XDocument.Parse((await platform.Visitor().GetAsync("/content/notices/feed.xml")).Html);

        var titles = feed.Descendants("item").Select(i => i.Element("title")?.Value).ToList();
        Assert.Contains("谨防假冒政务平台短信", titles);
        Assert.All(feed.Descendants("item"),
            i => Assert.True(DateTimeOffset.TryParse(i.Element("pubDate")?.Value, System.Globalization.CultureInfo.InvariantCulture,
            out _)));
    }

    [Fact]
    public async Task A_picture_of_a_pack_is_an_image_that_may_do_nothing()
    {
        using var client = platform.Client();
        using var answer = await client.GetAsync(new Uri("/content/pictures/pictures/carousel-credit.svg", UriKind.Relative));

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
    }

    /// <summary>Lists only: the map names every region.</summary>
    private static string Lists(string main) => main.IndexOf("zt-hall-list", StringComparison.Ordinal) is var at and >= 0 ? main[at..]
        : main;
}
