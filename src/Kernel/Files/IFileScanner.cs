using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Zhengtong.Kernel;

/// <param name="Threat">Name of what was found; null when clean.</param>
public sealed record ScanResult(string? Threat);

/// <summary>Looks for malware before a file is taken in.</summary>
public interface IFileScanner
{
    /// <exception cref="IOException">The scanner does not answer; the upload is refused until it does.</exception>
    Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken);
}

/// <summary>Takes files in unseen: where no scanner is configured.</summary>
public sealed class NoScanner : IFileScanner
{
    public Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken) => Task.FromResult(new ScanResult(null));
}

/// <summary>ClamAV's daemon by its INSTREAM command.</summary>
/// <param name="address"><c>host:port</c>, or the path of a Unix socket.</param>
/// <remarks>Source: clamd(8): chunks of a 4-byte big-endian length and so many bytes, ended by a length of zero.</remarks>
public sealed class ClamScanner(string address) : IFileScanner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = await ConnectAsync(patience.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), patience.Token);
            var chunk = new byte[64 * 1024];
            content.Position = 0;
            int read;
            while ((read = await content.ReadAsync(chunk, patience.Token)) > 0)
            {
                await stream.WriteAsync(Length(read), patience.Token);
                await stream.WriteAsync(chunk.AsMemory(0, read), patience.Token);
            }
            await stream.WriteAsync(Length(0), patience.Token);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return Read((await reader.ReadToEndAsync(patience.Token)).TrimEnd('\0', '\n'));
        }
        catch (SocketException failure)
        {
            throw new IOException("the malware scanner cannot be reached", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the malware scanner did not answer in time", failure);
        }
    }

    private static ScanResult Read(string answer)
    {
        if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
        {
            return new(answer[(answer.IndexOf(": ", StringComparison.Ordinal) + 2)..^6]);
        }
        return answer.EndsWith(": OK", StringComparison.Ordinal)
            ? new ScanResult(null)
            : throw new IOException($"the malware scanner answered: {answer}");
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        if (address.StartsWith('/'))
        {
            var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await local.ConnectAsync(new UnixDomainSocketEndPoint(address), cancellationToken);
            return local;
        }
        var colon = address.LastIndexOf(':');
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address[..colon], int.Parse(address[(colon + 1)..]), cancellationToken);
        return socket;
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
