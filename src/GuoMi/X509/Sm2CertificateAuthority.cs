using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>What a certificate is for.</summary>
public enum Sm2CertificateUse
{
    /// <summary>An authority below this one, which issues to people and servers only.</summary>
    Authority,

    /// <summary>Signing pair of a person or system (the first of the two certificates of GM/T 0015).</summary>
    Signing,

    /// <summary>Encryption pair of a person or system (the second).</summary>
    Encryption,

    /// <summary>A server.</summary>
    Server,
}

/// <summary>A small authority: issues and revokes. For tests, demonstrations and closed installations; it keeps no register of its
/// own.</summary>
public sealed class Sm2CertificateAuthority
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");
    private readonly Sm2KeyPair _pair;

    /// <summary>Works with a certificate and its pair; the pair stays the caller's.</summary>
    /// <exception cref="ArgumentException">The pair does not belong to the certificate.</exception>
    public Sm2CertificateAuthority(Sm2Certificate certificate, Sm2KeyPair pair)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(pair);
        using var key = certificate.GetPublicKey();
        if (!key.Equals(pair.PublicKey))
        {
            throw new ArgumentException("The pair does not belong to the certificate.", nameof(pair));
        }

        Certificate = certificate;
        _pair = pair;
    }

    public Sm2Certificate Certificate { get; }

    /// <summary>Makes an authority that signs itself.</summary>
    public static Sm2CertificateAuthority CreateRoot(
        X500DistinguishedName name, Sm2KeyPair pair, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(pair);
        var identifier = KeyIdentifier(pair.PublicKey);
        var certificate = Build(
            name, pair.PublicKey, name, pair, notBefore, notAfter,
            [
                new X509BasicConstraintsExtension(true, false, 0, true),
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true),
                new X509SubjectKeyIdentifierExtension(identifier, false),
            ]);
        return new Sm2CertificateAuthority(certificate, pair);
    }

    /// <summary>Issues a certificate for a proven request. Of the extensions wished for, only alternative names are taken over.</summary>
    /// <exception cref="GuoMiException">The requester has not proven to hold the key.</exception>
    public Sm2Certificate Issue(
        Sm2CertificateRequest request, Sm2CertificateUse use, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.IsProven)
        {
            throw new GuoMiException("The requester has not proven to hold the private key.");
        }

        using var key = request.GetPublicKey();
        List<X509Extension> extensions =
        [
            new X509BasicConstraintsExtension(use == Sm2CertificateUse.Authority, use == Sm2CertificateUse.Authority, 0, true),
            new X509KeyUsageExtension(UsagesOf(use), true),
            new X509SubjectKeyIdentifierExtension(KeyIdentifier(key), false),
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdentifier(_pair.PublicKey)),
        ];
        if (use == Sm2CertificateUse.Server)
        {
            extensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], false));
        }
        else if (use == Sm2CertificateUse.Signing)
        {
            extensions.Add(new X509EnhancedKeyUsageExtension([ClientAuthentication], false));
        }

        extensions.AddRange(request.Extensions.Where(e => e.Oid?.Value == "2.5.29.17"));
        return Build(request.Subject, key, Certificate.Subject, _pair, notBefore, notAfter, extensions);
    }

    /// <summary>Signs a list of all certificates revoked so far.</summary>
    /// <param name="number">Counts up with every list.</param>
    public Sm2RevocationList Revoke(
        long number, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params IReadOnlyList<Sm2Revocation> revocations)
    {
        ArgumentNullException.ThrowIfNull(revocations);
        return Sm2RevocationList.Create(
            Certificate.Subject, _pair, KeyIdentifier(_pair.PublicKey), number, thisUpdate, nextUpdate, revocations);
    }

    private static X509KeyUsageFlags UsagesOf(Sm2CertificateUse use) => use switch
    {
        Sm2CertificateUse.Authority => X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        Sm2CertificateUse.Encryption =>
            X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement,
        _ => X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation,
    };

    private static Sm2Certificate Build(
        X500DistinguishedName subject, Sm2PublicKey key, X500DistinguishedName issuer, Sm2KeyPair signer, DateTimeOffset notBefore,
        DateTimeOffset notAfter, IReadOnlyList<X509Extension> extensions)
    {
        if (notAfter <= notBefore)
        {
            throw new ArgumentException("A certificate ends after it begins.", nameof(notAfter));
        }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40); // positive, and always of the same length
        return Sm2Certificate.Parse(SignedAsn.Sign(
            writer =>
            {
                using (writer.PushSequence())
                {
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteInteger(2);
                    }

                    writer.WriteInteger(serial);
                    SignedAsn.WriteAlgorithm(writer);
                    writer.WriteEncodedValue(issuer.RawData);
                    using (writer.PushSequence())
                    {
                        SignedAsn.WriteTime(writer, notBefore);
                        SignedAsn.WriteTime(writer, notAfter);
                    }

                    writer.WriteEncodedValue(subject.RawData);
                    writer.WriteEncodedValue(key.ExportSpki());
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                    {
                        SignedAsn.WriteExtensions(writer, extensions);
                    }
                }
            },
            signer));
    }

    private static byte[] KeyIdentifier(Sm2PublicKey key) => Sm3.Hash(key.Point)[..20];
}
