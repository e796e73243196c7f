using System.Net;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Cases.FileAtWindow;

/// <summary>A clerk files for who stands at the counter; they find it among their own cases.</summary>
public sealed class WindowTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Chen = "990102194403121006";

    [Fact]
    public async Task A_case_filed_at_the_window_is_the_applicants_own()
    {
        var clerk = await platform.OfficerAsync("clerk1");
        var page = await clerk.ToMaterialsAsync(await IdentifyAsync(clerk, Chen));
        foreach (var key in page.Form("paper").Names.Count > 0 ? PaperKeys(page) : []) { page = await CheckPaperAsync(clerk, page, key); }
        Assert.Contains("纸质原件（窗口已核对）", page.Text, StringComparison.Ordinal);

        var consent = await clerk.GetAsync(page.Url.Replace("/materials", "/consent", StringComparison.Ordinal));
        Assert.Contains("申请人（经办人）签字", consent.Text, StringComparison.Ordinal);
        var check = await clerk.GetAsync(page.Url.Replace("/materials", "/check", StringComparison.Ordinal));
        var early = await clerk.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.Status);
        Assert.Contains("请上传申请人签署的确认书", early.Text, StringComparison.Ordinal);

        await clerk.UploadAsync(page.Url, CaseMaterial.Consent);
        check = await clerk.GetAsync(check.Url);
        var done = await clerk.SubmitAsync(check, check.Form("confirm").Set("confirm", "true"));

        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Contains("打印申请材料接收凭证", done.Text, StringComparison.Ordinal);
        var receipt = await clerk.GetAsync(done.Link("/documents/"));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        var number = done.NumberOf();
        var citizen = await platform.CitizenAsync("chenguilan");
        Assert.Contains(number, (await citizen.GetAsync("/my/cases")).Text, StringComparison.Ordinal);
        var own = await citizen.GetAsync($"/my/cases/{done.Url.Split('/')[^1]}");
        Assert.Contains("待预审", own.Text, StringComparison.Ordinal);
        Assert.Contains("窗口", (await clerk.GetAsync($"/workbench/cases/{done.Url.Split('/')[^1]}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_unknown_is_entered_from_the_card()
    {
        var clerk = await platform.OfficerAsync("clerk1");
        const string Number = "990102199001017894";
        var first = await SendAsync(clerk, Number[..17] + Check(Number));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, first.Status);
        Assert.Contains("第一次来办事", first.Text, StringComparison.Ordinal);

        var form = first.Form("sawCard").Set("name", "纪晓窗").Set("sawCard", "true");
        var opened = await clerk.SubmitAsync(first, form);

        Assert.Contains("/fill", opened.Url, StringComparison.Ordinal);
        Assert.Equal("纪晓窗", opened.Form("then")["name"]);
    }

    [Fact]
    public async Task A_wrong_number_or_an_unchecked_card_opens_nothing()
    {
        var clerk = await platform.OfficerAsync("clerk1");

        var wrong = await SendAsync(clerk, "990102194403121000");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("校验位", wrong.Text, StringComparison.Ordinal);
        var page = await clerk.GetAsync("/workbench/window");
        var unchecked_ = await clerk.SubmitAsync(page, page.Form("sawCard").Set("service", "old-age-allowance").Set("idNumber", Chen));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unchecked_.Status);
        Assert.Contains("请核对本人和证件", unchecked_.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guides_questions_are_asked_before_anything_is_filled_in()
    {
        var clerk = await platform.OfficerAsync("clerk1");
        var page = await clerk.GetAsync("/workbench/window");
        Assert.DoesNotContain("situation.", page.Html, StringComparison.Ordinal);

        var asked = await clerk.SubmitAsync(
            page, page.Form("sawCard").Set("service", "old-age-allowance").Set("idNumber", Chen).Set("sawCard", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.Status);
        Assert.Contains("请问清“由谁办理”", asked.Text, StringComparison.Ordinal);
        Assert.Null(asked.Form("sawCard")["situation.filer"]);

        var opened = await clerk.SubmitAsync(asked, asked.Form("sawCard").Set("situation.filer", "agent"));
        Assert.Contains("/fill", opened.Url, StringComparison.Ordinal);
        var materials = await clerk.GetAsync($"{opened.Url.Split("/fill")[0]}/materials");
        Assert.Contains("委托书", materials.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_clerk_does_not_see_the_draft_and_a_reviewer_has_no_window()
    {
        var clerk = await platform.OfficerAsync("clerk1");
        var draft = await IdentifyAsync(clerk, Chen);

        Assert.Equal(HttpStatusCode.NotFound, (await (await platform.OfficerAsync("u0058")).GetAsync(draft.Url)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await platform.OfficerAsync("reviewer1")).GetAsync("/workbench/window")).Status);
    }

    private static async Task<HtmlPage> IdentifyAsync(Browser clerk, string number)
    {
        var opened = await SendAsync(clerk, number);
        Assert.True(opened.Url.Contains("/fill", StringComparison.Ordinal), opened.ToString());
        return opened;
    }

    private static async Task<HtmlPage> SendAsync(Browser clerk, string number)
    {
        var page = await clerk.GetAsync("/workbench/window?service=old-age-allowance");
        return await clerk.SubmitAsync(
            page, page.Form("sawCard").Set("idNumber", number).Set("sawCard", "true").Set("situation.filer", "self"));
    }

    private static IReadOnlyList<string> PaperKeys(HtmlPage page) =>
        [.. System.Text.RegularExpressions.Regex.Matches(page.Html, "name=\"paper\" value=\"([^\"]+)\"").Select(m => m.Groups[1].Value)];

    private static async Task<HtmlPage> CheckPaperAsync(Browser clerk, HtmlPage page, string key)
    {
        await clerk.SubmitAsync(page, page.Form("paper").Set("paper", key), "then=stay");
        return await clerk.GetAsync(page.Url);
    }

    /// <summary>The check character of an identity card's first 17 digits.</summary>
    private static char Check(string digits)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return "10X98765432"[weights.Select((w, i) => w * (digits[i] - '0')).Sum() % 11];
    }
}
