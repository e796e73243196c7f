using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>A signature of the platform and the number of the key that made it.</summary>
/// <param name="Signature">SM2, DER, default user id.</param>
public sealed record SealedSignature(uint KeyId, byte[] Signature);

/// <summary>Signs in the platform's own name with SM2: audit seals, documents, envelopes between zones.</summary>
public sealed class PlatformSeal(KeyRing ring, ICryptoProvider provider)
{
    /// <exception cref="CryptoUnavailableException">The provider that holds the key does not answer.</exception>
    public SealedSignature Sign(ReadOnlySpan<byte> message)
    {
        var key = ring.Current(KeyPurpose.Seal);
        if (key.Held is { } held)
        {
            return new(key.Id, provider.Sign(held, KeyRing.Label(KeyPurpose.Seal.Name(), key.Version), message));
        }

        using var pair = key.ToKeyPair();
        return new(key.Id, pair.Sign(message));
    }

    /// <summary>Whether the platform signed <paramref name="message"/>, with a key of today or an older one.</summary>
    public bool Verify(ReadOnlySpan<byte> message, SealedSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (ring.Find(KeyPurpose.Seal, signature.KeyId) is not { } key)
        {
            return false;
        }

        if (key.Held is { } held)
        {
            try { return provider.Verify(held, message, signature.Signature); }
            catch (CryptoUnavailableException)
            {
                // A public key is no secret: whoever shows a certificate at a counter does not wait for the pool.
                return held.VerifyLocally(message, signature.Signature);
            }
        }

        using var pair = key.ToKeyPair();
        return pair.PublicKey.Verify(message, signature.Signature);
    }

    /// <summary>Public key in PEM form, for those who verify without the platform; null for an unknown number.</summary>
    public string? PublicKeyPem(uint keyId)
    {
        if (ring.Find(KeyPurpose.Seal, keyId) is not { } key)
        {
            return null;
        }

        if (key.Held is { } held)
        {
            using var point = Sm2PublicKey.FromPoint(held.PublicKey);
            return point.ExportPem();
        }

        using var pair = key.ToKeyPair();
        return pair.PublicKey.ExportPem();
    }
}
