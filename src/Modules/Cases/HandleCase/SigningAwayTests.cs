using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases.HandleCase;

/// <summary>A platform whose keys can stop signing, as those of a crypto pool do that does not answer.</summary>
public sealed class PlatformWithPool : PlatformFixture
{
    public bool IsAway { get; set; }

    protected override void Change(IServiceCollection services) => services.AddSingleton<ICryptoProvider>(
        p => new Pool(this, new(p.GetRequiredService<IConfiguration>(), p.GetRequiredService<TimeProvider>())));

    private sealed class Pool(PlatformWithPool platform, SoftwareCryptoProvider keys) : ICryptoProvider, IDisposable
    {
        public string Name => keys.Name;

        public byte[] WrapKey(ReadOnlySpan<byte> key, string label) => keys.WrapKey(key, label);

        public byte[] UnwrapKey(ReadOnlySpan<byte> wrapped, string label) => keys.UnwrapKey(wrapped, label);

        public HeldKey NewSigningKey(string label) => keys.NewSigningKey(label);

        public byte[] Sign(HeldKey key, string label, ReadOnlySpan<byte> message) =>
            platform.IsAway ? throw new CryptoUnavailableException("the pool does not answer") : keys.Sign(key, label, message);

        public bool Verify(HeldKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => keys.Verify(key, message, signature);

        public byte[] Mac(string label, ReadOnlySpan<byte> data) => keys.Mac(label, data);

        public TimeStamp Stamp(ReadOnlySpan<byte> digest) => keys.Stamp(digest);

        public bool? VerifyStamp(ReadOnlySpan<byte> digest, TimeStamp stamp) => keys.VerifyStamp(digest, stamp);

        public IReadOnlyList<SecretShare>? Split(int threshold, int shares) => keys.Split(threshold, shares);

        public void Probe() => keys.Probe();

        public void Dispose() => keys.Dispose();
    }
}

/// <summary>What an officer sees who signs while the keys do not answer.</summary>
public sealed class SigningAwayTests(PlatformWithPool platform) : IClassFixture<PlatformWithPool>
{
    [Fact]
    public async Task A_notice_that_cannot_be_signed_is_not_half_done_and_the_page_says_so_kindly()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var clerk = await platform.OfficerAsync("clerk1");

        platform.IsAway = true;
        var pressed = await clerk.PressAsync(view.CaseUrl(), "accept");
        var page = await clerk.GetAsync(view.CaseUrl());
        var issued = await NodeFixture.ScalarAsync<long>(platform.ConnectionString,
            $"select count(*) from documents.issued where subject_id = '{view.Url.Split('/')[^1]}'");

        // What the clerk decided stands; the notice is made when the keys answer again.
        Assert.Equal(HttpStatusCode.SeeOther, pressed.Status);
        Assert.Equal(0, issued);
        Assert.Contains("待预审", page.Text, StringComparison.Ordinal);
        Assert.Contains("密码服务暂时没有响应，稍后自动再试", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page.Text, StringComparison.Ordinal);
    }
}
