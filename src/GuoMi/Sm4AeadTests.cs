using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

public sealed class Sm4AeadTests
{
    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] Nonce = Convert.FromHexString("00001234567800000000ABCD");
    private static readonly byte[] Data = Convert.FromHexString("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
    private static readonly byte[] Text = Convert.FromHexString(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        + "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA");

    [Fact]
    public void The_gcm_example_of_rfc_8998_comes_out()
    {
        var (output, tag) = (new byte[64], new byte[16]);
        using var gcm = new Sm4Gcm(Key);
        gcm.Encrypt(Nonce, Text, output, tag, Data);

        Assert.Equal(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15"
            + "A56834CBCF98C397B4024A2691233B8D",
            Convert.ToHexString(output));
        Assert.Equal("83DE3541E4C2B58177E065A9BF7B62EC", Convert.ToHexString(tag));
    }

    [Fact]
    public void The_ccm_example_of_rfc_8998_comes_out()
    {
        var (output, tag) = (new byte[64], new byte[16]);
        using var ccm = new Sm4Ccm(Key);
        ccm.Encrypt(Nonce, Text, output, tag, Data);

        Assert.Equal(
            "48AF93501FA62ADBCD414CCE6034D895DDA1BF8F132F042098661572E7483094FD12E518CE062C98ACEE28D95DF4416B"
            + "ED31A2F04476C18BB40C84A74B97DC5B",
            Convert.ToHexString(output));
        Assert.Equal("16842D4FA186F56AB33256971FA110F4", Convert.ToHexString(tag));
    }

    [Fact]
    public void A_second_implementation_agrees_in_gcm_with_nonces_of_any_length() => Prop.ForAll(
        (byte[] text, byte[] data, NonEmptyArray<byte> nonce) =>
        {
            var expected = Run(new GcmBlockCipher(new SM4Engine()), nonce.Get, text, data);
            var ours = new byte[text.Length + 16];
            using var gcm = new Sm4Gcm(Key);
            gcm.Encrypt(nonce.Get, text, ours.AsSpan(0, text.Length), ours.AsSpan(text.Length), data);
            return expected.AsSpan().SequenceEqual(ours);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_second_implementation_agrees_in_ccm_with_each_nonce_length() => Prop.ForAll(
        (byte[] text, byte[] data, byte length) =>
        {
            var nonce = Enumerable.Range(0, 7 + length % 7).Select(i => (byte)i).ToArray();
            var expected = Run(new CcmBlockCipher(new SM4Engine()), nonce, text, data);
            var ours = new byte[text.Length + 16];
            using var ccm = new Sm4Ccm(Key);
            ccm.Encrypt(nonce, text, ours.AsSpan(0, text.Length), ours.AsSpan(text.Length), data);
            return expected.AsSpan().SequenceEqual(ours);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(100_000, 70_000)] // associated data long enough for the six-byte length
    [InlineData(40_000, 16_384)]
    [InlineData(32_768, 0xFEFF)]
    public void Long_messages_and_data_agree_too(int length, int dataLength)
    {
        var (text, data, ours) = (new byte[length], new byte[dataLength], new byte[length + 16]);
        new Random(length).NextBytes(text);
        new Random(dataLength).NextBytes(data);

        using var gcm = new Sm4Gcm(Key);
        gcm.Encrypt(Nonce, text, ours.AsSpan(0, length), ours.AsSpan(length), data);
        Assert.Equal(Run(new GcmBlockCipher(new SM4Engine()), Nonce, text, data), ours);

        using var ccm = new Sm4Ccm(Key);
        ccm.Encrypt(Nonce, text, ours.AsSpan(0, length), ours.AsSpan(length), data);
        Assert.Equal(Run(new CcmBlockCipher(new SM4Engine()), Nonce, text, data), ours);
    }

    [Fact]
    public void Whatever_is_altered_nothing_opens_and_nothing_is_given_out()
    {
        using var gcm = new Sm4Gcm(Key);
        using var ccm = new Sm4Ccm(Key);
        foreach (var mode in new[] { "gcm", "ccm" })
        {
            var (output, tag, opened) = (new byte[64], new byte[16], new byte[64]);
            Seal seal = mode == "gcm" ? gcm.Encrypt : ccm.Encrypt;
            Open open = mode == "gcm" ? gcm.Decrypt : ccm.Decrypt;
            seal(Nonce, Text, output, tag, Data);
            foreach (var part in new[] { output, tag, Nonce.ToArray(), Data.ToArray() })
            {
                var (nonce, data) = (part.Length == 12 ? part : Nonce, part.Length == 20 ? part : Data);
                part[part.Length / 2] ^= 0x10;
                Assert.Throws<AuthenticationTagMismatchException>(() => open(nonce, output, tag, opened, data));
                Assert.All(opened, b => Assert.Equal(0, b));
                part[part.Length / 2] ^= 0x10;
            }
        }
    }

    [Fact]
    public void Lengths_that_weaken_or_do_not_fit_are_refused()
    {
        using var gcm = new Sm4Gcm(Key);
        using var ccm = new Sm4Ccm(Key);

        Assert.Throws<ArgumentException>(() => new Sm4Gcm(new byte[15]));
        Assert.Throws<ArgumentException>(() => new Sm4Ccm(new byte[32]));
        Assert.Throws<ArgumentException>(() => gcm.Encrypt([], [1], new byte[1], new byte[16]));
        Assert.Throws<ArgumentException>(() => gcm.Encrypt(Nonce, [1], new byte[1], new byte[11]));
        Assert.Throws<ArgumentException>(() => gcm.Encrypt(Nonce, [1, 2], new byte[1], new byte[16]));
        Assert.Throws<ArgumentException>(() => gcm.Decrypt(Nonce, [1], [], new byte[1]));
        Assert.Throws<ArgumentException>(() => ccm.Encrypt(new byte[6], [1], new byte[1], new byte[16]));
        Assert.Throws<ArgumentException>(() => ccm.Encrypt(new byte[13], new byte[65536], new byte[65536], new byte[16]));
        Assert.Throws<ArgumentException>(() => ccm.Encrypt(Nonce, [1], new byte[1], new byte[9]));
    }

    [Fact]
    public void The_hash_of_gcm_is_the_same_with_and_without_help_of_the_processor() => Prop.ForAll(
        (byte[] data, byte[] more, byte[] seed) =>
        {
            var (key, fast, plain) = (Sm3.Hash(seed)[..16], new byte[16], new byte[16]);
            var one = new Ghash(key);
            var two = new Ghash(key, portable: true);
            one.Append(data);
            two.Append(data);
            one.Append(more);
            two.Append(more);
            one.AppendLengths(data.Length, more.Length);
            two.AppendLengths(data.Length, more.Length);
            one.Finish(fast);
            two.Finish(plain);
            return fast.AsSpan().SequenceEqual(plain);
        }).QuickCheckThrowOnFailure();

    // Where libcrypto has SM4-GCM and SM4-CCM of its own, these calls serve them; with AES the framework knows the answers.
    [Fact]
    public void The_calls_to_the_librarys_own_gcm_and_ccm_are_right() => Prop.ForAll((byte[] text, byte[] data) =>
    {
        using var gcmCipher = Algorithms.TryFetchCipher("AES-128-GCM\0"u8);
        using var ccmCipher = Algorithms.TryFetchCipher("AES-128-CCM\0"u8);
        using var gcm = new AesGcm(Key, 16);
        using var ccm = new AesCcm(Key);
        var (a, aTag, b, bTag, back) = (new byte[text.Length], new byte[16], new byte[text.Length], new byte[16], new byte[text.Length]);

        gcm.Encrypt(Nonce, text, a, aTag, data);
        NativeAead.Encrypt(gcmCipher!, false, Key, Nonce, text, b, bTag, data);
        var good = a.AsSpan().SequenceEqual(b) && aTag.AsSpan().SequenceEqual(bTag);
        NativeAead.Decrypt(gcmCipher!, false, Key, Nonce, b, bTag, back, data);
        good &= back.AsSpan().SequenceEqual(text);
        bTag[3] ^= 1;
        Assert.Throws<AuthenticationTagMismatchException>(() => NativeAead.Decrypt(gcmCipher!, false, Key, Nonce, b, bTag, back, data));
        Assert.All(back, x => Assert.Equal(0, x));

        ccm.Encrypt(Nonce, text, a, aTag, data);
        NativeAead.Encrypt(ccmCipher!, true, Key, Nonce, text, b, bTag, data);
        good &= a.AsSpan().SequenceEqual(b) && aTag.AsSpan().SequenceEqual(bTag);
        NativeAead.Decrypt(ccmCipher!, true, Key, Nonce, b, bTag, back, data);
        good &= back.AsSpan().SequenceEqual(text);
        bTag[3] ^= 1;
        Assert.Throws<AuthenticationTagMismatchException>(() => NativeAead.Decrypt(ccmCipher!, true, Key, Nonce, b, bTag, back, data));
        Assert.All(back, x => Assert.Equal(0, x));
        return good;
    }).QuickCheckThrowOnFailure();

    private delegate void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> output, Span<byte> tag, ReadOnlySpan<byte> data);

    private delegate void Open(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> output, ReadOnlySpan<byte> tag, Span<byte> text, ReadOnlySpan<byte> data);

    private static byte[] Run(IAeadBlockCipher cipher, byte[] nonce, byte[] text, byte[] data)
    {
        cipher.Init(true, new AeadParameters(new KeyParameter(Key), 128, nonce, data));
        var output = new byte[cipher.GetOutputSize(text.Length)];
        var length = cipher.ProcessBytes(text, 0, text.Length, output, 0);
        cipher.DoFinal(output, length);
        return output;
    }
}
