using System.Net;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.SignIn;

/// <summary>What people do with their own accounts.</summary>
public sealed partial class AccountFlowTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_second_factor_is_enrolled_asked_for_and_each_code_works_once()
    {
        var browser = await InAsync("u0280");
        var enrol = await browser.GetAsync("/sign-in/enrol");
        var secret = Secret().Match(enrol.Html).Groups[1].Value;
        var wrong = await browser.SubmitAsync(enrol, enrol.Form("code").Set("code", "000000"));
        var code = Totp.CodeAt(secret, TimeProvider.System.GetUtcNow());
        var done = await browser.SubmitAsync(wrong, wrong.Form("code").Set("code", code));
        var recovery = Recovery().Matches(done.Html).Select(m => m.Groups[1].Value).ToList();

        var second = platform.Visitor();
        var asked = await SignInTests.SignInAsync(second, "/workbench/sign-in?return=%2Faccount", "u0280", IdentityOptions.DemoPassword);
        var half = await second.GetAsync(IdentityLinks.MyAccount, follow: false);
        var before = second.Cookies["zt-session"];
        var replayed = await second.SubmitAsync(asked, asked.Form("code").Set("code", code));
        var opened = await second.SubmitAsync(asked, asked.Form("code").Set("code", recovery[0]));
        var third = platform.Visitor();
        var again = await SignInTests.SignInAsync(third, "/workbench/sign-in", "u0280", IdentityOptions.DemoPassword);
        var usedUp = await third.SubmitAsync(again, again.Form("code").Set("code", recovery[0]));

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal(10, recovery.Count);
        Assert.StartsWith("/sign-in/second-factor", asked.Url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, half.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        Assert.Contains("我的账号", opened.Text, StringComparison.Ordinal);
        Assert.NotEqual(before, second.Cookies["zt-session"]);
        Assert.Equal(HttpStatusCode.Unauthorized, usedUp.Status);
    }

    [Fact]
    public async Task A_changed_second_factor_ends_the_other_sessions()
    {
        var (browser, other) = (await InAsync("u0283"), await InAsync("u0283"));
        var enrol = await browser.GetAsync("/sign-in/enrol");
        var code = Totp.CodeAt(Secret().Match(enrol.Html).Groups[1].Value, TimeProvider.System.GetUtcNow());
        var done = await browser.SubmitAsync(enrol, enrol.Form("code").Set("code", code));
        var withoutIt = await other.GetAsync(IdentityLinks.MyAccount, follow: false);
        var third = platform.Visitor();
        var asked = await SignInTests.SignInAsync(third, "/workbench/sign-in?return=%2Faccount", "u0283", IdentityOptions.DemoPassword);
        await third.SubmitAsync(asked, asked.Form("code").Set("code", Recovery().Match(done.Html).Groups[1].Value));
        var withIt = await third.GetAsync(IdentityLinks.MyAccount, follow: false);

        var page = await browser.GetAsync(IdentityLinks.MyAccount);
        await browser.SubmitAsync(page, page.Form("/sign-in/enrol/remove").Set("current-password", IdentityOptions.DemoPassword));

        Assert.Equal(HttpStatusCode.SeeOther, withoutIt.Status);
        Assert.Equal(HttpStatusCode.OK, withIt.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await third.GetAsync(IdentityLinks.MyAccount, follow: false)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(IdentityLinks.MyAccount, follow: false)).Status);
    }

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(2000000000, "69279037")]
    public void Codes_are_those_of_the_standard(long seconds, string eightDigits)
    {
        // RFC 6238, appendix B; the secret is the ASCII text 12345678901234567890, six digits are the last six of the eight.
        Assert.Equal(eightDigits[2..], Totp.CodeAt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    [Fact]
    public async Task A_role_can_be_made_to_use_a_second_factor()
    {
        var admin = await InAsync("secadmin");
        var page = await admin.GetAsync(IdentityLinks.Security);
        await admin.SubmitAsync(page, page.Form("min-length").Set("factor-roles", "leader"));

        var leader = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "leader1", IdentityOptions.DemoPassword);

        Assert.StartsWith("/sign-in/enrol", leader.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_changed_by_the_rules_and_ends_the_other_sessions()
    {
        var (browser, other) = (await InAsync("u0281"), await InAsync("u0281"));

        var wrongOld = await ChangeAsync(browser, "not-the-One-1", "Brand-new-77", "Brand-new-77");
        var shortOne = await ChangeAsync(browser, IdentityOptions.DemoPassword, "Ab-1", "Ab-1");
        var ownName = await ChangeAsync(browser, IdentityOptions.DemoPassword, "U0281-Secret", "U0281-Secret");
        var common = await ChangeAsync(browser, IdentityOptions.DemoPassword, "P@ssw0rd-2026", "P@ssw0rd-2026");
        var good = await ChangeAsync(browser, IdentityOptions.DemoPassword, "Brand-new-77", "Brand-new-77", follow: false);
        var same = await ChangeAsync(browser, "Brand-new-77", "Brand-new-77", "Brand-new-77");
        await ChangeAsync(browser, "Brand-new-77", "Other-new-88", "Other-new-88", follow: false);
        var back = await ChangeAsync(browser, "Other-new-88", "Brand-new-77", "Brand-new-77");
        var thrownOut = await other.GetAsync(IdentityLinks.MyAccount, follow: false);

        Assert.Contains("现在的密码不正确", wrongOld.Text, StringComparison.Ordinal);
        Assert.Contains("至少 8 位", shortOne.Text, StringComparison.Ordinal);
        Assert.Contains("不能包含账号", ownName.Text, StringComparison.Ordinal);
        Assert.Contains("太常见", common.Text, StringComparison.Ordinal);
        Assert.Contains("最近用过的密码", same.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, good.Status);
        Assert.Contains("最近用过的密码", back.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, thrownOut.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(IdentityLinks.MyAccount)).Status);
    }

    [Fact]
    public async Task A_reset_password_must_be_changed_before_anything_else()
    {
        var admin = await InAsync("sysadmin");
        var id = await Read().ScalarAsync<Guid>("select id from identity.accounts where name = 'u0282' and kind = 'officer'", null, None);
        var page = await admin.GetAsync(IdentityLinks.Officer(id));
        Assert.DoesNotContain("new-password", page.Form("/password").Names);
        // What somebody adds to the form by hand is not taken either.
        var told = await admin.SubmitAsync(page, page.Form("/password").Set("new-password", "Handed-over-1"));
        var first = WorkbenchFlowTests.FirstPassword(told);
        var second = WorkbenchFlowTests.FirstPassword(await admin.SubmitAsync(page, page.Form("/password")));
        var later = await admin.GetAsync(told.Link(id.ToString()));

        var typed = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "u0282", "Handed-over-1");
        var replaced = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "u0282", first);
        var browser = platform.Visitor();
        var asked = await SignInTests.SignInAsync(browser, "/workbench/sign-in", "u0282", second);
        var elsewhere = await browser.GetAsync(IdentityLinks.MyAccount, follow: false);
        await ChangeAsync(browser, second, "My-own-secret-2", "My-own-secret-2", follow: false);

        Assert.NotEqual(first, second);
        Assert.DoesNotContain(second, later.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, typed.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, replaced.Status);
        Assert.Equal("/sign-in/password", asked.Url);
        Assert.Equal(HttpStatusCode.SeeOther, elsewhere.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(IdentityLinks.MyAccount)).Status);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_by_oneself_and_by_the_security_administrator()
    {
        var (here, there) = (await InAsync("u0283"), await InAsync("u0283"));
        var page = await here.GetAsync(IdentityLinks.MyAccount);
        await here.SubmitAsync(page, page.Form("/account/sessions/end"));
        var ended = await there.GetAsync(IdentityLinks.MyAccount, follow: false);

        var admin = await InAsync("secadmin");
        var list = await admin.GetAsync(IdentityLinks.Sessions + "?q=u0283");
        await admin.SubmitAsync(list, list.Form("/end"));
        var forced = await here.GetAsync(IdentityLinks.MyAccount, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, ended.Status);
        Assert.Contains("u0283", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, forced.Status);
    }

    [Fact]
    public async Task Nobody_ends_somebody_elses_session_from_the_own_account()
    {
        var (mine, theirs) = (await InAsync("u0284"), await InAsync("u0285"));
        var foreign = await Read().ScalarAsync<Guid>("select id from identity.sessions where token_hash = @hash",
            new { hash = SessionTokens.HashOf(theirs.Cookies["zt-session"]) }, None);
        var token = (await mine.GetAsync("/sign-in/password")).Form("new-password")["__RequestVerificationToken"]!;

        var answer = await mine.SendAsync(new(HttpMethod.Post,
            "/account/sessions/end") { Content =
            new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("session", foreign.ToString())]) }, follow: false);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await theirs.GetAsync(IdentityLinks.MyAccount)).Status);
    }

    [Fact]
    public async Task The_oldest_session_gives_way_to_the_sixth()
    {
        var first = await InAsync("u0286");
        for (var i = 0; i < 5; i++) { await InAsync("u0286"); }

        Assert.Equal(HttpStatusCode.SeeOther, (await first.GetAsync(IdentityLinks.MyAccount, follow: false)).Status);
    }

    [Fact]
    public async Task A_new_device_is_pointed_out_and_can_be_confirmed()
    {
        await InAsync("u0279");
        var second = await InAsync("u0279");

        var warned = await second.GetAsync(IdentityLinks.MyAccount);
        var calm = await second.SubmitAsync(warned, warned.Form("/acknowledge"));

        Assert.Contains("有新设备登录过您的账号", warned.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("有新设备登录过您的账号", calm.Text, StringComparison.Ordinal);
        Assert.True(await Read().ScalarAsync<bool>(
            "select exists (select 1 from kernel.outbox where name = 'identity.new-device.v1')", null, None));
    }

    [Fact]
    public async Task A_person_signs_up_with_a_real_number_once()
    {
        var browser = platform.Visitor();
        var page = await browser.GetAsync("/sign-up");
        var wrong = await browser.SubmitAsync(page, Filled(page.Form("agree"), "990102199001011239", "15466660001"));

        var good = await browser.SubmitAsync(page, Filled(page.Form("agree"), Number(), "15466660001"));
        var twicePage = await platform.Visitor().GetAsync("/sign-up");
        var other = platform.Visitor();
        twicePage = await other.GetAsync("/sign-up");
        var twice = await other.SubmitAsync(
            twicePage, Filled(twicePage.Form("agree"), Number(), "15466660002").Set("account", "someoneelse"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("校验位", wrong.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Quite-good-1", wrong.Html, StringComparison.Ordinal);
        Assert.Equal(IdentityLinks.MyProfile, good.Url);
        Assert.Contains("未核验", good.Text, StringComparison.Ordinal);
        Assert.Contains("已经注册", twice.Text, StringComparison.Ordinal);

        static HtmlForm Filled(HtmlForm form, string number, string mobile) => form.Set("name", "孙新来").Set("id-number", number)
            .Set("mobile", mobile).Set("account", "sunxinlai")
            .Set("new-password", "Quite-good-1").Set("repeat-password", "Quite-good-1").Set("agree", "true");
    }

    [Fact]
    public async Task A_person_entrusts_another_and_takes_it_back_at_once()
    {
        var principal = await InAsync("sunfang", person: true);
        var page = await principal.GetAsync(IdentityLinks.MyProfile);
        var form = page.Form("agent-name").Set("agent-name", "李梅").Set("agent-id-number", "990103199611201069")
            .Set("valid-until", "2099-12-31");
        var entrusted = await principal.SubmitAsync(page, form);
        var agent = platform.Visitor();
        var choice = await SignInTests.SignInAsync(agent, "/sign-in?return=%2Fdesign", "limei", IdentityOptions.DemoPassword);
        var sunfang = await Read()
            .ScalarAsync<Guid>("select id from identity.accounts where name = 'sunfang' and kind = 'person'", null, None);
        var acting = await agent.SubmitAsync(choice, choice.Form("principal").Set("principal", sunfang.ToString()));

        await principal.SubmitAsync(entrusted, entrusted.Form("/agents/revoke"));
        var after = await agent.GetAsync("/design");

        Assert.Contains("代 孙芳", acting.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("代 孙芳", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_mobile_number_or_address_for_mail_needs_the_password()
    {
        var browser = await InAsync("sunfang", person: true);
        var id = await Read().ScalarAsync<Guid>("select id from identity.accounts where name = 'sunfang' and kind = 'person'", null, None);
        var page = await browser.GetAsync(IdentityLinks.MyProfile);
        HtmlForm Changed() => page.Form("name=\"mobile\"").Set("mobile", "15466669911").Set("email", "new@example.org");

        var without = await browser.SubmitAsync(page, Changed(), follow: false);
        var wrong = await browser.SubmitAsync(page, Changed().Set("current-password", "not-the-One-1"), follow: false);
        var still = await browser.GetAsync(IdentityLinks.MyProfile);
        var failures = await Read().ScalarAsync<int>(
            "select failures from identity.lockouts where key = @key", new { key = id.ToByteArray() }, None);
        var good = await browser.SubmitAsync(page, Changed().Set("current-password", IdentityOptions.DemoPassword));

        Assert.All([without, wrong], p => Assert.Equal(HttpStatusCode.UnprocessableEntity, p.Status));
        Assert.All([without, wrong], p => Assert.Contains("现在的密码不正确", p.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("not-the-One-1", wrong.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("new@example.org", still.Html, StringComparison.Ordinal);
        Assert.Equal(2, failures);
        Assert.Contains("new@example.org", good.Html, StringComparison.Ordinal);
        Assert.Contains("9911", good.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_without_the_forms_token_is_refused()
    {
        var browser = await InAsync("u0278");

        var answer = await browser.SendAsync(new(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([]) }, follow: false);

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(IdentityLinks.MyAccount)).Status);
    }

    private static string Number()
    {
        var body = "99010219900101123";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((c, i) => (c - '0') * weights[i]).Sum() % 11];
    }

    private static async Task<HtmlPage> ChangeAsync(Browser browser, string old, string fresh, string repeat, bool follow = true)
    {
        var page = await browser.GetAsync("/sign-in/password");
        return await browser.SubmitAsync(page, page.Form("new-password").Set("current-password", old).Set(
            "new-password", fresh).Set("repeat-password", repeat), follow: follow);
    }

    private async Task<Browser> InAsync(string account, bool person = false)
    {
        var browser = platform.Visitor();
        await SignInTests.SignInAsync(browser, (person ? "/sign-in" : "/workbench/sign-in") + "?return=%2Fdesign", account,
            IdentityOptions.DemoPassword, follow: false);
        return browser;
    }

    private ReadSession Read() => platform.Get<Database>().Read("test", Actor.System("tests"));

    [GeneratedRegex("<code>([A-Z2-7]{32})</code>")]
    private static partial Regex Secret();

    [GeneratedRegex("<code>([a-z2-7-]{29})</code>")]
    private static partial Regex Recovery();
}
