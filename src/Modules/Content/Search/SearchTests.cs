using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Content.Search;

/// <summary>One search for everything, on the portal and in the workbench.</summary>
public sealed class SearchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("周末不打烊", "/articles/news-weekend")]
    [InlineData("zmbdy", "/articles/news-weekend")]
    [InlineData("周末不打样", "/articles/news-weekend")]
    [InlineData("补正告知", "/articles/guide-correction")]
    [InlineData("洗手池要加一个", "/articles/business-restaurant")]
    [InlineData("滨江便民中心", "/halls/linjiang-binjiang-hall")]
    [InlineData("0000-8810074", "/halls/yx-hall")]
    [InlineData("老年综合津贴", "/articles/policy-old-age-allowance")]
    public async Task Articles_help_and_halls_are_found_as_people_look_for_them(string words, string expected)
    {
        var statements = SqlStatistics.Start();
        var page = await platform.Visitor().GetAsync("/search?q=" + Uri.EscapeDataString(words));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains(expected, page.MainLinks);
        Assert.InRange(statements.Statements, 0, 6);
    }

    [Fact]
    public async Task Hits_are_grouped_marked_and_narrowed()
    {
        var page = await platform.Visitor().GetAsync("/search?q=" + Uri.EscapeDataString("津贴"));
        var narrowed = await platform.Visitor().GetAsync(page.MainLinks.First(l => l.Contains("in=articles", StringComparison.Ordinal)));

        Assert.Contains("<mark>津贴</mark>", page.Html, StringComparison.Ordinal);
        Assert.Contains(page.MainLinks, l => l.StartsWith("/services/", StringComparison.Ordinal));
        Assert.Contains(narrowed.MainLinks, l => l.StartsWith("/articles/", StringComparison.Ordinal));
        Assert.DoesNotContain(narrowed.MainLinks, l => l.StartsWith("/services/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("'")]
    [InlineData("\\")]
    [InlineData("&|!()")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("'; drop table content.articles; --")]
    [InlineData("𠮷䶮㐀")]
    public async Task Whatever_is_typed_gets_an_answer(string words)
    {
        var page = await platform.Visitor().GetAsync("/search?q=" + Uri.EscapeDataString(words));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_says_what_to_try_and_offers_what_others_do()
    {
        var page = await platform.Visitor().GetAsync("/search?q=" + Uri.EscapeDataString("火星旅行许可通道"));

        Assert.Contains("没有找到相关服务", page.Text, StringComparison.Ordinal);
        Assert.Contains("大家常办", page.Text, StringComparison.Ordinal);
        Assert.Contains(page.MainLinks, l => l.StartsWith("/services/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_officer_finds_pages_items_and_articles_by_their_right()
    {
        var editor = await platform.OfficerAsync("editor1");
        var clerk = await platform.OfficerAsync("clerk1");

        var own = await editor.GetAsync("/workbench/search?q=" + Uri.EscapeDataString("谨防假冒"));
        var foreign = await clerk.GetAsync("/workbench/search?q=" + Uri.EscapeDataString("谨防假冒"));
        var menu = await clerk.GetAsync("/workbench/search?q=db");

        Assert.Contains(own.MainLinks, l => l.StartsWith("/workbench/articles/0", StringComparison.Ordinal));
        Assert.DoesNotContain(foreign.MainLinks, l => l.StartsWith("/workbench/articles/", StringComparison.Ordinal));
        Assert.Contains("/workbench/inbox", menu.MainLinks);
        Assert.Contains("action=\"/workbench/search\"", menu.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_found_in_every_register_that_one_may_read_and_in_no_other()
    {
        var keeper = await platform.OfficerAsync("register1");
        var editor = await platform.OfficerAsync("editor1");
        var form = await keeper.GetAsync("/workbench/registers/eldercare-institution");
        Assert.Equal(HttpStatusCode.OK, form.Status);

        var found = await keeper.GetAsync("/workbench/search?q=" + Uri.EscapeDataString("养老"));
        var nothing = await editor.GetAsync("/workbench/search?q=" + Uri.EscapeDataString("养老"));

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.DoesNotContain(nothing.MainLinks, l => l.StartsWith("/workbench/registers/", StringComparison.Ordinal));
    }
}
