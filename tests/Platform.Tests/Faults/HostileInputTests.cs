using System.Net;
using Xunit;
using Zhengtong.Services.Contracts;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>
/// SQL, script, wrong types and lengths in every field of every application form that is served: refused or kept, shown as text, never an
/// error of ours.
/// </summary>
public sealed class HostileInputTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Marked = "<script>alert(1)</script>";

    private static readonly string[] Payloads =
    [
        $"'; drop table cases.cases; -- {Marked}", $"\"'><img src=x onerror=alert(1)>{Marked}",
        $"{{{{7*7}}}} ${{7*7}} #{{7*7}} <%= 7*7 %> {Marked}",
        new string('长', 60_000), "\0\u0001\u001f\u200f\u202e\ufeff\ufffe", "-9999999999999999999999999999.99", "2026-02-31T25:61:61Z",
        "NaN", "[]", "{\"a\":{\"b\":[null]}}",
        "%00%27%3B", "../../../../etc/passwd", "1e308", "true",
    ];

    [Fact]
    public async Task Every_field_of_every_application_form_takes_anything_and_breaks_nothing()
    {
        var citizen = await platform.CitizenAsync("limei");
        var faults = new List<string>();
        var fields = 0;
        foreach (var service in platform.Get<ServiceCatalogue>().All().Where(s => s.IsOnline && s.Audience.Contains("person")))
        {
            var page = await citizen.FillAsync($"/apply/{service.Key}", "_submission");
            if (page.Status != HttpStatusCode.OK) { faults.Add($"{service.Key}: {(int)page.Status}"); continue; }
            // All payloads on the first forms, the two worst on every one.
            foreach (var payload in fields < 300 ? Payloads : [Payloads[0], Payloads[4]])
            {
                var form = page.Form("then");
                foreach (var name in Fields(form)) { form.Set(name, payload); fields++; }
                Look(faults, service.Key, payload, await citizen.SubmitAsync(page, form, "then=next"));
                Look(faults, service.Key, payload, await citizen.SubmitAsync(page, form, "then=draft"));
                Look(faults, service.Key, payload, await citizen.GetAsync(page.Url));
                Look(faults, service.Key, payload, await citizen.GetAsync(page.Url.Split("/fill")[0] + "/check"));
            }
        }
        Assert.True(fields > 400, $"only {fields} fields were tried");
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(40)));
    }

    [Fact]
    public async Task Nothing_can_be_done_to_somebody_elses_case()
    {
        var owner = await platform.CitizenAsync("chenguilan");
        var page = await owner.FillAsync("/apply/old-age-allowance", "_submission");
        var draft = page.Url.Split("/fill")[0];
        var other = await platform.CitizenAsync("limei");
        var own = await other.FillAsync("/apply/old-age-allowance", "_submission");
        var token = own.Form("then")["__RequestVerificationToken"]!;

        foreach (var path in (string[])["/fill?page=1", "/materials", "/check", "/discard", "/withdraw", "/rate", "/urge"])
        {
            var refused = await other.SendAsync(
                new(HttpMethod.Post, draft + path)
                {
                    Content = new FormUrlEncodedContent(
                        [new("__RequestVerificationToken", token), new("confirm", "true"), new("then", "next"), new("reason", "撤回"),
                            new("level", "1"), new("name", "改名")]),
                }, follow: false);
            Assert.True(refused.Status == HttpStatusCode.NotFound, $"{path}: {(int)refused.Status}");
        }
        Assert.Equal("陈桂兰", (await owner.GetAsync(page.Url)).Form("then")["name"]);
    }

    private static IEnumerable<string> Fields(HtmlForm form) =>
        form.Names.Where(n => n.Length > 0 && n[0] != '_' && n is not ("then" or "button" or "version"));

    private static void Look(List<string> faults, string where, string payload, HtmlPage answer)
    {
        var sign = payload.Length > 40 ? payload[..40] : payload;
        if ((int)answer.Status >= 500) { faults.Add($"{where} with {sign}: {(int)answer.Status}"); }
        if (answer.Html.Contains(Marked, StringComparison.Ordinal) || answer.Html.Contains("<img src=x", StringComparison.Ordinal))
        {
            faults.Add($"{where} with {sign}: not escaped on {answer.Url}");
        }
    }
}
