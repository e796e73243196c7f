using System.Formats.Asn1;
using System.Security.Cryptography;
using Zhengtong.GuoMi.X509;

namespace Zhengtong.GuoMi.Pkcs7;

/// <summary>What one signer of signed data has done.</summary>
/// <param name="Certificate">The signer's certificate, or null where it is not in the data and was not handed in.</param>
/// <param name="IsValid">Whether content, attributes and signature belong together. Whether the certificate is to be believed is
/// the question of <see cref="Sm2Chain"/>.</param>
/// <param name="SignedAt">The signer's own word on the time; null where none was given.</param>
public sealed record Sm2SignerResult(Sm2Certificate? Certificate, bool IsValid, DateTimeOffset? SignedAt);

/// <summary>Somebody who signs: a certificate and its pair.</summary>
public sealed record Sm2Signer(Sm2Certificate Certificate, Sm2KeyPair Pair);

/// <summary>Signed data in the message syntax of the SM2 standards (PKCS#7): content, signatures and certificates in one.</summary>
/// <remarks>Source: GM/T 0010-2012. Data with the identifiers of the international PKCS#7 are read too.</remarks>
public sealed partial class Sm2SignedData
{
    internal const string DataOid = "1.2.156.10197.6.1.4.2.1";
    internal const string SignedDataOid = "1.2.156.10197.6.1.4.2.2";
    internal const string Sm3Oid = "1.2.156.10197.1.401";
    internal const string Sm2SignOid = "1.2.156.10197.1.301.1";
    private const string InternationalSignedDataOid = "1.2.840.113549.1.7.2";
    private const string ContentTypeOid = "1.2.840.113549.1.9.3";
    private const string MessageDigestOid = "1.2.840.113549.1.9.4";
    private const string SigningTimeOid = "1.2.840.113549.1.9.5";

    private readonly byte[] _der;
    private readonly string _contentType;
    private readonly byte[]? _content;
    private readonly List<SignerInfo> _signers = [];

    private Sm2SignedData(byte[] der)
    {
        _der = der;
        var outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var type = outer.ReadObjectIdentifier();
        if (type is not (SignedDataOid or InternationalSignedDataOid))
        {
            throw new GuoMiException($"The message is no signed data ({type}).");
        }

        var data = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        data.ReadInteger();
        data.ReadEncodedValue(); // digest algorithms: each signer names its own
        var contentInfo = data.ReadSequence();
        _contentType = contentInfo.ReadObjectIdentifier();
        if (contentInfo.HasData)
        {
            _content = contentInfo.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadOctetString();
        }

        Certificates = ReadCertificates(data);
        RevocationLists = ReadLists(data);
        var signers = data.ReadSetOf(skipSortOrderValidation: true);
        while (signers.HasData)
        {
            _signers.Add(SignerInfo.Read(signers.ReadSequence()));
        }
    }

    /// <summary>The content, or null where it lies beside the signature.</summary>
    public ReadOnlyMemory<byte>? Content => _content is null ? default(ReadOnlyMemory<byte>?) : _content;

    public IReadOnlyList<Sm2Certificate> Certificates { get; }

    public IReadOnlyList<Sm2RevocationList> RevocationLists { get; }

    public ReadOnlyMemory<byte> Encoded => _der;

    public static Sm2SignedData Parse(ReadOnlySpan<byte> der)
    {
        var copy = der.ToArray();
        return Asn.Read("The signed data", () => new Sm2SignedData(copy));
    }

    /// <summary>Checks every signature over the content inside.</summary>
    /// <param name="knownCertificates">Certificates of signers who did not put theirs in.</param>
    /// <returns>One result for each signer. No signers means nobody signed: an empty list is not success.</returns>
    /// <exception cref="InvalidOperationException">The content lies beside the signature.</exception>
    public IReadOnlyList<Sm2SignerResult> Verify(params IReadOnlyList<Sm2Certificate> knownCertificates) =>
        Check(_content ?? throw new InvalidOperationException("The content lies beside the signature: hand it in."), knownCertificates);

    /// <summary>Checks every signature over a content that lies beside it.</summary>
    /// <exception cref="InvalidOperationException">The content is inside; a second one would only confuse.</exception>
    public IReadOnlyList<Sm2SignerResult> VerifyDetached(
        ReadOnlySpan<byte> content, params IReadOnlyList<Sm2Certificate> knownCertificates) =>
        _content is null
            ? Check(content, knownCertificates)
            : throw new InvalidOperationException("The content is inside; a second one would only confuse.");

