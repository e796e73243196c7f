using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Web.Hosting;

/// <summary>A node as it is hosted: behind proxies, under its names, asked to stop.</summary>
[Collection(Faults.FaultNumbers.Collection)]
public sealed class NodeTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Only_a_proxy_that_is_trusted_says_whose_address_it_is()
    {
        await using var trusting = await nodes.StartAsync(("Zhengtong:TrustedProxies", "127.0.0.1, 10.0.0.0/8"));
        await FailToSignInAsync(trusting, "behind-proxy", "198.51.100.1, 203.0.113.7, 10.4.5.6");
        await using var other = await nodes.StartAsync();
        await FailToSignInAsync(other, "without-proxy", "198.51.100.1");

        Assert.Equal("203.0.113.7,127.0.0.1",
            await nodes.ScalarAsync<string>("select string_agg(address, ',' order by at) from identity.sign_in_attempts where outcome = 'wrong'"));
        Assert.Equal("203.0.113.7,127.0.0.1", await nodes.ScalarAsync<string>(
            "select string_agg(remote_address, ',' order by at) from audit.entries where operation = 'identity.sign-in' and summary = '登录失败'"));
    }

    [Fact]
    public async Task A_node_answers_only_under_its_own_names()
    {
        await using var node = await nodes.StartAsync(
            ("Zhengtong:PublicUrl", "https://zwfw.example.gov.cn"), ("Zhengtong:AllowedHosts", "*.yunxi.example"));

        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, "/", "zwfw.example.gov.cn"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, "/", "hall.yunxi.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(node, "/", "evil.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(node, "/", "yunxi.example.evil.example"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, "/ready", "10.0.0.8"));
    }

    [Fact]
    public async Task A_node_that_stops_finishes_what_it_has_begun_and_logs_no_failure()
    {
        var node = await nodes.StartAsync(("Zhengtong:DrainSeconds", "1"), ("Logging:LogLevel:Default", "Information"));
        var body = "level=1"u8.ToArray();
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, node.Address.Port);
        await using var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /preferences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body.AsMemory(0, 2));

        var stopped = node.TerminateAsync();
        await node.ReadyAsync(ready: false);
        await stream.WriteAsync(body.AsMemory(2));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();

        Assert.Equal(0, await stopped);
        Assert.StartsWith("HTTP/1.1 409", answer, StringComparison.Ordinal); // no token, but answered
        Assert.DoesNotContain("fail:", node.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_one_node_can_be_sent_to_another()
    {
        await using var first = await nodes.StartAsync();
        await using var second = await nodes.StartAsync();
        var citizen = await first.Visitor().AsCitizenAsync("chenguilan");
        var page = await citizen.GetAsync("/apply/old-age-allowance");
        var elsewhere = second.Visitor();
        foreach (var (name, value) in citizen.Cookies) { elsewhere.Cookies[name] = value; }

        var started = await elsewhere.SubmitAsync(page, page.Form("_submission"), follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, started.Status);
    }

    private static async Task FailToSignInAsync(NodeProcess node, string account, string forwardedFor)
    {
        var visitor = node.Visitor();
        var page = await visitor.GetAsync("/sign-in");
        var form = page.Form("password").Set("account", account).Set("password", "Wrong-2026");
        var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent(form.Values) };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SendAsync(request)).Status);
    }

    private static async Task<HttpStatusCode> AskAsync(NodeProcess node, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        using var answer = await node.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
