using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Xunit;

namespace Zhengtong.GuoMi;

public sealed class Sm2SignTests : IDisposable
{
    private readonly Sm2KeyPair _pair = Sm2KeyPair.Generate();

    public void Dispose() => _pair.Dispose();

    // GB/T 32918.5-2017, A.2.
    [Fact]
    public void The_signature_of_the_standard_verifies_and_its_steps_come_out()
    {
        using var pair = Sm2KeyPair.FromPrivateKey(Convert.FromHexString(
            "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"));
        var signature = Convert.FromHexString(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1"
            + "BB9038FD1F7F42D4840B69C485BBC1AA");

        Assert.Equal(
            "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA"
            + "600AED05FBF35E084A6632F6072DA9AD13",
            Convert.ToHexString(pair.PublicKey.Point));
        Assert.Equal(
            "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3",
            Convert.ToHexString(pair.PublicKey.IdentityHash()));
        Assert.Equal(
            "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640",
            Convert.ToHexString(pair.PublicKey.MessageDigest("message digest"u8)));
        Assert.True(pair.PublicKey.Verify("message digest"u8, signature, Sm2SignatureFormat.Raw));
        Assert.True(pair.PublicKey.Verify("message digest"u8, Sm2Signature.ToDer(signature)));
        Assert.False(pair.PublicKey.Verify("message digest!"u8, signature, Sm2SignatureFormat.Raw));
    }

