using System.Diagnostics;
using System.Net;
using Xunit;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>Sessions planted, taken over and replayed; keys that are forged; doors that tell who lives here.</summary>
public sealed class SessionAttackTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Cookie = "zt-session";

    [Fact]
    public async Task A_planted_session_is_not_the_one_that_is_signed_in()
    {
        var attacker = platform.Visitor();
        var door = await attacker.GetAsync("/sign-in");
        var planted = new string('A', 43);
        var victim = platform.Visitor();
        foreach (var (name, value) in attacker.Cookies) { victim.Cookies[name] = value; }
        victim.Cookies[Cookie] = planted;
        await victim.AsCitizenAsync("limei");

        attacker.Cookies[Cookie] = planted;
        var seen = await attacker.GetAsync("/my/profile", follow: false);

        Assert.Equal(HttpStatusCode.OK, door.Status);
        Assert.NotEqual(planted, victim.Cookies[Cookie]);
        Assert.Equal(HttpStatusCode.SeeOther, seen.Status);
    }

    [Fact]
    public async Task A_token_of_a_form_is_worth_nothing_in_another_session()
    {
        var (mine, theirs) = (await platform.CitizenAsync("limei"), await platform.CitizenAsync("sunfang"));
        var page = await mine.GetAsync("/my/profile");
        var form = page.Form("agent-name");

        var answer = await theirs.SubmitAsync(page, form, follow: false);
        var noCookie = platform.Visitor();
        var visitor = await noCookie.SubmitAsync(page, form, follow: false);

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, visitor.Status);
    }

    [Fact]
    public async Task An_application_sent_again_makes_no_second_case()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var page = await citizen.GetAsync("/apply/old-age-allowance");
        var form = page.Form("_submission");

        var first = await citizen.SubmitAsync(page, form, follow: false);
        var again = await citizen.SubmitAsync(page, form, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, first.Status);
        Assert.Equal(first.Location, again.Location);
    }

    [Fact]
    public async Task A_post_of_a_session_that_was_signed_out_changes_nothing()
    {
        var citizen = await platform.CitizenAsync("zhoujianguo");
        var page = await citizen.GetAsync("/my/profile");
        var before = citizen.Cookies.ToList();
        await citizen.SubmitAsync(page, page.Form("/sign-out"), follow: false);
        foreach (var (name, value) in before) { citizen.Cookies[name] = value; }

        var replayed = await citizen.SubmitAsync(page, page.Form("agent-name").Set("agent-name", "李梅"), follow: false);

        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
    }

    [Theory]
    [InlineData("zt_")]
    [InlineData("zt_x")]
    [InlineData("zt_x_y")]
    [InlineData("zt_AAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXNhZG1pbiIsInNjb3BlIjoiYXVkaXQucmVhZCJ9.")]
    [InlineData("' or '1'='1")]
    public async Task A_forged_key_opens_nothing(string key)
    {
        using var client = platform.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);

        using var answer = await client.GetAsync("/api/services");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_whose_secret_is_changed_by_one_letter_opens_nothing()
    {
        var key = await Caller.KeyAsync(platform, "services.read");
        var last = key[^1] == 'A' ? 'B' : 'A';
        using var client = platform.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key[..^1] + last);

        using var answer = await client.GetAsync("/api/identity/regions");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_cookie_never_serves_as_a_key_nor_a_key_as_a_cookie()
    {
        var officer = await platform.OfficerAsync("service1");
        var key = await Caller.KeyAsync(platform, "services.read");
        using var client = platform.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + officer.Cookies[Cookie]);
        var visitor = platform.Visitor();
        visitor.Cookies[Cookie] = key;

        using var answer = await client.GetAsync("/workbench");
        var page = await visitor.GetAsync("/workbench", follow: false);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
    }
}

/// <summary>Whether an account exists cannot be told by how long the door takes.</summary>
[Collection(Faults.FaultNumbers.Collection)]
public sealed class SignInTimingTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private const int Rounds = 11;

    /// <summary>
    /// Compared with each other, in turns, on the same node: nothing is said about how long a sign-in takes. The bars are wide (a third,
    /// three times) because the machine may be busy; without the same work on both sides it is a hundredth.
    /// </summary>
    [Fact]
    public async Task A_known_and_an_unknown_account_take_the_same_work()
    {
        // Dearer than the hashes that the demo's accounts carry, as after an operator has raised the cost.
        await using var node = await nodes.StartAsync(("Zhengtong:Identity:PasswordIterations", "200000"));
        var visitor = node.Visitor();
        var page = await visitor.GetAsync("/workbench/sign-in");
        async Task<double> TimeAsync(string account)
        {
            var form = page.Form("password").Set("account", account).Set("password", "Wrong-2026");
            var since = Stopwatch.GetTimestamp();
            var answer = await visitor.SubmitAsync(page, form);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
        await TimeAsync("nobody-to-begin-with");
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            known.Add(await TimeAsync($"u0{100 + i}"));
            unknown.Add(await TimeAsync($"nobody{100 + i}"));
        }

        var ratio = known.Order().ElementAt(Rounds / 2) / unknown.Order().ElementAt(Rounds / 2);

        Assert.True(ratio is > 1 / 3.0 and < 3, $"a known account takes {ratio:0.00} of an unknown one");
    }
}
