using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm2KeyTests
{
    private const string Order = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";

    [Fact]
    public void A_pair_survives_each_form_of_export()
    {
        using var pair = Sm2KeyPair.Generate();
        using var fromPem = Sm2KeyPair.ImportPem(pair.ExportPem());
        using var fromDer = Sm2KeyPair.ImportPkcs8(pair.ExportPkcs8());
        using var fromSealed = Sm2KeyPair.ImportEncryptedPem(pair.ExportEncryptedPem("口令", iterations: 1000), "口令");
        using var publicKey = Sm2PublicKey.ImportPem(pair.PublicKey.ExportPem());

        Assert.Equal(pair.PublicKey, fromPem.PublicKey);
        Assert.Equal(pair.PublicKey, fromDer.PublicKey);
        Assert.Equal(pair.PublicKey, fromSealed.PublicKey);
        Assert.Equal(pair.PublicKey, publicKey);
        Assert.True(publicKey.Verify("x"u8, fromSealed.Sign("x"u8)));
    }

    [Fact]
    public void The_command_line_tool_reads_our_keys()
    {
        using var pair = Sm2KeyPair.Generate();
        using var command = new OpenSslCommand();

        Assert.Equal(pair.PublicKey.ExportSpki(), OpenSslCommand.Run(
            [], "pkey", "-in", command.File("key.pem", pair.ExportPem()), "-pubout", "-outform", "DER"));
        var sealedFile = command.File("sealed.pem", pair.ExportEncryptedPem("secret", Pbes2Function.Sha256, 2048));
        Assert.Equal(pair.PublicKey.ExportSpki(), OpenSslCommand.Run(
            [], "pkey", "-in", sealedFile, "-passin", "pass:secret", "-pubout", "-outform", "DER"));
    }

    [Fact]
    public void We_read_the_keys_of_the_command_line_tool()
    {
        using var command = new OpenSslCommand();
        OpenSslCommand.Run([], "genpkey", "-algorithm", "SM2", "-out", command.File("key.pem"));
        OpenSslCommand.Run([], "pkcs8", "-topk8", "-in", command.File("key.pem"), "-out", command.File("sealed.pem"),
            "-v2", "sm4-cbc", "-v2prf", "hmacWithSHA256", "-passout", "pass:secret");
        OpenSslCommand.Run([], "ec", "-in", command.File("key.pem"), "-out", command.File("sec1.pem"));
        OpenSslCommand.Run([], "pkey", "-in", command.File("key.pem"), "-pubout", "-out", command.File("public.pem"));

        using var plain = Sm2KeyPair.ImportPem(File.ReadAllText(command.File("key.pem")));
        using var encrypted = Sm2KeyPair.ImportEncryptedPem(File.ReadAllText(command.File("sealed.pem")), "secret");
        using var sec1 = Sm2KeyPair.ImportPem(File.ReadAllText(command.File("sec1.pem")));
        using var publicKey = Sm2PublicKey.ImportPem(File.ReadAllText(command.File("public.pem")));

        Assert.Equal(plain.PublicKey, encrypted.PublicKey);
        Assert.Equal(plain.PublicKey, sec1.PublicKey);
        Assert.Equal(plain.PublicKey, publicKey);
    }

    [Fact]
    public void A_wrong_password_is_told_as_such()
    {
        using var pair = Sm2KeyPair.Generate();
        var pem = pair.ExportEncryptedPem("right", iterations: 1000);

        for (var i = 0; i < 20; i++)
        {
            var fault = Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportEncryptedPem(pem, $"wrong {i}"));
            Assert.StartsWith("The password is wrong", fault.Message, StringComparison.Ordinal);
        }

        Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPem(pem));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(Order)]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122")] // n-1: signing would divide by zero
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("01")]
    [InlineData("")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000001")]
    public void A_number_that_is_no_private_key_is_refused(string hex) =>
        Assert.Throws<GuoMiException>(() => Sm2KeyPair.FromPrivateKey(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121")] // n-2
    public void The_ends_of_the_range_are_private_keys(string hex)
    {
        using var pair = Sm2KeyPair.FromPrivateKey(Convert.FromHexString(hex));

        Assert.True(pair.PublicKey.Verify("x"u8, pair.Sign("x"u8)));
        var back = new byte[32];
        pair.ExportPrivateKey(back);
        Assert.Equal(hex, Convert.ToHexString(back));
    }

    [Fact]
    public void A_point_off_the_curve_is_refused()
    {
        using var pair = Sm2KeyPair.Generate();
        var point = pair.PublicKey.Point.ToArray();
        point[64] ^= 1;

        Assert.Throws<GuoMiException>(() => Sm2PublicKey.FromPoint(point));
        Assert.Throws<GuoMiException>(() => Sm2PublicKey.FromPoint([0]));
        Assert.Throws<GuoMiException>(() => Sm2PublicKey.FromPoint([]));
        Assert.Throws<GuoMiException>(() => Sm2PublicKey.FromPoint(point.AsSpan(0, 64)));
    }

    [Fact]
    public void A_compressed_point_is_the_same_key()
    {
        using var pair = Sm2KeyPair.Generate();
        var point = pair.PublicKey.Point;
        byte[] compressed = [(byte)(2 + (point[64] & 1)), .. point[1..33]];

        using var key = Sm2PublicKey.FromPoint(compressed);

        Assert.Equal(pair.PublicKey, key);
    }

    [Fact]
    public void A_private_key_with_a_foreign_public_half_is_refused()
    {
        using var pair = Sm2KeyPair.Generate();
        using var other = Sm2KeyPair.Generate();
        var der = pair.ExportPkcs8();
        var at = der.AsSpan().IndexOf(pair.PublicKey.Point);
        other.PublicKey.Point.CopyTo(der.AsSpan(at));

        Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPkcs8(der));
    }

    [Fact]
    public void A_key_of_another_curve_is_refused()
    {
        using var ecdsa = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPem(ecdsa.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<GuoMiException>(() => Sm2PublicKey.ImportPem(ecdsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPem(ecdsa.ExportECPrivateKeyPem()));
    }

    [Fact]
    public void Torn_and_foreign_text_is_refused_with_a_reason()
    {
        using var pair = Sm2KeyPair.Generate();
        var der = pair.ExportPkcs8();

        Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPem("hello"));
        Assert.Throws<GuoMiException>(() => Sm2PublicKey.ImportPem(pair.ExportPem()));
        for (var length = 0; length < der.Length; length++)
        {
            Assert.Throws<GuoMiException>(() => Sm2KeyPair.ImportPkcs8(der.AsMemory(0, length)));
        }
    }
}
