using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.GuoMi.X509;
using Zhengtong.Support;

namespace Zhengtong.Identity.Certificates;

public sealed class CertificateTests : IClassFixture<PlatformFixture>, IDisposable
{
    private readonly PlatformFixture _platform;
    private readonly Sm2KeyPair _rootPair = Sm2KeyPair.Generate(), _pair = Sm2KeyPair.Generate(), _strangers = Sm2KeyPair.Generate();
    private readonly Sm2CertificateAuthority _root;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private long _lists;

    public CertificateTests(PlatformFixture platform)
    {
        _platform = platform;
        _root = Sm2CertificateAuthority.CreateRoot(
            new($"CN=Root {Guid.NewGuid():n}, O=Yunxi, C=CN"), _rootPair, _now.AddYears(-1), _now.AddYears(5));
    }

    public void Dispose()
    {
        foreach (var pair in (Sm2KeyPair[])[_rootPair, _pair, _strangers]) { pair.Dispose(); }
    }

    [Theory]
    [InlineData(Sm2SignatureFormat.Der)]
    [InlineData(Sm2SignatureFormat.Raw)]
    public async Task An_officer_signs_in_by_the_certificate_that_is_bound_to_the_account(Sm2SignatureFormat format)
    {
        var certificate = Issue(_pair);
        var admin = await RegisteredAsync();
        await BindAsync(admin, certificate, "u0150");

        var officer = _platform.Visitor();
        var inside = await EnterAsync(officer, certificate, _pair, format: format);

        Assert.Equal(HttpStatusCode.SeeOther, inside.Status);
        Assert.Contains("u0150", (await officer.GetAsync(IdentityLinks.MyAccount)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_good_once_for_this_site_with_its_own_key()
    {
        var certificate = Issue(_pair);
        var admin = await RegisteredAsync();
        await BindAsync(admin, certificate, "u0151");
        var officer = _platform.Visitor();
        var page = await officer.GetAsync(IdentityLinks.CertificateDoor);
        var text = TextOf(page);

        var otherKey = await SendAsync(officer, page, certificate, _strangers.Sign(Encoding.UTF8.GetBytes(text)));
        var afterwards = await SendAsync(officer, page, certificate, _pair.Sign(Encoding.UTF8.GetBytes(text)));
        var elsewhere = await EnterAsync(officer, certificate, _pair, t => t.Replace("http", "https", StringComparison.Ordinal));
        var nonsense = await EnterAsync(officer, certificate, _pair, signature: "@@@");
        var good = await EnterAsync(officer, certificate, _pair);

        Assert.Contains("签名与证书不符", otherKey.Text, StringComparison.Ordinal);
        Assert.Contains("已经用过一次", afterwards.Text, StringComparison.Ordinal);
        Assert.Contains("签名与证书不符", elsewhere.Text, StringComparison.Ordinal);
        Assert.Contains("签名与证书不符", nonsense.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, good.Status);
    }

    [Fact]
    public async Task A_certificate_that_is_revoked_released_or_without_a_list_opens_nothing()
    {
        var certificate = Issue(_pair);
        var admin = await RegisteredAsync();
        await BindAsync(admin, certificate, "u0152");
        Assert.Equal(HttpStatusCode.SeeOther, (await EnterAsync(_platform.Visitor(), certificate, _pair)).Status);

        await ListAsync(admin, _root.Revoke(++_lists, _now.AddMinutes(-1), _now.AddDays(7),
            new Sm2Revocation(certificate.SerialNumber, _now)));
        var revoked = await EnterAsync(_platform.Visitor(), certificate, _pair);
        var older = await ListAsync(admin, _root.Revoke(++_lists, _now.AddDays(-2), _now.AddDays(7)));
        var another = Issue(_pair);
        await BindAsync(admin, another, "u0153");
        var page = await admin.GetAsync(IdentityLinks.Certificates);
        await admin.SubmitAsync(page, page.Form("/release"));
        var released = await EnterAsync(_platform.Visitor(), another, _pair);

        Assert.Contains("已被吊销", revoked.Text, StringComparison.Ordinal);
        Assert.Contains("比这份新", older.Text, StringComparison.Ordinal);
        Assert.Contains("没有关联账号", released.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_believed_signing_certificate_is_bound_and_nobody_binds_their_own()
    {
        using var rogue = Sm2KeyPair.Generate();
        var admin = await RegisteredAsync();
        var foreign = Sm2CertificateAuthority.CreateRoot(new("CN=Rogue"), rogue, _now.AddDays(-1), _now.AddYears(1));
        var request = Sm2CertificateRequest.Create(new("CN=someone"), _pair);

        var untrusted = await BindAsync(admin, foreign.Issue(request, Sm2CertificateUse.Signing, _now.AddDays(-1), _now.AddDays(9)),
            "u0154");
        var encryption = await BindAsync(admin, _root.Issue(request, Sm2CertificateUse.Encryption, _now.AddDays(-1), _now.AddDays(9)),
            "u0154");
        var expired = await BindAsync(admin, _root.Issue(request, Sm2CertificateUse.Signing, _now.AddDays(-9), _now.AddDays(-1)), "u0154");
        var own = await BindAsync(admin, Issue(_pair), "secadmin");
        var nobody = await BindAsync(admin, Issue(_pair), "nobody");

        Assert.Contains("不是由平台认可的机构", untrusted.Text, StringComparison.Ordinal);
        Assert.Contains("不能用于登录", encryption.Text, StringComparison.Ordinal);
        Assert.Contains("已过期", expired.Text, StringComparison.Ordinal);
        Assert.Contains("不能给自己", own.Text, StringComparison.Ordinal);
        Assert.Contains("没有这个账号", nobody.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_may_speak_with_the_helper_on_the_same_machine_and_no_other_page_may()
    {
        using var client = _platform.Client();
        using var door = await client.GetAsync(IdentityLinks.CertificateDoor);
        using var other = await client.GetAsync("/workbench/sign-in");

        Assert.Contains("connect-src 'self' http://127.0.0.1:17680;", door.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", other.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private Sm2Certificate Issue(Sm2KeyPair pair) => _root.Issue(
        Sm2CertificateRequest.Create(new("CN=Officer, O=Yunxi, C=CN"), pair), Sm2CertificateUse.Signing, _now.AddDays(-1),
        _now.AddYears(1));

    /// <summary>The security administrator, with the authority and its first list in force.</summary>
    private async Task<Browser> RegisteredAsync()
    {
        var admin = await _platform.OfficerAsync("secadmin");
        await admin.FillAsync(IdentityLinks.Certificates, "name=\"authority\"", ("authority", _root.Certificate.ExportPem()));
        await ListAsync(admin, _root.Revoke(++_lists, _now.AddMinutes(-5), _now.AddDays(7)));
        return admin;
    }

    private static Task<HtmlPage> ListAsync(Browser admin, Sm2RevocationList list) =>
        admin.FillAsync(IdentityLinks.Certificates, "name=\"list\"", ("list", list.ExportPem()));

    private static Task<HtmlPage> BindAsync(Browser admin, Sm2Certificate certificate, string account) =>
        admin.FillAsync(IdentityLinks.Certificates, "name=\"officer\"", ("certificate", certificate.ExportPem()), ("officer", account));

    private static async Task<HtmlPage> EnterAsync(
        Browser officer, Sm2Certificate certificate, Sm2KeyPair pair, Func<string, string>? change = null, string? signature = null,
        Sm2SignatureFormat format = Sm2SignatureFormat.Der)
    {
        var page = await officer.GetAsync(IdentityLinks.CertificateDoor);
        var text = change?.Invoke(TextOf(page)) ?? TextOf(page);
        var form = page.Form("name=\"challenge\"").Set("certificate", certificate.ExportPem())
            .Set("signature", signature ?? Convert.ToBase64String(pair.Sign(Encoding.UTF8.GetBytes(text), format)));
        return await officer.SubmitAsync(page, form, follow: false);
    }

    private static Task<HtmlPage> SendAsync(Browser officer, HtmlPage page, Sm2Certificate certificate, byte[] signature) =>
        officer.SubmitAsync(
        page, page.Form("name=\"challenge\"").Set("certificate", Convert.ToBase64String(certificate.Encoded.Span))
            .Set("signature", Convert.ToBase64String(signature)), follow: false);

    private static string TextOf(HtmlPage page) =>
        WebUtility.HtmlDecode(page.Html[(page.Html.IndexOf("data-zt-text=\"", StringComparison.Ordinal) + 14)..].Split('"')[0]);
}
