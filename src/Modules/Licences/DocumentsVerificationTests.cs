using System.Net;
using Xunit;
using Zhengtong.Documents;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Licences;

public sealed class DocumentsVerificationTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_document_is_valid_a_changed_byte_is_not_genuine_and_a_revoked_one_says_so()
    {
        var issued = await IssueAsync();
        var bytes = await BytesAsync(issued);
        var visitor = platform.Visitor();

        var page = await visitor.GetAsync(issued.VerifyPath);
        Assert.Contains("文书真实，现行有效", page.Text, StringComparison.Ordinal);
        Assert.Contains("**兰", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("李桂兰", page.Text, StringComparison.Ordinal);
        Assert.Contains("完全一致", (await UploadAsync(visitor, page, bytes)).Text, StringComparison.Ordinal);
        var changed = bytes.ToArray();
        changed[changed.Length / 2] ^= 1;
        Assert.Contains("文件不是原件", (await UploadAsync(visitor, page, changed)).Text, StringComparison.Ordinal);
        Assert.Contains("文件不是原件", (await UploadAsync(visitor, await visitor.GetAsync("/verify"), changed)).Text, StringComparison.Ordinal);

        await using (var work = await platform.Get<Database>().BeginAsync(new("tests.revoke", Actor.System("tests")), default))
        {
            Assert.False((await platform.Get<DocumentIssuer>().RevokeAsync(work, issued.Id, " ")).IsSuccess);
            Assert.True((await platform.Get<DocumentIssuer>().RevokeAsync(work, issued.Id, "信息有误")).IsSuccess);
            await work.CommitAsync(default);
        }
        var revoked = await visitor.GetAsync(issued.VerifyPath);
        Assert.Contains("文书已被撤销", revoked.Text, StringComparison.Ordinal);
        Assert.Contains("信息有误", revoked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_have_no_gap_where_an_act_failed()
    {
        var first = await IssueAsync();
        await IssueAsync(commit: false);
        var next = await IssueAsync();
        Assert.Equal(Sequence(first) + 1, Sequence(next));
    }

    [Fact]
    public async Task Nobody_gets_a_file_without_being_its_holder_and_an_unknown_code_is_answered()
    {
        var issued = await IssueAsync();
        var visitor = platform.Visitor();
        var refused = await visitor.GetAsync($"/documents/{issued.Id}", follow: false);
        Assert.NotEqual(HttpStatusCode.OK, refused.Status);
        Assert.Contains("没有这份文书", (await visitor.GetAsync("/verify/2222-2222-2222")).Text, StringComparison.Ordinal);
    }

    private static int Sequence(IssuedDocument document) =>
        int.Parse(string.Concat(document.Number.Split('〕')[1].Where(char.IsAsciiDigit)));

    private async Task<IssuedDocument> IssueAsync(bool commit = true)
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.issue", Actor.System("tests")), default);
        var issued = await platform.Get<DocumentIssuer>().IssueAsync(work, new()
        {
            Document = platform.Get<DocumentIssuer>().ByUse("accepted")!, SubjectType = "case", SubjectId = work.NewId(), Issuer = "云溪市民政局",
            HolderName = "李桂兰",
            Facts = new Dictionary<string, object?> { ["applicant"] = new Dictionary<string, object?> { ["name"] = "李桂兰" } },
        }, default);
        Assert.True(issued.IsSuccess, issued.Error?.Message);
        if (commit) { await work.CommitAsync(default); }
        return issued.Value;
    }

    private async Task<byte[]> BytesAsync(IssuedDocument issued)
    {
        var files = platform.Get<PlatformFiles>();
        var entry = await files.FindAsync(platform.Get<Database>().Read("tests", Actor.System("tests")), issued.FileId, default);
        await using var content = (await files.OpenAsync(entry!, default)).Value!;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static Task<HtmlPage> UploadAsync(Browser browser, HtmlPage page, byte[] bytes) =>
        browser.SubmitAsync(page, page.Form("name=\"file\""), files: ("file", "文书.pdf", bytes, "application/pdf"));
}
