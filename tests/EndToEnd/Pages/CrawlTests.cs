using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Pages;

/// <summary>
/// Everybody of the demo follows every link from their home: what a link leads to must be fit to be used, a menu must not offer what is
/// refused, and a page that no link leads to is lost to people. Addresses of one route are opened once for each person.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed partial class CrawlTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int AtATime = 4;

    private static readonly Person[] People =
    [
        new(null, "/"), new("chenguilan", "/"), new("zhoujianguo", "/", ActsFor: "云溪市鼓楼百货商店"),
        .. ((string[])[
            "clerk1", "reviewer1", "approver1", "service1", "register1", "editor1", "publisher1", "sysadmin", "secadmin", "auditor",
            "operator1", "leader1", "orgadmin1", "integrator1",
        ]).Select(a => new Person(a, "/workbench")),
    ];

    private readonly ConcurrentBag<string> _findings = [];
    private readonly ConcurrentDictionary<string, string> _reached = [];
    private readonly ConcurrentDictionary<string, bool> _looked = [];
    private readonly RouteTable _routes = new(browser.Platform.Services);
    private int _opened;

    [Fact]
    public async Task Every_page_that_a_link_leads_to_is_fit_to_be_used_and_no_page_is_without_a_link()
    {
        var started = Stopwatch.GetTimestamp();
        await HouseInUse.FillAsync(browser.Platform);

        var some = new ParallelOptions { MaxDegreeOfParallelism = AtATime };
        await Parallel.ForEachAsync(People, some, async (person, _) => await FollowAsync(person));

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine($"{_opened} pages of {_reached.Count} routes, {_looked.Count} looked at closely, in {seconds:0} s");
        var unlinked = _routes.ForPeople.Where(p => !_reached.ContainsKey(p)).Order(StringComparer.Ordinal).ToList();
        var known = UnlinkedPages.Read();
        const string List = UnlinkedPages.Name;
        var findings = _findings.Distinct().Order(StringComparer.Ordinal)
            .Concat(unlinked.Except(known.Keys).Select(p => $"{p}: no link leads there; give it one, or a line with its reason in {List}"))
            .Concat(known.Keys.Except(unlinked).Select(p => $"{p}: has a link or is gone; take its line out of {List}"))
            .ToList();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    private async Task FollowAsync(Person person)
    {
        var page = await browser.OpenAsync(390);
        try
        {
            var check = new PageCheck(page, "pages");
            if (person.Account is not null && !await SignInAsync(page, person)) { return; }
            var queue = new Queue<Link>([new(person.Home, "home", IsMenu: true)]);
            var opened = new HashSet<string>();
            var seen = new HashSet<string>();
            while (queue.TryDequeue(out var link))
            {
                if (!opened.Add(link.Address)) { continue; }
                if (_routes.Find(link.Path) is not var (pattern, values))
                {
                    if (!link.Path.StartsWith("/dist/", StringComparison.Ordinal)) { Note(person, link, "leads nowhere"); }
                    continue;
                }
                _reached.TryAdd(pattern, person.Name);
                // Definitions of each kind have a designer of their own behind one route.
                var kind = pattern.StartsWith("/workbench/configuration", StringComparison.Ordinal) ? values["kind"] : null;
                var key = $"{pattern} {kind}{Kind().Match(link.Address).Value}";
                if (!seen.Add(key) && !link.IsMenu) { continue; }
                foreach (var next in await OpenAsync(page, check, person, link, key)) { queue.Enqueue(next); }
            }
            foreach (var finding in check.Findings) { _findings.Add($"{person.Name} {finding}"); }
        }
        finally
        {
            await page.Context.DisposeAsync();
        }
    }

    /// <returns>The links of the page; none where it is a file.</returns>
    private async Task<IReadOnlyList<Link>> OpenAsync(IPage page, PageCheck check, Person person, Link link, string key)
    {
        IResponse? answer;
        var isNew = _looked.TryAdd(key, true);
        try
        {
            // What has libraries to fetch is looked at closely once, when they have come.
            var until = isNew ? WaitUntilState.NetworkIdle : WaitUntilState.DOMContentLoaded;
            answer = await page.GotoAsync(link.Address, new() { WaitUntil = until });
        }
        catch (PlaywrightException file) when (IsDownload().IsMatch(file.Message))
        {
            return [];
        }
        Interlocked.Increment(ref _opened);
        if (answer is null || answer.Status >= 400)
        {
            Note(person, link, $"answers {answer?.Status}{(link.IsMenu ? ", and the menu offers it" : "")}");
            return [];
        }
        if (!(await answer.HeaderValueAsync("content-type") ?? "").StartsWith("text/html", StringComparison.Ordinal)) { return []; }
        if (isNew) { await check.LookAsync(key.Replace('/', ' ')); }
        else { await check.GlanceAsync(); }
        var links = await page.EvaluateAsync<string[][]>(
            """
            [...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin && a.getAttribute('href')[0] !== '#')
              .map(a => [a.pathname + a.search, a.closest('#nav') ? 'menu' : ''])
            """);
        return [.. links.Select(l => new Link(l[0], link.Path, l[1] == "menu"))];
    }

    private async Task<bool> SignInAsync(IPage page, Person person)
    {
        await page.GotoAsync(person.Home == "/" ? "/sign-in" : "/workbench/sign-in");
        await page.FillAsync("input[name=account]", person.Name);
        await page.FillAsync("input[name=password]", IdentityOptions.DemoPassword);
        await page.Locator("main form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(url => !url.EndsWith("/sign-in", StringComparison.Ordinal));
        if (page.Url.Contains("/sign-in/acting", StringComparison.Ordinal))
        {
            if (person.ActsFor is { } name) { await page.GetByLabel(name).CheckAsync(); }
            await page.Locator("main form button[type=submit]").First.ClickAsync();
            await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        }
        if (!page.Url.Contains("/sign-in", StringComparison.Ordinal)) { return true; }
        _findings.Add($"{person.Name} could not sign in and stands at {page.Url}");
        return false;
    }

    private void Note(Person person, Link link, string what) =>
        _findings.Add($"{person.Name} {link.Address} (linked from {link.From}): {what}");

    [GeneratedRegex("Download is starting|net::ERR_ABORTED")]
    private static partial Regex IsDownload();

    [GeneratedRegex(@"(?<=[?&])kind=[a-z-]+")]
    private static partial Regex Kind();

    private sealed record Person(string? Account, string Home, string? ActsFor = null)
    {
        public string Name => Account ?? "a visitor";
    }

    private sealed record Link(string Address, string From, bool IsMenu)
    {
        public string Path => Address.Split('?')[0];
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
