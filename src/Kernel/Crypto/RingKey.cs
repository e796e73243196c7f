using System.Security.Cryptography;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>One key of the ring in memory. Lives as long as the ring; callers use it and never keep or clear it.</summary>
public sealed class RingKey
{
    private readonly byte[] _secret = [];

    internal RingKey(uint id, KeyPurpose purpose, int version, bool active, ReadOnlySpan<byte> secret)
    {
        (Id, Purpose, Version, IsActive) = (id, purpose, version, active);
        _secret = GC.AllocateArray<byte>(Sm4EnvelopeKey.SecretSize, pinned: true);
        secret.CopyTo(_secret);
        Sealing = new Sm4EnvelopeKey(id, secret);
    }

    /// <summary>A key whose secret the provider keeps.</summary>
    internal RingKey(uint id, KeyPurpose purpose, int version, bool active, HeldKey held) =>
        (Id, Purpose, Version, IsActive, Held) = (id, purpose, version, active, held);

    /// <summary>Number in envelopes and beside tags.</summary>
    public uint Id { get; }

    public KeyPurpose Purpose { get; }

    public int Version { get; }

    /// <summary>False for keys that only read what they wrote earlier.</summary>
    public bool IsActive { get; }

    /// <summary>Seals and opens <see cref="Sm4Envelope"/> and <see cref="Sm4EnvelopeStream"/>.</summary>
    public Sm4EnvelopeKey Envelope => Sealing ?? throw new InvalidOperationException($"Key {Id} of {Purpose} only signs.");

    private Sm4EnvelopeKey? Sealing { get; }

    /// <summary>Where the provider keeps a signing key; null for keys of the ring itself.</summary>
    internal HeldKey? Held { get; }

    /// <summary>HMAC-SM3 of <paramref name="data"/>.</summary>
    public byte[] Tag(ReadOnlySpan<byte> data)
    {
        Span<byte> key = stackalloc byte[HmacSm3.TagSize];
        TagKey(key);
        var tag = HmacSm3.Tag(key, data);
        CryptographicOperations.ZeroMemory(key);
        return tag;
    }

    public bool VerifyTag(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag) => CryptographicOperations.FixedTimeEquals(Tag(data), tag);

    /// <summary>A hasher for data in pieces; the caller disposes it.</summary>
    public HmacSm3Hasher NewHasher()
    {
        Span<byte> key = stackalloc byte[HmacSm3.TagSize];
        TagKey(key);
        var hasher = new HmacSm3Hasher(key);
        CryptographicOperations.ZeroMemory(key);
        return hasher;
    }

    /// <summary>The pair of a seal key from before the provider kept them; the caller disposes it.</summary>
    internal Sm2KeyPair ToKeyPair() => Sm2KeyPair.FromPrivateKey(_secret);

    internal void Destroy()
    {
        CryptographicOperations.ZeroMemory(_secret);
        Sealing?.Dispose();
    }

    // Not the secret itself: the envelope derives its keys from it, and the two uses must share nothing.
    private void TagKey(Span<byte> key) => HmacSm3.Tag(_secret, "zt-ring-1 tag"u8, key);
}
