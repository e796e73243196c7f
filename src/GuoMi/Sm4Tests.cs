using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm4Tests
{
    private static readonly byte[] Example = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void The_first_example_of_the_standard_comes_out_both_ways()
    {
        var block = new byte[16];
        Sm4.Ecb(Example, Example, block, encrypt: true);
        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(block));

        Sm4.Ecb(Example, block, block, encrypt: false);
        Assert.Equal(Example, block);
    }

    // CBC over zero blocks is the block cipher applied again and again: one call instead of a million.
    [Fact]
    public void The_second_example_of_the_standard_a_million_times_over_comes_out()
    {
        var blocks = new byte[16 * 1_000_000];
        Sm4.CbcBlocks(Example, Example, blocks, blocks, encrypt: true);

        Assert.Equal("595298C7C6FD271F0402F804C33D3F66", Convert.ToHexString(blocks.AsSpan(blocks.Length - 16)));
    }

    [Fact]
    public void A_second_implementation_agrees_in_cbc_mode() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] data, int seed) =>
    {
        var (key, iv) = Keys(seed);
        var cipher = new PaddedBufferedBlockCipher(new CbcBlockCipher(new SM4Engine()), new Pkcs7Padding());
        cipher.Init(true, new ParametersWithIV(new KeyParameter(key), iv));
        var expected = cipher.DoFinal(data);
        var ours = Sm4.EncryptCbc(key, iv, data);
        return expected.AsSpan().SequenceEqual(ours) && data.AsSpan().SequenceEqual(Sm4.DecryptCbc(key, iv, ours));
    }));

    [Fact]
    public void A_second_implementation_agrees_in_ctr_mode() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] data, int seed) =>
    {
        var (key, iv) = Keys(seed);
        var cipher = new SicBlockCipher(new SM4Engine());
        cipher.Init(true, new ParametersWithIV(new KeyParameter(key), iv));
        var padded = new byte[(data.Length + 15) / 16 * 16];
        data.CopyTo(padded, 0);
        for (var i = 0; i < padded.Length; i += 16)
        {
            cipher.ProcessBlock(padded, i, padded, i);
        }

        var ours = new byte[data.Length];
        Sm4.Ctr(key, iv, data, ours);
        var good = padded.AsSpan(0, data.Length).SequenceEqual(ours);
        Sm4.Ctr(key, iv, ours, ours);
        return good && data.AsSpan().SequenceEqual(ours);
    }));

    [Fact]
    public void The_counter_runs_over_all_128_bits()
    {
        var counter = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
        var stream = new byte[32];
        Sm4.Ctr(Example, counter, stream, stream);
        var zero = new byte[16];
        Sm4.Ecb(Example, zero, zero, encrypt: true);

        Assert.Equal(zero, stream[16..]);
    }

    [Fact]
    public void The_command_line_tool_reads_what_we_write_and_the_other_way()
    {
        var (key, iv) = Keys(11);
        var data = RandomNumberGenerator.GetBytes(1001);
        string[] options = ["-K", Convert.ToHexString(key), "-iv", Convert.ToHexString(iv)];

        Assert.Equal(data, OpenSslCommand.Run(Sm4.EncryptCbc(key, iv, data), ["enc", "-d", "-sm4-cbc", .. options]));
        Assert.Equal(data, Sm4.DecryptCbc(key, iv, OpenSslCommand.Run(data, ["enc", "-sm4-cbc", .. options])));
        var ctr = new byte[data.Length];
        Sm4.Ctr(key, iv, data, ctr);
        Assert.Equal(ctr, OpenSslCommand.Run(data, ["enc", "-sm4-ctr", .. options]));
    }

    [Fact]
    public void Keys_vectors_and_lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Sm4.EncryptCbc(new byte[15], new byte[16], [1]));
        Assert.Throws<ArgumentException>(() => Sm4.EncryptCbc(new byte[32], new byte[16], [1]));
        Assert.Throws<ArgumentException>(() => Sm4.EncryptCbc(new byte[16], new byte[12], [1]));
        Assert.Throws<ArgumentException>(() => Sm4.Ctr(new byte[16], new byte[16], new byte[5], new byte[4]));
        Assert.Throws<GuoMiException>(() => Sm4.DecryptCbc(new byte[16], new byte[16], new byte[17]));
        Assert.Throws<GuoMiException>(() => Sm4.DecryptCbc(new byte[16], new byte[16], []));
        Assert.Throws<GuoMiException>(() => Sm4.Ecb(new byte[16], new byte[5], new byte[32], encrypt: true));
    }

    [Fact]
    public void Output_may_replace_its_input_but_not_overlap_it_askew()
    {
        var memory = new byte[64];

        Sm4.Ctr(Example, Example, memory.AsSpan(0, 32), memory.AsSpan(0, 32));
        Assert.Throws<ArgumentException>(() => Sm4.Ctr(Example, Example, memory.AsSpan(0, 32), memory.AsSpan(1, 32)));
    }

    [Fact]
    public void A_failed_call_says_what_the_library_said() =>
        Assert.Contains(
            "EVP_CipherFinal_ex failed: error:",
            Assert.Throws<GuoMiException>(() => Sm4.DecryptCbc(new byte[16], new byte[16], new byte[16])).Message,
            StringComparison.Ordinal);

    private static (byte[] Key, byte[] Iv) Keys(int seed)
    {
        var random = new Random(seed);
        var (key, iv) = (new byte[16], new byte[16]);
        random.NextBytes(key);
        random.NextBytes(iv);
        return (key, iv);
    }
}
