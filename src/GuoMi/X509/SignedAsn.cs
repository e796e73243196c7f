using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>The form that certificates, requests and revocation lists share: content, algorithm, signature.</summary>
/// <param name="Content">The signed bytes as they stand in the encoding.</param>
/// <param name="Algorithm">Algorithm with its parameters, as encoded.</param>
/// <param name="AlgorithmOid">Its identifier.</param>
internal sealed record SignedAsn(
    ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Algorithm, string AlgorithmOid, ReadOnlyMemory<byte> Signature)
{
    /// <summary>SM2 signature over SM3 (GM/T 0006).</summary>
    internal const string Sm2WithSm3 = "1.2.156.10197.1.501";

    /// <summary>Signs what <paramref name="write"/> writes and puts the three parts together.</summary>
    internal static byte[] Sign(Action<AsnWriter> write, Sm2KeyPair signer)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        write(inner);
        var content = inner.Encode();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(content);
            WriteAlgorithm(writer);
            writer.WriteBitString(signer.Sign(content));
        }

        return writer.Encode();
    }

    internal static SignedAsn Parse(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var content = sequence.ReadEncodedValue();
        var algorithm = sequence.ReadEncodedValue();
        var oid = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();
        var parsed = new SignedAsn(content, algorithm, oid, Asn.ReadOctets(sequence));
        sequence.ThrowIfNotEmpty();
        return parsed;
    }

    internal static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Sm2WithSm3);
        }
    }

    /// <summary>Whether the holder of <paramref name="key"/> signed this. The algorithm inside the signed part must be the one
    /// outside.</summary>
    internal bool IsSignedBy(Sm2PublicKey key, ReadOnlySpan<byte> innerAlgorithm) =>
        AlgorithmOid == Sm2WithSm3
        && (innerAlgorithm.IsEmpty || innerAlgorithm.SequenceEqual(Algorithm.Span))
        && key.Verify(Content.Span, Signature.Span);

    /// <summary>Times before 2050 as UTCTime, later ones as GeneralizedTime, as RFC 5280 asks; whole seconds.</summary>
    internal static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        if (utc.Year < 2050)
        {
            writer.WriteUtcTime(utc);
        }
        else
        {
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
        }
    }

    internal static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    internal static void WriteExtensions(AsnWriter writer, IEnumerable<X509Extension> extensions)
    {
        using (writer.PushSequence())
        {
            foreach (var extension in extensions)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(extension.Oid!.Value!); // made from an identifier, never empty
                    if (extension.Critical)
                    {
                        writer.WriteBoolean(true);
                    }

                    writer.WriteOctetString(extension.RawData);
                }
            }
        }
    }

    internal static List<X509Extension> ReadExtensions(AsnReader sequence)
    {
        var extensions = new List<X509Extension>();
        while (sequence.HasData)
        {
            var one = sequence.ReadSequence();
            var oid = one.ReadObjectIdentifier();
            var critical = one.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && one.ReadBoolean();
            if (extensions.Exists(e => e.Oid!.Value == oid))
            {
                throw new GuoMiException($"Extension {oid} occurs twice.");
            }

            extensions.Add(new X509Extension(oid, one.ReadOctetString(), critical));
            one.ThrowIfNotEmpty();
        }

        return extensions;
    }
}
