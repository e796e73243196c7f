using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>Reading and writing public keys as SubjectPublicKeyInfo.</summary>
public sealed partial class Sm2PublicKey
{
    private const string Label = "PUBLIC KEY";

    /// <summary>Reads the first public key of a PEM text.</summary>
    public static Sm2PublicKey ImportPem(ReadOnlySpan<char> pem)
    {
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is Label)
            {
                return ImportSpki(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
            }

            rest = rest[fields.Location.End..];
        }

        throw new GuoMiException("The text holds no public key in PEM form.");
    }

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    public static Sm2PublicKey ImportSpki(ReadOnlyMemory<byte> der) => Asn.Read("The public key", () =>
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        Asn.ReadKeyAlgorithm(info);
        return FromPoint(Asn.ReadOctets(info));
    });

    /// <summary>The key as SubjectPublicKeyInfo.</summary>
    public byte[] ExportSpki()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Asn.WriteKeyAlgorithm(writer);
            writer.WriteBitString(Point);
        }

        return writer.Encode();
    }

    /// <summary>The key as PEM text.</summary>
    public string ExportPem() => PemEncoding.WriteString(Label, ExportSpki()) + "\n";
}
