using System.Buffers.Binary;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>A sealed stretch of the audit: which entries it holds, with their tags, and the hash that chains it to the one
/// before.</summary>
internal sealed record AuditBlock
{
    internal const string Columns = "number, epoch, from_tx, to_tx, seqs, macs, previous, key_id, hash, sealed_at";

    public long Number { get; init; }

    public int Epoch { get; init; }

    public long FromTx { get; init; }

    public long ToTx { get; init; }

    public long[] Seqs { get; init; } = [];

    /// <summary>One after the other, 32 bytes each; an entry from before sealing has 32 zeros.</summary>
    public byte[] Macs { get; init; } = [];

    public byte[] Previous { get; init; } = [];

    public long KeyId { get; init; }

    public byte[] Hash { get; init; } = [];

    public DateTimeOffset SealedAt { get; init; }

    public ReadOnlySpan<byte> MacOf(int index) => Macs.AsSpan(index * HmacSm3.TagSize, HmacSm3.TagSize);

    /// <summary>Tag over everything the block says, under the audit key: without it nobody can make a block that fits.</summary>
    public byte[] ComputeHash(RingKey key)
    {
        using var hasher = key.NewHasher();
        hasher.Append("zt-audit-block-1"u8);
        foreach (var number in (long[])[Number, Epoch, FromTx, ToTx, Seqs.LongLength, .. Seqs]) { Append(number); }
        hasher.Append(Macs);
        hasher.Append(Previous);
        return hasher.Finish();

        void Append(long number)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            hasher.Append(bytes);
        }
    }

    /// <summary>What is signed: number and hash.</summary>
    public byte[] ToSign()
    {
        var bytes = new byte[8 + Hash.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Number);
        Hash.CopyTo(bytes, 8);
        return bytes;
    }
}
