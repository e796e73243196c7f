using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Identity.Sessions;

/// <summary>A platform with small limits.</summary>
public sealed class HurriedPlatform : IAsyncLifetime
{
    public PlatformFixture Platform { get; } = new()
    {
        More =
        [
            ("Zhengtong:Identity:AddressRequestsPerMinute", "12"), ("Zhengtong:Identity:AccountRequestsPerMinute", "200"),
        ],
    };

    public Task InitializeAsync() => Platform.InitializeAsync();

    public Task DisposeAsync() => Platform.DisposeAsync();
}

public sealed class ThrottleTests(HurriedPlatform hurried) : IClassFixture<HurriedPlatform>
{
    [Fact]
    public async Task An_address_that_asks_too_often_is_refused_and_those_signed_in_from_there_go_on()
    {
        var officer = await hurried.Platform.OfficerAsync("clerk1");
        var visitor = hurried.Platform.Visitor();
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            if ((await visitor.GetAsync("/sign-in", follow: false)).Status is HttpStatusCode.TooManyRequests) { refused++; }
        }
        var forged = hurried.Platform.Visitor();
        forged.Cookies["zt-session"] = SessionTokens.New();

        var inside = await officer.GetAsync(IdentityLinks.MyAccount, follow: false);
        var outside = 0;
        for (var i = 0; i < 10; i++)
        {
            if ((await forged.GetAsync("/", follow: false)).Status is HttpStatusCode.TooManyRequests) { outside++; }
        }

        Assert.True(refused > 10, $"{refused} of 40 were refused");
        Assert.Equal(HttpStatusCode.OK, inside.Status);
        Assert.True(outside > 0, "a made-up session gets around the limit");
    }

    [Fact]
    public void A_steady_pace_is_never_refused_and_a_burst_only_beyond_its_room()
    {
        var clock = new Stopped();
        var throttle = new Throttle(clock);

        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(throttle.Take("steady", 120));
            clock.Ticks += clock.TimestampFrequency / 2;
        }
        var burst = Enumerable.Range(0, 100).Count(_ => throttle.Take("burst", 120) is null);
        var wait = throttle.Take("burst", 120);
        clock.Ticks += clock.TimestampFrequency;

        Assert.Equal(30, burst);
        Assert.InRange(wait!.Value.TotalSeconds, 0.1, 1);
        Assert.Null(throttle.Take("burst", 120));
        Assert.Null(throttle.Take("burst", 0));
    }

    private sealed class Stopped : TimeProvider
    {
        public long Ticks { get; set; } = 1;

        public override long GetTimestamp() => Ticks;
    }
}
