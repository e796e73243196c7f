using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>Signatures, tags and time stamps of the software provider; all from the master key, so nothing else has to be kept.</summary>
public sealed partial class SoftwareCryptoProvider
{
    private string Authority => $"software:{Convert.ToHexStringLower(Master(mayCreate: true).Tag("authority"u8).AsSpan(0, 8))}";

    public HeldKey NewSigningKey(string label)
    {
        using var pair = Sm2KeyPair.Generate();
        var number = new byte[Sm4EnvelopeKey.SecretSize];
        try
        {
            pair.ExportPrivateKey(number);
            var point = pair.PublicKey.Point.ToArray();
            return new(Sm4Envelope.Seal(Master(mayCreate: true).Envelope, number, Place(label, point)), point);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }

    public byte[] Sign(HeldKey key, string label, ReadOnlySpan<byte> message)
    {
        if (!Sm4Envelope.TryOpen(Master(mayCreate: false).Envelope, key.Reference, Place(label, key.PublicKey), out var number))
        {
            throw new InvalidOperationException($"The signing key {label} is not one of {Name}.");
        }

        try
        {
            using var pair = Sm2KeyPair.FromPrivateKey(number);
            return pair.Sign(message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }

    public bool Verify(HeldKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => key.VerifyLocally(message, signature);

    public byte[] Mac(string label, ReadOnlySpan<byte> data) =>
        Master(mayCreate: true).Tag([.. "mac\0"u8, .. Encoding.UTF8.GetBytes(label), 0, .. data]);

    public TimeStamp Stamp(ReadOnlySpan<byte> digest)
    {
        var now = DateTimeOffset.UnixEpoch.AddMicroseconds(AuditRow.Microseconds(_clock.GetUtcNow()));
        using var pair = StampPair();
        return new(Authority, now, pair.Sign(Stamped(digest, now)));
    }

    public bool? VerifyStamp(ReadOnlySpan<byte> digest, TimeStamp stamp)
    {
        if (stamp.Authority != Authority) { return null; }
        using var pair = StampPair();
        return pair.PublicKey.Verify(Stamped(digest, stamp.At), stamp.Signature);
    }

    private static byte[] Place(string label, byte[] point) => [.. "signing\0"u8, .. Encoding.UTF8.GetBytes(label), 0, .. point];

    private static byte[] Stamped(ReadOnlySpan<byte> digest, DateTimeOffset at)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, AuditRow.Microseconds(at));
        return [.. "zt-time-stamp-1"u8, .. time, .. digest];
    }

    /// <summary>The same pair each time; its first candidate is a private key but once in four thousand million times.</summary>
    private Sm2KeyPair StampPair()
    {
        for (byte round = 0; ; round++)
        {
            var number = Master(mayCreate: true).Tag([.. "time stamp\0"u8, round]);
            try { return Sm2KeyPair.FromPrivateKey(number); }
            catch (GuoMiException) when (round < byte.MaxValue) { }
            finally { CryptographicOperations.ZeroMemory(number); }
        }
    }
}
