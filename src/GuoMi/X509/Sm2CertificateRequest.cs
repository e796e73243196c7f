using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>A request for a certificate (PKCS#10): name and key of somebody, signed with that key.</summary>
/// <remarks>Source: GM/T 0014, RFC 2986.</remarks>
public sealed class Sm2CertificateRequest
{
    private const string Label = "CERTIFICATE REQUEST";
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";
    private readonly byte[] _der;
    private readonly ReadOnlyMemory<byte> _publicKeyInfo;

    private Sm2CertificateRequest(byte[] der)
    {
        _der = der;
        var signed = SignedAsn.Parse(der);
        var content = new AsnReader(signed.Content, AsnEncodingRules.DER).ReadSequence();
        if (!content.TryReadInt32(out var version) || version != 0)
        {
            throw new GuoMiException("The request has a version that is not known.");
        }

        Subject = new X500DistinguishedName(content.ReadEncodedValue().Span);
        _publicKeyInfo = content.ReadEncodedValue();
        var attributesTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (content.HasData)
        {
            var attributes = content.ReadSetOf(skipSortOrderValidation: true, attributesTag);
            while (attributes.HasData)
            {
                var attribute = attributes.ReadSequence();
                if (attribute.ReadObjectIdentifier() == ExtensionRequest)
                {
                    Extensions = SignedAsn.ReadExtensions(attribute.ReadSetOf().ReadSequence());
                }
            }
        }

        using var key = GetPublicKey();
        IsProven = signed.IsSignedBy(key, default);
    }

    public X500DistinguishedName Subject { get; }

    /// <summary>What the requester would like in the certificate; the authority decides.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; } = [];

    /// <summary>Whether the requester holds the private key. Never issue a certificate where this is false.</summary>
    public bool IsProven { get; }

    public ReadOnlyMemory<byte> Encoded => _der;

    /// <summary>Makes and signs a request.</summary>
    /// <param name="alternativeNames">Names of hosts for servers; empty for people.</param>
    public static Sm2CertificateRequest Create(
        X500DistinguishedName subject, Sm2KeyPair pair, params IReadOnlyList<string> alternativeNames)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(alternativeNames);
        return new Sm2CertificateRequest(SignedAsn.Sign(
            writer =>
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(0);
                    writer.WriteEncodedValue(subject.RawData);
                    writer.WriteEncodedValue(pair.PublicKey.ExportSpki());
                    using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        WriteNames(writer, alternativeNames);
                    }
                }
            },
            pair));
    }

    public static Sm2CertificateRequest Parse(ReadOnlySpan<byte> der)
    {
        var copy = der.ToArray();
        return Sm2Certificate.Read(() => new Sm2CertificateRequest(copy));
    }

    public static Sm2CertificateRequest ParsePem(ReadOnlySpan<char> pem) =>
        PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] is Label or "NEW CERTIFICATE REQUEST"
            ? Parse(Convert.FromBase64String(pem[fields.Base64Data].ToString()))
            : throw new GuoMiException("The text holds no certificate request in PEM form.");

    public string ExportPem() => PemEncoding.WriteString(Label, _der) + "\n";

    /// <summary>The requester's key; the caller disposes it.</summary>
    public Sm2PublicKey GetPublicKey() => Sm2PublicKey.ImportSpki(_publicKeyInfo);

    private static void WriteNames(AsnWriter writer, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            builder.AddDnsName(name);
        }

        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(ExtensionRequest);
            using (writer.PushSetOf())
            {
                SignedAsn.WriteExtensions(writer, [builder.Build()]);
            }
        }
    }
}
