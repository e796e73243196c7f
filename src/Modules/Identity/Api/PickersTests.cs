using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Identity.Api;

public sealed class PickersTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Codes_are_found_by_title_initials_and_place_in_the_tree()
    {
        var client = platform.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");

        var byTitle = await client.GetFromJsonAsync<JsonElement>("/pick/codes/marital-status?q=离婚");
        var byInitials = await client.GetFromJsonAsync<JsonElement>("/pick/codes/marital-status?q=lh");
        var below = await client.GetFromJsonAsync<JsonElement>("/pick/codes/marital-status?under=20");

        Assert.Equal("离婚", byTitle[0].GetProperty("text").GetString());
        Assert.Equal(byTitle[0].GetProperty("value").GetString(), byInitials[0].GetProperty("value").GetString());
        Assert.Contains(below.EnumerateArray(), c => c.GetProperty("value").GetString() == "21");
        Assert.DoesNotContain(below.EnumerateArray(), c => c.GetProperty("value").GetString() == "10");
    }

    [Fact]
    public async Task A_list_that_nobody_knows_is_not_found()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync("/pick/codes/no-such-list")).Status);
    }
}
