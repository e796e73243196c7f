using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Support;

/// <summary>The demo pack's 老年综合津贴 as 陈桂兰 applies for it, over HTTP: for tests that need a case but are about something else.</summary>
public static class Allowance
{
    public const string Service = "old-age-allowance";

    /// <returns>Address of a draft that is filled in, without materials.</returns>
    public static async Task<string> DraftAsync(Browser citizen)
    {
        var page = await citizen.FillAsync($"/apply/{Service}", "_submission");
        page = await citizen.SubmitAsync(page, page.Form("then").Set("localHousehold", "yes"), "then=next");
        var household = page.Form("then").Set("householdType", Choice(page, "householdType")).Set("otherAllowance", "no");
        page = await citizen.SubmitAsync(page, household, "then=next");
        var account = "622202000000000000" + Validators.LuhnCheck("622202000000000000");
        var bank = page.Form("then").Set("bank", Choice(page, "bank")).Set("bankAccount", account).Set("bankHolder", "陈桂兰");
        page = await citizen.SubmitAsync(page, bank, "then=next");
        Assert.EndsWith("/materials", page.Url, StringComparison.Ordinal);
        return page.Url[..^"/materials".Length];
    }

    /// <summary>Hands a draft in, with a file for each material that may be uploaded.</summary>
    public static async Task SubmitAsync(Browser citizen, string draft)
    {
        var page = await citizen.GetAsync(draft + "/materials");
        var names = page.Forms.SelectMany(f => f.Names).Where(n => n.StartsWith("material.", StringComparison.Ordinal)).Distinct();
        foreach (var material in names)
        {
            page = await citizen.GetAsync(page.Url);
            var form = page.Forms.First(f => f.IsMultipart);
            await citizen.SubmitAsync(page, form, "then=stay", files: (material, "证明.pdf", Pdf, "application/pdf"));
        }
        var check = await citizen.GetAsync(draft + "/check");
        var shown = await citizen.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));
        Assert.Equal(draft, shown.Url);
    }

    /// <summary>Accepts, reviews and approves a case that was handed in.</summary>
    public static async Task ApproveAsync(PlatformFixture platform, string draft)
    {
        foreach (var (account, button) in ((string, string)[])[("clerk1", "accept"), ("reviewer1", "pass"), ("approver1", "approve")])
        {
            await PressAsync(await platform.OfficerAsync(account), draft, button);
        }
    }

    /// <summary>One step of a case of any service.</summary>
    public static async Task PressAsync(Browser officer, string draft, string button)
    {
        var page = await officer.GetAsync(Workbench(draft));
        var form = page.Form("name=\"button\"").Set("reason", "同意").Set("missing", null);
        var done = await officer.SubmitAsync(page, form, $"button={button}", follow: false);
        Assert.True(done.Location is not null, $"{button}: {done}");
    }

    /// <summary>Where officers find the case.</summary>
    public static string Workbench(string draft) => "/workbench/cases/" + draft.Split('/')[^1];

    /// <summary>The first real choice of a select.</summary>
    private static string Choice(HtmlPage page, string name)
    {
        var select = Regex.Match(page.Html, $"<select[^>]*name=\"{name}\".*?</select>", RegexOptions.Singleline).Value;
        return Regex.Match(select, "<option value=\"([^\"]+)\"").Groups[1].Value;
    }

    private static byte[] Pdf { get; } = Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n"
        + "0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n");
}
