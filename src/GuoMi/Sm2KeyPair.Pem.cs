using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>Reading and writing key pairs: PKCS#8, SEC 1, and PKCS#8 under a password.</summary>
public sealed partial class Sm2KeyPair
{
    private const string PlainLabel = "PRIVATE KEY";
    private const string SecLabel = "EC PRIVATE KEY";
    private const string OpenSslSecLabel = "SM2 PRIVATE KEY"; // what OpenSSL 3 calls the same bytes
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>Reads the first private key of a PEM text: <c>PRIVATE KEY</c>, <c>EC PRIVATE KEY</c> or <c>SM2 PRIVATE KEY</c>.</summary>
    public static Sm2KeyPair ImportPem(ReadOnlySpan<char> pem)
    {
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label is PlainLabel or SecLabel or OpenSslSecLabel)
            {
                var der = new byte[fields.DecodedDataLength];
                try
                {
                    Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out var written);
                    return label is PlainLabel ? ImportPkcs8(der.AsMemory(0, written)) : ImportSec1(der.AsMemory(0, written));
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(der);
                }
            }

            if (label is EncryptedLabel)
            {
                throw new GuoMiException("The private key is encrypted: a password is needed.");
            }

            rest = rest[fields.Location.End..];
        }

        throw new GuoMiException("The text holds no private key in PEM form.");
    }

    /// <summary>Reads a private key that is encrypted under a password (PKCS#8, PBES2 with SM4-CBC).</summary>
    /// <exception cref="GuoMiException">The password is wrong, or the text holds no such key.</exception>
    public static Sm2KeyPair ImportEncryptedPem(ReadOnlySpan<char> pem, ReadOnlySpan<char> password)
    {
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is EncryptedLabel)
            {
                var plain = Pbes2.Decrypt(Convert.FromBase64String(rest[fields.Base64Data].ToString()), password);
                try
                {
                    return ImportPkcs8(plain);
                }
                catch (GuoMiException fault)
                {
                    throw new GuoMiException("The password is wrong, or the encrypted key is damaged.", fault);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(plain);
                }
            }

            rest = rest[fields.Location.End..];
        }

        throw new GuoMiException("The text holds no encrypted private key in PEM form.");
    }

    /// <summary>Reads a PKCS#8 PrivateKeyInfo.</summary>
    public static Sm2KeyPair ImportPkcs8(ReadOnlyMemory<byte> der) => Asn.Read("The private key", () =>
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        if (!info.TryReadInt32(out var version) || version is not (0 or 1))
        {
            throw new GuoMiException("The private key has a version that is not known.");
        }

        Asn.ReadKeyAlgorithm(info);
        return ImportSec1(info.ReadOctetString());
    });

    /// <summary>Reads a SEC 1 ECPrivateKey.</summary>
    /// <exception cref="GuoMiException">Not well formed, not of SM2, or the public half does not belong to the private one.</exception>
    public static Sm2KeyPair ImportSec1(ReadOnlyMemory<byte> der) => Asn.Read("The private key", () =>
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        if (!key.TryReadInt32(out var version) || version != 1)
        {
            throw new GuoMiException("The private key has a version that is not known.");
        }

        var number = key.ReadOctetString();
        try
        {
            var context = new Asn1Tag(TagClass.ContextSpecific, 0);
            if (key.HasData && key.PeekTag().HasSameClassAndValue(context)
                && key.ReadSequence(context).ReadObjectIdentifier() != Sm2Curve.Oid)
            {
                throw new GuoMiException("The key is not one of SM2.");
            }

            var pair = FromPrivateKey(number);
            var publicTag = new Asn1Tag(TagClass.ContextSpecific, 1);
            if (key.HasData && key.PeekTag().HasSameClassAndValue(publicTag)
                && !pair.PublicKey.Point.SequenceEqual(Sm2Curve.Normalise(Asn.ReadOctets(key.ReadSequence(publicTag)))))
            {
                pair.Dispose();
                throw new GuoMiException("The public half does not belong to the private key.");
            }

            return pair;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    });

    /// <summary>The pair as PKCS#8 PrivateKeyInfo, in the clear. The caller clears it.</summary>
    public byte[] ExportPkcs8() => WithPrivateKey(number =>
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        using (inner.PushSequence())
        {
            inner.WriteInteger(1);
            inner.WriteOctetString(number);
            using (inner.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                inner.WriteBitString(PublicKey.Point);
            }
        }

        var sec1 = inner.Encode();
        var outer = new AsnWriter(AsnEncodingRules.DER);
        using (outer.PushSequence())
        {
            outer.WriteInteger(0);
            Asn.WriteKeyAlgorithm(outer);
            outer.WriteOctetString(sec1);
        }

        CryptographicOperations.ZeroMemory(sec1);
        return outer.Encode();
    });

    /// <summary>The pair as PEM text in the clear, for stores that protect it themselves.</summary>
    public string ExportPem()
    {
        var der = ExportPkcs8();
        try
        {
            return PemEncoding.WriteString(PlainLabel, der) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>The pair as PEM text under a password: PBES2 with SM4-CBC.</summary>
    /// <param name="function">SM3 by default. OpenSSL before 3.2 reads only <see cref="Pbes2Function.Sha256"/>.</param>
    public string ExportEncryptedPem(
        ReadOnlySpan<char> password, Pbes2Function function = Pbes2Function.Sm3, int iterations = Pbkdf2Sm3.DefaultIterations)
    {
        var der = ExportPkcs8();
        try
        {
            return PemEncoding.WriteString(EncryptedLabel, Pbes2.Encrypt(der, password, function, iterations)) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
