using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>Key derivation from an agreed secret: SM3 over the secret and a counter.</summary>
/// <remarks>Source: GB/T 32918.3-2016, 5.4.3; GB/T 32918.4-2016, 5.4.3.</remarks>
public static class Sm3Kdf
{
    /// <summary>Fills <paramref name="destination"/> with key material derived from <paramref name="secret"/>.</summary>
    /// <remarks>The secret must already hold the entropy of a key; for passwords there is <see cref="Pbkdf2Sm3"/>.</remarks>
    public static void Derive(ReadOnlySpan<byte> secret, Span<byte> destination)
    {
        Span<byte> counter = stackalloc byte[4];
        Span<byte> block = stackalloc byte[Sm3.HashSize];
        using var hasher = new Sm3Hasher();
        for (uint i = 1; destination.Length > 0; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter, i);
            hasher.Append(secret);
            hasher.Append(counter);
            hasher.Finish(block);
            var take = Math.Min(block.Length, destination.Length);
            block[..take].CopyTo(destination);
            destination = destination[take..];
        }

        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>Key material of <paramref name="length"/> bytes derived from <paramref name="secret"/>.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> secret, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var key = new byte[length];
        Derive(secret, key);
        return key;
    }
}
