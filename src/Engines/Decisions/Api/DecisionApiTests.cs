using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Decisions.Api;

/// <summary>Other systems ask the rules in force over HTTP.</summary>
public sealed class DecisionApiTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_decision_answers_with_its_version_and_reasons_and_the_answer_is_kept()
    {
        using var client = await ClientAsync("津贴联审系统", "decisions.evaluate");

        var (status, answer) = await PostAsync(client, "old-age-allowance", Question("1944-03-12"));

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("old-age-allowance#eligibility", answer.GetProperty("decision").GetString());
        Assert.True(answer.GetProperty("value").GetProperty("eligible").GetBoolean());
        Assert.Equal(1, answer.GetProperty("version").GetInt32());
        Assert.Contains(answer.GetProperty("explanation").EnumerateArray(), l => l.GetString()!.Contains("命中规则", StringComparison.Ordinal));
        var read = platform.Get<Database>().Read("test", Actor.System("test"));
        var kept = await read.QueryAsync<byte[]>("select sealed from decisions.evaluations where decision = 'old-age-allowance#eligibility' and operation = 'decisions.evaluate'", null, default);
        Assert.All(kept, k => Assert.True(k.AsSpan().IndexOf("1944"u8) < 0));
        Assert.NotEmpty(kept);
        Assert.True(await read.ScalarAsync<bool>(
            "select exists (select 1 from audit.entries where operation = 'decisions.evaluate')", null, default));
    }

    [Fact]
    public async Task A_wrong_question_is_told_which_input_is_wrong()
    {
        using var client = await ClientAsync("写错输入的系统", "decisions.evaluate");

        var unknown = await PostAsync(client, "old-age-allowance", new { inputs = new { age = 82 } });
        var decision = await PostAsync(client, "old-age-allowance", new { decision = "nothing", inputs = new { } });
        var nowhere = await PostAsync(client, "no-such-rule", new { inputs = new { } });
        using var text = new StringContent("{ \"inputs\": ", System.Text.Encoding.UTF8, "application/json");
        var broken = await client.PostAsync(new Uri("/api/decisions/old-age-allowance", UriKind.Relative), text);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);
        Assert.Equal("inputs.age", unknown.Body.GetProperty("errors")[0].GetProperty("path").GetString());
        Assert.Contains("applicant", unknown.Body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("decisions.no-decision", decision.Body.GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, nowhere.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.StatusCode);
    }

    [Fact]
    public async Task Only_a_key_with_the_scope_may_ask()
    {
        using var other = await ClientAsync("只读机构的系统", "organisations.read");
        using var nobody = platform.Client();

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(other, "old-age-allowance", Question("1944-03-12"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(nobody, "old-age-allowance", Question("1944-03-12"))).Status);
    }

    [Fact]
    public async Task The_decisions_are_listed_and_described_as_OpenAPI()
    {
        using var client = await ClientAsync("读接口说明的系统", "decisions.evaluate");

        var list = await client.GetFromJsonAsync<JsonElement>("/api/decisions");
        var described = await client.GetFromJsonAsync<JsonElement>("/api/decisions/openapi.json");

        Assert.Contains(list.EnumerateArray(),
            d => d.GetProperty("key").GetString() == "old-age-allowance" && d.GetProperty("inputs").GetArrayLength() > 0);
        Assert.Equal("3.1.0", described.GetProperty("openapi").GetString());
        var request = described.GetProperty("paths").GetProperty("/api/decisions/old-age-allowance").GetProperty("post")
            .GetProperty("requestBody");
        var inputs = request.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties")
            .GetProperty("inputs").GetProperty("properties");
        Assert.True(inputs.TryGetProperty("applicant", out _));
    }

    private static object Question(string birth) => new
    {
        decision = "eligibility",
        inputs = new Dictionary<string, object>
        {
            ["applicant"] = new { kind = "person", birth }, ["today"] = "2026-11-20",
            ["form"] = new { localHousehold = "yes", householdType = "ordinary", otherAllowance = "no" },
        },
    };

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HttpClient client, string key, object question)
    {
        var answer = await client.PostAsJsonAsync($"/api/decisions/{key}", question);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<HttpClient> ClientAsync(string name, params string[] scopes)
    {
        var officer = await platform.OfficerAsync("integrator1");
        var page = await officer.GetAsync("/workbench/identity/api-clients");
        var view = await officer.SubmitAsync(page, page.Form("networks").Set("name", name));
        var shown = await officer.SubmitAsync(view, view.Form("scopes").Set("scopes", scopes));
        var start = shown.Html.IndexOf("<code>zt_", StringComparison.Ordinal) + 6;
        var client = platform.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", shown.Html[start..shown.Html.IndexOf('<', start)]);
        return client;
    }
}