    private List<Sm2SignerResult> Check(ReadOnlySpan<byte> content, IReadOnlyList<Sm2Certificate> knownCertificates)
    {
        ArgumentNullException.ThrowIfNull(knownCertificates);
        var results = new List<Sm2SignerResult>();
        foreach (var signer in _signers)
        {
            var certificate = Certificates.Concat(knownCertificates).FirstOrDefault(signer.IsBy);
            results.Add(new(certificate, certificate is not null && IsValid(signer, certificate, content), signer.SignedAt));
        }

        return results;
    }

    private bool IsValid(SignerInfo signer, Sm2Certificate certificate, ReadOnlySpan<byte> content)
    {
        if (signer.DigestOid != Sm3Oid || signer.SignatureOid is not (Sm2SignOid or SignedAsn.Sm2WithSm3 or "1.2.156.10197.1.301"))
        {
            return false;
        }

        using var key = certificate.GetPublicKey();
        if (signer.Attributes.IsEmpty)
        {
            return key.Verify(content, signer.Signature.Span);
        }

        // With attributes the signature covers them, and they must cover the content and say what it is.
        return signer.ContentType == _contentType
            && signer.MessageDigest.Length == Sm3.HashSize
            && CryptographicOperations.FixedTimeEquals(Sm3.Hash(content), signer.MessageDigest.Span)
            && key.Verify(signer.SignedAttributes(), signer.Signature.Span);
    }

    private static List<Sm2Certificate> ReadCertificates(AsnReader data)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        var found = new List<Sm2Certificate>();
        if (data.PeekTag().HasSameClassAndValue(tag))
        {
            var set = data.ReadSetOf(skipSortOrderValidation: true, tag);
            while (set.HasData)
            {
                found.Add(Sm2Certificate.Parse(set.ReadEncodedValue().Span));
            }
        }

        return found;
    }

    private static List<Sm2RevocationList> ReadLists(AsnReader data)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 1);
        var found = new List<Sm2RevocationList>();
        if (data.PeekTag().HasSameClassAndValue(tag))
        {
            var set = data.ReadSetOf(skipSortOrderValidation: true, tag);
            while (set.HasData)
            {
                found.Add(Sm2RevocationList.Parse(set.ReadEncodedValue().Span));
            }
        }

        return found;
    }

    private sealed record SignerInfo(
        ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> SerialNumber, string DigestOid, ReadOnlyMemory<byte> Attributes,
        string SignatureOid, ReadOnlyMemory<byte> Signature)
    {
        internal string? ContentType { get; private set; }

        internal ReadOnlyMemory<byte> MessageDigest { get; private set; }

        internal DateTimeOffset? SignedAt { get; private set; }

        internal static SignerInfo Read(AsnReader reader)
        {
            reader.ReadInteger();
            var identity = reader.ReadSequence();
            var issuer = identity.ReadEncodedValue();
            var serial = identity.ReadIntegerBytes();
            var digest = reader.ReadSequence().ReadObjectIdentifier();
            var attributes = reader.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))
                ? reader.ReadEncodedValue()
                : ReadOnlyMemory<byte>.Empty;
            var algorithm = reader.ReadSequence().ReadObjectIdentifier();
            var info = new SignerInfo(issuer, serial, digest, attributes, algorithm, reader.ReadOctetString());
            info.ReadAttributes();
            return info;
        }

        internal bool IsBy(Sm2Certificate certificate) =>
            certificate.SerialNumber.Span.SequenceEqual(SerialNumber.Span)
            && certificate.Issuer.RawData.AsSpan().SequenceEqual(Issuer.Span);

        /// <summary>The attributes as they were signed: as a SET, not under the tag that they carry here.</summary>
        internal byte[] SignedAttributes()
        {
            var bytes = Attributes.ToArray();
            bytes[0] = 0x31;
            return bytes;
        }

        private void ReadAttributes()
        {
            if (Attributes.IsEmpty)
            {
                return;
            }

            var set = new AsnReader(SignedAttributes(), AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true);
            var seen = new HashSet<string>();
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                if (!seen.Add(oid))
                {
                    throw new GuoMiException($"The signed attribute {oid} occurs twice.");
                }

                var values = attribute.ReadSetOf(skipSortOrderValidation: true);
                switch (oid)
                {
                    case ContentTypeOid:
                        ContentType = values.ReadObjectIdentifier();
                        break;
                    case MessageDigestOid:
                        MessageDigest = values.ReadOctetString();
                        break;
                    case SigningTimeOid:
                        SignedAt = SignedAsn.ReadTime(values);
                        break;
                }
            }
        }
    }
}
