using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Processes.Moves;

/// <summary>The moves of an office on a real case, over HTTP and without script: each does what it says, or says why not and changes
/// nothing.</summary>
public sealed class ProcessMovesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_step_is_handed_on_and_only_the_new_doer_has_it()
    {
        var (url, reviewer) = await ReviewingAsync();

        var moved = await reviewer.MoveAsync(url, "hand-on", ("people", Who(await reviewer.GetAsync(url), "贺海燕")), ("reason", "请代为审查"));

        Assert.Equal(HttpStatusCode.SeeOther, moved.Status);
        Assert.DoesNotContain("我的待办", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
        var other = await platform.OfficerAsync("orgadmin1");
        var page = await other.GetAsync(url);
        Assert.Contains("我的待办：审查", page.Text, StringComparison.Ordinal);
        Assert.Contains("请代为审查", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.PressAsync(url, "pass")).Status);
    }

    [Fact]
    public async Task A_delegated_step_comes_back_with_the_opinion()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(page, "delegate", ("people", Who(page, "贺海燕")), ("reason", "请先看材料"), ("until", "2099-12-31"));
        Assert.Contains(Number(page), (await reviewer.GetAsync($"/workbench/inbox?tab=delegated&q={Number(page)}")).Text,
            StringComparison.Ordinal);

        var other = await platform.OfficerAsync("orgadmin1");
        Assert.Contains("受 沈建华", (await other.GetAsync(url)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.PressAsync(url, "pass", "材料属实")).Status);

        var back = await reviewer.GetAsync(url);
        Assert.Contains("我的待办：审查", back.Text, StringComparison.Ordinal);
        Assert.Contains("材料属实", back.Text, StringComparison.Ordinal);
        Assert.Contains("委托结束", back.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_delegated_is_taken_back_by_its_owner()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(page, "delegate", ("people", Who(page, "贺海燕")), ("reason", "请先看材料"));

        var back = await reviewer.MoveAsync(url, "end-delegation", ("reason", "我回来了"));

        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.Contains("我的待办：审查", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("我的待办", (await (await platform.OfficerAsync("orgadmin1")).GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("parallel")]
    [InlineData("after")]
    public async Task The_step_goes_on_when_every_added_signer_has_signed(string how)
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);
        var added = await reviewer.MoveAsync(page, "add-signer", ("people", Who(page, "贺海燕")), ("how", how), ("reason", "请会签"));
        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        var signer = await platform.OfficerAsync("orgadmin1");

        var first = how == "before" ? signer : reviewer;
        var second = how == "before" ? reviewer : signer;
        Assert.Equal(HttpStatusCode.SeeOther, (await first.PressAsync(url, "pass")).Status);
        Assert.DoesNotContain("待决定", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await second.PressAsync(url, "pass")).Status);

        Assert.Contains("待决定", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_added_signer_is_taken_off_again()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(page, "add-signer", ("people", Who(page, "贺海燕")), ("how", "parallel"), ("reason", "请会签"));

        var removed = await reviewer.MoveAsync(url, "remove-signer", ("reason", "不需要了"));

        Assert.Equal(HttpStatusCode.SeeOther, removed.Status);
        Assert.DoesNotContain("我的待办", (await (await platform.OfficerAsync("u0053")).GetAsync(url)).Text, StringComparison.Ordinal);
        Assert.Contains("减签", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await reviewer.PressAsync(url, "pass")).Status);
    }

    [Fact]
    public async Task A_copy_is_unread_until_it_is_looked_at()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);

        await reviewer.MoveAsync(page, "copy", ("people", Who(page, "顾明远")), ("reason", "供参考"));

        var reader = await platform.OfficerAsync("approver1");
        var list = $"/workbench/inbox?tab=copied&q={Number(page)}";
        Assert.Contains(" 未读 ", (await reader.GetAsync(list)).Text, StringComparison.Ordinal);
        await reader.GetAsync(url);
        var after = (await reader.GetAsync(list)).Text;
        Assert.Contains(Number(page), after, StringComparison.Ordinal);
        Assert.DoesNotContain(" 未读 ", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_is_taken_back_until_the_next_doer_has_opened_theirs()
    {
        var (url, reviewer) = await ReviewingAsync();
        await reviewer.PressAsync(url, "pass");

        Assert.Equal(HttpStatusCode.SeeOther, (await reviewer.MoveAsync(url, "recall", ("reason", "漏看一项"))).Status);
        Assert.Contains("我的待办：审查", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);

        await reviewer.PressAsync(url, "pass");
        var stale = await reviewer.GetAsync(url);
        await (await platform.OfficerAsync("approver1")).GetAsync(url);
        var refused = await reviewer.MoveAsync(stale, "recall", ("reason", "再看看"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("不能撤回", refused.Text, StringComparison.Ordinal);
        Assert.False((await reviewer.GetAsync(url)).Offers("recall"));
    }

    [Fact]
    public async Task A_return_straight_comes_back_to_who_returned_it()
    {
        var (url, reviewer) = await ReviewingAsync();
        await reviewer.PressAsync(url, "pass");
        var approver = await platform.OfficerAsync("approver1");

        var returned = await approver.MoveAsync(url, "return", ("target", "previous"), ("resume", "straight"), ("reason", "核实住址"));

        Assert.Equal(HttpStatusCode.SeeOther, returned.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await reviewer.PressAsync(url, "pass", "已核实")).Status);
        Assert.Contains("我的待办：决定", (await approver.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_to_the_applicant_lets_them_correct_and_stops_the_clock()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        var reviewer = await platform.OfficerAsync("reviewer1");

        await reviewer.MoveAsync(view.CaseUrl(), "return", ("target", "applicant"), ("reason", "请补充银行卡"));

        Assert.Contains("待补正", (await citizen.GetAsync(view.Url)).Text, StringComparison.Ordinal);
        Assert.Contains("暂停", (await reviewer.GetAsync(view.CaseUrl())).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supervisor_urges_and_watches_and_the_doer_is_told()
    {
        var (url, reviewer) = await ReviewingAsync();
        var number = Number(await reviewer.GetAsync(url));
        var leader = await platform.OfficerAsync("leader1");

        Assert.Equal(HttpStatusCode.SeeOther, (await leader.MoveAsync(url, "urge", ("reason", "群众来电催问"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await leader.MoveAsync(url, "supervise", ("reason", "重点办件"))).Status);

        var inbox = await reviewer.GetAsync($"/workbench/inbox?mark=urged&q={number}");
        Assert.Contains("催办 1", inbox.Text, StringComparison.Ordinal);
        Assert.Contains("督办", inbox.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await leader.MoveAsync(url, "end-supervision")).Status);
        Assert.DoesNotContain(number, (await reviewer.GetAsync("/workbench/inbox?mark=supervised")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_run_refuses_work_until_it_is_resumed()
    {
        var (url, reviewer) = await ReviewingAsync();
        var before = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(before, "suspend", ("reason", "等待鉴定"));

        var refused = await reviewer.PressAsync(url, "pass");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("已挂起", refused.Text, StringComparison.Ordinal);

        await reviewer.MoveAsync(url, "resume", ("reason", "鉴定完成"));
        Assert.Equal(HttpStatusCode.SeeOther, (await reviewer.PressAsync(url, "pass")).Status);
    }

    [Fact]
    public async Task A_decision_maker_ends_a_case_with_a_reason()
    {
        var (url, reviewer) = await ReviewingAsync();
        await reviewer.PressAsync(url, "pass");
        var approver = await platform.OfficerAsync("approver1");

        var without = await approver.MoveAsync(url, "terminate", ("reason", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        Assert.Contains("请填写意见或理由", without.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await approver.MoveAsync(url, "terminate", ("reason", "申请人死亡"))).Status);

        Assert.Contains("已办结", (await approver.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jump_needs_a_second_administrator()
    {
        var (url, reviewer) = await ReviewingAsync();
        var run = (await reviewer.GetAsync(url)).Link("/workbench/processes/");
        var first = await platform.OfficerAsync("service1");
        Assert.Equal(HttpStatusCode.SeeOther, (await first.MoveAsync(run, "jump", ("target", "decide"), ("reason", "系统故障期间已线下审查"))).Status);

        var own = await first.MoveAsync(run, "approve-jump", ("reason", "同意"));
        Assert.Equal(HttpStatusCode.Forbidden, own.Status);
        Assert.Contains("另一位管理员", own.Text, StringComparison.Ordinal);
        Assert.Contains("我的待办：审查", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);

        var second = await platform.OfficerAsync("u0291");
        Assert.Equal(HttpStatusCode.SeeOther, (await second.MoveAsync(run, "approve-jump", ("reason", "属实"))).Status);
        var page = await reviewer.GetAsync(url);
        Assert.Contains("待决定", page.Text, StringComparison.Ordinal);
        Assert.Contains("批准跳转", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_page_is_refused_and_its_input_kept()
    {
        var (url, reviewer) = await ReviewingAsync();
        var stale = await reviewer.GetAsync(url);
        await reviewer.MoveAsync(stale, "hand-on", ("people", Who(stale, "贺海燕")), ("reason", "请代为审查"));

        var refused = await reviewer.MoveAsync(stale, "hand-on", ("people", Who(stale, "蔡远刚")), ("reason", "再转一次的理由"));

        Assert.Contains(refused.Status, (HttpStatusCode[])[HttpStatusCode.Conflict, HttpStatusCode.SeeOther]);
        var other = await platform.OfficerAsync("orgadmin1");
        Assert.Contains("我的待办：审查", (await other.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_moves_what_they_may_not_know_of()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync(url);
        var form = page.Forms.First(f => f.Action.EndsWith("/moves/suspend", StringComparison.Ordinal)).Set("reason", "我来看看");
        var stranger = await platform.OfficerAsync("clerk2");
        var own = (await stranger.GetAsync("/workbench/inbox/deputies")).Form("from");

        var refused = await stranger.SubmitAsync(page, form.Set("__RequestVerificationToken", own["__RequestVerificationToken"] ?? ""),
            follow: false);

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(page.Link("/workbench/processes/"))).Status);
        Assert.DoesNotContain("已挂起", (await reviewer.GetAsync(url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_goes_to_colleagues_only()
    {
        var (url, reviewer) = await ReviewingAsync();

        var refused = await reviewer.MoveAsync(url, "hand-on", ("people", Guid.NewGuid().ToString()), ("reason", "请代为审查"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("本单位", refused.Text, StringComparison.Ordinal);
        Assert.Contains("请代为审查", refused.Html, StringComparison.Ordinal);
        Assert.Contains("我的待办：审查", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runs_page_says_in_words_what_the_diagram_shows()
    {
        var (url, reviewer) = await ReviewingAsync();
        var page = await reviewer.GetAsync((await reviewer.GetAsync(url)).Link("/workbench/processes/"));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("审查 （人工环节）：等人办理", page.Text, StringComparison.Ordinal);
        Assert.Contains("已完成：受理预审", page.Text, StringComparison.Ordinal);
        Assert.Contains("case.region", page.Text, StringComparison.Ordinal);
        Assert.Contains("&quot;review&quot;:&quot;now&quot;", page.Html, StringComparison.Ordinal);
    }

    /// <summary>A case that the reviewer has claimed.</summary>
    private async Task<(string Url, Browser Reviewer)> ReviewingAsync()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var accepted = await (await platform.OfficerAsync("clerk1")).PressAsync(view.CaseUrl(), "accept");
        Assert.True(accepted.Status == HttpStatusCode.SeeOther, accepted.ToString());
        var reviewer = await platform.OfficerAsync("reviewer1");
        var claimed = await reviewer.MoveAsync(view.CaseUrl(), "claim");
        Assert.True(claimed.Status == HttpStatusCode.SeeOther, claimed.ToString());
        return (view.CaseUrl(), reviewer);
    }

    private static string Who(HtmlPage page, string name) => page.Choose("people", name);

    private static string Number(HtmlPage page) => System.Text.RegularExpressions.Regex.Match(page.Text, @"\d{15,}").Value;
}
