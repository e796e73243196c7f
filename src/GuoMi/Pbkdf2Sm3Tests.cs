using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Pbkdf2Sm3Tests
{
    private const int Cheap = 1_000;

    [Fact]
    public void A_second_implementation_derives_the_same_key() => Check.QuickThrowOnFailure(
        Prop.ForAll((byte[] password, NonEmptyArray<byte> salt, PositiveInt iterations) =>
        {
            var generator = new Pkcs5S2ParametersGenerator(new SM3Digest());
            generator.Init(password, salt.Get, iterations.Get % 50 + 1);
            var expected = ((KeyParameter)generator.GenerateDerivedMacParameters(40 * 8)).GetKey();
            var derived = new byte[40];
            Pbkdf2Sm3.Derive(password, salt.Get, iterations.Get % 50 + 1, derived);
            return expected.AsSpan().SequenceEqual(derived);
        }));

    [Fact]
    public void A_password_verifies_against_its_hash_only()
    {
        var stored = Pbkdf2Sm3.HashPassword("正确的密码 Horse-7", Cheap);

        Assert.True(Pbkdf2Sm3.VerifyPassword("正确的密码 Horse-7", stored));
        Assert.False(Pbkdf2Sm3.VerifyPassword("正确的密码 Horse-8", stored));
        Assert.False(Pbkdf2Sm3.VerifyPassword("", stored));
    }

    [Fact]
    public void The_same_password_hashes_differently_each_time() =>
        Assert.NotEqual(Pbkdf2Sm3.HashPassword("same", Cheap), Pbkdf2Sm3.HashPassword("same", Cheap));

    [Fact]
    public void The_stored_form_says_how_it_was_made() =>
        Assert.Matches(@"^\$pbkdf2-sm3\$i=1000\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", Pbkdf2Sm3.HashPassword("x", Cheap));

    [Fact]
    public void A_stored_hash_stays_readable()
    {
        var key = new byte[32];
        Pbkdf2Sm3.Derive("password"u8, "saltsaltsaltsalt"u8, 1000, key);
        var stored = $"$pbkdf2-sm3$i=1000${Convert.ToBase64String("saltsaltsaltsalt"u8)[..22]}${Convert.ToBase64String(key)[..43]}";

        Assert.True(Pbkdf2Sm3.VerifyPassword("password", stored));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("$pbkdf2-sm3$i=1000$$")]
    [InlineData("$pbkdf2-sm3$i=0$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sm3$i=99999999999$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sm3$i=10000001$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sm3$i=-5$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sm3$i=1000$c2FsdHNhbHRzYWx0c2FsdA$AAAA")]
    [InlineData("$pbkdf2-sm3$i=1000$!!$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void An_unreadable_hash_lets_nobody_in_and_asks_to_be_replaced(string? stored)
    {
        Assert.False(Pbkdf2Sm3.VerifyPassword("", stored));
        Assert.False(Pbkdf2Sm3.VerifyPassword("password", stored));
        Assert.True(Pbkdf2Sm3.NeedsRehash(stored));
    }

    [Fact]
    public void A_cheaper_hash_asks_to_be_replaced_and_a_dearer_one_does_not()
    {
        var stored = Pbkdf2Sm3.HashPassword("x", 2_000);

        Assert.True(Pbkdf2Sm3.NeedsRehash(stored, 2_001));
        Assert.False(Pbkdf2Sm3.NeedsRehash(stored, 2_000));
        Assert.False(Pbkdf2Sm3.NeedsRehash(stored, 1_999));
        Assert.True(Pbkdf2Sm3.NeedsRehash(stored));
    }

    [Fact]
    public void Too_few_iterations_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Pbkdf2Sm3.HashPassword("x", 999));

    [Fact]
    public void The_command_line_tool_derives_the_same_key()
    {
        var key = new byte[32];
        Pbkdf2Sm3.Derive("pass"u8, "salt"u8, 321, key);

        var said = OpenSslCommand.Run(
            [], "kdf", "-keylen", "32", "-kdfopt", "digest:SM3", "-kdfopt", "pass:pass", "-kdfopt", "salt:salt", "-kdfopt", "iter:321",
            "-kdfopt", "pkcs5:1", "-binary", "PBKDF2");

        Assert.Equal(Convert.ToHexString(key), Convert.ToHexString(said));
    }
}
