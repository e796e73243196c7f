using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class AuditForwarderTests : IAsyncLifetime, IDisposable
{
    private readonly KernelFixture _fixture = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zt-syslog-");
    private ServiceProvider _node = null!; // made before each test

    private static Actor Officer { get; } = Actor.System("tests") with { Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "孙审计\"]\\" };

    public async Task InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _node = _fixture.Node();
    }

    public Task DisposeAsync() => _fixture.DisposeAsync();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_sealed_entry_reaches_the_collector_in_order_over_tls()
    {
        using var collector = new Collector(_folder.FullName);
        foreach (var i in Enumerable.Range(1, 40)) { await ActAsync($"case-{i}"); }
        await KernelFixture.EventuallyAsync(SealedAsync, "sealed");

        var sent = await Forwarder(collector).ForwardAsync(default);

        var messages = collector.Messages.ToList();
        Assert.Equal(sent, messages.Count);
        Assert.Equal(await _fixture.ScalarAsync<long>("select sum(cardinality(seqs)) from audit.blocks"), sent);
        var ours = messages.Where(m => m.Contains("operation=\"tests.act\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"subject=\"case-{i}\""), ours.Select(m => Part(m, "subject=")));
        Assert.Matches(
            @"^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ zhengtong \d+ tests\.act \[audit@32473 seq=""", ours[0]);
        Assert.Contains("actor=\"孙审计\\\"\\]\\\\\"", ours[0], StringComparison.Ordinal);
        Assert.EndsWith(
            "] \uFEFF{\"summary\":\"受理\",\"legalBasis\":null,\"before\":null,\"after\":{\"step\":1}}", ours[0], StringComparison.Ordinal);
        Assert.Equal(0, await Forwarder(collector).ForwardAsync(default));
    }

    [Fact]
    public async Task A_collector_that_breaks_off_gets_the_block_again_and_nothing_is_left_out()
    {
        using var collector = new Collector(_folder.FullName) { BreaksAfter = 3 };
        foreach (var i in Enumerable.Range(1, 10)) { await ActAsync($"case-{i}"); }
        await KernelFixture.EventuallyAsync(SealedAsync, "sealed");

        await Assert.ThrowsAnyAsync<IOException>(() => Forwarder(collector).ForwardAsync(default));
        Assert.Equal(0, await _fixture.ScalarAsync<long>("select block from kernel.audit_forwarding"));
        collector.BreaksAfter = null;
        await Forwarder(collector).ForwardAsync(default);

        var subjects = collector.Messages.Select(m => Part(m, "subject=")).Where(s => s.Contains("case-", StringComparison.Ordinal));
        Assert.Equal(10, subjects.Distinct().Count());
    }

    [Fact]
    public async Task A_stranger_with_another_certificate_gets_nothing()
    {
        using var collector = new Collector(_folder.FullName);
        using var stranger = new Collector(_folder.CreateSubdirectory("stranger").FullName);
        await ActAsync("case-1");
        await KernelFixture.EventuallyAsync(SealedAsync, "sealed");

        await Assert.ThrowsAnyAsync<IOException>(() => Forwarder(stranger, collector.CaFile).ForwardAsync(default));

        Assert.Empty(stranger.Messages);
        Assert.Equal(0, await _fixture.ScalarAsync<long>("select block from kernel.audit_forwarding"));
    }

    [Fact]
    public async Task Two_nodes_do_not_forward_the_same_block()
    {
        using var collector = new Collector(_folder.FullName);
        foreach (var i in Enumerable.Range(1, 30)) { await ActAsync($"case-{i}"); }
        await KernelFixture.EventuallyAsync(SealedAsync, "sealed");

        await Task.WhenAll(Forwarder(collector).ForwardAsync(default), Forwarder(collector).ForwardAsync(default));

        var seqs = collector.Messages.Select(m => Part(m, "seq=")).ToList();
        Assert.Equal(seqs.Distinct().Count(), seqs.Count);
    }

    private static string Part(string message, string name) =>
        message.Split(' ').FirstOrDefault(p => p.StartsWith(name, StringComparison.Ordinal)) ?? "";

    private AuditForwarder Forwarder(Collector collector, string? ca = null) => new(
        _node.GetRequiredService<Database>(),
        new() { Host = "localhost", Port = collector.Port, CaFile = ca ?? collector.CaFile, Timeout = TimeSpan.FromSeconds(20) },
        TimeProvider.System, NullLogger<AuditForwarder>.Instance);

    private async Task ActAsync(string subject)
    {
        await using var work = await _node.GetRequiredService<Database>().BeginAsync(new("tests.act", Officer), default);
        work.Audit("case", subject, after: new { step = 1 }, summary: "受理");
        await work.CommitAsync(default);
    }

    /// <summary>Other tests of this cluster may hold the horizon back for a moment.</summary>
    private async Task<bool> SealedAsync()
    {
        await _node.GetRequiredService<AuditSealer>().SealAsync(default);
        return await _fixture.ScalarAsync<long>(
            "select count(*) from audit.entries e where not exists (select 1 from audit.blocks b where e.seq = any(b.seqs))") == 0;
    }

    /// <summary>A collector with a certificate of its own.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;
        private readonly Task _serving;

        public Collector(string folder)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
            CaFile = Path.Combine(folder, "ca.pem");
            File.WriteAllText(CaFile, made.ExportCertificatePem());
            _listener.Start();
            _serving = ServeAsync();
        }

        public ConcurrentQueue<string> Messages { get; } = [];

        public string CaFile { get; }

        /// <summary>Drops the connection after so many messages.</summary>
        public int? BreaksAfter { get; set; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose()
        {
            _listener.Stop();
            _certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true) { _ = ReceiveAsync(await _listener.AcceptTcpClientAsync()); }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException) { }
        }

        private async Task ReceiveAsync(TcpClient client)
        {
            using var accepted = client;
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
                for (var count = 1; await FrameAsync(tls) is { } message; count++)
                {
                    Messages.Enqueue(message);
                    if (count != BreaksAfter) { continue; }
                    // As a collector that is killed: without a word, and with bytes that it has not read.
                    client.LingerState = new(true, 0);
                    client.Client.Dispose();
                    return;
                }
            }
            catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException) { }
        }

        private static async Task<string?> FrameAsync(SslStream tls)
        {
            var length = 0;
            var one = new byte[1];
            while (true)
            {
                if (await tls.ReadAsync(one) == 0) { return null; }
                if (one[0] == ' ') { break; }
                length = length * 10 + (one[0] - '0');
            }
            var message = new byte[length];
            await tls.ReadExactlyAsync(message);
            return Encoding.UTF8.GetString(message);
        }
    }
}
