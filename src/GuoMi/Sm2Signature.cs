using System.Formats.Asn1;

namespace Zhengtong.GuoMi;

/// <summary>Changes a signature between its two forms.</summary>
public static class Sm2Signature
{
    /// <summary>Length of r and s together in bytes.</summary>
    public const int RawSize = 2 * Sm2Curve.Size;

    /// <summary>DER form of a raw signature.</summary>
    public static byte[] ToDer(ReadOnlySpan<byte> raw)
    {
        Guard.Length(raw, RawSize);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Asn.WriteUnsigned(writer, raw[..Sm2Curve.Size]);
            Asn.WriteUnsigned(writer, raw[Sm2Curve.Size..]);
        }

        return writer.Encode();
    }

    /// <summary>Raw form of a DER signature.</summary>
    /// <exception cref="GuoMiException">It is no signature: not DER, or r or s out of range.</exception>
    public static byte[] ToRaw(ReadOnlySpan<byte> der)
    {
        var raw = new byte[RawSize];
        return TryToRaw(der, Sm2SignatureFormat.Der, raw)
            ? raw
            : throw new GuoMiException("Not an SM2 signature in DER form.");
    }

    /// <summary>Writes a signature of either form as r and s; false where r or s is out of range or the form is not strict DER.</summary>
    internal static bool TryToRaw(ReadOnlySpan<byte> signature, Sm2SignatureFormat format, Span<byte> raw)
    {
        if (format == Sm2SignatureFormat.Raw)
        {
            if (signature.Length != RawSize)
            {
                return false;
            }

            signature.CopyTo(raw);
        }
        else if (!TryReadDer(signature, raw))
        {
            return false;
        }

        return Sm2Curve.IsScalar(raw[..Sm2Curve.Size]) && Sm2Curve.IsScalar(raw[Sm2Curve.Size..RawSize]);
    }

    private static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> raw)
    {
        try
        {
            var outer = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var good = Asn.TryReadUnsigned(sequence, raw[..Sm2Curve.Size])
                && Asn.TryReadUnsigned(sequence, raw[Sm2Curve.Size..RawSize]);
            sequence.ThrowIfNotEmpty();
            return good;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
