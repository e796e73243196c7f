using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Web.Hosting;

public sealed class SecurityTextTests
{
    [Fact]
    public async Task Whoever_finds_a_weakness_is_told_whom_to_tell()
    {
        var fixture = new PlatformFixture { More = [("Zhengtong:SecurityContact", "mailto:security@yunxi.example")] };
        await fixture.InitializeAsync();
        using var client = fixture.Client();

        using var answer = await client.GetAsync("/.well-known/security.txt");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Contact: mailto:security@yunxi.example\n", text, StringComparison.Ordinal);
        Assert.Matches("Expires: [0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z\n", text);
        await fixture.DisposeAsync();
    }
}
