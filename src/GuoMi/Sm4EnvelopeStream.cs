using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>Authenticated encryption of files and other long content, segment by segment, in constant memory.</summary>
/// <remarks>
/// Layout: version (1 byte, 2) · key id (4, big-endian) · first counter block (16, random) · segments. A segment is up to 64 KiB of
/// ciphertext and its tag (32), which covers the header, the associated data with its length, the number of the segment, whether it is the
/// last, and the ciphertext. So segments cannot be altered, reordered, dropped at the end or taken from another file; each is released only
/// after its own tag was checked. A content that ends early is noticed at its end: who must not act on a beginning writes to a temporary
/// place first.
/// </remarks>
public static class Sm4EnvelopeStream
{
    /// <summary>Bytes of content in each segment but the last.</summary>
    public const int SegmentSize = 64 * 1024;

    private const byte Version = 2;
    private const int HeaderSize = 1 + 4 + Sm4.BlockSize;

    /// <summary>Encrypts what is left of <paramref name="content"/> into <paramref name="sealedContent"/>.</summary>
    /// <param name="associatedData">Bound to the content, not in it: for example the id of the file.</param>
    /// <returns>Bytes of content read.</returns>
    public static async Task<long> SealAsync(
        Sm4EnvelopeKey key, Stream content, Stream sealedContent, ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(sealedContent);
        var header = new byte[HeaderSize];
        header[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), key.Id);
        RandomNumberGenerator.Fill(header.AsSpan(5));
        await sealedContent.WriteAsync(header, cancellationToken).ConfigureAwait(false);

        var segment = new byte[SegmentSize + HmacSm3.TagSize];
        var next = new byte[SegmentSize + HmacSm3.TagSize];
        try
        {
            long total = 0;
            var length = await FillAsync(content, segment.AsMemory(0, SegmentSize), cancellationToken).ConfigureAwait(false);
            for (long number = 0; ; number++)
            {
                // Whether a segment is the last is known only when the next one was tried.
                var nextLength = length < SegmentSize
                    ? 0
                    : await FillAsync(content, next.AsMemory(0, SegmentSize), cancellationToken).ConfigureAwait(false);
                Crypt(key, header, number, segment.AsSpan(0, length));
                Tag(key, header, associatedData.Span, number, nextLength == 0, segment.AsSpan(0, length), segment.AsSpan(length));
                await sealedContent.WriteAsync(segment.AsMemory(0, length + HmacSm3.TagSize), cancellationToken).ConfigureAwait(false);
                total += length;
                if (nextLength == 0)
                {
                    return total;
                }

                (segment, next, length) = (next, segment, nextLength);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(segment);
            CryptographicOperations.ZeroMemory(next);
        }
    }

    /// <summary>Decrypts what is left of <paramref name="sealedContent"/> into <paramref name="content"/>.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Altered, shortened, of another key, or bound to other associated data.
    /// Segments that were right may have been written before.</exception>
    public static async Task<long> OpenAsync(
        Sm4EnvelopeKey key, Stream sealedContent, Stream content, ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var reading = await OpenReadAsync(key, sealedContent, associatedData, cancellationToken).ConfigureAwait(false);
        long total = 0;
        while (await reading.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            await content.WriteAsync(reading.Current, cancellationToken).ConfigureAwait(false);
            total += reading.Current.Length;
        }

        return total;
    }

    /// <summary>Begins to decrypt, for a reader that asks for one segment after the other.</summary>
    public static async Task<Sm4EnvelopeReader> OpenReadAsync(
        Sm4EnvelopeKey key, Stream sealedContent, ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(sealedContent);
        var header = new byte[HeaderSize];
        var read = await FillAsync(sealedContent, header, cancellationToken).ConfigureAwait(false);
        return TryReadKeyId(header.AsSpan(0, read), out var id) && id == key.Id
            ? new Sm4EnvelopeReader(key, header, sealedContent, associatedData)
            : throw new AuthenticationTagMismatchException("The content is no envelope, or belongs to another key.");
    }