    [Fact]
    public void Any_message_signs_and_verifies_in_both_forms() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] message, byte[] id) =>
    {
        var der = _pair.Sign(message, Sm2SignatureFormat.Der, id);
        var raw = _pair.Sign(message, Sm2SignatureFormat.Raw, id);
        return _pair.PublicKey.Verify(message, der, Sm2SignatureFormat.Der, id)
            && _pair.PublicKey.Verify(message, raw, Sm2SignatureFormat.Raw, id)
            && _pair.PublicKey.Verify(message, Sm2Signature.ToDer(raw), Sm2SignatureFormat.Der, id)
            && _pair.PublicKey.Verify(message, Sm2Signature.ToRaw(der), Sm2SignatureFormat.Raw, id);
    }));

    [Fact]
    public void A_second_implementation_verifies_ours_and_we_verify_its()
    {
        var domain = new ECDomainParameters(GMNamedCurves.GetByName("sm2p256v1"));
        var number = new byte[32];
        _pair.ExportPrivateKey(number);
        var theirPrivate = new ECPrivateKeyParameters(new BigInteger(1, number), domain);
        var theirPublic = new ECPublicKeyParameters(domain.Curve.DecodePoint(_pair.PublicKey.Point.ToArray()), domain);
        for (var i = 0; i < 50; i++)
        {
            var message = Encoding.UTF8.GetBytes($"办件 {i}");
            var id = Encoding.ASCII.GetBytes($"user-{i}");
            var signer = new SM2Signer();
            signer.Init(false, new ParametersWithID(theirPublic, id));
            signer.BlockUpdate(message, 0, message.Length);
            Assert.True(signer.VerifySignature(_pair.Sign(message, userId: id)));

            signer.Init(true, new ParametersWithID(theirPrivate, id));
            signer.BlockUpdate(message, 0, message.Length);
            Assert.True(_pair.PublicKey.Verify(message, signer.GenerateSignature(), userId: id));
        }
    }

    [Fact]
    public void Another_id_message_or_key_does_not_verify()
    {
        using var other = Sm2KeyPair.Generate();
        var signature = _pair.Sign("data"u8, userId: "officer-1"u8);

        Assert.True(_pair.PublicKey.Verify("data"u8, signature, userId: "officer-1"u8));
        Assert.False(_pair.PublicKey.Verify("data"u8, signature, userId: "officer-2"u8));
        Assert.False(_pair.PublicKey.Verify("data"u8, signature));
        Assert.False(_pair.PublicKey.Verify("Data"u8, signature, userId: "officer-1"u8));
        Assert.False(other.PublicKey.Verify("data"u8, signature, userId: "officer-1"u8));
    }

    [Fact]
    public void The_default_id_and_none_are_the_same()
    {
        var signature = _pair.Sign("data"u8);

        Assert.True(_pair.PublicKey.Verify("data"u8, signature, userId: "1234567812345678"u8));
    }

    [Fact]
    public void Every_altered_bit_of_a_signature_is_noticed()
    {
        var signature = _pair.Sign("data"u8, Sm2SignatureFormat.Raw);
        for (var i = 0; i < signature.Length * 8; i++)
        {
            signature[i / 8] ^= (byte)(1 << i % 8);
            Assert.False(_pair.PublicKey.Verify("data"u8, signature, Sm2SignatureFormat.Raw));
            signature[i / 8] ^= (byte)(1 << i % 8);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("30")]
    [InlineData("3000")]
    [InlineData("3006020100020100")] // r = s = 0
    [InlineData("30060201FF020101")] // r negative
    [InlineData("300702020001020101")] // r not minimal
    [InlineData("308006020101020101")] // indefinite length
    [InlineData("30090201010201010201FF")] // a third number
    [InlineData("300602010102010100")] // bytes after the end
    [InlineData("3026022100FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123020101")] // r = n
    [InlineData("302702220100FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123020101")] // r too long
    public void A_malformed_signature_is_no_signature(string hex)
    {
        Assert.False(_pair.PublicKey.Verify("data"u8, Convert.FromHexString(hex)));
        Assert.False(_pair.PublicKey.Verify("data"u8, Convert.FromHexString(hex), Sm2SignatureFormat.Raw));
        Assert.Throws<GuoMiException>(() => Sm2Signature.ToRaw(Convert.FromHexString(hex)));
    }

    [Fact]
    public async Task A_stream_signs_like_its_bytes()
    {
        var data = new byte[500_000];
        new Random(3).NextBytes(data);

        var digest = await _pair.PublicKey.MessageDigestAsync(new MemoryStream(data), default, CancellationToken.None);

        Assert.True(_pair.PublicKey.Verify(data, _pair.SignDigest(digest)));
        Assert.True(_pair.PublicKey.VerifyDigest(digest, _pair.Sign(data)));
        Assert.Throws<ArgumentException>(() => _pair.SignDigest(digest.AsSpan(1)));
    }

    [Fact]
    public void The_command_line_tool_verifies_ours_and_we_verify_its()
    {
        using var command = new OpenSslCommand();
        var message = command.File("message", "政务服务"u8.ToArray());
        var keyFile = command.File("key.pem", _pair.ExportPem());
        var publicFile = command.File("public.pem", _pair.PublicKey.ExportPem());
        var signatureFile = command.File("signature", _pair.Sign("政务服务"u8));

        var said = OpenSslCommand.Run(
            [], "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-in", message, "-sigfile", signatureFile, "-inkey", publicFile, "-pubin",
            "-pkeyopt", "distid:1234567812345678");
        Assert.Contains("Successfully", Encoding.ASCII.GetString(said), StringComparison.Ordinal);

        var theirs = OpenSslCommand.Run(
            [], "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-in", message, "-inkey", keyFile, "-pkeyopt", "distid:officer-9");
        Assert.True(_pair.PublicKey.Verify("政务服务"u8, theirs, userId: "officer-9"u8));
    }

    [Fact]
    public void One_pair_serves_many_threads()
    {
        var signature = _pair.Sign("data"u8);

        Parallel.For(0, 200, i =>
        {
            Assert.True(_pair.PublicKey.Verify("data"u8, signature));
            Assert.True(_pair.PublicKey.Verify([(byte)i], _pair.Sign([(byte)i])));
        });
    }

    [Fact]
    public void A_disposed_pair_signs_nothing()
    {
        var pair = Sm2KeyPair.Generate();
        pair.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pair.Sign("data"u8));
    }

    [Fact]
    public void An_id_that_does_not_fit_its_length_field_is_refused() =>
        Assert.Throws<ArgumentException>(() => _pair.Sign("data"u8, userId: new byte[8192]));
}
