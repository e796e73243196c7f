using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>Who began a key exchange: both sides hash their data in this order.</summary>
public enum Sm2ExchangeRole
{
    Initiator,
    Responder,
}

/// <summary>One side of a key exchange: send the ephemeral point, take the other's, get the same key on both sides.</summary>
/// <remarks>
/// Source: GB/T 32918.3-2016. Good for one agreement and one thread. Only the confirmation proves that the other side holds its private
/// key and has the same key: exchange the tags and check them before the key is used.
/// </remarks>
public sealed class Sm2KeyExchange : IDisposable
{
    private readonly Sm2KeyPair _own;
    private readonly Sm2KeyPair _ephemeral;
    private readonly Sm2ExchangeRole _role;
    private readonly byte[] _ownIdentity;
    private bool _used;

    /// <summary>Begins with a fresh ephemeral pair.</summary>
    /// <param name="own">Own long-term pair; stays the caller's.</param>
    /// <param name="ownId">Own user id; empty for the default.</param>
    public Sm2KeyExchange(Sm2KeyPair own, Sm2ExchangeRole role, ReadOnlySpan<byte> ownId = default)
        : this(own, role, ownId, Sm2KeyPair.Generate())
    {
    }

    internal Sm2KeyExchange(Sm2KeyPair own, Sm2ExchangeRole role, ReadOnlySpan<byte> ownId, Sm2KeyPair ephemeral)
    {
        ArgumentNullException.ThrowIfNull(own);
        _own = own;
        _role = role;
        _ephemeral = ephemeral;
        _ownIdentity = own.PublicKey.IdentityHash(ownId);
    }

    /// <summary>The point to send: 65 bytes.</summary>
    public ReadOnlySpan<byte> EphemeralPoint => _ephemeral.PublicKey.Point;

    /// <summary>Computes the common key.</summary>
    /// <param name="peer">The other's long-term key, known from its certificate.</param>
    /// <param name="peerEphemeralPoint">What the other sent.</param>
    /// <param name="keyLength">Bytes of key wanted.</param>
    /// <param name="peerId">The other's user id; empty for the default.</param>
    /// <exception cref="GuoMiException">The point does not lie on the curve, or leads nowhere.</exception>
    /// <exception cref="InvalidOperationException">The exchange has agreed on a key before.</exception>
    public Sm2AgreedKey Agree(
        Sm2PublicKey peer, ReadOnlySpan<byte> peerEphemeralPoint, int keyLength, ReadOnlySpan<byte> peerId = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keyLength);
        if (_used)
        {
            throw new InvalidOperationException("An ephemeral key serves one agreement; begin another exchange.");
        }

