using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Records.Api;

/// <summary>Another system sees the data of the organisation it belongs to, and does not learn of the rest.</summary>
public sealed class ClientScopeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Institutions = "/api/registers/eldercare-institution";

    [Fact]
    public async Task A_client_of_a_district_reads_and_writes_its_own_records_and_not_the_neighbours()
    {
        using var city = await ClientAsync("全市看板", null);
        using var district = await ClientAsync("临江区看板", "linjiang-civil");
        var own = await CreateAsync(city, "界内苑", "990102", 41);
        var other = await CreateAsync(city, "界外苑", "990103", 42);

        var all = await NamesAsync(city);
        var seen = await NamesAsync(district);

        Assert.Superset(new HashSet<string> { "界内苑", "界外苑" }, all);
        Assert.Contains("界内苑", seen);
        Assert.DoesNotContain("界外苑", seen);
        Assert.Empty((await JsonAsync(await district.GetAsync($"{Institutions}?name=界外苑"))).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await district.GetAsync(own)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await district.GetAsync(other)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await district.GetAsync(other + "/history")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync(district, other)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(district, own)).StatusCode);
        var outside = await PostAsync(district, "越界苑", "990103", 43);
        Assert.False(outside.IsSuccessStatusCode);
        Assert.Empty((await JsonAsync(await city.GetAsync($"{Institutions}?name=越界苑"))).GetProperty("items").EnumerateArray());
    }

    private static async Task<string> CreateAsync(HttpClient client, string name, string district, int seed)
    {
        var created = await PostAsync(client, name, district, seed);
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return created.Headers.Location!.ToString(); // a created record has its address
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string name, string district, int seed) =>
        client.PostAsync(Institutions, Body(
            $$"""{"name":"{{name}}","credit-code":"{{RecordPagesTests.CreditCode(seed)}}","district":"{{district}}","beds":10,"filed-on":"2026-03-01"}"""));

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, address) { Content = Body("""{"beds":12}""") };
        request.Headers.IfMatch.Add(new("\"1\""));
        return await client.SendAsync(request);
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<HashSet<string>> NamesAsync(HttpClient client) =>
        [.. (await JsonAsync(await client.GetAsync($"{Institutions}?name.contains=苑&limit=100"))).GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("values").GetProperty("name").GetString() ?? "")];

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private async Task<HttpClient> ClientAsync(string name, string? organisation)
    {
        var officer = await platform.OfficerAsync("integrator1");
        var page = await officer.GetAsync("/workbench/identity/api-clients");
        var form = page.Form("networks").Set("name", name);
        if (organisation is not null)
        {
            var id = await platform.Get<Database>().Read("tests.read", Actor.System("tests")).ScalarAsync<Guid>(
                "select id from identity.organisations where key = @organisation", new { organisation }, default);
            form.Set("organisation", id.ToString());
        }
        var view = await officer.SubmitAsync(page, form);
        Assert.Contains(organisation is null ? "全平台" : "民政局及其所在区划", view.Text, StringComparison.Ordinal);
        var shown = await officer.SubmitAsync(view, view.Form("scopes").Set("scopes", "registers.read"));
        var start = shown.Html.IndexOf("<code>zt_", StringComparison.Ordinal) + 6;
        // The integrator gives rights to read only; writing is what a security administrator adds.
        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.act", Actor.System("tests")), default))
        {
            await work.ExecuteAsync(
                "update identity.api_keys set scopes = scopes || '{registers.edit}' where client_id = (select id from identity.api_clients where name = @name)",
                new { name }, default);
            await work.CommitAsync(default);
        }
        var client = platform.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", shown.Html[start..shown.Html.IndexOf('<', start)]);
        return client;
    }
}
