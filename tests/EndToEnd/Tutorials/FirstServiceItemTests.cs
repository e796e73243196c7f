using System.Text;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Tutorials;

/// <summary>docs/tutorials/first-service-item.md on a running platform, and what it promises to those who follow it.</summary>
[Collection(BrowserTests.Name)]
public sealed class FirstServiceItemTests(BrowserFixture browser)
{
    private const string Service = "volunteer-certificate";

    private PlatformFixture Platform => browser.Platform;

    [Fact]
    public async Task Who_follows_the_tutorial_has_a_service_that_people_apply_for_and_that_can_be_changed_on_monday()
    {
        var folder = Path.Combine(TestCluster.Root, "var", "test-data", $"tutorial-{Environment.ProcessId}");
        var tutorial = new Tutorial("first-service-item.md", folder, PlatformFixture.Settings(Platform.ConnectionString));
        try
        {
            await tutorial.GoOnAsync();
            var citizen = await Platform.CitizenAsync("limei");
            var search = "/search?q=" + Uri.EscapeDataString("志愿者");
            await UntilAsync(async () => (await citizen.GetAsync(search)).Text.Contains("志愿服务证明", StringComparison.Ordinal));
            var begun = await DraftAsync(citizen, hours: 80);
            Assert.False(await AsksForTheRecordAsync(citizen, begun));
            await ServeAsync(citizen, hours: 42);

            await tutorial.GoOnAsync();
            Assert.True(tutorial.IsDone, "the tutorial has steps that this test does not reach");
            await UntilAsync(async () => await AsksForTheRecordAsync(citizen, await DraftAsync(citizen, hours: 80)));
            Assert.False(await AsksForTheRecordAsync(citizen, begun));
        }
        finally
        {
            if (Directory.Exists(folder)) { Directory.Delete(folder, recursive: true); }
        }
    }

    /// <summary>Applied for, accepted, reviewed, decided; the record and the certificate are there.</summary>
    private async Task ServeAsync(Browser citizen, int hours)
    {
        var draft = await DraftAsync(citizen, hours);
        await Allowance.SubmitAsync(citizen, draft);
        foreach (var (account, button) in ((string, string)[])[("clerk2", "accept"), ("u0063", "pass"), ("u0064", "approve")])
        {
            await Allowance.PressAsync(await Platform.OfficerAsync(account), draft, button);
        }
        var done = await citizen.GetAsync(draft);
        Assert.Contains("已办结", done.Text, StringComparison.Ordinal);
        Assert.Contains("云志证〔", done.Text, StringComparison.Ordinal);
        var record = await (await Platform.OfficerAsync("clerk2")).GetAsync($"/workbench/registers/{Service}");
        Assert.Contains("李梅", record.Text, StringComparison.Ordinal);
        Assert.Contains($"{hours}", record.Text, StringComparison.Ordinal);
    }

    private static async Task<string> DraftAsync(Browser citizen, int hours)
    {
        var page = await citizen.FillAsync($"/apply/{Service}", "_submission");
        Assert.Equal("李梅", page.Form("then")["name"]);
        page = await citizen.SubmitAsync(page, page.Form("then").Set("hours", $"{hours}"), "then=next");
        Assert.EndsWith("/materials", page.Url, StringComparison.Ordinal);
        return page.Url[..^"/materials".Length];
    }

    private static async Task<bool> AsksForTheRecordAsync(Browser citizen, string draft) =>
        (await citizen.GetAsync(draft + "/materials")).Html.Contains("name=\"material.record\"", StringComparison.Ordinal);

    /// <summary>Other programs publish, this node notices: soon, not at once.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await isSo()) { await Task.Delay(200, patience.Token); }
    }
}
