using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm2EncryptionTests : IDisposable
{
    private readonly Sm2KeyPair _pair = Sm2KeyPair.Generate();

    public void Dispose() => _pair.Dispose();

    // GB/T 32918.5-2017, C.2.
    [Fact]
    public void The_ciphertext_of_the_standard_decrypts_in_each_form()
    {
        using var pair = Sm2KeyPair.FromPrivateKey(Convert.FromHexString(
            "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"));
        const string c1 = "04" + "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
            + "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0";
        const string c2 = "21886CA989CA9C7D58087307CA93092D651EFA";
        const string c3 = "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766";

        Assert.Equal("encryption standard"u8.ToArray(), pair.Decrypt(Convert.FromHexString(c1 + c3 + c2), Sm2CiphertextFormat.C1C3C2));
        Assert.Equal("encryption standard"u8.ToArray(), pair.Decrypt(Convert.FromHexString(c1 + c2 + c3), Sm2CiphertextFormat.C1C2C3));
    }

    [Fact]
    public void Any_text_comes_back_in_each_form() => Prop.ForAll((NonEmptyArray<byte> text) =>
        Enum.GetValues<Sm2CiphertextFormat>().All(format =>
            _pair.Decrypt(_pair.PublicKey.Encrypt(text.Get, format), format).AsSpan().SequenceEqual(text.Get))).QuickCheckThrowOnFailure();

    // With one byte the key stream is zero once in 256 times; the standard wants another try then.
    [Fact]
    public void A_single_byte_is_never_sent_in_the_clear()
    {
        for (var i = 0; i < 600; i++)
        {
            Assert.NotEqual(42, _pair.PublicKey.Encrypt([42], Sm2CiphertextFormat.C1C3C2)[^1]);
        }
    }

    [Fact]
    public void A_second_implementation_decrypts_ours_and_we_decrypt_its()
    {
        var domain = new ECDomainParameters(GMNamedCurves.GetByName("sm2p256v1"));
        var number = new byte[32];
        _pair.ExportPrivateKey(number);
        for (var i = 1; i < 40; i++)
        {
            var text = RandomNumberGenerator.GetBytes(i + 5);
            var engine = new SM2Engine();
            engine.Init(false, new ECPrivateKeyParameters(new BigInteger(1, number), domain));
            var ours = _pair.PublicKey.Encrypt(text, Sm2CiphertextFormat.C1C2C3);
            Assert.Equal(text, engine.ProcessBlock(ours, 0, ours.Length));

            engine.Init(true, new ParametersWithRandom(
                new ECPublicKeyParameters(domain.Curve.DecodePoint(_pair.PublicKey.Point.ToArray()), domain), new SecureRandom()));
            Assert.Equal(text, _pair.Decrypt(engine.ProcessBlock(text, 0, text.Length), Sm2CiphertextFormat.C1C2C3));
        }
    }

    [Fact]
    public void The_command_line_tool_decrypts_ours_and_we_decrypt_its()
    {
        using var command = new OpenSslCommand();
        var key = command.File("key.pem", _pair.ExportPem());
        var publicKey = command.File("public.pem", _pair.PublicKey.ExportPem());
        var text = "会话密钥"u8.ToArray();

        Assert.Equal(text, OpenSslCommand.Run(_pair.PublicKey.Encrypt(text), "pkeyutl", "-decrypt", "-inkey", key));
        Assert.Equal(text, _pair.Decrypt(OpenSslCommand.Run(text, "pkeyutl", "-encrypt", "-pubin", "-inkey", publicKey)));
    }

    [Fact]
    public void Every_altered_byte_is_noticed()
    {
        var raw = _pair.PublicKey.Encrypt("secret"u8, Sm2CiphertextFormat.C1C3C2);
        for (var i = 1; i < raw.Length; i++)
        {
            raw[i] ^= 1;
            Assert.Throws<AuthenticationTagMismatchException>(() => _pair.Decrypt(raw, Sm2CiphertextFormat.C1C3C2));
            raw[i] ^= 1;
        }

        using var other = Sm2KeyPair.Generate();
        Assert.Throws<AuthenticationTagMismatchException>(() => other.Decrypt(raw, Sm2CiphertextFormat.C1C3C2));
    }

    [Fact]
    public void Malformed_ciphertexts_and_empty_texts_are_refused()
    {
        var der = _pair.PublicKey.Encrypt("secret"u8);

        Assert.Throws<ArgumentException>(() => _pair.PublicKey.Encrypt([]));
        for (var length = 0; length < der.Length; length++)
        {
            Assert.Throws<GuoMiException>(() => _pair.Decrypt(der.AsSpan(0, length)));
        }

        Assert.Throws<GuoMiException>(() => _pair.Decrypt([.. der, 0]));
        Assert.Throws<GuoMiException>(() => _pair.Decrypt(new byte[97], Sm2CiphertextFormat.C1C3C2));
        Assert.Throws<GuoMiException>(() => _pair.Decrypt(new byte[50], Sm2CiphertextFormat.C1C2C3));
    }

    [Fact]
    public void A_pair_travels_to_its_receiver_only()
    {
        using var delivered = Sm2KeyPair.Generate();
        using var other = Sm2KeyPair.Generate();
        var envelope = Sm2EnvelopedKey.Seal(delivered, _pair.PublicKey);

        using var received = Sm2EnvelopedKey.Open(envelope, _pair);

        Assert.Equal(delivered.PublicKey, received.PublicKey);
        Assert.True(delivered.PublicKey.Verify("x"u8, received.Sign("x"u8)));
        Assert.Throws<AuthenticationTagMismatchException>(() => Sm2EnvelopedKey.Open(envelope, other));
        envelope[^1] ^= 1;
        Assert.Throws<GuoMiException>(() => Sm2EnvelopedKey.Open(envelope, _pair));
    }
}
