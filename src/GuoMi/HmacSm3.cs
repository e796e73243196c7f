using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>HMAC with SM3: a tag of 32 bytes that only a holder of the key can make.</summary>
/// <remarks>Source: GB/T 15852.2, RFC 2104. Keys of 32 bytes are right; longer than 64 are hashed first, as the standard says.</remarks>
public static class HmacSm3
{
    /// <summary>Length of a tag in bytes.</summary>
    public const int TagSize = 32;

    /// <summary>Tag of <paramref name="data"/>.</summary>
    public static byte[] Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        var tag = new byte[TagSize];
        Tag(key, data, tag);
        return tag;
    }

    /// <summary>Writes the tag of <paramref name="data"/> into 32 bytes of <paramref name="destination"/>.</summary>
    public static void Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Guard.Room(destination, TagSize);
        using var hasher = new HmacSm3Hasher(key);
        hasher.Append(data);
        hasher.Finish(destination);
    }

    /// <summary>Tag of what is left of <paramref name="stream"/>.</summary>
    public static async Task<byte[]> TagAsync(ReadOnlyMemory<byte> key, Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var hasher = new HmacSm3Hasher(key.Span);
        await Sm3.PumpAsync(stream, piece => hasher.Append(piece.Span), cancellationToken).ConfigureAwait(false);
        return hasher.Finish();
    }

    /// <summary>Whether <paramref name="tag"/> is the tag of <paramref name="data"/>. The time taken says nothing of where they
    /// differ.</summary>
    /// <remarks>A shortened tag is refused; who shortens tags compares them with <see cref="CryptographicOperations"/>.</remarks>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[TagSize];
        Tag(key, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }
}

/// <summary>HMAC-SM3 over data that comes in pieces. One instance serves one thread at a time.</summary>
public sealed unsafe class HmacSm3Hasher : IDisposable
{
    private readonly EvpMacCtx _context;

    public HmacSm3Hasher(ReadOnlySpan<byte> key)
    {
        _context = NativeCall.Check(LibCrypto.EVP_MAC_CTX_new(Algorithms.Hmac));

        // libcrypto takes a null key for "keep the key you have": an empty key still needs an address.
        ReadOnlySpan<byte> address = key.IsEmpty ? [0] : key;
        fixed (byte* name = "digest\0"u8, digest = "SM3\0"u8)
        {
            var parameters = stackalloc OsslParam[2];
            parameters[0] = new OsslParam(name, OsslParam.Utf8String, digest, 3);
            parameters[1] = default;
            NativeCall.Check(LibCrypto.EVP_MAC_init(_context, address, (nuint)key.Length, parameters));
        }
    }

    /// <summary>Adds a piece.</summary>
    public void Append(ReadOnlySpan<byte> data) => NativeCall.Check(LibCrypto.EVP_MAC_update(_context, data, (nuint)data.Length));

    /// <summary>Tag of all pieces; the hasher then starts anew with the same key.</summary>
    public byte[] Finish()
    {
        var tag = new byte[HmacSm3.TagSize];
        Finish(tag);
        return tag;
    }

    /// <summary>Writes the tag of all pieces into 32 bytes of <paramref name="destination"/>; the hasher then starts anew.</summary>
    public void Finish(Span<byte> destination)
    {
        Guard.Room(destination, HmacSm3.TagSize);
        NativeCall.Check(LibCrypto.EVP_MAC_final(_context, destination, out _, HmacSm3.TagSize));
        NativeCall.Check(LibCrypto.EVP_MAC_init(_context, default, 0, null));
    }

    public void Dispose() => _context.Dispose();
}
