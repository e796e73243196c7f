using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>A whole walk, and then a look into everything that operators keep for long: nobody's affairs may stand there.</summary>
[Collection(Faults.FaultNumbers.Collection)]
public sealed class SecretsInLogsTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    /// <summary>陈桂兰 as the demo pack has her, the card she gives, and what the doors are opened with.</summary>
    private static readonly string[] Personal =
        ["陈桂兰", "990102194403121006", "15420000000", "江声里3号楼201室", "622202000000000000", IdentityOptions.DemoPassword, "Wrong-2026-x"];

    [Fact]
    public async Task No_log_and_no_figure_tells_of_anybody()
    {
        await using var node = await nodes.StartAsync(
            ("Logging:LogLevel:Default", "Debug"), ("Logging:LogLevel:Microsoft.AspNetCore", "Information"));

        var secrets = await WalkAsync(node.Visitor(), node.Visitor());

        var figures = await node.Client.GetStringAsync("/metrics");
        var log = node.Log;
        Assert.True(log.Length > 1000, "the node has logged nothing: " + log);
        Assert.DoesNotContain(secrets, s => log.Contains(s, StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, s => figures.Contains(s, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_trace_tells_of_anybody()
    {
        var fixture = new PlatformFixture();
        await fixture.InitializeAsync();
        var traces = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traces.Enqueue(
                activity.DisplayName + ' ' + string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))
                + string.Join(' ', activity.Events.SelectMany(e => e.Tags.Select(t => $"{t.Key}={t.Value}")))
                + string.Join(' ', activity.Baggage.Select(b => $"{b.Key}={b.Value}"))),
        };
        ActivitySource.AddActivityListener(listener);

        var secrets = await WalkAsync(fixture.Visitor(), fixture.Visitor());

        await fixture.DisposeAsync();
        Assert.True(traces.Count > 100, $"only {traces.Count} spans");
        Assert.DoesNotContain(traces, t => secrets.Any(s => t.Contains(s, StringComparison.Ordinal)));
    }

    /// <returns>Everything of it that is nobody's business, the tokens of the sessions too.</returns>
    private static async Task<IReadOnlyList<string>> WalkAsync(Browser citizen, Browser officer)
    {
        await citizen.FillAsync("/sign-in", "password", ("account", "990102194403121006"), ("password", "Wrong-2026-x"));
        await citizen.FillAsync("/sign-in", "password", ("account", "15420000000"), ("password", IdentityOptions.DemoPassword));
        var draft = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, draft);
        await citizen.GetAsync("/my/profile");
        await officer.AsOfficerAsync("clerk1");
        var page = await officer.GetAsync(Allowance.Workbench(draft));
        Assert.Contains("陈桂兰", page.Html, StringComparison.Ordinal);
        await Allowance.PressAsync(officer, draft, "accept");
        await officer.GetAsync("/no-such-page");
        return [.. Personal, citizen.Cookies["zt-session"], officer.Cookies["zt-session"], page.Forms[0]["__RequestVerificationToken"] ?? "no token"];
    }
}
