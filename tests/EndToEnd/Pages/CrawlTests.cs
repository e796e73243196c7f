using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Pages;

/// <summary>
/// Everybody of the demo follows every link from their home: what a link leads to must be there and be fit to be used, a menu must not
/// offer what is refused, and a page that no link leads to is lost to people.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class CrawlTests(BrowserFixture browser)
{
    private const int AtATime = 3;

    [Fact]
    public async Task Every_link_leads_to_a_page_every_page_has_a_link_and_is_fit_to_be_used()
    {
        await HouseInUse.FillAsync(browser.Platform);
        var links = new Links(browser.Platform);
        var cookies = await links.FollowAsync();
        var unlinked = links.Unlinked.ToList();
        var known = UnlinkedPages.Read();
        var findings = new ConcurrentBag<string>(links.Findings
            .Concat(unlinked.Except(known.Keys).Select(p => $"{p}: no link leads there; give it one, or a line in {UnlinkedPages.Name}"))
            .Concat(known.Keys.Except(unlinked).Select(p => $"{p}: has a link or is gone; take its line out of {UnlinkedPages.Name}")));

        var some = new ParallelOptions { MaxDegreeOfParallelism = AtATime };
        await Parallel.ForEachAsync(links.Pages.Values.GroupBy(p => p.Person), some, async (pages, _) =>
        {
            foreach (var finding in await LookAsync(pages, cookies[pages.Key])) { findings.Add($"{pages.Key.Name} {finding}"); }
        });

        Assert.True(findings.IsEmpty, string.Join('\n', findings.Distinct().Order(StringComparer.Ordinal)));
    }

    private async Task<IReadOnlyList<string>> LookAsync(IEnumerable<Reached> pages, IDictionary<string, string> cookies)
    {
        var page = await browser.OpenAsync(390);
        await page.Context.AddCookiesAsync(cookies.Select(c => new Cookie { Name = c.Key, Value = c.Value, Url = browser.Address }));
        var check = new PageCheck(page, "pages");
        foreach (var reached in pages)
        {
            await page.GotoAsync(reached.Address, new() { WaitUntil = WaitUntilState.NetworkIdle });
            await check.LookAsync(reached.Route.Replace('/', ' '));
        }
        await page.Context.DisposeAsync();
        return check.Findings;
    }
}

/// <summary>Pages that no link leads to, each with its reason; the list may only become shorter.</summary>
internal static class UnlinkedPages
{
    public const string Name = "tests/EndToEnd/Pages/unlinked-pages.tsv";

    public static IReadOnlyDictionary<string, string> Read() =>
        File.ReadLines(Path.Combine(TestCluster.Root, Name)).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t'))
            .ToDictionary(l => l[0], l => l[1]);
}
