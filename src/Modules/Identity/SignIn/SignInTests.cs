using System.Net;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.SignIn;

public sealed class SignInTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Cookie = "zt-session";

    [Fact]
    public async Task An_officer_signs_in_at_the_workbench_and_out_again()
    {
        var browser = platform.Visitor();

        var inside = await SignInAsync(
            browser, "/workbench/sign-in?return=%2Fsign-in%2Fpassword", "clerk1", IdentityOptions.DemoPassword, follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, inside.Status);
        Assert.Equal("/sign-in/password", inside.Location);
        var token = browser.Cookies[Cookie];
        var page = await browser.GetAsync("/design");
        Assert.Contains("林晓燕", page.Text, StringComparison.Ordinal);
        await browser.SubmitAsync(page, page.Form("/sign-out"), follow: false);

        Assert.False(browser.Cookies.ContainsKey(Cookie));
        var stolen = platform.Visitor();
        stolen.Cookies[Cookie] = token;
        Assert.DoesNotContain("林晓燕", (await stolen.GetAsync("/design")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zhoujianguo")]
    [InlineData("15420000011")]
    [InlineData("990102197006051036")]
    public async Task A_person_signs_in_by_account_mobile_or_identity_card(string name)
    {
        var browser = platform.Visitor();

        var page = await SignInAsync(browser, "/sign-in", name, IdentityOptions.DemoPassword);

        Assert.Equal("/sign-in/acting", page.Url);
        Assert.Contains("陈桂兰", page.Text, StringComparison.Ordinal);
        Assert.Contains("周子涵", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_door_opens_for_the_other_house()
    {
        var officerAtPortal = await SignInAsync(platform.Visitor(), "/sign-in", "clerk1", IdentityOptions.DemoPassword);
        var personAtWorkbench = await SignInAsync(platform.Visitor(), "/workbench/sign-in", "chenguilan", IdentityOptions.DemoPassword);

        Assert.Equal(HttpStatusCode.Unauthorized, officerAtPortal.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, personAtWorkbench.Status);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_account_get_the_same_words_and_the_same_lock()
    {
        var (known, unknown) = (platform.Visitor(), platform.Visitor());
        for (var i = 0; i < 5; i++)
        {
            var first = await SignInAsync(known, "/workbench/sign-in", "u0290", "wrong-Password-1");
            var second = await SignInAsync(unknown, "/workbench/sign-in", "nobody-at-all", "wrong-Password-1");
            Assert.Equal(first.Status, second.Status);
            Assert.Equal(first.Text.Replace("u0290", "x", StringComparison.Ordinal),
                second.Text.Replace("nobody-at-all", "x", StringComparison.Ordinal));
        }

        var right = await SignInAsync(known, "/workbench/sign-in", "u0290", IdentityOptions.DemoPassword);

        Assert.Equal(HttpStatusCode.TooManyRequests, right.Status);
        Assert.Contains("锁定", right.Text, StringComparison.Ordinal);
        Assert.False(known.Cookies.ContainsKey(Cookie));
    }

    [Fact]
    public async Task A_token_from_before_the_sign_in_is_worth_nothing_after_it()
    {
        var browser = platform.Visitor();
        var planted = Sessions.SessionTokens.New();
        browser.Cookies[Cookie] = planted;

        await SignInAsync(browser, "/workbench/sign-in?return=%2Fdesign", "reviewer1", IdentityOptions.DemoPassword);

        Assert.NotEqual(planted, browser.Cookies[Cookie]);
        var attacker = platform.Visitor();
        attacker.Cookies[Cookie] = planted;
        Assert.DoesNotContain("沈建华", (await attacker.GetAsync("/design")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'")]
    public async Task A_forged_cookie_is_a_visitor(string token)
    {
        var browser = platform.Visitor();
        browser.Cookies[Cookie] = token;

        var page = await browser.GetAsync("/sign-in/acting", follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.StartsWith("/sign-in?return=", page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_has_run_out_is_over()
    {
        var browser = platform.Visitor();
        await SignInAsync(browser, "/workbench/sign-in?return=%2Fdesign", "u0289", IdentityOptions.DemoPassword);
        var hash = Sessions.SessionTokens.HashOf(browser.Cookies[Cookie]);
        await using (var work = await platform.Get<Database>().BeginAsync(new("test", Actor.System("tests")), CancellationToken.None))
        {
            await work.ExecuteAsync("update identity.sessions set expires_at = now() - interval '1 second' where token_hash = @hash",
                new { hash }, CancellationToken.None);
            await work.CommitAsync(CancellationToken.None);
        }
        platform.Get<Sessions.SessionCache>().ForgetAll();

        var page = await browser.GetAsync("/account", follow: false);

        Assert.Equal("/sign-in?return=%2Faccount&ended=true", page.Location);
    }

    [Fact]
    public async Task The_database_has_no_token_and_no_clear_number()
    {
        var browser = platform.Visitor();
        await SignInAsync(browser, "/sign-in", "limei", IdentityOptions.DemoPassword);
        var read = platform.Get<Database>().Read("test", Actor.System("tests"));

        var found = await read.ScalarAsync<long>(
            """
            select count(*) from (
                select s::text as t from identity.sessions s union all select p::text from identity.persons p union all select a::text from identity.accounts a
                union all select e::text from audit.entries e) as everything
            where t like '%990103199611201069%' or t like '%15420000033%' or t like '%' || @token || '%'
            """, new { token = browser.Cookies[Cookie] }, CancellationToken.None);

        Assert.Equal(0, found);
    }

    [Fact]
    public async Task Every_sign_in_is_audited_the_failed_ones_too()
    {
        await SignInAsync(platform.Visitor(), "/workbench/sign-in", "u0288", "wrong-Password-1");
        await SignInAsync(platform.Visitor(), "/workbench/sign-in?return=%2Fdesign", "u0288", IdentityOptions.DemoPassword);

        var entries = await platform.Get<Database>().Read("test", Actor.System("tests")).QueryAsync<string>(
            """
            select e.after::text
            from audit.entries e
            join identity.accounts a on a.id::text = e.subject_id
            where a.name = 'u0288' and e.operation = 'identity.sign-in'
            order by e.seq
            """, null, CancellationToken.None);

        Assert.Equal(2, entries.Count);
        Assert.Contains("wrong", entries[0], StringComparison.Ordinal);
        Assert.Contains("session", entries[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_address_of_another_site_is_ignored()
    {
        var page = await SignInAsync(platform.Visitor(), "/workbench/sign-in?return=https%3A%2F%2Fevil.example%2F", "u0287",
            IdentityOptions.DemoPassword, follow: false);

        Assert.Equal("/workbench", page.Location);
    }

    [Fact]
    public async Task A_son_acts_for_his_mother_and_not_for_a_stranger()
    {
        var browser = platform.Visitor();
        var choice = await SignInAsync(browser, "/sign-in", "zhoujianguo", IdentityOptions.DemoPassword);
        var people = platform.Get<Contracts.IPeople>();
        var read = platform.Get<Database>().Read("test", Actor.System("tests"));
        var mother = await read.ScalarAsync<Guid>(
            "select id from identity.accounts where kind = 'person' and name = 'chenguilan'", null, CancellationToken.None);
        var stranger = await read.ScalarAsync<Guid>(
            "select id from identity.accounts where kind = 'person' and name = 'limei'", null, CancellationToken.None);
        var son = await read.ScalarAsync<Guid>(
            "select id from identity.accounts where kind = 'person' and name = 'zhoujianguo'", null, CancellationToken.None);

        var form = choice.Form("principal");
        form.Set("principal", mother.ToString());
        form.Set("return", "/design");
        var acting = await browser.SubmitAsync(choice, form);
        var refusedPage = await browser.GetAsync("/sign-in/acting");
        var refusedForm = refusedPage.Form("principal");
        refusedForm.Set("principal", stranger.ToString());
        var refused = await browser.SubmitAsync(refusedPage, refusedForm);

        Assert.Contains("代 陈桂兰", acting.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.True(await people.MayActForAsync(son, mother, null, CancellationToken.None));
        Assert.False(await people.MayActForAsync(mother, son, null, CancellationToken.None));
    }

    internal static async Task<HtmlPage> SignInAsync(Browser browser, string url, string account, string password, bool follow = true)
    {
        var page = await browser.GetAsync(url);
        var form = page.Form("password");
        form.Set("account", account);
        form.Set("password", password);
        return await browser.SubmitAsync(page, form, follow: follow);
    }
}
