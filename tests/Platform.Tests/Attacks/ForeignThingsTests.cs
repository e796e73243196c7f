using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>
/// Ids of other people's things, taken from every page that their owners reach and put where one's own would stand: not there for
/// anybody else.
/// </summary>
public sealed class ForeignThingsTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task What_one_citizen_reaches_is_not_there_for_another()
    {
        var owner = await platform.CitizenAsync("chenguilan");
        await Allowance.DraftAsync(owner);
        await Allowance.SubmitAsync(owner, await Allowance.DraftAsync(owner));
        var harvest = new Harvest(platform);
        var theirs = Private(await harvest.OfAsync(Caller.Of("chenguilan"), owner, ofEachRoute: 12));
        var other = await platform.CitizenAsync("limei");
        var own = (await harvest.OfAsync(Caller.Of("limei"), other, ofEachRoute: 12)).Select(f => f.Address).ToHashSet();
        var token = await TokenAsync(other, "/my/profile");

        var findings = new List<string>();
        foreach (var found in theirs.Where(f => !own.Contains(f.Address)))
        {
            var answer = await SendAsync(other, found, token);
            if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden))
            {
                findings.Add($"{found.Target} {found.Address}: {(int)answer.Status} {answer.Location}");
            }
        }

        Assert.True(theirs.Count(f => f.Target.Pattern.StartsWith("/my/cases/{id", StringComparison.Ordinal)) > 6,
            "the owner's cases were not found: " + string.Join('\n', theirs.Select(f => f.Address)));
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Fact]
    public async Task A_case_of_one_district_is_not_there_for_the_clerk_of_another()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var draft = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, draft);
        var id = draft.Split('/').First(p => Guid.TryParse(p, out _));
        var harvest = new Harvest(platform);
        var clerk = await platform.OfficerAsync("clerk1");
        var theirs = (await harvest.OfAsync(Caller.Of("clerk1"), clerk, ofEachRoute: 40))
            .Where(f => f.Address.Contains(id, StringComparison.Ordinal)).ToList();
        var page = await clerk.GetAsync($"/workbench/cases/{id}");
        var onThePage = page.Forms.Where(f => f.Method == "post").Select(f => f.Action).Where(a =>
            a.Contains("/workbench/", StringComparison.Ordinal));

        var findings = new List<string>();
        foreach (var stranger in (string[])["clerk2", "sysadmin", "secadmin", "auditor", "editor1", "operator1"])
        {
            var browser = await platform.OfficerAsync(stranger);
            var token = await TokenAsync(browser, "/workbench/identity/me");
            foreach (var found in theirs)
            {
                var answer = await SendAsync(browser, found, token);
                if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden))
                {
                    findings.Add($"{stranger} {found.Target} {found.Address}: {(int)answer.Status} {answer.Location}");
                }
            }
            foreach (var action in onThePage)
            {
                var answer = await PostAsync(browser, action, token);
                if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.SeeOther)
                    || answer.Status is HttpStatusCode.SeeOther && !action.StartsWith("/sign-out", StringComparison.Ordinal))
                {
                    findings.Add($"{stranger} POST {action}: {(int)answer.Status} {answer.Location}");
                }
            }
        }

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.NotEmpty(theirs);
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>Addresses that carry an id and are not open to all.</summary>
    private static List<Found> Private(IEnumerable<Found> found) =>
        [.. found.Where(f => f.Target.Rule.Kind is not AccessKind.Everybody
            && f.Address.Split('/', '?', '=').Any(p => Guid.TryParse(p, out _)))];

    private static async Task<string> TokenAsync(Browser browser, string url) =>
        (await browser.GetAsync(url)).Forms.Select(f => f["__RequestVerificationToken"]).OfType<string>().First();

    private static Task<HtmlPage> SendAsync(Browser browser, Found found, string token) =>
        found.Target.Changes ? PostAsync(browser, found.Address, token) : browser.GetAsync(found.Address, follow: false);

    private static Task<HtmlPage> PostAsync(Browser browser, string address, string token) => browser.SendAsync(
        new(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(
                [new("__RequestVerificationToken", token), new("confirm", "true"), new("then", "next"), new("reason", "测试"),
                    new("level", "1")]),
        }, follow: false);
}
