using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>One revoked certificate.</summary>
/// <param name="SerialNumber">As <see cref="Sm2Certificate.SerialNumber"/>.</param>
public sealed record Sm2Revocation(ReadOnlyMemory<byte> SerialNumber, DateTimeOffset At);

/// <summary>A list of revoked certificates (CRL), signed by their issuer.</summary>
/// <remarks>Source: GM/T 0015-2012, RFC 5280, clause 5.</remarks>
public sealed class Sm2RevocationList
{
    private const string Label = "X509 CRL";
    private readonly byte[] _der;
    private readonly SignedAsn _signed;
    private readonly ReadOnlyMemory<byte> _innerAlgorithm;
    private readonly Dictionary<string, DateTimeOffset> _revoked = [];

    private Sm2RevocationList(byte[] der)
    {
        _der = der;
        _signed = SignedAsn.Parse(der);
        var content = new AsnReader(_signed.Content, AsnEncodingRules.DER).ReadSequence();
        if (content.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            content.ReadInteger();
        }

        _innerAlgorithm = content.ReadEncodedValue();
        Issuer = new X500DistinguishedName(content.ReadEncodedValue().Span);
        ThisUpdate = SignedAsn.ReadTime(content);
        if (content.HasData && content.PeekTag() is var tag
            && (tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime)))
        {
            NextUpdate = SignedAsn.ReadTime(content);
        }

        if (content.HasData && content.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            ReadEntries(content.ReadSequence());
        }

        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (content.HasData)
        {
            Extensions = SignedAsn.ReadExtensions(content.ReadSequence(extensionsTag).ReadSequence());
        }
    }

    public X500DistinguishedName Issuer { get; }

    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When a newer list is due; after it this one proves nothing.</summary>
    public DateTimeOffset? NextUpdate { get; }

    public IReadOnlyList<X509Extension> Extensions { get; } = [];

    public int Count => _revoked.Count;

    public ReadOnlyMemory<byte> Encoded => _der;

    /// <summary>Whether the list says things we do not understand and must not ignore (delta lists, partial lists).</summary>
    internal bool HasUnknownCriticalParts { get; private set; }

    public static Sm2RevocationList Parse(ReadOnlySpan<byte> der)
    {
        var copy = der.ToArray();
        return Sm2Certificate.Read(() =>
        {
            var list = new Sm2RevocationList(copy);
            list.HasUnknownCriticalParts |= list.Extensions.Any(e => e.Critical);
            return list;
        });
    }

    public static Sm2RevocationList ParsePem(ReadOnlySpan<char> pem) =>
        PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] is Label
            ? Parse(Convert.FromBase64String(pem[fields.Base64Data].ToString()))
            : throw new GuoMiException("The text holds no revocation list in PEM form.");

    public string ExportPem() => PemEncoding.WriteString(Label, _der) + "\n";

    /// <summary>Moment of revocation, or null where the list does not name the certificate.</summary>
    public DateTimeOffset? RevokedAt(Sm2Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _revoked.TryGetValue(certificate.SerialNumberHex, out var at) ? at : null;
    }

    public bool IsSignedBy(Sm2PublicKey issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return _signed.IsSignedBy(issuer, _innerAlgorithm.Span);
    }

    internal static Sm2RevocationList Create(
        X500DistinguishedName issuer, Sm2KeyPair signer, byte[] keyIdentifier, long number, DateTimeOffset thisUpdate,
        DateTimeOffset nextUpdate, IReadOnlyList<Sm2Revocation> revocations)
    {
        var numberWriter = new AsnWriter(AsnEncodingRules.DER);
        numberWriter.WriteInteger(number);
        return Parse(SignedAsn.Sign(
            writer =>
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(1);
                    SignedAsn.WriteAlgorithm(writer);
                    writer.WriteEncodedValue(issuer.RawData);
                    SignedAsn.WriteTime(writer, thisUpdate);
                    SignedAsn.WriteTime(writer, nextUpdate);
                    if (revocations.Count > 0)
                    {
                        WriteEntries(writer, revocations);
                    }

                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        SignedAsn.WriteExtensions(
                            writer,
                            [
                                X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyIdentifier),
                                new X509Extension("2.5.29.20", numberWriter.Encode(), false),
                            ]);
                    }
                }
            },
            signer));
    }

    private static void WriteEntries(AsnWriter writer, IReadOnlyList<Sm2Revocation> revocations)
    {
        using (writer.PushSequence())
        {
            foreach (var revocation in revocations)
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(revocation.SerialNumber.Span);
                    SignedAsn.WriteTime(writer, revocation.At);
                }
            }
        }
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            var serial = Convert.ToHexString(entry.ReadIntegerBytes().Span);
            _revoked[serial] = SignedAsn.ReadTime(entry);

            // A critical entry extension (certificate issuer of an indirect list) changes whose serial number this is.
            HasUnknownCriticalParts |= entry.HasData && SignedAsn.ReadExtensions(entry.ReadSequence()).Exists(e => e.Critical);
        }
    }
}
