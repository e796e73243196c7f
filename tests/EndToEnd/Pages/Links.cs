using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Pages;

/// <summary>Somebody of the demo, where they start, and for whom they act.</summary>
internal sealed record Person(string? Account, string? ActsFor = null)
{
    private static readonly string[] Officers =
    [
        "clerk1", "reviewer1", "approver1", "service1", "register1", "editor1", "publisher1", "sysadmin", "secadmin", "auditor",
        "operator1", "leader1", "orgadmin1", "integrator1",
    ];

    public static IReadOnlyList<Person> All =>
        [new(Account: null), new("chenguilan"), new("zhoujianguo", ActsFor: "云溪市鼓楼百货商店"), .. Officers.Select(a => new Person(a))];

    public string Name => Account ?? "a visitor";

    public string Home => Account is not null && Officers.Contains(Account) ? "/workbench" : "/";

    public async Task<Browser> SignInAsync(PlatformFixture platform)
    {
        if (Account is null) { return platform.Visitor(); }
        if (ActsFor is null) { return await (Home == "/" ? platform.CitizenAsync(Account) : platform.OfficerAsync(Account)); }
        var browser = platform.Visitor();
        var page = await browser.FillAsync("/sign-in", "password", ("account", Account), ("password", IdentityOptions.DemoPassword));
        var before = page.Html[..page.Html.IndexOf(ActsFor, StringComparison.Ordinal)];
        var principal = Regex.Match(before, "value=\"([^\"]+)\"", RegexOptions.RightToLeft).Groups[1].Value;
        page = await browser.SubmitAsync(page, page.Form("principal").Set("principal", principal));
        Assert.Contains(ActsFor, page.Html, StringComparison.Ordinal);
        return browser;
    }
}

/// <summary>An address that somebody reaches by links, with the route behind it.</summary>
internal sealed record Reached(Person Person, string Address, string Route);

/// <summary>
/// Follows every link from everybody's home without a browser: fast enough to open each route once for each person, and each line of a
/// menu. What answers badly, leads nowhere or lacks its heading is a finding.
/// </summary>
internal sealed partial class Links(PlatformFixture platform)
{
    private readonly RouteTable _routes = new(platform.Services);

    public List<string> Findings { get; } = [];

    /// <summary>Route (and kind of definition, which has a designer of its own) → who came there first, and by which address.</summary>
    public Dictionary<string, Reached> Pages { get; } = [];

    /// <summary>Routes that a link leads to, files among them.</summary>
    public HashSet<string> Routes { get; } = [];

    public IEnumerable<string> Unlinked => _routes.ForPeople.Where(p => !Routes.Contains(p)).Order(StringComparer.Ordinal);

    /// <returns>Cookies of each person, for a browser to go on with.</returns>
    public async Task<IReadOnlyDictionary<Person, IDictionary<string, string>>> FollowAsync()
    {
        var cookies = new Dictionary<Person, IDictionary<string, string>>();
        foreach (var person in Person.All)
        {
            var browser = await person.SignInAsync(platform);
            await FollowAsync(person, browser);
            cookies[person] = browser.Cookies;
        }
        return cookies;
    }

    private async Task FollowAsync(Person person, Browser browser)
    {
        var queue = new Queue<(string Address, string From, bool IsMenu)>([(person.Home, "home", true)]);
        var (opened, seen) = (new HashSet<string>(), new HashSet<string>());
        while (queue.TryDequeue(out var link))
        {
            if (!opened.Add(link.Address)) { continue; }
            var path = link.Address.Split('?')[0];
            if (_routes.Find(path) is not var (route, values))
            {
                Findings.Add($"{person.Name} {link.Address} (linked from {link.From}): leads nowhere");
                continue;
            }
            if (person.Home != "/" && _routes.ForApplicants.Contains(route)) { continue; }
            Routes.Add(route);
            var kind = route.StartsWith("/workbench/configuration", StringComparison.Ordinal) ? values["kind"] : null;
            // Every register is opened: what lies behind a list can only be reached from one that is not empty.
            var one = route is "/workbench/registers/{register}" or "/workbench/registers/{register}/import" ? values["register"] : kind;
            var key = $"{route} {one}{Kind().Match(link.Address).Value}";
            if (!seen.Add(key) && !link.IsMenu) { continue; }
            var page = await browser.GetAsync(link.Address);
            if ((int)page.Status >= 400)
            {
                var menu = link.IsMenu ? ", and the menu offers it" : "";
                Findings.Add($"{person.Name} {link.Address} (linked from {link.From}): answers {(int)page.Status}{menu}");
                continue;
            }
            if (!page.Html.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)) { continue; }
            if (_routes.Find(page.Url.Split('?')[0]) is var (arrived, _)) { Routes.Add(arrived); }
            Pages.TryAdd($"{route} {kind}", new(person, link.Address, route));
            foreach (var next in Of(page)) { queue.Enqueue((next.Address, path, next.IsMenu)); }
        }
    }

    private static IEnumerable<(string Address, bool IsMenu)> Of(HtmlPage page)
    {
        var here = new Uri(new Uri("http://here"), page.Url);
        var menuStarts = page.Html.IndexOf("id=\"nav\"", StringComparison.Ordinal);
        var menu = menuStarts < 0 ? "" : page.Html[menuStarts..page.Html.IndexOf("</aside>", menuStarts, StringComparison.Ordinal)];
        foreach (var href in page.Links.Where(l => l.Length > 0 && l[0] != '#').Distinct())
        {
            if (Uri.TryCreate(here, href, out var target) && target.Host == here.Host && target.Scheme == here.Scheme)
            {
                yield return (target.PathAndQuery, menu.Contains($"href=\"{href}\"", StringComparison.Ordinal));
            }
        }
    }

    [GeneratedRegex(@"(?<=[?&])kind=[a-z-]+")]
    private static partial Regex Kind();
}
