using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Zhengtong.Kernel.Outgoing;

public sealed class OutgoingHttpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    public void No_name_leads_into_the_house_unless_the_operator_says_so(string address)
    {
        var rules = new OutgoingRules(new());

        Assert.False(rules.AllowsAddress(IPAddress.Parse(address)));
        Assert.True(rules.AllowsAddress(IPAddress.Parse("203.0.113.7")));
        Assert.True(new OutgoingRules(new() { Networks = "0.0.0.0/0, ::/0" }).AllowsAddress(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("https://id.yunxi.example/oidc", true)]
    [InlineData("https://a.gov.cn/", true)]
    [InlineData("https://gov.cn/", false)]
    [InlineData("https://agov.cn/", false)]
    [InlineData("https://a.gov.cn.evil.example/", false)]
    [InlineData("http://id.yunxi.example/", false)]
    [InlineData("https://id.yunxi.example@evil.example/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://id.yunxi.example/", false)]
    [InlineData("//id.yunxi.example/", false)]
    [InlineData("", false)]
    public void An_address_is_called_only_if_its_name_is_on_the_list(string url, bool isFine)
    {
        var rules = new OutgoingRules(new() { Hosts = "id.yunxi.example, *.gov.cn" });

        Assert.Equal(isFine, rules.Fault(url) is null);
    }

    [Fact]
    public async Task The_connection_itself_is_refused_and_no_redirect_is_followed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        using var unnamed = Make(new() { Networks = "127.0.0.0/8" });
        using var inner = Make(new() { Hosts = "127.0.0.1" });
        using var good = Make(new() { Hosts = "127.0.0.1", Networks = "127.0.0.0/8" });

        await Assert.ThrowsAsync<HttpRequestException>(() => unnamed.Checked.GetAsync(url));
        await Assert.ThrowsAsync<HttpRequestException>(() => inner.Checked.GetAsync(url));
        Assert.False(listener.Pending());
        var asked = good.Checked.GetAsync(url);
        using var peer = await listener.AcceptTcpClientAsync();
        var stream = peer.GetStream();
        var head = new byte[4096];
        _ = await stream.ReadAsync(head);
        await stream.WriteAsync("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        using var answer = await asked;

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    private static OutgoingHttp Make(OutgoingOptions options) => new(new(options), options);
}
