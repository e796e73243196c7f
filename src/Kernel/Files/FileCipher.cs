using System.Security.Cryptography;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>Files at rest lie encrypted under the ring's file key, each bound to its id: exchanged files do not open.</summary>
public sealed class FileCipher(KeyRing ring)
{
    private const int HeaderSize = 21;

    internal async Task SealAsync(Stream plain, Stream target, Guid id, CancellationToken cancellationToken) =>
        await Sm4EnvelopeStream.SealAsync(
            ring.Current(KeyPurpose.File).Envelope, plain, target, id.ToByteArray(bigEndian: true), cancellationToken);

    /// <summary>The plain bytes as a stream that checks each piece before giving it out.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Encrypted under a key that this ring does not have, or no file of
    /// ours.</exception>
    internal async Task<Stream> OpenAsync(Stream stored, Guid id, CancellationToken cancellationToken)
    {
        var head = new byte[HeaderSize];
        var read = await stored.ReadAtLeastAsync(head, HeaderSize, throwOnEndOfStream: false, cancellationToken);
        if (read < HeaderSize || !Sm4EnvelopeStream.TryReadKeyId(head, out var keyId) || ring.Find(KeyPurpose.File, keyId) is not { } key)
        {
            await stored.DisposeAsync();
            throw new AuthenticationTagMismatchException("the file names no key of this ring");
        }
        var whole = new PrefixedStream(head, stored);
        return new OpenedEnvelope(await Sm4EnvelopeStream.OpenReadAsync(
            key.Envelope, whole, id.ToByteArray(bigEndian: true), cancellationToken), whole);
    }

    /// <summary>Writes a stored file anew under the current key.</summary>
    /// <returns>False where it is already, null where it is missing or does not open.</returns>
    internal async Task<bool?> ResealAsync(IFileStore store, Guid id, CancellationToken cancellationToken)
    {
        var name = PlatformFiles.NameOf(id);
        try
        {
            await using (var stored = await store.OpenAsync(name, cancellationToken))
            {
                var head = new byte[HeaderSize];
                var read = await stored.ReadAtLeastAsync(head, HeaderSize, throwOnEndOfStream: false, cancellationToken);
                if (read < HeaderSize || !Sm4EnvelopeStream.TryReadKeyId(head, out var keyId)) { return null; }
                if (keyId == ring.Current(KeyPurpose.File).Id) { return false; }
            }
            // Encrypted before it touches the disk: clear bytes lie nowhere on the way.
            await using var fresh = new FileStream(
                Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16,
                System.IO.FileOptions.DeleteOnClose | System.IO.FileOptions.Asynchronous);
            await using (var plain = await OpenAsync(await store.OpenAsync(name, cancellationToken), id, cancellationToken))
            {
                await SealAsync(plain, fresh, id, cancellationToken);
            }
            fresh.Position = 0;
            await store.WriteAsync(name, fresh, fresh.Length, cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Puts bytes that were read ahead in front again: a store's stream can not always be rewound.</summary>
    private sealed class PrefixedStream(byte[] prefix, Stream rest) : ReadOnlyStream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == prefix.Length) { return await rest.ReadAsync(buffer, cancellationToken); }
            var count = Math.Min(buffer.Length, prefix.Length - _given);
            prefix.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            rest.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>What lies in an envelope as a stream; each byte was checked before it is given out.</summary>
/// <param name="reader">Disposed with it.</param>
/// <param name="stored">Disposed with it; null where somebody else does.</param>
internal sealed class OpenedEnvelope(Sm4EnvelopeReader reader, Stream? stored = null) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _left;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left.IsEmpty)
        {
            if (!await reader.NextAsync(cancellationToken)) { return 0; }
            _left = reader.Current;
        }
        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        reader.Dispose();
        stored?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What a stream that is only read once from beginning to end need not say.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For libraries that read synchronously: our stores and readers do not depend on the calling thread.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter()
        .GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
