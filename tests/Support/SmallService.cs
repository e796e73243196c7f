namespace Zhengtong.Support;

/// <summary>
/// A service item of one page without materials and decisions, in the shape of a pack: tests that need many applications are not held up by
/// what the demo's forms ask.
/// </summary>
public static class SmallService
{
    public const string Key = "small-filing";

    public static (string Path, string Content)[] Files(string process = "standard-case") =>
    [
        ("services/small-filing.yaml", $$"""
            service: {{Key}}
            title: 小额备案
            summary: 只有一页的备案，用于测试。
            kind: "20"
            audience: [ person ]
            themes: [ environment ]
            department: yx-city-garden
            accept-level: district
            keywords: [ 备案 ]
            conditions: 谁都可以办。
            legal-basis:
              - { name: 测试规则, article: 第一条, text: 可以备案。 }
            fee: { kind: none }
            time-limit: { statutory: 20, promised: 7 }
            channels: [ online ]
            materials: []
            steps:
              - { title: 受理, who: 窗口受理员, days: 1 }
            form: {{Key}}
            process: {{process}}
            rating: true
            order: 999
            """),
        ("forms/small-filing.form.json", """
            {
              "schemaVersion": 18, "type": "default", "id": "small-filing",
              "components": [
                {
                  "type": "group", "id": "g_1", "label": "备案", "showOutline": true, "properties": { "zt:page": "1" },
                  "components": [
                    { "type": "textfield", "id": "f_region", "key": "region", "label": "所在地", "validate": { "required": true },
                      "properties": { "zt:type": "region", "zt:level": "town", "zt:prefill": "applicant.region" } },
                    { "type": "textfield", "id": "f_note", "key": "note", "label": "说明", "validate": { "required": true, "maxLength": 200 } }
                  ]
                }
              ]
            }
            """),
    ];
}

/// <summary>Somebody with a browser who files applications for the <see cref="SmallService"/> as fast as the platform takes them.</summary>
public sealed class Applicant(Browser browser)
{
    private string _token = "";

    public static async Task<Applicant> SignInAsync(NodeProcess node, string account)
    {
        var applicant = new Applicant(await node.Visitor().AsCitizenAsync(account));
        var page = await applicant.Browser.GetAsync($"/apply/{SmallService.Key}");
        applicant._token = page.Form("_submission")["__RequestVerificationToken"] ?? "";
        return applicant;
    }

    public Browser Browser => browser;

    /// <summary>Begins, fills in and submits; the same ids give the same case, however often one has to try.</summary>
    /// <returns>Address of the accepted case, or null where the platform did not answer so.</returns>
    public async Task<string?> FileAsync(Guid start, Guid submission, string note)
    {
        var begun = await PostAsync($"/apply/{SmallService.Key}", ("_submission", start.ToString()));
        if (begun.Status != System.Net.HttpStatusCode.SeeOther || begun.Location is not { } fill
            || !fill.Contains("/fill", StringComparison.Ordinal))
        {
            return null;
        }
        var draft = fill[..fill.IndexOf("/fill", StringComparison.Ordinal)];
        var filled = await PostAsync($"{draft}/fill?page=1", ("region", "990102001"), ("note", note), ("then", "next"));
        // Handed in already by an attempt whose answer was lost: then filling in is over, and the submission says where it led.
        if (filled.Status is not (System.Net.HttpStatusCode.SeeOther or System.Net.HttpStatusCode.Conflict)) { return null; }
        var done = await PostAsync($"{draft}/check", ("confirm", "true"), ("_submission", submission.ToString()));
        return done.Status == System.Net.HttpStatusCode.SeeOther && done.Location == draft ? draft : null;
    }

    private Task<HtmlPage> PostAsync(string url, params (string Name, string Value)[] values) => browser.SendAsync(
        new(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent([.. values.Select(v => KeyValuePair.Create(v.Name, v.Value)),
                new("__RequestVerificationToken", _token)]),
        }, follow: false);
}
