using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Designers.Simulate;

/// <summary>A process tried out in the workbench: no case comes of it.</summary>
public sealed class SimulationTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Url = "/workbench/configuration/process/standard-case/simulate";

    [Fact]
    public async Task A_case_is_walked_through_with_test_data()
    {
        var officer = await platform.OfficerAsync("service1");
        var page = await StartAsync(officer);
        Assert.Contains("受理预审（clerk）", page.Text, StringComparison.Ordinal);

        page = await DoAsync(officer, page, "受理");
        Assert.Contains("cases.accept", page.Text, StringComparison.Ordinal);
        page = await DoAsync(officer, page, "成功");
        page = await DoAsync(officer, page, "审查通过");
        page = await DoAsync(officer, page, "准予许可");
        page = await DoAsync(officer, page, "成功");

        Assert.Contains("流程结束，结果：approved", page.Text, StringComparison.Ordinal);
        Assert.Contains("“决定”办理：准予许可", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_is_taken_back_and_time_passes()
    {
        var officer = await platform.OfficerAsync("service1");
        var page = await StartAsync(officer);
        page = await DoAsync(officer, page, "一次性告知补正");
        page = await DoAsync(officer, page, "成功");
        Assert.Contains("申请人补正", page.Text, StringComparison.Ordinal);
        Assert.Contains("停止计时", page.Text, StringComparison.Ordinal);

        var back = await officer.SubmitAsync(page, page.Form("name=\"data\""), "then=back");
        Assert.Contains("cases.ask-correction", back.Text, StringComparison.Ordinal);
        var late = await DoAsync(officer, page, "定时到点");

        Assert.Contains("流程结束，结果：withdrawn", late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_test_data_say_so_and_stay()
    {
        var officer = await platform.OfficerAsync("service1");
        var page = await officer.GetAsync(Url);

        var refused = await officer.SubmitAsync(page, page.Form("name=\"data\"").Set("data", "{ oops"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("请写成 JSON 对象", refused.Text, StringComparison.Ordinal);
        Assert.Contains("{ oops", refused.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await platform.OfficerAsync("clerk1")).GetAsync(Url)).Status);
    }

    [Fact]
    public async Task The_patterns_are_shown_with_what_they_are_for_and_begin_a_draft()
    {
        var officer = await platform.OfficerAsync("service1");
        var page = await officer.GetAsync("/workbench/configuration/patterns");

        foreach (var title in (string[])["简单审批", "会签", "两级审批"]) { Assert.Contains(title, page.Text, StringComparison.Ordinal); }
        var begun = await officer.GetAsync(page.Link("kind=process&from=simple-approval"));
        Assert.Equal("simple-approval", begun.Form("name=\"key\"")["from"]);
    }

    [Fact]
    public async Task Two_versions_are_drawn_beside_each_other()
    {
        var officer = await platform.OfficerAsync("service1");

        var page = await officer.GetAsync("/workbench/configuration/process/simple-approval/compare?from=1&to=1");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(2, page.Html.Split("data-designer=\"bpmnview\"").Length - 1);
    }

    private static async Task<HtmlPage> StartAsync(Browser officer)
    {
        var page = await officer.GetAsync(Url);
        return await officer.SubmitAsync(page, page.Form("name=\"data\""));
    }

    private static async Task<HtmlPage> DoAsync(Browser officer, HtmlPage page, string text)
    {
        var button = System.Text.RegularExpressions.Regex.Matches(
                page.Html, "<button[^>]*name=\"do\" value=\"([^\"]+)\"[^>]*>\\s*([^<]*)<",
                System.Text.RegularExpressions.RegexOptions.Singleline)
            .FirstOrDefault(m => WebUtility.HtmlDecode(m.Groups[2].Value).Trim().StartsWith(text, StringComparison.Ordinal));
        Assert.True(button is not null, $"no button {text}: {page}");
        return await officer.SubmitAsync(page, page.Form("name=\"data\""), $"do={WebUtility.HtmlDecode(button.Groups[1].Value)}");
    }
}
