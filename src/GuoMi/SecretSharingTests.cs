using System.Security.Cryptography;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class SecretSharingTests
{
    [Fact]
    public void Any_three_of_five_bring_the_secret_back()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var shares = SecretSharing.Split(secret, 3, 5);

        for (var choice = 0; choice < 32; choice++)
        {
            var chosen = shares.Where((_, i) => (choice >> i & 1) == 1).Reverse().ToList();
            if (chosen.Count >= 3)
            {
                Assert.Equal(secret, SecretSharing.Combine(chosen));
            }
            else
            {
                Assert.Throws<GuoMiException>(() => SecretSharing.Combine(chosen));
            }
        }
    }

    // With one share missing every secret is equally likely: the shares of a fixed secret are spread like random bytes.
    [Fact]
    public void A_single_share_says_nothing_of_the_secret()
    {
        var counts = new int[256];
        for (var i = 0; i < 25_600; i++)
        {
            counts[SecretSharing.Split([42], 2, 2)[0].Value[0]]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 40, 180));
    }

    [Fact]
    public void Forged_thresholds_do_not_lower_the_bar()
    {
        var shares = SecretSharing.Split(RandomNumberGenerator.GetBytes(32), 3, 5).Take(2).Select(s => s with { Threshold = 2 }).ToList();

        Assert.Throws<GuoMiException>(() => SecretSharing.Combine(shares));
    }

    [Fact]
    public void Mixed_altered_and_doubled_shares_are_told()
    {
        var one = SecretSharing.Split("secret one"u8, 2, 3);
        var two = SecretSharing.Split("secret two"u8, 2, 3);
        var altered = one[1] with { Value = [.. one[1].Value.Select(b => (byte)(b ^ 1))] };

        Assert.Throws<GuoMiException>(() => SecretSharing.Combine([one[0], two[1]]));
        Assert.Throws<GuoMiException>(() => SecretSharing.Combine([one[0], altered]));
        Assert.Throws<GuoMiException>(() => SecretSharing.Combine([one[0], one[0]]));
        Assert.Throws<GuoMiException>(() => SecretSharing.Combine([]));
    }

    [Fact]
    public void A_share_can_be_written_down_and_typed_in_again()
    {
        var shares = SecretSharing.Split("the master key"u8, 2, 3);
        var typed = shares.Skip(1).Select(s => SecretShare.Parse($" {s}\n"));

        Assert.Equal("the master key"u8.ToArray(), SecretSharing.Combine([.. typed]));
        var text = shares[0].ToString();
        for (var i = 0; i < text.Length; i++)
        {
            var wrong = text[..i] + (text[i] == '7' ? '8' : '7') + text[(i + 1)..];
            Assert.Throws<GuoMiException>(() => SecretShare.Parse(wrong));
        }
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretSharing.Split([1], 1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretSharing.Split([1], 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretSharing.Split([1], 3, 256));
        Assert.Throws<ArgumentException>(() => SecretSharing.Split([], 3, 5));
    }
}
