using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>A signature of the platform and the number of the key that made it.</summary>
/// <param name="Signature">SM2, DER, default user id.</param>
public sealed record SealedSignature(uint KeyId, byte[] Signature);

/// <summary>Signs in the platform's own name with SM2: audit seals, documents, envelopes between zones.</summary>
public sealed class PlatformSeal(KeyRing ring)
{
    public SealedSignature Sign(ReadOnlySpan<byte> message)
    {
        var key = ring.Current(KeyPurpose.Seal);
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

        using var pair = key.ToKeyPair();
        return pair.PublicKey.ExportPem();
    }
}
