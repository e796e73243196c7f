using Dapper;
using Npgsql;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <param name="Kind"><c>altered</c>, <c>missing</c>, <c>added</c>, <c>block</c> or <c>signature</c>.</param>
/// <param name="Seq">Number of the entry; null where a block or signature is meant.</param>
/// <param name="Message">Chinese, names what and where.</param>
public sealed record AuditFinding(string Kind, long? Seq, long? Block, string Message);

/// <summary>Outcome of a verification.</summary>
/// <param name="Pending">Entries so young that no block covers them yet; their own tags are right.</param>
/// <param name="Stamps">Time stamps that this node's crypto provider could check and found genuine.</param>
/// <param name="Head">Hash of the last block, lower-case hexadecimal; compare it with one kept elsewhere.</param>
public sealed record AuditReport(
    long Entries, long Blocks, long Pending, long Signatures, string Head, IReadOnlyList<AuditFinding> Findings, long FindingCount,
    long Stamps = 0)
{
    public bool IsIntact => FindingCount == 0;
}

/// <summary>Recomputes every tag, block and signature and names each entry that was altered, removed or added.</summary>
public sealed class AuditVerifier(Database database, KeyRing ring, PlatformSeal seal, ICryptoProvider provider)
{
    private const int MostFindings = 1000;

    /// <param name="report">Called with blocks done and blocks in all.</param>
    public Task<AuditReport> VerifyAsync(Action<long, long>? report, CancellationToken cancellationToken) =>
        VerifyAsync(report, null, cancellationToken);

