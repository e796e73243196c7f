using System.Net;
using Xunit;
using Zhengtong.Documents;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Licences;

/// <summary>From an application to an electronic certificate, and what everybody sees who scans it.</summary>
public sealed class CertificateWalkTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task The_code_on_a_certificate_leads_to_the_page_that_says_it_is_genuine()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var page = await citizen.FillAsync("/apply/senior-card", "_submission");
        var filled = page.Form("then").Set("localHousehold", "yes").Set("applyKind", "new").Set("cardKind", "electronic");
        if (filled["address"] is null or "") { filled.Set("address", "望江街道一号"); }
        page = await citizen.SubmitAsync(page, filled, "then=next");
        Assert.True(page.Url.EndsWith("/materials", StringComparison.Ordinal), page.ToString());
        var draft = page.Url[..^"/materials".Length];
        await Allowance.SubmitAsync(citizen, draft);
        foreach (var (account, button) in ((string, string)[])[("clerk4", "accept"), ("reviewer4", "pass"), ("approver5", "approve")])
        {
            await Allowance.PressAsync(await platform.OfficerAsync(account), draft, button);
        }

        var own = await citizen.GetAsync("/my/licences");
        Assert.Contains("老年人优待证", own.Text, StringComparison.Ordinal);
        var id = await platform.Get<Database>().Read("tests.read", Actor.System("tests")).ScalarAsync<Guid>(
            "select id from cases.issued_documents where document = 'senior-card' and case_id = @case",
            new { @case = Guid.Parse(draft.Split('/')[^1]) }, default);
        var pdf = await BytesAsync(citizen, $"/documents/{id}");
        var address = new Uri(QrReader.InPdf(pdf));

        Assert.StartsWith("/verify/", address.AbsolutePath, StringComparison.Ordinal);
        var visitor = platform.Visitor();
        var verdict = await visitor.GetAsync(address.PathAndQuery);
        Assert.Contains("文书真实，现行有效", verdict.Text, StringComparison.Ordinal);
        Assert.Contains("老年人优待证", verdict.Text, StringComparison.Ordinal);
        var compared = await UploadAsync(visitor, verdict, pdf);
        Assert.Contains("完全一致", compared.Text, StringComparison.Ordinal);
        pdf[pdf.Length / 3] ^= 1;
        Assert.Contains("文件不是原件", (await UploadAsync(visitor, verdict, pdf)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_licence_past_its_last_day_says_so_wherever_it_is_shown()
    {
        var today = platform.Get<TimeProvider>().Today();
        var (expired, lastDay) = (await IssueAsync(today.AddDays(-1)), await IssueAsync(today));
        var citizen = await platform.CitizenAsync("chenguilan");
        var officer = await platform.OfficerAsync("approver1");

        Assert.Contains("文书已过有效期", (await platform.Visitor().GetAsync(expired.VerifyPath)).Text, StringComparison.Ordinal);
        Assert.Contains("现行有效", (await platform.Visitor().GetAsync(lastDay.VerifyPath)).Text, StringComparison.Ordinal);
        Assert.Contains("已过期", Around(await citizen.GetAsync("/my/licences"), expired.Number), StringComparison.Ordinal);
        Assert.DoesNotContain("已过期", Around(await citizen.GetAsync("/my/licences"), lastDay.Number), StringComparison.Ordinal);
        var list = await officer.GetAsync($"/workbench/licences?status=expired&q={expired.VerifyCode}");
        Assert.Contains("已过期", Around(list, expired.Number), StringComparison.Ordinal);
        var valid = await officer.GetAsync($"/workbench/licences?status=valid&q={expired.VerifyCode}");
        Assert.DoesNotContain(expired.Number, valid.Text, StringComparison.Ordinal);
    }

    /// <summary>What one reads beside a number; its tag stands before it on a card and behind it in a table.</summary>
    private static string Around(HtmlPage page, string number)
    {
        var at = page.Text.IndexOf(number, StringComparison.Ordinal);
        Assert.True(at >= 0, page.ToString());
        return page.Text[Math.Max(0, at - 20)..Math.Min(page.Text.Length, at + 90)];
    }

    private static async Task<byte[]> BytesAsync(Browser browser, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using var answer = await browser.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static Task<HtmlPage> UploadAsync(Browser browser, HtmlPage page, byte[] bytes) =>
        browser.SubmitAsync(page, page.Form("name=\"file\""), files: ("file", "证照.pdf", bytes, "application/pdf"));

    private async Task<IssuedDocument> IssueAsync(DateOnly until)
    {
        var holder = await platform.Get<Database>().Read("tests.read", Actor.System("tests")).ScalarAsync<Guid>(
            "select id from identity.accounts where name = 'chenguilan'", null, default);
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.issue", Actor.System("tests")), default);
        var issued = await platform.Get<DocumentIssuer>().IssueAsync(work, new()
        {
            Document = "senior-card", SubjectType = "case", SubjectId = work.NewId(), Issuer = "云溪市民政局", Region = "990102",
            HolderId = holder, HolderName = "陈桂兰", LicenceType = "senior-card", ValidUntil = until,
            Facts = new Dictionary<string, object?>
            {
                ["form"] = new Dictionary<string, object?> { ["name"] = "陈桂兰" }, ["decision"] = new Dictionary<string, object?> { ["card"] = "优待证" },
                ["today"] = until,
            },
        }, default);
        Assert.True(issued.IsSuccess, issued.Error?.Message);
        await work.CommitAsync(default);
        return issued.Value;
    }
}
