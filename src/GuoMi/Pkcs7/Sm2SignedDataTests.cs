using System.Security.Cryptography.X509Certificates;
using Xunit;
using Zhengtong.GuoMi.X509;

namespace Zhengtong.GuoMi.Pkcs7;

public sealed class Sm2SignedDataTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = "关于同意补贴发放的决定"u8.ToArray();

    private readonly List<Sm2KeyPair> _pairs = [];
    private readonly Sm2CertificateAuthority _root;
    private readonly Sm2Signer _one;
    private readonly Sm2Signer _two;

    public Sm2SignedDataTests()
    {
        _root = Sm2CertificateAuthority.CreateRoot(new X500DistinguishedName("CN=Root"), NewPair(), Now.AddYears(-1), Now.AddYears(9));
        _one = NewSigner("CN=One");
        _two = NewSigner("CN=Two");
    }

    public void Dispose() => _pairs.ForEach(p => p.Dispose());

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_was_signed_verifies_in_each_form(bool detached, bool withTime)
    {
        var made = Sm2SignedData.Create(Content, [_one, _two], withTime ? Now : null, detached, _root.Certificate);
        var read = Sm2SignedData.Parse(made.Encoded.Span);
        var results = detached ? read.VerifyDetached(Content) : read.Verify();

        Assert.Equal(detached, read.Content is null);
        Assert.Equal(3, read.Certificates.Count);
        Assert.Equal(2, results.Count);
        Assert.All(results, r => Assert.True(r.IsValid));
        Assert.All(results, r => Assert.Equal(withTime ? Now : null, r.SignedAt));
        Assert.Equal(2, results.Select(r => r.Certificate).Intersect([_one.Certificate, _two.Certificate]).Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_content_does_not_verify(bool withTime)
    {
        var detached = Sm2SignedData.Create(Content, [_one], withTime ? Now : null, detached: true);

        Assert.False(Assert.Single(detached.VerifyDetached("关于不同意补贴发放的决定"u8)).IsValid);
        Assert.Throws<InvalidOperationException>(() => detached.Verify());
        Assert.Throws<InvalidOperationException>(() => Sm2SignedData.Create(Content, [_one], Now).VerifyDetached(Content));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_altered_byte_leaves_a_valid_signature_over_other_content_or_by_another_time(bool withTime)
    {
        var der = Sm2SignedData.Create(Content, [_one], withTime ? Now : null).Encoded.ToArray();
        for (var i = 0; i < der.Length; i++)
        {
            der[i] ^= 1;
            try
            {
                // Bytes outside the signed part (versions, lists of algorithms) prove nothing and may change.
                var result = Assert.Single(Sm2SignedData.Parse(der).Verify());
                if (result.IsValid)
                {
                    var read = Sm2SignedData.Parse(der);
                    Assert.Equal(Content, read.Content!.Value.ToArray());
                    Assert.Equal(withTime ? Now : null, result.SignedAt);

                    // The rest of the certificate is guarded by its issuer's signature, which the chain checks.
                    using var key = result.Certificate!.GetPublicKey();
                    Assert.Equal(_one.Pair.PublicKey, key);
                }
            }
            catch (Exception fault) when (fault is GuoMiException or InvalidOperationException or Xunit.Sdk.SingleException)
            {
                // Not well formed any more, or without content or signer.
            }

            der[i] ^= 1;
        }
    }

    [Fact]
    public void A_signature_under_another_name_does_not_verify()
    {
        var impostor = new Sm2Signer(_two.Certificate, _one.Pair);

        Assert.False(Assert.Single(Sm2SignedData.Create(Content, [impostor], Now).Verify()).IsValid);
    }

    [Fact]
    public void The_signers_certificate_leads_to_the_root()
    {
        var data = Sm2SignedData.Create(Content, [_one], Now);
        var result = Assert.Single(data.Verify());

        var policy = new Sm2ChainPolicy
        {
            At = result.SignedAt!.Value, CheckRevocation = false, Usages = X509KeyUsageFlags.DigitalSignature,
        };

        Assert.True(new Sm2Chain([_root.Certificate]).Verify(
            result.Certificate!, data.Certificates, data.RevocationLists, policy).IsTrusted);
    }

    [Fact]
    public void The_command_line_tool_reads_the_form_and_verifies_the_signature()
    {
        using var command = new OpenSslCommand();
        var der = Sm2SignedData.Create(Content, [_one], null).Encoded.ToArray();
        OpenSslCommand.Run(der, "asn1parse", "-inform", "DER");

        // The tool knows no SM2 in PKCS#7, so it gets the parts: the last octet string is the signature over the content.
        var tail = der[^74..];
        var signature = Enumerable.Range(0, 10).Select(i => tail[i..]).First(t => t[0] == 4 && t[1] == t.Length - 2)[2..];
        OpenSslCommand.Run(
            [], "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-in", command.File("content", Content), "-sigfile",
            command.File("signature", Sm2Signature.ToDer(Sm2Signature.ToRaw(signature))), "-pubin", "-inkey",
            command.File("key.pem", _one.Pair.PublicKey.ExportPem()), "-pkeyopt", "distid:1234567812345678");
    }

    [Fact]
    public void Nobody_signing_and_torn_data_are_refused()
    {
        var der = Sm2SignedData.Create(Content, [_one], Now).Encoded.ToArray();

        Assert.Throws<ArgumentException>(() => Sm2SignedData.Create(Content, [], Now));
        for (var length = 0; length < der.Length; length += 11)
        {
            Assert.Throws<GuoMiException>(() => Sm2SignedData.Parse(der.AsSpan(0, length)));
        }

        Assert.Throws<GuoMiException>(() => Sm2SignedData.Parse(_one.Certificate.Encoded.Span));
    }

    private Sm2Signer NewSigner(string name)
    {
        var pair = NewPair();
        var request = Sm2CertificateRequest.Create(new X500DistinguishedName(name), pair);
        return new(_root.Issue(request, Sm2CertificateUse.Signing, Now.AddDays(-1), Now.AddYears(2)), pair);
    }

    private Sm2KeyPair NewPair()
    {
        _pairs.Add(Sm2KeyPair.Generate());
        return _pairs[^1];
    }
}