        _used = true;
        var peerEphemeral = Sm2Curve.Normalise(peerEphemeralPoint);
        var shared = _own.WithPrivateKey(d => _ephemeral.WithPrivateKey(r => SharedPoint(
            Sm2Curve.Group, Sm2Curve.Order, d, r, EphemeralPoint, peer.Point, peerEphemeral)));
        try
        {
            var initiator = _role == Sm2ExchangeRole.Initiator;
            var peerIdentity = peer.IdentityHash(peerId);
            return Conclude(
                shared, initiator ? _ownIdentity : peerIdentity, initiator ? peerIdentity : _ownIdentity,
                initiator ? EphemeralPoint : peerEphemeral, initiator ? peerEphemeral : EphemeralPoint, keyLength, _role);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    public void Dispose() => _ephemeral.Dispose();

    /// <summary>The common point: [d + x̄·r](P + [x̄']R), steps A4 to A7 of the standard; the cofactor of the curve is 1.</summary>
    internal static byte[] SharedPoint(
        EcGroup group, ReadOnlySpan<byte> order, ReadOnlySpan<byte> ownPrivate, ReadOnlySpan<byte> ownEphemeralPrivate,
        ReadOnlySpan<byte> ownEphemeralPoint, ReadOnlySpan<byte> peerPoint, ReadOnlySpan<byte> peerEphemeralPoint)
    {
        using var context = NativeCall.Check(LibCrypto.BN_CTX_secure_new());
        using var n = Sm2Curve.Secret(order);
        using var d = Sm2Curve.Secret(ownPrivate);
        using var r = Sm2Curve.Secret(ownEphemeralPrivate);
        using var ownX = HalfX(ownEphemeralPoint);
        using var peerX = HalfX(peerEphemeralPoint);

        using var t = NativeCall.Check(LibCrypto.BN_secure_new());
        LibCrypto.BN_set_flags(t, LibCrypto.BN_FLG_CONSTTIME);
        NativeCall.Check(LibCrypto.BN_mod_mul(t, ownX, r, n, context));
        NativeCall.Check(LibCrypto.BN_mod_add(t, t, d, n, context));

        using var peer = Sm2Curve.Decode(group, peerPoint, context);
        using var peerEphemeral = Sm2Curve.Decode(group, peerEphemeralPoint, context);
        using var point = NativeCall.Check(LibCrypto.EC_POINT_new(group));
        NativeCall.Check(LibCrypto.EC_POINT_mul(group, point, 0, peerEphemeral, peerX, context));
        NativeCall.Check(LibCrypto.EC_POINT_add(group, point, point, peer, context));
        NativeCall.Check(LibCrypto.EC_POINT_mul(group, point, 0, point, t, context));
        if (LibCrypto.EC_POINT_is_at_infinity(group, point) != 0)
        {
            throw new GuoMiException("The key exchange leads to the infinite point; begin another one.");
        }

        return Sm2Curve.Encode(group, point, context);
    }

    /// <summary>Key and confirmation tags from the common point, steps A7 to A9.</summary>
    internal static Sm2AgreedKey Conclude(
        ReadOnlySpan<byte> sharedPoint, ReadOnlySpan<byte> initiatorIdentity, ReadOnlySpan<byte> responderIdentity,
        ReadOnlySpan<byte> initiatorEphemeral, ReadOnlySpan<byte> responderEphemeral, int keyLength, Sm2ExchangeRole role)
    {
        Span<byte> secret = stackalloc byte[2 * Sm2Curve.Size + 2 * Sm3.HashSize];
        sharedPoint[1..].CopyTo(secret);
        initiatorIdentity.CopyTo(secret[(2 * Sm2Curve.Size)..]);
        responderIdentity.CopyTo(secret[(2 * Sm2Curve.Size + Sm3.HashSize)..]);
        var key = GC.AllocateArray<byte>(keyLength, pinned: true);
        Sm3Kdf.Derive(secret, key);

        using var hasher = new Sm3Hasher();
        hasher.Append(secret[..Sm2Curve.Size]);
        hasher.Append(secret[(2 * Sm2Curve.Size)..]);
        hasher.Append(initiatorEphemeral[1..]);
        hasher.Append(responderEphemeral[1..]);
        var inner = hasher.Finish();
        var byResponder = Confirm(hasher, 2, sharedPoint, inner);
        var byInitiator = Confirm(hasher, 3, sharedPoint, inner);
        CryptographicOperations.ZeroMemory(secret);
        return role == Sm2ExchangeRole.Initiator
            ? new Sm2AgreedKey(key, byInitiator, byResponder)
            : new Sm2AgreedKey(key, byResponder, byInitiator);
    }

    private static byte[] Confirm(Sm3Hasher hasher, byte prefix, ReadOnlySpan<byte> sharedPoint, ReadOnlySpan<byte> inner)
    {
        hasher.Append([prefix]);
        hasher.Append(sharedPoint[(1 + Sm2Curve.Size)..]);
        hasher.Append(inner);
        return hasher.Finish();
    }

    /// <summary>x̄ = 2^127 + (x mod 2^127): half of the bits of x, the highest of them set.</summary>
    private static BigNumber HalfX(ReadOnlySpan<byte> point)
    {
        Span<byte> half = stackalloc byte[Sm2Curve.Size / 2];
        point.Slice(1 + Sm2Curve.Size / 2, half.Length).CopyTo(half);
        half[0] |= 0x80;
        return Sm2Curve.Secret(half);
    }
}

/// <summary>What a key exchange agreed on. Disposing clears it.</summary>
public sealed class Sm2AgreedKey : IDisposable
{
    private readonly byte[] _key;
    private readonly byte[] _ownTag;
    private readonly byte[] _peerTag;

    internal Sm2AgreedKey(byte[] key, byte[] ownTag, byte[] peerTag)
    {
        _key = key;
        _ownTag = ownTag;
        _peerTag = peerTag;
    }

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Tag to send: it proves to the other side that this one has the key.</summary>
    public ReadOnlySpan<byte> Confirmation => _ownTag;

    /// <summary>Whether the tag that the other side sent proves that it has the key.</summary>
    public bool IsConfirmedBy(ReadOnlySpan<byte> peerConfirmation) => CryptographicOperations.FixedTimeEquals(_peerTag, peerConfirmation);

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
