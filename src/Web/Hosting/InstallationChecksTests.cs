using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Web.Hosting;

public sealed class InstallationChecksTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_demonstration_on_this_machine_is_told_what_keeps_it_from_serving_people()
    {
        var findings = new List<CheckFinding>();
        foreach (var check in platform.Services.GetServices<IInstallationCheck>())
        {
            await foreach (var finding in check.CheckAsync(default)) { findings.Add(finding); }
        }

        Assert.Equal(CheckVerdict.Bad, findings.Single(f => f.Name == "backup.age").Verdict);
        Assert.Equal(CheckVerdict.Bad, findings.Single(f => f.Name == "accounts").Verdict);
        Assert.Contains("clerk1", findings.Single(f => f.Name == "accounts").Message, StringComparison.Ordinal);
        Assert.Equal(CheckVerdict.Warning, findings.Single(f => f.Name == "demo").Verdict);
        Assert.Equal(CheckVerdict.Warning, findings.Single(f => f.Name == "tls").Verdict);
        Assert.Equal(CheckVerdict.Good, findings.Single(f => f.Name == "audit.chain").Verdict);
        Assert.Equal(CheckVerdict.Good, findings.Single(f => f.Name == "database.schema").Verdict);
        Assert.All(findings, f => Assert.True(f.Verdict == CheckVerdict.Good || f.Advice is { Length: > 10 }, f.Name));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "")]
    [InlineData("http://localhost:8080;http://[::1]:8080", "")]
    [InlineData("http://0.0.0.0:8080", "http://0.0.0.0:8080")]
    [InlineData("http://127.0.0.1:80;http://*:8080", "http://*:8080")]
    [InlineData("http://[::]:8080", "http://[::]:8080")]
    [InlineData("http://192.0.2.7:8080", "http://192.0.2.7:8080")]
    [InlineData("http://zhengtong.example", "http://zhengtong.example")]
    public void An_address_that_others_reach_is_known(string urls, string open) =>
        Assert.Equal(open, string.Join(';', DemoGuard.OpenAddresses(Settings(("urls", urls)))));

    [Fact]
    public void Ports_and_endpoints_count_too()
    {
        Assert.Single(DemoGuard.OpenAddresses(Settings(("http_ports", "8080"))));
        Assert.Single(DemoGuard.OpenAddresses(Settings(("Kestrel:Endpoints:Web:Url", "https://0.0.0.0:443"))));
        Assert.Empty(DemoGuard.OpenAddresses(Settings(("urls", "http://127.0.0.1:1"), ("http_ports", "8080"))));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task A_node_with_demo_accounts_refuses_to_listen_where_others_reach_it(string demo)
    {
        var settings = PlatformFixture.Settings(platform.ConnectionString).Where(s => s.Key != "Zhengtong:Demo")
            .Append(("Zhengtong:Demo", demo)).Append(("urls", "http://0.0.0.0:8349"));
        var builder = Platform.CreateBuilder([.. settings.Select(s => $"--{s.Item1}={s.Item2}"), "--environment=Testing"]);
        builder.AddPlatform(withWorkers: false);
        await using var node = builder.Build();
        node.UsePlatform();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => node.StartAsync());

        Assert.Contains("demo accounts", refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(v => new KeyValuePair<string, string?>(v.Key, v.Value))).Build();
}
