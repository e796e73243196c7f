using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>Section <c>Zhengtong:AuditForwarding</c>: a collector on another machine gets every audit entry.</summary>
public sealed record AuditForwardingOptions
{
    /// <summary>Name of the collector, as its certificate says.</summary>
    public string Host { get; init; } = "";

    /// <summary>6514 is that of syslog over TLS.</summary>
    public int Port { get; init; } = 6514;

    /// <summary>PEM file with the authority of the collector's certificate, where the system does not know it.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM files with our own certificate and its key, where the collector asks for one.</summary>
    public string? CertificateFile { get; init; }

    public string? CertificateKeyFile { get; init; }

    /// <summary>Our number at IANA in the name of the structured data; the one for examples by default.</summary>
    public string Enterprise { get; init; } = "32473";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Gives sealed blocks of the audit to a collector by syslog over TLS, in order and at least once: how far it is, is noted only after the
/// collector has closed the connection behind a block. What arrives twice has the same <c>seq</c>.
/// </summary>
/// <remarks>Beside the outbox, not through it: an event for each audit entry would double the rows of every act, and blocks have the order
/// and the claim (one row's lock) already.</remarks>
public sealed class AuditForwarder(
    Database database, AuditForwardingOptions options, TimeProvider clock, ILogger<AuditForwarder> log)
{
    /// <summary>Forwards everything that is sealed.</summary>
    /// <returns>Number of entries; 0 also while another node forwards.</returns>
    /// <exception cref="IOException">The collector does not take it; what was noted stays, the rest is tried again.</exception>
    public async Task<long> ForwardAsync(CancellationToken cancellationToken)
    {
        var count = 0L;
        while (await ForwardBlockAsync(cancellationToken) is { } sent) { count += sent; }
        return count;
    }

    /// <summary>Notes for operators that it does not work.</summary>
    internal async Task FailedAsync(string failure, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new(
            "update kernel.audit_forwarding set failed_at = @now, failure = @failure",
            new { now = clock.GetUtcNow(), failure }, cancellationToken: cancellationToken));
    }

    private async Task<long?> ForwardBlockAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The lock is the claim; it goes with the connection of a node that dies.
        var done = await connection.ExecuteScalarAsync<long?>(
            "select block from kernel.audit_forwarding for update skip locked", transaction: transaction);
        if (done is null) { return null; }
        var block = await connection.QuerySingleOrDefaultAsync<(long Number, long[] Seqs)?>(
            "select number, seqs from audit.blocks where number > @done order by number limit 1", new { done }, transaction);
        if (block is not var (number, seqs)) { return null; }
        var sent = await SendAsync(connection, transaction, number, seqs, cancellationToken);
        await connection.ExecuteAsync(
            "update kernel.audit_forwarding set block = @number, at = @now, failed_at = null, failure = null",
            new { number, now = clock.GetUtcNow() }, transaction);
        await transaction.CommitAsync(CancellationToken.None);
        log.LogDebug("Audit block {Block} with {Count} entries forwarded", number, sent);
        return sent;
    }

    private async Task<long> SendAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long block, long[] seqs, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Timeout);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(options.Host, options.Port, patience.Token);
            await using var tls = new SslStream(tcp.GetStream());
            await tls.AuthenticateAsClientAsync(Authentication(), patience.Token);
            var count = 0L;
            await using (var command = new NpgsqlCommand(
                $"select {AuditRow.Columns} from audit.entries where seq = any($1) order by seq", connection, transaction))
            {
                command.Parameters.Add(new() { Value = seqs });
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    await tls.WriteAsync(
                        SyslogMessage.Frame(AuditRow.Read(reader), block, Environment.MachineName, options.Enterprise), patience.Token);
                    count++;
                    patience.CancelAfter(options.Timeout);
                }
            }
            await tls.FlushAsync(patience.Token);
            // Syslog has no receipt. That the collector closes its side after us says that it has read to the end.
            await tls.ShutdownAsync();
            tcp.Client.Shutdown(SocketShutdown.Send);
            var end = new byte[256];
            while (await tls.ReadAsync(end, patience.Token) > 0) { }
            return count;
        }
        catch (Exception fault) when (fault is SocketException or AuthenticationException
            || fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"the collector {options.Host}:{options.Port} did not take the audit: {fault.Message}", fault);
        }
    }

    private SslClientAuthenticationOptions Authentication()
    {
        var authentication = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (options.CaFile is { } file)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(file);
            authentication.CertificateChainPolicy = policy;
        }
        if (options.CertificateFile is { } certificate)
        {
            authentication.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.CertificateKeyFile)];
        }
        return authentication;
    }
}

/// <summary>Forwards every few seconds where a collector is configured.</summary>
internal sealed class AuditForwardingWorker(AuditForwarder forwarder, ILogger<AuditForwardingWorker> log)
    : PeriodicWorker(TimeSpan.FromSeconds(10), TimeProvider.System, log)
{
    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await forwarder.ForwardAsync(cancellationToken);
            return false;
        }
        catch (IOException failure)
        {
            await forwarder.FailedAsync(failure.Message, cancellationToken);
            throw;
        }
    }
}
