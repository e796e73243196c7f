using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Cases.ApplyCase;

public sealed class StartCaseTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_case_keeps_the_rules_it_was_started_with_and_a_new_one_gets_the_new_ones()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var before = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, before);

        var officer = await platform.OfficerAsync("service1");
        var source = await officer.GetAsync("/workbench/configuration/decision/old-age-allowance/source");
        var form = source.Form("name=\"content\"");
        var changed = (form["content"] ?? "").Replace("<text>100</text>", "<text>120</text>", StringComparison.Ordinal);
        await officer.SubmitAsync(source, form.Set("content", changed), "then=save");
        var look = await officer.GetAsync("/workbench/configuration/decision/old-age-allowance/publish");
        await officer.SubmitAsync(look, look.Form("name=\"note\"").Set("note", "提高标准"));
        var after = await Allowance.DraftAsync(citizen);

        Assert.Contains("120 元", (await citizen.GetAsync(after + "/check")).Text, StringComparison.Ordinal);
        await Allowance.ApproveAsync(platform, before);
        var keeper = await platform.OfficerAsync("register1");
        var granted = await keeper.GetAsync("/workbench/registers/allowance-beneficiary?columns=name,standard");
        Assert.Contains("100", granted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("120", granted.Text, StringComparison.Ordinal);
    }
}
