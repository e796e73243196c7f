using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class HmacSm3Tests
{
    [Fact]
    public void A_second_implementation_agrees_on_any_key_and_message() => Check.QuickThrowOnFailure(
        Prop.ForAll((byte[] key, byte[] data) =>
        {
            var mac = new HMac(new SM3Digest());
            mac.Init(new KeyParameter(key));
            mac.BlockUpdate(data, 0, data.Length);
            var expected = new byte[32];
            mac.DoFinal(expected, 0);
            return expected.AsSpan().SequenceEqual(HmacSm3.Tag(key, data)) && HmacSm3.Verify(key, data, expected);
        }));

    [Fact]
    public void A_key_longer_than_a_block_is_hashed_first()
    {
        var key = new byte[100];
        new Random(1).NextBytes(key);

        Assert.Equal(HmacSm3.Tag(Sm3.Hash(key), "x"u8), HmacSm3.Tag(key, "x"u8));
    }

    [Fact]
    public void An_altered_or_shortened_tag_does_not_verify()
    {
        var tag = HmacSm3.Tag("key"u8, "data"u8);
        for (var i = 0; i < tag.Length * 8; i++)
        {
            tag[i / 8] ^= (byte)(1 << i % 8);
            Assert.False(HmacSm3.Verify("key"u8, "data"u8, tag));
            tag[i / 8] ^= (byte)(1 << i % 8);
        }

        Assert.False(HmacSm3.Verify("key"u8, "data"u8, tag.AsSpan(0, 31)));
        Assert.False(HmacSm3.Verify("key"u8, "data"u8, []));
        Assert.True(HmacSm3.Verify("key"u8, "data"u8, tag));
    }

    [Fact]
    public void A_finished_hasher_starts_anew_with_its_key()
    {
        using var hasher = new HmacSm3Hasher("key"u8);
        hasher.Append("one"u8);
        var first = hasher.Finish();
        hasher.Append("o"u8);
        hasher.Append("ne"u8);

        Assert.Equal(first, hasher.Finish());
        Assert.Equal(HmacSm3.Tag("key"u8, []), hasher.Finish());
    }

    [Fact]
    public async Task A_stream_is_tagged_like_its_bytes()
    {
        var data = new byte[200_000];

        Assert.Equal(HmacSm3.Tag("key"u8, data), await HmacSm3.TagAsync("key"u8.ToArray(), new MemoryStream(data), CancellationToken.None));
    }

    [Fact]
    public void The_command_line_tool_agrees()
    {
        var data = Encoding.UTF8.GetBytes("一网通办");

        Assert.Equal(HmacSm3.Tag("secret"u8, data), OpenSslCommand.Run(data, "dgst", "-sm3", "-hmac", "secret", "-binary"));
    }
}
