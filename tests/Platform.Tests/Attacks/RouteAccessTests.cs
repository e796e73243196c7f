using System.Net;
using System.Text;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>
/// Every address of the route table, called by everybody: whoever does not hold what the route declares is refused before anything is
/// looked up. The table of what is right is made from the routes' rules and the roles' files.
/// </summary>
public sealed class RouteAccessTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const int FewestTargets = 250;

    [Fact]
    public async Task Every_route_refuses_everybody_who_does_not_hold_what_it_declares()
    {
        var targets = Target.All(platform);
        Assert.True(targets.Count > FewestTargets, $"only {targets.Count} routes were found");
        var (findings, refused, allowed) = (new List<string>(), 0, 0);
        foreach (var caller in Caller.All)
        {
            var browser = await caller.EnterAsync(platform);
            foreach (var target in targets)
            {
                var answer = await browser.SendAsync(Request(target), follow: false);
                if (caller.May(target.Rule)) { allowed++; }
                else { refused++; }
                if (Finding(caller, target, answer) is { } finding) { findings.Add($"{caller.Name} {target}: {finding}"); }
            }
        }
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(60)));
        Assert.True(refused > 2000 && allowed > 1000, $"{refused} refused, {allowed} allowed: the callers are not who they should be");
    }

    [Fact]
    public void What_the_files_grant_is_what_the_platform_grants()
    {
        // Otherwise the table above would say nothing: nobody may be without rights, and no two roles alike by accident.
        Assert.All(Caller.All.Where(c => c.Kind is ActorKind.Officer), c => Assert.NotEmpty(c.Permissions));
        Assert.Contains("audit.read", Caller.Of("auditor").Permissions);
        Assert.DoesNotContain("audit.read", Caller.Of("sysadmin").Permissions);
    }

    private static HttpRequestMessage Request(Target target)
    {
        var request = new HttpRequestMessage(new(target.Method), target.Address);
        if (!target.Changes) { return request; }
        // Without the token of a page: who is let in by the rule is stopped by that, and nothing is changed here.
        request.Content = target.Pattern.StartsWith("/api", StringComparison.Ordinal)
            ? new StringContent("[", Encoding.UTF8, "application/json")
            : new FormUrlEncodedContent([]);
        return request;
    }

    private static string? Finding(Caller caller, Target target, HtmlPage answer)
    {
        var status = (int)answer.Status;
        if (status >= 500 && answer.Status is not HttpStatusCode.ServiceUnavailable) { return $"answers {status}"; }
        if (caller.May(target.Rule))
        {
            return target.Changes && status is >= 200 and < 300 ? $"answers {status} to a post that carries nothing" : null;
        }
        if (status is 401 or 403) { return null; }
        var toTheDoor = answer.Location?.StartsWith("/sign-in?", StringComparison.Ordinal) == true
            || answer.Location?.StartsWith("/workbench/sign-in?", StringComparison.Ordinal) == true;
        return caller.Kind is ActorKind.Anonymous && !target.Changes && status == 303 && toTheDoor
            ? null
            : $"answers {status} {answer.Location} where it has to refuse";
    }
}
