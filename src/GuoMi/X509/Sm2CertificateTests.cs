using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Zhengtong.GuoMi.X509;

public sealed class Sm2CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Sm2ChainPolicy Unrevoked = new() { At = Now, CheckRevocation = false };

    private readonly List<Sm2KeyPair> _pairs = [];
    private readonly Sm2CertificateAuthority _root;
    private readonly Sm2CertificateAuthority _middle;
    private readonly Sm2Certificate _person;
    private readonly Sm2Chain _chain;

    public Sm2CertificateTests()
    {
        _root = Sm2CertificateAuthority.CreateRoot(Name("CN=测试根, O=云溪市, C=CN"), NewPair(), Now.AddYears(-1), Now.AddYears(40));
        var pair = NewPair();
        _middle = new(
            _root.Issue(
                Sm2CertificateRequest.Create(Name("CN=云溪市签发"), pair), Sm2CertificateUse.Authority, Now.AddDays(-9), Now.AddYears(5)),
            pair);
        _person = Issue(_middle, "CN=张三, OU=民政局", Sm2CertificateUse.Signing);
        _chain = new([_root.Certificate]);
    }

    public void Dispose() => _pairs.ForEach(p => p.Dispose());

    [Fact]
    public void A_chain_up_to_a_trusted_root_holds()
    {
        var result = _chain.Verify(_person, [_middle.Certificate], [], Unrevoked);

        Assert.True(result.IsTrusted);
        Assert.Equal([_person, _middle.Certificate, _root.Certificate], result.Path);
    }

    [Fact]
    public void A_certificate_says_what_was_put_in()
    {
        Assert.Equal(3, _person.Version);
        Assert.Contains("张三", _person.Subject.Name, StringComparison.Ordinal);
        Assert.Equal(_middle.Certificate.Subject.Name, _person.Issuer.Name);
        Assert.Equal(Now.AddDays(-1), _person.NotBefore);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, _person.KeyUsages);
        Assert.False(_person.BasicConstraints!.CertificateAuthority);
        Assert.Equal(Now.AddYears(40), _root.Certificate.NotAfter); // beyond 2049: another form of time
        Assert.Equal(_person, Sm2Certificate.ParsePem(_person.ExportPem()));
        Assert.Equal(2, Sm2Certificate.ParseAllPem(_person.ExportPem() + _root.Certificate.ExportPem()).Count);
    }

    [Fact]
    public void Without_its_intermediate_or_under_another_root_a_certificate_is_not_believed()
    {
        var foreign = Sm2CertificateAuthority.CreateRoot(_root.Certificate.Subject, NewPair(), Now.AddYears(-1), Now.AddYears(1));

        Assert.Equal([Sm2ChainProblem.Untrusted], Problems(_chain.Verify(_person, [], [], Unrevoked)));
        var elsewhere = new Sm2Chain([foreign.Certificate]).Verify(_person, [_middle.Certificate], [], Unrevoked);
        Assert.Equal([Sm2ChainProblem.Untrusted], Problems(elsewhere));
        Assert.Equal([Sm2ChainProblem.Untrusted], Problems(new Sm2Chain([]).Verify(_root.Certificate, [], [], Unrevoked)));
    }

    [Theory]
    [InlineData(-2, Sm2ChainProblem.NotYetValid)]
    [InlineData(400, Sm2ChainProblem.Expired)]
    public void Outside_its_time_a_certificate_is_not_believed(int days, Sm2ChainProblem expected)
    {
        var result = _chain.Verify(_person, [_middle.Certificate], [], Unrevoked with { At = Now.AddDays(days) });

        Assert.Equal(new Sm2ChainFault(expected, _person), Assert.Single(result.Faults));
    }

    [Fact]
    public void A_person_cannot_issue_certificates()
    {
        var pair = NewPair();
        var clerk = _middle.Issue(
            Sm2CertificateRequest.Create(Name("CN=Clerk"), pair), Sm2CertificateUse.Signing, Now.AddDays(-1), Now.AddDays(9));
        var forged = Issue(new Sm2CertificateAuthority(clerk, pair), "CN=Mayor", Sm2CertificateUse.Signing);

        var result = _chain.Verify(forged, [clerk, _middle.Certificate], [], Unrevoked);

        Assert.Contains(new Sm2ChainFault(Sm2ChainProblem.NotAnAuthority, clerk), result.Faults);
    }

    [Fact]
    public void An_authority_below_one_that_may_have_none_is_not_believed()
    {
        var pair = NewPair();
        var below = new Sm2CertificateAuthority(
            _middle.Issue(
                Sm2CertificateRequest.Create(Name("CN=Below"), pair), Sm2CertificateUse.Authority, Now.AddDays(-1), Now.AddDays(9)),
            pair);
        var issued = Issue(below, "CN=x", Sm2CertificateUse.Signing);

        var result = _chain.Verify(issued, [below.Certificate, _middle.Certificate], [], Unrevoked);

        Assert.Equal(new Sm2ChainFault(Sm2ChainProblem.NotAnAuthority, _middle.Certificate), Assert.Single(result.Faults));
    }

    [Fact]
    public void Every_altered_byte_of_a_certificate_is_noticed()
    {
        using var issuer = _middle.Certificate.GetPublicKey();
        Assert.True(_person.IsSignedBy(issuer));
        var der = _person.Encoded.ToArray();
        for (var i = 0; i < der.Length; i++)
        {
            der[i] ^= 1;
            try
            {
                Assert.False(Sm2Certificate.Parse(der).IsSignedBy(issuer), $"byte {i}");
            }
            catch (GuoMiException)
            {
                // Not even well formed any more.
            }

            der[i] ^= 1;
        }
    }

    [Fact]
    public void A_certificate_is_not_believed_for_a_use_that_it_does_not_have()
    {
        var sealing = Issue(_middle, "CN=张三", Sm2CertificateUse.Encryption);
        var signature = Unrevoked with { Usages = X509KeyUsageFlags.DigitalSignature };

        Assert.True(_chain.Verify(_person, [_middle.Certificate], [], signature).IsTrusted);
        Assert.Equal([Sm2ChainProblem.WrongUse], Problems(_chain.Verify(sealing, [_middle.Certificate], [], signature)));
        Assert.Equal(
            [Sm2ChainProblem.WrongUse],
            Problems(_chain.Verify(_person, [_middle.Certificate], [], Unrevoked with { ExtendedUsage = "1.3.6.1.5.5.7.3.1" })));
    }

    [Fact]
    public void A_revoked_certificate_is_not_believed()
    {
        var policy = new Sm2ChainPolicy { At = Now };
        var rootList = _root.Revoke(1, Now.AddDays(-2), Now.AddDays(2));
        var clean = _middle.Revoke(1, Now.AddDays(-2), Now.AddDays(2));
        var listed = _middle.Revoke(2, Now.AddDays(-1), Now.AddDays(3), new Sm2Revocation(_person.SerialNumber, Now.AddHours(-1)));

        Assert.True(_chain.Verify(_person, [_middle.Certificate], [rootList, clean], policy).IsTrusted);
        Assert.Equal([Sm2ChainProblem.Revoked], Problems(_chain.Verify(_person, [_middle.Certificate], [rootList, clean, listed], policy)));

        // Before its revocation it was good: an archived signature stays so.
        Assert.True(_chain.Verify(_person, [_middle.Certificate], [rootList, listed], policy with { At = Now.AddHours(-2) }).IsTrusted);
    }

    [Fact]
    public void Without_a_list_in_force_of_the_right_issuer_revocation_is_unknown()
    {
        var policy = new Sm2ChainPolicy { At = Now };
        var rootList = _root.Revoke(1, Now.AddDays(-2), Now.AddDays(2));
        var old = _middle.Revoke(1, Now.AddDays(-9), Now.AddDays(-1));
        var forger = Sm2CertificateAuthority.CreateRoot(_middle.Certificate.Subject, NewPair(), Now.AddYears(-1), Now.AddYears(1));
        var forged = forger.Revoke(9, Now.AddDays(-1), Now.AddDays(1));

        foreach (Sm2RevocationList[] lists in new[] { new[] { rootList }, [rootList, old], [rootList, forged] })
        {
            Assert.Equal([Sm2ChainProblem.RevocationUnknown], Problems(_chain.Verify(_person, [_middle.Certificate], lists, policy)));
        }

        Assert.Equal(2, Problems(_chain.Verify(_person, [_middle.Certificate], [], policy)).Count);
    }

    [Fact]
    public void A_request_that_does_not_prove_its_key_gets_no_certificate()
    {
        var request = Sm2CertificateRequest.Create(Name("CN=x"), NewPair());
        var der = request.Encoded.ToArray();
        der[^1] ^= 1;
        Sm2CertificateRequest altered;
        try
        {
            altered = Sm2CertificateRequest.Parse(der);
        }
        catch (GuoMiException)
        {
            return;
        }

        Assert.True(request.IsProven);
        Assert.False(altered.IsProven);
        Assert.Throws<GuoMiException>(() => _root.Issue(altered, Sm2CertificateUse.Signing, Now, Now.AddDays(1)));
    }

    [Fact]
    public void Names_of_a_server_go_from_the_request_into_the_certificate()
    {
        var request = Sm2CertificateRequest.Create(Name("CN=portal"), NewPair(), "zw.example.cn", "m.example.cn");
        var issued = _root.Issue(request, Sm2CertificateUse.Server, Now, Now.AddDays(1));
        var names = new X509SubjectAlternativeNameExtension(issued.Find("2.5.29.17")!.RawData).EnumerateDnsNames();

        Assert.Equal(["zw.example.cn", "m.example.cn"], names);
        Assert.Equal(["1.3.6.1.5.5.7.3.1"], issued.ExtendedKeyUsages);
    }

    [Fact]
    public void Certificates_that_issue_each_other_end_the_search()
    {
        var (a, b) = (NewPair(), NewPair());
        var rootA = Sm2CertificateAuthority.CreateRoot(Name("CN=A"), a, Now.AddDays(-1), Now.AddDays(1));
        var rootB = Sm2CertificateAuthority.CreateRoot(Name("CN=B"), b, Now.AddDays(-1), Now.AddDays(1));
        var aByB = rootB.Issue(Sm2CertificateRequest.Create(Name("CN=A"), a), Sm2CertificateUse.Authority, Now.AddDays(-1), Now.AddDays(1));
        var bByA = rootA.Issue(Sm2CertificateRequest.Create(Name("CN=B"), b), Sm2CertificateUse.Authority, Now.AddDays(-1), Now.AddDays(1));
        var person = Issue(rootA, "CN=x", Sm2CertificateUse.Signing);

        Assert.Equal([Sm2ChainProblem.Untrusted], Problems(_chain.Verify(person, [aByB, bByA], [], Unrevoked)));
    }

    [Fact]
    public void The_command_line_tool_believes_our_chain_and_reads_our_list()
    {
        using var command = new OpenSslCommand();
        var list = _middle.Revoke(7, Now.AddDays(-2), Now.AddDays(2), new Sm2Revocation(_person.SerialNumber, Now.AddDays(-1)));

        // It knows the user id of SM2 only for the certificate asked for, so it takes the chain link by link.
        var said = "";
        foreach (var (issuer, subject) in new[] { (_root.Certificate, _middle.Certificate), (_middle.Certificate, _person) })
        {
            said = Encoding.UTF8.GetString(OpenSslCommand.Run(
                [], "verify", "-vfyopt", "distid:1234567812345678", "-attime", Now.ToUnixTimeSeconds().ToString(), "-x509_strict",
                "-partial_chain", "-CAfile", command.File("issuer.pem", issuer.ExportPem()),
                command.File("subject.pem", subject.ExportPem())));
            Assert.EndsWith("OK\n", said, StringComparison.Ordinal);
        }

        // Its check of a list knows no way to set the user id of SM2: it can only read ours.
        said = Encoding.UTF8.GetString(OpenSslCommand.Run(
            [], "crl", "-noout", "-text", "-nameopt", "utf8", "-in", command.File("list.pem", list.ExportPem())));
        Assert.Contains($"Serial Number: {_person.SerialNumberHex}", said, StringComparison.Ordinal);
        Assert.Contains("Signature Algorithm: SM2-with-SM3", said, StringComparison.Ordinal);
        Assert.Equal(list.Encoded.ToArray(), Sm2RevocationList.ParsePem(list.ExportPem()).Encoded.ToArray());
    }

    [Fact]
    public void We_believe_the_requests_and_certificates_of_the_command_line_tool()
    {
        using var command = new OpenSslCommand();
        string[] id = ["-sigopt", "distid:1234567812345678"];
        OpenSslCommand.Run([], "genpkey", "-algorithm", "SM2", "-out", command.File("ca.key"));
        OpenSslCommand.Run([], ["req", "-x509", "-new", "-key", command.File("ca.key"), "-sm3", .. id, "-subj", "/CN=Tool CA", "-days", "9",
            "-out", command.File("ca.pem")]);
        OpenSslCommand.Run([], "genpkey", "-algorithm", "SM2", "-out", command.File("user.key"));
        OpenSslCommand.Run([], ["req", "-new", "-key", command.File("user.key"), "-sm3", .. id, "-subj", "/C=CN/CN=Tool user", "-addext",
            "subjectAltName=DNS:a.example", "-out", command.File("user.csr")]);
        OpenSslCommand.Run([], ["x509", "-req", "-in", command.File("user.csr"), "-CA", command.File("ca.pem"),
            "-CAkey", command.File("ca.key"), "-CAcreateserial", "-sm3", .. id,
            "-vfyopt", "distid:1234567812345678", "-days", "5", "-out", command.File("user.pem")]);
        var authority = Sm2Certificate.ParsePem(File.ReadAllText(command.File("ca.pem")));
        var user = Sm2Certificate.ParsePem(File.ReadAllText(command.File("user.pem")));
        var request = Sm2CertificateRequest.ParsePem(File.ReadAllText(command.File("user.csr")));

        Assert.True(new Sm2Chain([authority]).Verify(user, [], [], Unrevoked with { At = user.NotBefore.AddMinutes(1) }).IsTrusted);
        Assert.True(request.IsProven);
        Assert.Single(request.Extensions);
        OpenSslCommand.Run([], "req", "-verify", "-vfyopt", "distid:1234567812345678", "-noout", "-in",
            command.File("ours.csr", Sm2CertificateRequest.Create(Name("CN=张三"), NewPair()).ExportPem()));
    }

    [Fact]
    public void Torn_and_foreign_bytes_are_refused_with_a_reason()
    {
        var der = _person.Encoded.ToArray();
        for (var length = 0; length < der.Length; length += 7)
        {
            Assert.Throws<GuoMiException>(() => Sm2Certificate.Parse(der.AsSpan(0, length)));
        }

        Assert.Throws<GuoMiException>(() => Sm2Certificate.ParsePem("nothing"));
        Assert.Throws<GuoMiException>(() => Sm2CertificateRequest.ParsePem(_person.ExportPem()));
        Assert.Throws<GuoMiException>(() => Sm2RevocationList.Parse(der));
    }

    private static X500DistinguishedName Name(string name) => new(name);

    private static List<Sm2ChainProblem> Problems(Sm2ChainResult result) => [.. result.Faults.Select(f => f.Problem)];

    private Sm2Certificate Issue(Sm2CertificateAuthority authority, string name, Sm2CertificateUse use) =>
        authority.Issue(Sm2CertificateRequest.Create(Name(name), NewPair()), use, Now.AddDays(-1), Now.AddDays(365));

    private Sm2KeyPair NewPair()
    {
        _pairs.Add(Sm2KeyPair.Generate());
        return _pairs[^1];
    }
}
