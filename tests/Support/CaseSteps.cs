using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Support;

/// <summary>The way of an application as people walk it, for tests whose subject begins behind it.</summary>
public static partial class CaseSteps
{
    private const string Service = "old-age-allowance";

    /// <summary>A submitted application of the signed-in citizen; its page under 我的办件.</summary>
    public static async Task<HtmlPage> SubmittedAsync(this Browser citizen)
    {
        var page = await citizen.FillAsync($"/apply/{Service}", "_submission");
        return await citizen.FilledInAsync(page);
    }

    /// <summary>Goes on from the first page of the form to the end; for whoever fills it in.</summary>
    public static async Task<HtmlPage> FilledInAsync(this Browser browser, HtmlPage page)
    {
        page = await browser.ToMaterialsAsync(page);
        var draft = page.Url[..^"/materials".Length];
        foreach (var material in page.Forms.SelectMany(f => f.Names).Where(n => n.StartsWith("material.", StringComparison.Ordinal))
            .Distinct())
        {
            await browser.UploadAsync(page.Url, material["material.".Length..]);
        }
        var check = await browser.GetAsync(draft + "/check");
        var view = await browser.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));
        Assert.True(view.Status == HttpStatusCode.OK, view.ToString());
        return view;
    }

    /// <summary>The three pages of the form, up to the page of materials.</summary>
    public static async Task<HtmlPage> ToMaterialsAsync(this Browser browser, HtmlPage page)
    {
        page = await browser.SubmitAsync(page, page.Form("then").Set("localHousehold", "yes"), "then=next");
        page = await browser.SubmitAsync(page,
            page.Form("then").Set("householdType", Choice(page, "householdType")).Set("otherAllowance", "no"), "then=next");
        page = await browser.SubmitAsync(
            page, page.Form("then").Set("bank", Choice(page, "bank")).Set("bankAccount", Luhn("622202000000000000"))
                .Set("bankHolder", "陈桂兰"), "then=next");
        Assert.True(page.Url.EndsWith("/materials", StringComparison.Ordinal), page.ToString());
        return page;
    }

    public static async Task UploadAsync(this Browser browser, string materialsUrl, string material)
    {
        var page = await browser.GetAsync(materialsUrl);
        var sent = await browser.SubmitAsync(
            page, page.Forms.First(f => f.IsMultipart), "then=stay", follow: false,
            files: ($"material.{material}", "证明.pdf", Pdf(), "application/pdf"));
        Assert.True(sent.Status == HttpStatusCode.SeeOther, sent.ToString());
    }

    /// <summary>The officers' page of the case whose citizen's page this is.</summary>
    public static string CaseUrl(this HtmlPage view) => "/workbench/cases/" + view.Url.Split('/')[^1];

    public static string NumberOf(this HtmlPage view) => Number().Match(view.Text).Groups[1].Value;

    /// <summary>Presses a button of the officer's own task, as the page shows it.</summary>
    public static async Task<HtmlPage> PressAsync(this Browser officer, string url, string button, string? reason = null)
    {
        var page = await officer.GetAsync(url);
        var form = page.Form("name=\"button\"").Set("reason", reason ?? "");
        if (form.Names.Contains("missing")) { form.Set("missing", null); }
        return await officer.SubmitAsync(page, form, $"button={button}", follow: false);
    }

    /// <summary>Makes a move by its form on the page.</summary>
    public static async Task<HtmlPage> MoveAsync(this Browser officer, string url, string move, params (string Name, string Value)[] values)
    {
        var page = await officer.GetAsync(url);
        return await officer.MoveAsync(page, move, values);
    }

    public static async Task<HtmlPage> MoveAsync(this Browser officer, HtmlPage page, string move,
        params (string Name, string Value)[] values)
    {
        var form = page.Forms.FirstOrDefault(f => f.Action.EndsWith($"/moves/{move}", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"the page does not offer {move}: {page}");
        foreach (var group in values.GroupBy(v => v.Name)) { form.Set(group.Key, [.. group.Select(v => v.Value)]); }
        return await officer.SubmitAsync(page, form, follow: false);
    }

    /// <summary>Whether the page offers a move.</summary>
    public static bool Offers(this HtmlPage page, string move) =>
        page.Forms.Any(f => f.Action.EndsWith($"/moves/{move}", StringComparison.Ordinal));

    /// <summary>Value of the choice of a select that reads like this.</summary>
    public static string Choose(this HtmlPage page, string name, string text)
    {
        var select = Regex.Match(page.Html, $"<select[^>]*name=\"{name}\".*?</select>", RegexOptions.Singleline).Value;
        var options = Regex.Matches(select, "<option value=\"([^\"]+)\"[^>]*>([^<]*)</option>");
        return options.FirstOrDefault(o =>
            WebUtility.HtmlDecode(o.Groups[2].Value).Contains(text, StringComparison.Ordinal))?.Groups[1].Value
            ?? throw new InvalidOperationException($"no choice {text} in {name}: {select}");
    }

    public static byte[] Pdf() => Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n0000000000 65535 f \n"
        + "0000000009 00000 n \n0000000052 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n");

    private static string Choice(HtmlPage page, string name) =>
        Regex.Match(Regex.Match(page.Html, $"<select[^>]*name=\"{name}\".*?</select>", RegexOptions.Singleline).Value,
            "<option value=\"([^\"]+)\"").Groups[1].Value;

    private static string Luhn(string digits) => digits + Validators.LuhnCheck(digits);

    [GeneratedRegex(@"办件编号 (\d+)")]
    private static partial Regex Number();
}
