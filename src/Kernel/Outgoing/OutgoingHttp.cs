using System.Net;
using System.Net.Sockets;

namespace Zhengtong.Kernel;

/// <summary>
/// The one place where clients for HTTP are made. <see cref="ForConfigured"/> calls what the operator wrote into the configuration,
/// <see cref="Checked"/> what anybody else may have named: only hosts of the list, and only the very address that was looked at, so that a
/// name which answers differently the second time leads nowhere.
/// </summary>
public sealed class OutgoingHttp(OutgoingRules rules, OutgoingOptions options) : IDisposable
{
    private const long MostBytes = 4 << 20;
    private HttpClient? _checked;

    public HttpClient Checked => _checked ??= new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // the next address would be somebody else's choice
        UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 32, ConnectCallback = ConnectAsync,
    }) { Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds), MaxResponseContentBufferSize = MostBytes };

    /// <summary>For an address of the configuration: an object store, a gateway for messages, a pool of keys.</summary>
    public static HttpClient ForConfigured(TimeSpan? timeout = null) => new() { Timeout = timeout ?? TimeSpan.FromSeconds(100) };

    public void Dispose() => _checked?.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        if (!rules.AllowsHost(host)) { throw new HttpRequestException($"{host} is not on the list of hosts that may be called"); }
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        // One forbidden address among them is enough: an honest name has none.
        if (addresses.Length == 0 || !addresses.All(rules.AllowsAddress))
        {
            throw new HttpRequestException($"{host} leads to an address that may not be called");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
