using System.Buffers;
using System.Security.Cryptography;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

/// <summary>The hash function SM3: 256 bits.</summary>
/// <remarks>Source: GB/T 32905-2016, GM/T 0004-2012.</remarks>
public static class Sm3
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashSize = 32;

    /// <summary>Length of the block that the compression function takes, in bytes.</summary>
    public const int BlockSize = 64;

    private const int StreamBufferBytes = 128 * 1024;

    /// <summary>Hash of <paramref name="data"/>: 32 bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashSize];
        Hash(data, hash);
        return hash;
    }

    /// <summary>Writes the hash of <paramref name="data"/> into the first 32 bytes of <paramref name="destination"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Guard.Room(destination, HashSize);
        using var hasher = new Sm3Hasher();
        hasher.Append(data);
        hasher.Finish(destination);
    }

    /// <summary>Hash of what is left of <paramref name="stream"/>, read in pieces.</summary>
    public static async Task<byte[]> HashAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var hasher = new Sm3Hasher();
        await hasher.AppendAsync(stream, cancellationToken).ConfigureAwait(false);
        return hasher.Finish();
    }

    internal static async Task PumpAsync(Stream stream, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamBufferBytes);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                take(buffer.AsMemory(0, read));
            }
        }
        finally
        {
            // The next tenant of the pooled array must not find what was hashed.
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>SM3 over data that comes in pieces. One instance serves one thread at a time.</summary>
public sealed class Sm3Hasher : IDisposable
{
    private readonly EvpMdCtx _context;

    public Sm3Hasher()
    {
        _context = NativeCall.Check(LibCrypto.EVP_MD_CTX_new());
        Restart();
    }

    /// <summary>Adds a piece.</summary>
    public void Append(ReadOnlySpan<byte> data) => NativeCall.Check(LibCrypto.EVP_DigestUpdate(_context, data, (nuint)data.Length));

    /// <summary>Adds what is left of <paramref name="stream"/>.</summary>
    public Task AppendAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Sm3.PumpAsync(stream, piece => Append(piece.Span), cancellationToken);
    }

    /// <summary>Hash of all pieces; the hasher then starts anew.</summary>
    public byte[] Finish()
    {
        var hash = new byte[Sm3.HashSize];
        Finish(hash);
        return hash;
    }

    /// <summary>Writes the hash of all pieces into 32 bytes of <paramref name="destination"/>; the hasher then starts anew.</summary>
    public void Finish(Span<byte> destination)
    {
        Guard.Room(destination, Sm3.HashSize);
        NativeCall.Check(LibCrypto.EVP_DigestFinal_ex(_context, destination, out _));
        Restart();
    }

    /// <summary>Writes the hash of the pieces so far and goes on: what a chain of records or a progress check needs.</summary>
    public void Peek(Span<byte> destination)
    {
        Guard.Room(destination, Sm3.HashSize);
        using var copy = NativeCall.Check(LibCrypto.EVP_MD_CTX_new());
        NativeCall.Check(LibCrypto.EVP_MD_CTX_copy_ex(copy, _context));
        NativeCall.Check(LibCrypto.EVP_DigestFinal_ex(copy, destination, out _));
    }

    public void Dispose() => _context.Dispose();

    private void Restart() => NativeCall.Check(LibCrypto.EVP_DigestInit_ex2(_context, Algorithms.Sm3, 0));
}
