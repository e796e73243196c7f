using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>Key material in memory that the collector neither moves nor copies, and that is zeroed in the end.</summary>
internal sealed class SecretBytes : IDisposable
{
    private byte[]? _bytes;

    internal SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    ~SecretBytes() => Clear();

    internal Span<byte> Span => _bytes ?? throw new ObjectDisposedException("key", "The key was destroyed.");

    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }

    private void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = null;
    }
}