    /// <summary>Number of the key that the beginning of a sealed content names (21 bytes are enough). Not proven before it is
    /// opened.</summary>
    public static bool TryReadKeyId(ReadOnlySpan<byte> beginning, out uint keyId)
    {
        var readable = beginning.Length >= HeaderSize && beginning[0] == Version;
        keyId = readable ? BinaryPrimitives.ReadUInt32BigEndian(beginning[1..]) : 0;
        return readable;
    }

    /// <summary>Reads until the memory is full or the stream has ended.</summary>
    internal static ValueTask<int> FillAsync(Stream stream, Memory<byte> memory, CancellationToken cancellationToken) =>
        stream.ReadAtLeastAsync(memory, memory.Length, throwOnEndOfStream: false, cancellationToken);

    internal static void Crypt(Sm4EnvelopeKey key, ReadOnlySpan<byte> header, long number, Span<byte> segment)
    {
        // The counter of a segment is the first one plus the blocks before it, as one number of 128 bits.
        Span<byte> counter = stackalloc byte[Sm4.BlockSize];
        var first = BinaryPrimitives.ReadUInt128BigEndian(header[5..]);
        BinaryPrimitives.WriteUInt128BigEndian(counter, unchecked(first + (UInt128)number * (SegmentSize / Sm4.BlockSize)));
        Sm4.Ctr(key.CipherKey, counter, segment, segment);
    }

    internal static void Tag(
        Sm4EnvelopeKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> associatedData, long number, bool last,
        ReadOnlySpan<byte> ciphertext, Span<byte> tag)
    {
        Span<byte> numbers = stackalloc byte[17];
        BinaryPrimitives.WriteInt64BigEndian(numbers, associatedData.Length);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], number);
        numbers[16] = last ? (byte)1 : (byte)0;
        using var hasher = new HmacSm3Hasher(key.TagKey);
        hasher.Append(header);
        hasher.Append(numbers);
        hasher.Append(associatedData);
        hasher.Append(ciphertext);
        hasher.Finish(tag);
    }
}

/// <summary>Reads a sealed content segment by segment. One thread at a time; the streams stay the caller's.</summary>
public sealed class Sm4EnvelopeReader : IDisposable
{
    private readonly Sm4EnvelopeKey _key;
    private readonly byte[] _header;
    private readonly Stream _source;
    private readonly ReadOnlyMemory<byte> _associatedData;
    private readonly byte[] _buffer = new byte[Sm4EnvelopeStream.SegmentSize + HmacSm3.TagSize + 1];
    private readonly byte[] _plain = new byte[Sm4EnvelopeStream.SegmentSize];
    private int _held;
    private long _number;
    private bool _finished;

    internal Sm4EnvelopeReader(Sm4EnvelopeKey key, byte[] header, Stream source, ReadOnlyMemory<byte> associatedData)
    {
        _key = key;
        _header = header;
        _source = source;
        _associatedData = associatedData;
    }

    /// <summary>The segment just read; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>Reads, checks and decrypts the next segment; false after the last.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Altered, shortened, or bound to other associated data.</exception>
    public async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        if (_finished)
        {
            Current = default;
            return false;
        }

        // One byte more than a segment tells whether another follows.
        _held += await Sm4EnvelopeStream.FillAsync(_source, _buffer.AsMemory(_held), cancellationToken).ConfigureAwait(false);
        var last = _held < _buffer.Length;
        var length = (last ? _held : _buffer.Length - 1) - HmacSm3.TagSize;
        if (length < 0 || !Matches(length, last))
        {
            throw new AuthenticationTagMismatchException("The content was altered or shortened, or belongs to another place.");
        }

        _buffer.AsSpan(0, length).CopyTo(_plain);
        Sm4EnvelopeStream.Crypt(_key, _header, _number, _plain.AsSpan(0, length));
        Current = _plain.AsMemory(0, length);
        _number++;
        _finished = last;
        if (!last)
        {
            _buffer[0] = _buffer[^1];
            _held = 1;
        }

        return true;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_plain);

    private bool Matches(int length, bool last)
    {
        Span<byte> expected = stackalloc byte[HmacSm3.TagSize];
        Sm4EnvelopeStream.Tag(_key, _header, _associatedData.Span, _number, last, _buffer.AsSpan(0, length), expected);
        return CryptographicOperations.FixedTimeEquals(expected, _buffer.AsSpan(length, HmacSm3.TagSize));
    }
}
