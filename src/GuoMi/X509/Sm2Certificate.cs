using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>An X.509 certificate signed with SM2. Parsed once, immutable, free to share between threads.</summary>
/// <remarks>Source: GM/T 0015-2012, RFC 5280. Reading proves nothing: <see cref="Sm2Chain"/> says whether to believe it.</remarks>
public sealed class Sm2Certificate : IEquatable<Sm2Certificate>
{
    private const string Label = "CERTIFICATE";
    private readonly byte[] _der;
    private readonly SignedAsn _signed;
    private readonly ReadOnlyMemory<byte> _innerAlgorithm;
    private readonly ReadOnlyMemory<byte> _publicKeyInfo;

    private Sm2Certificate(byte[] der)
    {
        _der = der;
        _signed = SignedAsn.Parse(der);
        var content = new AsnReader(_signed.Content, AsnEncodingRules.DER).ReadSequence();
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (content.PeekTag().HasSameClassAndValue(versionTag) && content.ReadSequence(versionTag).TryReadInt32(out var version))
        {
            Version = version + 1;
        }

        SerialNumber = content.ReadIntegerBytes();
        _innerAlgorithm = content.ReadEncodedValue();
        Issuer = new X500DistinguishedName(content.ReadEncodedValue().Span);
        var validity = content.ReadSequence();
        NotBefore = SignedAsn.ReadTime(validity);
        NotAfter = SignedAsn.ReadTime(validity);
        Subject = new X500DistinguishedName(content.ReadEncodedValue().Span);
        _publicKeyInfo = content.ReadEncodedValue();
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3);
        while (content.HasData)
        {
            if (content.PeekTag().HasSameClassAndValue(extensionsTag))
            {
                Extensions = SignedAsn.ReadExtensions(content.ReadSequence(extensionsTag).ReadSequence());
            }
            else
            {
                content.ReadEncodedValue(); // unique identifiers of old issuers
            }
        }
    }

    public int Version { get; } = 1;

    /// <summary>As encoded: big-endian, with sign.</summary>
    public ReadOnlyMemory<byte> SerialNumber { get; }

    public string SerialNumberHex => Convert.ToHexString(SerialNumber.Span);

    public X500DistinguishedName Subject { get; }

    public X500DistinguishedName Issuer { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    public IReadOnlyList<X509Extension> Extensions { get; } = [];

    /// <summary>The certificate in DER form.</summary>
    public ReadOnlyMemory<byte> Encoded => _der;

    /// <summary>Whether subject and issuer carry the same name; a root, if also signed with its own key.</summary>
    public bool IsSelfIssued => Subject.RawData.AsSpan().SequenceEqual(Issuer.RawData);

    /// <summary>Basic constraints, or null where there are none.</summary>
    public X509BasicConstraintsExtension? BasicConstraints =>
        Find("2.5.29.19") is { } found ? new X509BasicConstraintsExtension(found, found.Critical) : null;

    /// <summary>Key usages, or null where all are allowed.</summary>
    public X509KeyUsageFlags? KeyUsages =>
        Find("2.5.29.15") is { } found ? new X509KeyUsageExtension(found, found.Critical).KeyUsages : null;

    /// <summary>Extended key usages (identifiers), or null where all are allowed.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages => Find("2.5.29.37") is { } found
        ? [.. new X509EnhancedKeyUsageExtension(found, found.Critical).EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value ?? "")]
        : null;

    /// <summary>SM3 of the encoding, in hexadecimal: how people and logs name a certificate.</summary>
    public string Fingerprint => Convert.ToHexString(Sm3.Hash(_der));

    internal ReadOnlyMemory<byte> Signature => _signed.Signature;

    public static Sm2Certificate Parse(ReadOnlySpan<byte> der)
    {
        var copy = der.ToArray();
        return Read(() => new Sm2Certificate(copy));
    }

    /// <summary>Reads the first certificate of a PEM text.</summary>
    public static Sm2Certificate ParsePem(ReadOnlySpan<char> pem) =>
        ParseAllPem(pem) is [var first, ..] ? first : throw new GuoMiException("The text holds no certificate in PEM form.");

    /// <summary>Reads every certificate of a PEM text, in its order.</summary>
    public static IReadOnlyList<Sm2Certificate> ParseAllPem(ReadOnlySpan<char> pem)
    {
        var found = new List<Sm2Certificate>();
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is Label)
            {
                found.Add(Parse(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }

            rest = rest[fields.Location.End..];
        }

        return found;
    }

    public string ExportPem() => PemEncoding.WriteString(Label, _der) + "\n";

    /// <summary>The subject's key; the caller disposes it.</summary>
    /// <exception cref="GuoMiException">It is not one of SM2.</exception>
    public Sm2PublicKey GetPublicKey() => Sm2PublicKey.ImportSpki(_publicKeyInfo);

    /// <summary>Whether the holder of <paramref name="issuer"/> signed this certificate.</summary>
    public bool IsSignedBy(Sm2PublicKey issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return _signed.IsSignedBy(issuer, _innerAlgorithm.Span);
    }

    public bool Equals(Sm2Certificate? other) => other is not null && _der.AsSpan().SequenceEqual(other._der);

    public override bool Equals(object? obj) => Equals(obj as Sm2Certificate);

    public override int GetHashCode() => BitConverter.ToInt32(Sm3.Hash(_der));

    internal X509Extension? Find(string oid) => Extensions.FirstOrDefault(e => e.Oid?.Value == oid);

    /// <summary>Turns what the framework throws at odd extensions and names into our one exception.</summary>
    internal static T Read<T>(Func<T> read)
    {
        try
        {
            return Asn.Read("The certificate", read);
        }
        catch (CryptographicException fault) when (fault is not GuoMiException)
        {
            throw new GuoMiException($"The certificate is not well formed: {fault.Message}", fault);
        }
    }
}