    /// <param name="knownHead">Hash of some block as it was written down elsewhere: the chain must still contain it. It witnesses even
    /// against somebody who had the keys and made the whole chain anew.</param>
    public async Task<AuditReport> VerifyAsync(Action<long, long>? report, string? knownHead, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        // One view of everything, or an entry sealed meanwhile would look like one that was added.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var epochs = (await connection.QueryAsync<(int Epoch, long Start)>(
            "select epoch, start_seq from audit.epochs order by epoch", transaction: transaction)).ToList();
        var total = await connection.ExecuteScalarAsync<long>(
            "select coalesce(max(number), 0) from audit.blocks", transaction: transaction);
        long entries = 0, blocks = 0;
        var isKnown = knownHead is null;
        AuditBlock? last = null;
        var lastOfEpoch = new Dictionary<int, long>();
        for (var number = 1L; number <= total; number++)
        {
            var block = await connection.QuerySingleOrDefaultAsync<AuditBlock>(
                $"select {AuditBlock.Columns} from audit.blocks where number = @number", new { number }, transaction);
            if (block is null)
            {
                findings.Add(new("block", null, number, $"缺少第 {number} 块"));
                continue;
            }
            CheckBlock(block, last, findings);
            entries += await CheckEntriesAsync(connection, transaction, block, epochs, findings, cancellationToken);
            lastOfEpoch[block.Epoch] = block.ToTx;
            if (Convert.ToHexStringLower(block.Hash) == knownHead?.ToLowerInvariant()) { isKnown = true; }
            last = block;
            blocks++;
            report?.Invoke(blocks, total);
        }
        if (!isKnown) { findings.Add(new("block", null, null, $"链中没有校验值为 {knownHead} 的块，审计链可能被整体替换")); }
        var pending = await CheckTailAsync(connection, transaction, epochs, lastOfEpoch, findings, cancellationToken);
        await CheckDuplicatesAsync(connection, transaction, findings);
        var (signatures, stamps) = await CheckSignaturesAsync(connection, transaction, total, findings);
        return new(
            entries + pending, blocks, pending, signatures, Convert.ToHexStringLower(last?.Hash ?? []), findings.Shown, findings.Count,
            stamps);
    }

    private void CheckBlock(AuditBlock block, AuditBlock? last, Findings findings)
    {
        if (block.Macs.Length != block.Seqs.Length * HmacSm3.TagSize || ring.Find(KeyPurpose.Audit, (uint)block.KeyId) is not { } key)
        {
            findings.Add(new("block", null, block.Number, $"第 {block.Number} 块的结构或密钥编号被改动"));
            return;
        }
        if (!block.ComputeHash(key).AsSpan().SequenceEqual(block.Hash))
        {
            findings.Add(new("block", null, block.Number, $"第 {block.Number} 块被改动"));
        }
        if (!block.Previous.AsSpan().SequenceEqual(last?.Hash ?? []))
        {
            findings.Add(new("block", null, block.Number, $"第 {block.Number} 块与前一块不衔接"));
        }
    }

    private async Task<long> CheckEntriesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AuditBlock block, List<(int Epoch, long Start)> epochs,
        Findings findings,
        CancellationToken cancellationToken)
    {
        var (start, end) = RangeOf(block.Epoch, epochs);
        var recorded = block.Seqs.Select((seq, index) => (seq, index)).ToDictionary(s => s.seq, s => s.index);
        var count = 0L;
        await foreach (var row in RowsAsync(connection, transaction, block.FromTx, block.ToTx, start, end, cancellationToken))
        {
            count++;
            if (!recorded.Remove(row.Seq, out var index))
            {
                findings.Add(new("added", row.Seq, block.Number, $"{Name(row)} 是封存后添加的"));
                continue;
            }
            var tag = row.Form == 0 ? new byte[HmacSm3.TagSize] : row.Mac;
            var isRecorded = block.Macs.Length >= (index + 1) * HmacSm3.TagSize && block.MacOf(index).SequenceEqual(tag);
            if (!isRecorded || !HasOwnTag(row)) { findings.Add(new("altered", row.Seq, block.Number, $"{Name(row)} 的内容被改动")); }
        }
        foreach (var seq in recorded.Keys.Order())
        {
            findings.Add(new(
                "missing", seq, block.Number, $"第 {seq} 条记录被删除（第 {block.Number} 块，封存于 {block.SealedAt.ToLocal():yyyy-MM-dd HH:mm:ss}）"));
        }
        return count;
    }

    /// <summary>Entries that no block covers: honest ones are younger than the last block of the newest epoch.</summary>
    private async Task<long> CheckTailAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, List<(int Epoch, long Start)> epochs, Dictionary<int, long> lastOfEpoch,
        Findings findings,
        CancellationToken cancellationToken)
    {
        var pending = 0L;
        foreach (var (epoch, _) in epochs)
        {
            var (start, end) = RangeOf(epoch, epochs);
            await foreach (var row in RowsAsync(
                connection, transaction, lastOfEpoch.GetValueOrDefault(epoch), long.MaxValue - 1, start, end, cancellationToken))
            {
                if (epoch != epochs[^1].Epoch) { findings.Add(new("added", row.Seq, null, $"{Name(row)} 是封存后添加的")); }
                else if (!HasOwnTag(row) || row.Form == 0) { findings.Add(new("altered", row.Seq, null, $"{Name(row)} 的内容被改动或不是平台写入的")); }
                pending++;
            }
        }
        return pending;
    }

    private static async Task CheckDuplicatesAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Findings findings)
    {
        foreach (var (seq, first) in await connection.QueryAsync<(long, long)>(
            """
            select max(seq), min(seq)
            from audit.entries
            where form > 0
            group by id
            having count(*) > 1
            limit 1000
            """, transaction: transaction, commandTimeout: 0))
        {
            findings.Add(new("added", seq, null, $"第 {seq} 条记录是第 {first} 条的复制"));
        }
    }

    private async Task<(long Signatures, long Stamps)> CheckSignaturesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long total, Findings findings)
    {
        var signatures = (await connection.QueryAsync<Signed>(
            """
            select s.block, s.key_id, s.signature, b.number, b.hash, s.stamp_authority, s.stamped_at, s.stamp
            from audit.signatures s
            left join audit.blocks b on b.number = s.block
            order by s.block
            """, transaction: transaction)).ToList();
        var stamps = 0L;
        foreach (var s in signatures)
        {
            if (s.Hash is null || s.Number is null)
            {
                findings.Add(new("signature", null, s.Block, s.Block > total ? $"第 {s.Block} 块已签名但末尾的块被删除" : $"第 {s.Block} 块已签名但不存在"));
                continue;
            }
            var block = new AuditBlock { Number = s.Block, Hash = s.Hash };
            if (!seal.Verify(block.ToSign(), new((uint)s.KeyId, s.Signature)))
            {
                findings.Add(new("signature", null, s.Block, $"第 {s.Block} 块的签名无效"));
            }
            if (s is not { StampAuthority: { } authority, StampedAt: { } at, Stamp: { } stamp }) { continue; }
            switch (provider.VerifyStamp(AuditSealer.StampedDigest(block, s.Signature), new(authority, at, stamp)))
            {
                case true: stamps++; break;
                case false: findings.Add(new("signature", null, s.Block, $"第 {s.Block} 块签名的时间戳无效")); break;
                // Another authority's, from before the provider was changed: only that one can say.
                case null: break;
            }
        }
        return (signatures.Count, stamps);
    }

    /// <summary>Whether the content of one entry is what was written. Whether it belongs where it stands only a whole verification
    /// says.</summary>
    public bool IsGenuine(AuditRow row) => HasOwnTag(row);

    private bool HasOwnTag(AuditRow row) =>
        row.Form == 0 || (ring.Find(KeyPurpose.Audit, (uint)row.KeyId) is { } key && key.VerifyTag(row.Canonical(), row.Mac));

    private static async IAsyncEnumerable<AuditRow> RowsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long from, long to, long start, long end,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select {AuditRow.Columns}
             from audit.entries
             where tx > $1::text::xid8 and tx <= $2::text::xid8 and seq >= $3 and seq < $4
             order by seq
             """, connection, transaction) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = from.ToString() });
        command.Parameters.Add(new() { Value = to.ToString() });
        command.Parameters.Add(new() { Value = start });
        command.Parameters.Add(new() { Value = end });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) { yield return AuditRow.Read(reader); }
    }

    private static (long Start, long End) RangeOf(int epoch, List<(int Epoch, long Start)> epochs)
    {
        var at = epochs.FindIndex(e => e.Epoch == epoch);
        return at < 0 ? (0, long.MaxValue) : (epochs[at].Start, at + 1 < epochs.Count ? epochs[at + 1].Start : long.MaxValue);
    }

    private static string Name(AuditRow row) =>
        $"第 {row.Seq} 条记录（{row.At.ToLocal():yyyy-MM-dd HH:mm:ss}，{row.ActorName}，{row.Operation}，{row.SubjectType} {row.SubjectId}）";

    private sealed record Signed
    {
        public long Block { get; init; }

        public long KeyId { get; init; }

        public byte[] Signature { get; init; } = [];

        public long? Number { get; init; }

        public byte[]? Hash { get; init; }

        public string? StampAuthority { get; init; }

        public DateTimeOffset? StampedAt { get; init; }

        public byte[]? Stamp { get; init; }
    }

    private sealed class Findings
    {
        private readonly List<AuditFinding> _shown = [];

        internal IReadOnlyList<AuditFinding> Shown => _shown;

        internal long Count { get; private set; }

        internal void Add(AuditFinding finding)
        {
            Count++;
            if (_shown.Count < MostFindings) { _shown.Add(finding); }
        }
    }
}
