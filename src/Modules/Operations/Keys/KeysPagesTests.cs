using System.Net;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;
using Zhengtong.Support;

namespace Zhengtong.Operations.Keys;

public sealed partial class KeysPagesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("secadmin", 200)]
    [InlineData("sysadmin", 403)]
    [InlineData("auditor", 403)]
    [InlineData("operator1", 403)]
    [InlineData("clerk1", 403)]
    public async Task The_page_of_keys_is_for_custodians_alone(string account, int status)
    {
        var browser = await platform.OfficerAsync(account);

        Assert.Equal((HttpStatusCode)status, (await browser.GetAsync(OperationsLinks.Keys)).Status);
        Assert.Equal((HttpStatusCode)status, (await browser.GetAsync($"{OperationsLinks.NewKeyRequest}?act=split")).Status);
    }

    [Fact]
    public async Task One_asks_another_approves_and_old_data_moves_behind_the_scenes()
    {
        var (first, second) = (await platform.OfficerAsync("secadmin"), await platform.OfficerAsync("secadmin2"));
        var cipher = platform.Get<FieldCipher>();
        var old = cipher.Encrypt("旧内容", "tests");

        var asked = await first.FillAsync(
            $"{OperationsLinks.NewKeyRequest}?act=rotate&purpose=field", "name=\"reason\"", ("reason", "年度轮换"));
        Assert.Contains("须由另一名密钥管理员批准", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Forms, f => f.Action.EndsWith("/approve", StringComparison.Ordinal));
        Assert.False(cipher.IsStale(old));
        var waiting = await second.GetAsync(OperationsLinks.Keys);
        Assert.Contains("年度轮换", waiting.Text, StringComparison.Ordinal);
        var job = await second.SubmitAsync(waiting, waiting.Form("/approve"));

        Assert.StartsWith(OperationsLinks.Jobs + "/", job.Url, StringComparison.Ordinal);
        Assert.True(cipher.IsStale(old));
        Assert.Equal("旧内容", cipher.Decrypt(old, "tests"));
        await KernelFixture.EventuallyAsync(
            async () => (job = await second.GetAsync(job.Url)).Text.Contains("已完成", StringComparison.Ordinal), "moved", 90);
        Assert.DoesNotContain("无法读取", job.Text, StringComparison.Ordinal);
        var list = await first.GetAsync(OperationsLinks.Keys);
        Assert.Contains("已停用，只读旧数据", list.Text, StringComparison.Ordinal);
        Assert.Contains("已执行", list.Text, StringComparison.Ordinal);
        // What was encrypted before opens for its owner as ever.
        Assert.Equal(HttpStatusCode.OK, (await (await platform.CitizenAsync("chenguilan")).GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Nobody_approves_alone_and_who_asked_may_withdraw()
    {
        var first = await platform.OfficerAsync("secadmin");
        var page = await first.FillAsync($"{OperationsLinks.NewKeyRequest}?act=rotate&purpose=token", "name=\"reason\"", ("reason", "到期"));
        var refuse = page.Forms.Last(f => f.Action.EndsWith("/refuse", StringComparison.Ordinal)).Action;

        var alone = await first.SendAsync(new(HttpMethod.Post, refuse.Replace("/refuse", "/approve", StringComparison.Ordinal))
        {
            Content = new FormUrlEncodedContent(page.Form(refuse).Values),
        });
        Assert.Equal(HttpStatusCode.Forbidden, alone.Status);
        Assert.Contains("不能批准自己的申请", alone.Text, StringComparison.Ordinal);

        page = await first.GetAsync(OperationsLinks.Keys);
        page = await first.SubmitAsync(page, page.Form(refuse));
        Assert.Contains("已撤回", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shares_are_shown_once_and_three_of_five_bring_the_master_key_back()
    {
        var (first, second) = (await platform.OfficerAsync("secadmin"), await platform.OfficerAsync("secadmin2"));
        await first.FillAsync(
            $"{OperationsLinks.NewKeyRequest}?act=split&threshold=3&shares=5", "name=\"reason\"", ("reason", "首次备份"));
        var page = await second.GetAsync(OperationsLinks.Keys);

        var shown = await second.SubmitAsync(page, page.Forms.Last(f => f.Action.EndsWith("/approve", StringComparison.Ordinal)));

        var shares = Share().Matches(shown.Html).Select(m => SecretShare.Parse(WebUtility.HtmlDecode(m.Groups[1].Value))).ToList();
        Assert.Equal(5, shares.Count);
        Assert.Equal(NodeProcess.MasterKey, Convert.ToBase64String(SecretSharing.Combine([shares[4], shares[1], shares[2]])));
        Assert.DoesNotContain(shares[0].ToString(), (await second.GetAsync(OperationsLinks.Keys)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("act=destroy&key=999999", 404)]
    [InlineData("act=rotate&purpose=nothing", 404)]
    [InlineData("act=melt", 404)]
    [InlineData("", 404)]
    public async Task What_is_no_act_on_a_key_is_told(string query, int status)
    {
        var page = await (await platform.OfficerAsync("secadmin")).GetAsync($"{OperationsLinks.NewKeyRequest}?{query}");

        Assert.Equal((HttpStatusCode)status, page.Status);
    }

    [Fact]
    public async Task A_request_without_reason_or_without_knowing_the_consequence_is_refused_at_its_field()
    {
        var first = await platform.OfficerAsync("secadmin");
        var key = (await platform.Get<KeyAdministration>().ListAsync(Actor.System("tests"), default)).First(k => k.Purpose == "audit");

        var page = await first.FillAsync($"{OperationsLinks.NewKeyRequest}?act=rotate&purpose=backup", "name=\"reason\"", ("reason", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("说明原因", page.Text, StringComparison.Ordinal);

        page = await first.FillAsync($"{OperationsLinks.NewKeyRequest}?act=destroy&key={key.Id}", "name=\"reason\"", ("reason", "清理"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("确认您知道销毁的后果", page.Text, StringComparison.Ordinal);
    }

    [GeneratedRegex("<code class=\"text-break user-select-all\">([^<]+)</code>")]
    private static partial Regex Share();
}
