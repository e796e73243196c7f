using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm3Tests
{
    [Theory]
    [InlineData("abc", 1, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0")]
    [InlineData("abcd", 16, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732")]
    public void The_examples_of_the_standard_come_out(string text, int times, string expected)
    {
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

        Assert.Equal(expected, Convert.ToHexString(Sm3.Hash(data)));
    }

    [Fact]
    public void The_empty_message_has_its_known_hash() =>
        Assert.Equal("1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B", Convert.ToHexString(Sm3.Hash([])));

    [Fact]
    public void A_second_implementation_agrees_on_any_message() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] data) =>
    {
        var digest = new SM3Digest();
        digest.BlockUpdate(data, 0, data.Length);
        var expected = new byte[32];
        digest.DoFinal(expected, 0);
        return expected.AsSpan().SequenceEqual(Sm3.Hash(data));
    }));

    [Fact]
    public void Pieces_hash_like_the_whole() => Check.QuickThrowOnFailure(Prop.ForAll((byte[][] pieces) =>
    {
        using var hasher = new Sm3Hasher();
        foreach (var piece in pieces)
        {
            hasher.Append(piece);
        }

        var soFar = new byte[32];
        hasher.Peek(soFar);
        var whole = Sm3.Hash(pieces.SelectMany(p => p).ToArray());
        return whole.AsSpan().SequenceEqual(soFar) && whole.AsSpan().SequenceEqual(hasher.Finish())
            && Sm3.Hash([]).AsSpan().SequenceEqual(hasher.Finish());
    }));

    [Fact]
    public async Task A_stream_hashes_like_its_bytes()
    {
        var data = new byte[300_001];
        new Random(5).NextBytes(data);

        var hash = await Sm3.HashAsync(new MemoryStream(data), CancellationToken.None);

        Assert.Equal(Sm3.Hash(data), hash);
    }

    [Fact]
    public void A_short_destination_is_refused() => Assert.Throws<ArgumentException>(() => Sm3.Hash([1], new byte[31]));

    [Fact]
    public void The_command_line_tool_agrees()
    {
        var data = Encoding.UTF8.GetBytes("政务服务");

        var said = OpenSslCommand.Run(data, "dgst", "-sm3", "-binary");

        Assert.Equal(Sm3.Hash(data), said);
    }

    [Fact]
    public void Many_threads_at_once_get_the_same_hash()
    {
        var data = new byte[10_000];
        var expected = Sm3.Hash(data);

        Parallel.For(0, 500, _ => Assert.Equal(expected, Sm3.Hash(data)));
    }
}
