using System.Formats.Asn1;
using Zhengtong.GuoMi.X509;

namespace Zhengtong.GuoMi.Pkcs7;

/// <summary>Making signed data.</summary>
public sealed partial class Sm2SignedData
{
    /// <summary>Signs <paramref name="content"/> once for each signer.</summary>
    /// <param name="signedAt">Put in as a signed attribute; null leaves attributes out, and the signature covers the content
    /// directly.</param>
    /// <param name="detached">Leaves the content out, to lie beside the signature.</param>
    /// <param name="certificates">Further certificates to go along, such as those of the authorities; the signers' own always do.</param>
    public static Sm2SignedData Create(
        ReadOnlySpan<byte> content, IReadOnlyList<Sm2Signer> signers, DateTimeOffset? signedAt, bool detached = false,
        params IReadOnlyList<Sm2Certificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(signers);
        ArgumentNullException.ThrowIfNull(certificates);
        if (signers.Count == 0)
        {
            throw new ArgumentException("Somebody must sign.", nameof(signers));
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedDataOid);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                    WriteAlgorithm(writer, Sm3Oid);
                }

                WriteContent(writer, content, detached);
                using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    foreach (var certificate in signers.Select(s => s.Certificate).Concat(certificates).Distinct())
                    {
                        writer.WriteEncodedValue(certificate.Encoded.Span);
                    }
                }

                using (writer.PushSetOf())
                {
                    foreach (var signer in signers)
                    {
                        WriteSigner(writer, signer, content, signedAt);
                    }
                }
            }
        }

        return Parse(writer.Encode());
    }

    private static void WriteContent(AsnWriter writer, ReadOnlySpan<byte> content, bool detached)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(DataOid);
            if (!detached)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteOctetString(content);
                }
            }
        }
    }

    private static void WriteSigner(AsnWriter writer, Sm2Signer signer, ReadOnlySpan<byte> content, DateTimeOffset? signedAt)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signer.Certificate.Issuer.RawData);
                writer.WriteInteger(signer.Certificate.SerialNumber.Span);
            }

            WriteAlgorithm(writer, Sm3Oid);
            byte[] signature;
            if (signedAt is { } time)
            {
                var attributes = Attributes(content, time);
                signature = signer.Pair.Sign(attributes);
                attributes[0] = 0xA0; // the same SET under the tag that it has in a signer's block
                writer.WriteEncodedValue(attributes);
            }
            else
            {
                signature = signer.Pair.Sign(content);
            }

            WriteAlgorithm(writer, Sm2SignOid);
            writer.WriteOctetString(signature);
        }
    }

    private static byte[] Attributes(ReadOnlySpan<byte> content, DateTimeOffset signedAt)
    {
        var digest = Sm3.Hash(content);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Attribute(writer, ContentTypeOid, w => w.WriteObjectIdentifier(DataOid));
            Attribute(writer, SigningTimeOid, w => SignedAsn.WriteTime(w, signedAt));
            Attribute(writer, MessageDigestOid, w => w.WriteOctetString(digest));
        }

        return writer.Encode();
    }

    private static void Attribute(AsnWriter writer, string oid, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                value(writer);
            }
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
        }
    }
}
