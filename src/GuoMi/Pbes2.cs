using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Zhengtong.GuoMi;

/// <summary>The function under PBKDF2 in an encrypted private key.</summary>
public enum Pbes2Function
{
    /// <summary>HMAC-SM3 (GM/T 0091).</summary>
    Sm3,

    /// <summary>HMAC-SHA256: for exchange with tools that know no other.</summary>
    Sha256,
}

/// <summary>EncryptedPrivateKeyInfo with PBES2, PBKDF2 and SM4-CBC.</summary>
/// <remarks>Source: RFC 8018, GM/T 0091-2020.</remarks>
internal static class Pbes2
{
    private const string SchemeOid = "1.2.840.113549.1.5.13";
    private const string KdfOid = "1.2.840.113549.1.5.12";
    private const string Sm4CbcOid = "1.2.156.10197.1.104.2";
    private const string HmacSm3Oid = "1.2.156.10197.1.401.2";
    private const string HmacSha256Oid = "1.2.840.113549.2.9";

    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<char> password, Pbes2Function function, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var iv = RandomNumberGenerator.GetBytes(Sm4.BlockSize);
        Span<byte> key = stackalloc byte[Sm4.KeySize];
        Derive(password, salt, iterations, function, key);
        var ciphertext = Sm4.EncryptCbc(key, iv, plain);
        CryptographicOperations.ZeroMemory(key);

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(SchemeOid);
                using (writer.PushSequence())
                {
                    WriteKdf(writer, salt, iterations, function);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Sm4CbcOid);
                        writer.WriteOctetString(iv);
                    }
                }
            }

            writer.WriteOctetString(ciphertext);
        }

        return writer.Encode();
    }

    internal static byte[] Decrypt(ReadOnlyMemory<byte> der, ReadOnlySpan<char> password)
    {
        var sealedKey = Asn.Read("The encrypted private key", () => Parse(der));
        Span<byte> key = stackalloc byte[Sm4.KeySize];
        Derive(password, sealedKey.Salt, sealedKey.Iterations, sealedKey.Function, key);
        try
        {
            return Sm4.DecryptCbc(key, sealedKey.Iv, sealedKey.Ciphertext);
        }
        catch (GuoMiException fault)
        {
            throw new GuoMiException("The password is wrong, or the encrypted key is damaged.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void WriteKdf(AsnWriter writer, byte[] salt, int iterations, Pbes2Function function)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(KdfOid);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(iterations);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(function == Pbes2Function.Sm3 ? HmacSm3Oid : HmacSha256Oid);
                    writer.WriteNull();
                }
            }
        }
    }

    private static SealedKey Parse(ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var algorithm = info.ReadSequence();
        Expect(algorithm, SchemeOid);
        var parameters = algorithm.ReadSequence();

        var kdf = parameters.ReadSequence();
        Expect(kdf, KdfOid);
        var kdfParameters = kdf.ReadSequence();
        var salt = kdfParameters.ReadOctetString();
        if (!kdfParameters.TryReadInt32(out var iterations) || iterations is < 1 or > Pbkdf2Sm3.MaxIterations)
        {
            throw new GuoMiException($"The encrypted private key asks for more than {Pbkdf2Sm3.MaxIterations} iterations, or none.");
        }

        if (kdfParameters.HasData && kdfParameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)
            && (!kdfParameters.TryReadInt32(out var keyLength) || keyLength != Sm4.KeySize))
        {
            throw new GuoMiException("The encrypted private key asks for a key length that SM4 has not.");
        }

        var functionOid = kdfParameters.HasData ? kdfParameters.ReadSequence().ReadObjectIdentifier() : "hmacWithSHA1 (default)";
        var function = functionOid switch
        {
            HmacSm3Oid => Pbes2Function.Sm3,
            HmacSha256Oid => Pbes2Function.Sha256,
            _ => throw new GuoMiException($"The encrypted private key uses {functionOid}; HMAC-SM3 and HMAC-SHA256 are known."),
        };

        var cipher = parameters.ReadSequence();
        Expect(cipher, Sm4CbcOid);
        var iv = cipher.ReadOctetString();
        return iv.Length == Sm4.BlockSize
            ? new SealedKey(salt, iterations, function, iv, info.ReadOctetString())
            : throw new GuoMiException("The encrypted private key has an initial vector of a wrong length.");
    }

    private static void Expect(AsnReader reader, string oid)
    {
        var found = reader.ReadObjectIdentifier();
        if (found != oid)
        {
            throw new GuoMiException($"The encrypted private key uses {found} where {oid} is known.");
        }
    }

    private static void Derive(ReadOnlySpan<char> password, byte[] salt, int iterations, Pbes2Function function, Span<byte> key)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(password.Length)];
        try
        {
            var used = bytes.AsSpan(0, Encoding.UTF8.GetBytes(password, bytes));
            if (function == Pbes2Function.Sm3)
            {
                Pbkdf2Sm3.Derive(used, salt, iterations, key);
            }
            else
            {
                Rfc2898DeriveBytes.Pbkdf2(used, salt, key, iterations, HashAlgorithmName.SHA256);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private sealed record SealedKey(byte[] Salt, int Iterations, Pbes2Function Function, byte[] Iv, byte[] Ciphertext);
}
