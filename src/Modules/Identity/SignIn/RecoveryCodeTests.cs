using Xunit;

namespace Zhengtong.Identity.SignIn;

public sealed class RecoveryCodeTests
{
    [Fact]
    public void A_recovery_code_has_more_than_112_bits_and_fits_its_field()
    {
        var codes = Enumerable.Range(0, 100).Select(_ => Totp.NewRecoveryCode()).ToList();

        Assert.All(codes, c => Assert.Matches("^([a-z2-7]{4}-){5}[a-z2-7]{4}$", c)); // 24 characters of 5 bits
        Assert.All(codes, c => Assert.True(c.Length <= 30));
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }
}
