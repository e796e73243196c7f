using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>The running block of CBC over data that comes in pieces. Safe only inside CCM, which puts the length first.</summary>
internal sealed class CbcMac : IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    private readonly SecretBytes _key = new(Sm4.KeySize);
    private readonly byte[] _state = new byte[Sm4.BlockSize];
    private readonly byte[] _pending = new byte[Sm4.BlockSize];
    private readonly byte[] _scratch = new byte[ChunkBytes];
    private int _held;

    internal CbcMac(ReadOnlySpan<byte> key) => key.CopyTo(_key.Span);

    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_scratch);
        CryptographicOperations.ZeroMemory(_pending);
    }

    internal void Append(ReadOnlySpan<byte> data)
    {
        if (_held > 0)
        {
            var take = Math.Min(_pending.Length - _held, data.Length);
            data[..take].CopyTo(_pending.AsSpan(_held));
            _held += take;
            data = data[take..];
            if (_held < _pending.Length)
            {
                return;
            }

            Absorb(_pending);
            _held = 0;
        }

        while (data.Length >= Sm4.BlockSize)
        {
            var take = Math.Min(data.Length / Sm4.BlockSize * Sm4.BlockSize, ChunkBytes);
            Absorb(data[..take]);
            data = data[take..];
        }

        data.CopyTo(_pending);
        _held = data.Length;
    }

    /// <summary>Fills the block begun with zeros.</summary>
    internal void Pad()
    {
        if (_held > 0)
        {
            _pending.AsSpan(_held).Clear();
            Absorb(_pending);
            _held = 0;
        }
    }

    internal void Finish(Span<byte> destination) => _state.CopyTo(destination);

    private void Absorb(ReadOnlySpan<byte> blocks)
    {
        var output = _scratch.AsSpan(0, blocks.Length);
        Sm4.CbcBlocks(_key.Span, _state, blocks, output, encrypt: true);
        output[^Sm4.BlockSize..].CopyTo(_state);
    }
}
