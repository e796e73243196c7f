using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm4EnvelopeTests
{
    private static readonly Sm4EnvelopeKey Key = new(7, Sm4EnvelopeKey.NewSecret());

    [Fact]
    public void Anything_sealed_opens_again_under_the_same_key_and_place() => Check.QuickThrowOnFailure(
        Prop.ForAll((byte[] data, byte[] place) =>
            Sm4Envelope.Open(Key, Sm4Envelope.Seal(Key, data, place), place).AsSpan().SequenceEqual(data)));

    [Fact]
    public void Every_altered_bit_is_noticed()
    {
        var envelope = Sm4Envelope.Seal(Key, "身份证号"u8, "people.id-number"u8);
        for (var i = 0; i < envelope.Length * 8; i++)
        {
            envelope[i / 8] ^= (byte)(1 << i % 8);
            Assert.False(Sm4Envelope.TryOpen(Key, envelope, "people.id-number"u8, out var plaintext));
            Assert.Empty(plaintext);
            envelope[i / 8] ^= (byte)(1 << i % 8);
        }

        Assert.True(Sm4Envelope.TryOpen(Key, envelope, "people.id-number"u8, out _));
    }

    [Fact]
    public void Every_shortened_or_lengthened_envelope_is_noticed()
    {
        var envelope = Sm4Envelope.Seal(Key, "content"u8);
        for (var length = 0; length < envelope.Length; length++)
        {
            Assert.False(Sm4Envelope.TryOpen(Key, envelope.AsSpan(0, length), default, out _));
        }

        Assert.False(Sm4Envelope.TryOpen(Key, [.. envelope, 0], default, out _));
    }

    [Fact]
    public void An_envelope_opens_only_in_its_place()
    {
        var envelope = Sm4Envelope.Seal(Key, "content"u8, "row 1"u8);

        Assert.Throws<AuthenticationTagMismatchException>(() => Sm4Envelope.Open(Key, envelope, "row 2"u8));
        Assert.Throws<AuthenticationTagMismatchException>(() => Sm4Envelope.Open(Key, envelope));
    }

    [Fact]
    public void An_envelope_opens_only_under_its_key()
    {
        using var sameNumber = new Sm4EnvelopeKey(7, Sm4EnvelopeKey.NewSecret());
        var secret = Sm4EnvelopeKey.NewSecret();
        using var one = new Sm4EnvelopeKey(1, secret);
        using var two = new Sm4EnvelopeKey(2, secret);
        var envelope = Sm4Envelope.Seal(one, "content"u8);

        Assert.False(Sm4Envelope.TryOpen(sameNumber, Sm4Envelope.Seal(Key, "content"u8), default, out _));
        Assert.False(Sm4Envelope.TryOpen(two, envelope, default, out _));
        Assert.True(Sm4Envelope.TryOpen(one, envelope, default, out _));
    }

    [Fact]
    public void The_key_number_can_be_read_without_the_key()
    {
        using var key = new Sm4EnvelopeKey(0xDEADBEEF, Sm4EnvelopeKey.NewSecret());

        Assert.True(Sm4Envelope.TryReadKeyId(Sm4Envelope.Seal(key, []), out var id));
        Assert.Equal(0xDEADBEEF, id);
        Assert.False(Sm4Envelope.TryReadKeyId(new byte[Sm4Envelope.Overhead], out _));
    }

    [Fact]
    public void The_same_content_never_looks_the_same()
    {
        var seen = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(Sm4Envelope.Seal(Key, "same"u8))).ToHashSet();

        Assert.Equal(100, seen.Count);
    }

    // Written once and never to change: what is stored today must open in ten years.
    [Fact]
    public void An_envelope_of_the_first_version_stays_readable()
    {
        using var key = new Sm4EnvelopeKey(258, Convert.FromHexString("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"));
        var envelope = Convert.FromHexString(
            "0100000102" + "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF" + "E7729A67A5767A"
            + "E7BF3D4CB29DEAD1D446CA903D2E71FF678863AA38ED0FB8DA2E0AE96B232772");

        Assert.Equal("content"u8.ToArray(), Sm4Envelope.Open(key, envelope, "place"u8));
    }

    [Fact]
    public void A_destroyed_key_is_of_no_use()
    {
        var key = new Sm4EnvelopeKey(1, Sm4EnvelopeKey.NewSecret());
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Sm4Envelope.Seal(key, [1]));
    }

    [Fact]
    public void A_short_secret_is_refused() => Assert.Throws<ArgumentException>(() => new Sm4EnvelopeKey(1, new byte[31]));
}
