using System.Security.Cryptography;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm4EnvelopeStreamTests
{
    private const int Segment = Sm4EnvelopeStream.SegmentSize;
    private static readonly Sm4EnvelopeKey Key = new(3, Sm4EnvelopeKey.NewSecret());
    private static readonly byte[] Place = "file-1"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Segment - 1)]
    [InlineData(Segment)]
    [InlineData(Segment + 1)]
    [InlineData(3 * Segment)]
    [InlineData(3 * Segment + 17)]
    public async Task Content_of_any_length_comes_back(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var sealedContent = await SealAsync(content);

        Assert.Equal(content, await OpenAsync(sealedContent, Place));
        Assert.True(Sm4EnvelopeStream.TryReadKeyId(sealedContent, out var id));
        Assert.Equal(3u, id);
    }

    [Fact]
    public async Task A_stream_that_gives_little_at_a_time_is_read_whole()
    {
        var content = RandomNumberGenerator.GetBytes(2 * Segment + 5);
        var output = new MemoryStream();
        await Sm4EnvelopeStream.SealAsync(Key, new Trickle(content), output, Place, CancellationToken.None);
        var back = new MemoryStream();
        await Sm4EnvelopeStream.OpenAsync(Key, new Trickle(output.ToArray()), back, Place, CancellationToken.None);

        Assert.Equal(content, back.ToArray());
    }

    // Written once and never to change: what is stored today must open in ten years.
    [Fact]
    public async Task A_stream_of_the_first_version_stays_readable()
    {
        using var key = new Sm4EnvelopeKey(258, Convert.FromHexString("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"));
        var sealedContent = Convert.FromHexString("0200000102" + "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF" + "E7729A67A5767A"
            + "0E3DAE452C8998EF8ECE9CCA86243032A00BB973ED4B3AA4BE1A1E50EBD2E48E");
        var output = new MemoryStream();

        await Sm4EnvelopeStream.OpenAsync(key, new MemoryStream(sealedContent), output, "place"u8.ToArray(), CancellationToken.None);

        Assert.Equal("content"u8.ToArray(), output.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(Segment + 21)]
    [InlineData(Segment + 21 + 31)]
    [InlineData(2 * Segment + 100)]
    public async Task An_altered_byte_is_noticed(int at)
    {
        var sealedContent = await SealAsync(new byte[2 * Segment + 500]);
        sealedContent[at] ^= 1;

        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(sealedContent, Place));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(21)]
    [InlineData(21 + Segment + 32)] // cut exactly behind a segment
    [InlineData(21 + 2 * (Segment + 32))]
    [InlineData(21 + 2 * (Segment + 32) + 40)]
    public async Task A_shortened_content_is_noticed(int length)
    {
        var sealedContent = await SealAsync(new byte[2 * Segment + 500]);

        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(sealedContent[..length], Place));
    }

    [Fact]
    public async Task Exchanged_repeated_and_foreign_segments_are_noticed()
    {
        var one = await SealAsync(new byte[3 * Segment]);
        var two = await SealAsync(new byte[3 * Segment]);
        const int size = Segment + 32;
        byte[] exchanged = [.. one[..21], .. one.AsSpan(21 + size, size), .. one.AsSpan(21, size), .. one.AsSpan(21 + 2 * size)];
        byte[] repeated = [.. one[..(21 + size)], .. one.AsSpan(21, size), .. one.AsSpan(21 + 2 * size)];
        byte[] foreign = [.. one[..(21 + size)], .. two.AsSpan(21 + size)];

        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(exchanged, Place));
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(repeated, Place));
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(foreign, Place));
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync([.. one, 0], Place));
    }

    [Fact]
    public async Task Content_opens_only_in_its_place()
    {
        var sealedContent = await SealAsync([1, 2, 3]);

        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => OpenAsync(sealedContent, "file-2"u8.ToArray()));
    }

    private static async Task<byte[]> SealAsync(byte[] content)
    {
        var output = new MemoryStream();
        await Sm4EnvelopeStream.SealAsync(Key, new MemoryStream(content), output, Place, CancellationToken.None);
        return output.ToArray();
    }

    private static async Task<byte[]> OpenAsync(byte[] sealedContent, byte[] place)
    {
        var output = new MemoryStream();
        await Sm4EnvelopeStream.OpenAsync(Key, new MemoryStream(sealedContent), output, place, CancellationToken.None);
        return output.ToArray();
    }

    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 7_001)], cancellationToken);
    }
}
