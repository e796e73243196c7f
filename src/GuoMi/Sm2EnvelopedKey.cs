using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>A key pair on its way to another device: the private key under a one-time SM4 key, that key under the receiver's public
/// key.</summary>
/// <remarks>Source: GM/T 0009-2012, 7.4. This is how a certificate authority delivers an encryption pair to a USB key.</remarks>
public static class Sm2EnvelopedKey
{
    private const string Sm4EcbOid = "1.2.156.10197.1.104.1";

    /// <summary>Packs <paramref name="pair"/> for the holder of <paramref name="receiver"/>'s private key.</summary>
    public static byte[] Seal(Sm2KeyPair pair, Sm2PublicKey receiver)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(receiver);
        Span<byte> key = stackalloc byte[Sm4.KeySize];
        Span<byte> secret = stackalloc byte[Sm2Curve.Size];
        RandomNumberGenerator.Fill(key);
        pair.ExportPrivateKey(secret);

        // ECB is what the standard says; for two random blocks under a key used once it gives nothing away.
        Sm4.Ecb(key, secret, secret, encrypt: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sm4EcbOid);
            }

            writer.WriteEncodedValue(receiver.Encrypt(key));
            writer.WriteBitString(pair.PublicKey.Point);
            writer.WriteBitString(secret);
        }

        CryptographicOperations.ZeroMemory(key);
        return writer.Encode();
    }

    /// <summary>Unpacks what was sealed for <paramref name="receiver"/>.</summary>
    /// <exception cref="GuoMiException">Not well formed, or the halves of the pair do not belong together.</exception>
    /// <exception cref="AuthenticationTagMismatchException">Meant for another receiver.</exception>
    public static Sm2KeyPair Open(ReadOnlyMemory<byte> envelope, Sm2KeyPair receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return Asn.Read("The enveloped key", () =>
        {
            var sequence = new AsnReader(envelope, AsnEncodingRules.BER).ReadSequence();
            var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
            var sealedKey = sequence.ReadEncodedValue();
            var point = Asn.ReadOctets(sequence);
            var secret = Asn.ReadOctets(sequence);
            if (algorithm != Sm4EcbOid)
            {
                throw new GuoMiException($"The enveloped key uses {algorithm}; SM4-ECB ({Sm4EcbOid}) is known.");
            }

            // Old devices fill the private key to 64 bytes from the left.
            var number = secret.AsSpan(Math.Max(0, secret.Length - Sm2Curve.Size));
            var key = receiver.Decrypt(sealedKey.Span);
            try
            {
                if (key.Length != Sm4.KeySize || number.Length != Sm2Curve.Size)
                {
                    throw new GuoMiException("The enveloped key has parts of a wrong length.");
                }

                Sm4.Ecb(key, number, number, encrypt: false);
                var pair = Sm2KeyPair.FromPrivateKey(number);
                if (!pair.PublicKey.Point.SequenceEqual(Sm2Curve.Normalise(point)))
                {
                    pair.Dispose();
                    throw new GuoMiException("The public half does not belong to the private key.");
                }

                return pair;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
                CryptographicOperations.ZeroMemory(secret);
            }
        });
    }
}
