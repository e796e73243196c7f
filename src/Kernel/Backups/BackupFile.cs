using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>What stands in front of a backup in clear: nothing personal, and by what the key is found.</summary>
/// <param name="Key">The backup's own key, wrapped by the crypto provider; the master key is in no backup.</param>
public sealed record BackupHead(Guid Id, DateTimeOffset At, string Platform, string Database, string Provider, byte[] Key);

/// <summary>Why a file is no backup that this installation can read; nothing has been changed.</summary>
public sealed class BackupRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// One encrypted file: a head in clear, then a stream of SM4 segments with HMAC-SM3, in which parts follow each other (the dump, each
/// stored file). Nothing lies anywhere unencrypted on the way, and a missing end is noticed.
/// </summary>
internal static class BackupFile
{
    private const int MostHead = 1 << 16;
    private static readonly byte[] Magic = "ZT-BACKUP-1\n"u8.ToArray();

    /// <summary>The last part; without it the file was cut off.</summary>
    public const string EndPart = "end";

    public static async Task WriteAsync(
        Stream target, BackupHead head, byte[] secret, Func<BackupParts, Task> write, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(head, Json.Options);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        await target.WriteAsync((byte[])[.. Magic, .. length, .. text], cancellationToken);
        using var key = new Sm4EnvelopeKey(0, secret);
        var pipe = new Pipe();
        var sealing = Sm4EnvelopeStream.SealAsync(key, pipe.Reader.AsStream(), target, Place(text), cancellationToken);
        try
        {
            var parts = new BackupParts(pipe.Writer.AsStream(leaveOpen: true));
            await write(parts);
            await parts.EndAsync(cancellationToken);
            await pipe.Writer.CompleteAsync();
        }
        catch (Exception fault)
        {
            await pipe.Writer.CompleteAsync(fault);
            await ((Task)sealing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        await sealing;
    }

    /// <exception cref="BackupRefusedException">It is no backup.</exception>
    public static async Task<(BackupHead Head, byte[] Text)> ReadHeadAsync(Stream source, CancellationToken cancellationToken)
    {
        var start = new byte[Magic.Length + 4];
        var read = await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < start.Length || !start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new BackupRefusedException("This is no backup.");
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(Magic.Length));
        if (length is < 2 or > MostHead) { throw new BackupRefusedException("The head of the backup was altered."); }
        var text = new byte[length];
        try
        {
            await source.ReadExactlyAsync(text, cancellationToken);
            return (JsonSerializer.Deserialize<BackupHead>(text, Json.Options)!, text);
        }
        catch (Exception fault) when (fault is JsonException or EndOfStreamException)
        {
            throw new BackupRefusedException("The head of the backup was altered.", fault);
        }
    }

    /// <summary>Reads every part behind the head to its end. Each byte is checked before it is given out.</summary>
    /// <exception cref="BackupRefusedException">Altered or cut off.</exception>
    public static async Task<long> ReadAsync(
        Stream source, byte[] head, byte[] secret, Func<string, Stream, Task> read, CancellationToken cancellationToken)
    {
        using var key = new Sm4EnvelopeKey(0, secret);
        try
        {
            using var plain = new OpenedEnvelope(await Sm4EnvelopeStream.OpenReadAsync(key, source, Place(head), cancellationToken));
            var count = 0L;
            while (true)
            {
                var name = await NameAsync(plain, cancellationToken);
                var part = new PartStream(plain);
                if (name == EndPart)
                {
                    await part.CopyToAsync(Stream.Null, cancellationToken);
                    // To the very end: only there the stream says that nothing is missing behind.
                    return await plain.ReadAsync(new byte[1], cancellationToken) == 0
                        ? count
                        : throw new BackupRefusedException("Something was added to the backup.");
                }
                await read(name, part);
                await part.CopyToAsync(Stream.Null, cancellationToken);
                count++;
            }
        }
        catch (Exception fault) when (fault is AuthenticationTagMismatchException or EndOfStreamException or GuoMiException)
        {
            throw new BackupRefusedException("The backup was altered or is not complete.", fault);
        }
    }

    private static byte[] Place(byte[] head) => [.. "zt-backup\0"u8, .. Sm3.Hash(head)];

    private static async Task<string> NameAsync(Stream plain, CancellationToken cancellationToken)
    {
        var length = new byte[2];
        await plain.ReadExactlyAsync(length, cancellationToken);
        var name = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await plain.ReadExactlyAsync(name, cancellationToken);
        return Encoding.UTF8.GetString(name);
    }

    /// <summary>One part: chunks with their length in front, an empty one at the end.</summary>
    private sealed class PartStream(Stream plain) : ReadOnlyStream
    {
        private int _left = -1;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 || buffer.IsEmpty) { return 0; }
            if (_left < 0 && await NextAsync(cancellationToken) == 0) { return 0; }
            var read = await plain.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            if (read == 0) { throw new EndOfStreamException(); }
            _left -= read;
            if (_left == 0) { _left = -1; }
            return read;
        }

        private async Task<int> NextAsync(CancellationToken cancellationToken)
        {
            var length = new byte[4];
            await plain.ReadExactlyAsync(length, cancellationToken);
            _left = BinaryPrimitives.ReadInt32BigEndian(length);
            return _left < 0 ? throw new EndOfStreamException() : _left;
        }
    }
}

/// <summary>Writes parts one after the other, of lengths that nobody knows in front.</summary>
internal sealed class BackupParts(Stream target)
{
    public long Count { get; private set; }

    public async Task AddAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        await NameAsync(name, cancellationToken);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            await LengthAsync(read, cancellationToken);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        await LengthAsync(0, cancellationToken);
        CryptographicOperations.ZeroMemory(buffer);
        Count++;
    }

    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        await NameAsync(BackupFile.EndPart, cancellationToken);
        await LengthAsync(0, cancellationToken);
    }

    private async Task NameAsync(string name, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)text.Length);
        await target.WriteAsync((byte[])[.. length, .. text], cancellationToken);
    }

    private async Task LengthAsync(int count, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, count);
        await target.WriteAsync(length, cancellationToken);
    }
}
