using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// Seals the audit behind the writers, who do not wait for each other. A block covers all entries whose transaction lies in a range that is
/// over: below the oldest running transaction nothing can be added honestly any more, so whatever appears or vanishes there later is named.
/// </summary>
public sealed class AuditSealer(
    Database database, KeyRing ring, PlatformSeal seal, ICryptoProvider provider, TimeProvider clock, ILogger<AuditSealer> log)
{
    private const long LockKey = 0x5A54_4155_4449_5453;

    /// <summary>Entries by which a block is closed; a single transaction is never split.</summary>
    private const int BlockSize = 20_000;

    /// <summary>Seals everything that is over.</summary>
    /// <returns>Number of blocks made.</returns>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        while (await SealOneAsync(cancellationToken)) { count++; }
        return count;
    }

    /// <summary>Signs the last block, if it is not signed; the signature vouches for everything before it.</summary>
    public async Task<bool> SignAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var block = await connection.QuerySingleOrDefaultAsync<AuditBlock>(new(
            $"select {AuditBlock.Columns} from audit.blocks order by number desc limit 1", cancellationToken: cancellationToken));
        if (block is null) { return false; }
        var signed = seal.Sign(block.ToSign());
        var stamp = provider.Stamp(StampedDigest(block, signed.Signature));
        var inserted = await connection.ExecuteAsync(new(
            """
            insert into audit.signatures (block, key_id, signature, signed_at, stamp_authority, stamped_at, stamp)
            values (@Number, @keyId, @Signature, @now, @Authority, @At, @stamp)
            on conflict do nothing
            """,
            new
            {
                block.Number, keyId = (long)signed.KeyId, signed.Signature, now = clock.GetUtcNow(), stamp.Authority, stamp.At,
                stamp = stamp.Signature,
            }, cancellationToken: cancellationToken));
        // In the log, too: whoever keeps logs elsewhere keeps a witness against a database that is altered as a whole.
        if (inserted > 0)
        {
            log.LogInformation("Audit signed up to block {Block} with hash {Hash}", block.Number, Convert.ToHexStringLower(block.Hash));
        }
        return inserted > 0;
    }

    /// <summary>What a time stamp vouches for: this signature over this block.</summary>
    internal static byte[] StampedDigest(AuditBlock block, byte[] signature) => Sm3.Hash([.. block.ToSign(), .. signature]);

    /// <summary>Makes the partitions of this month and the next ones.</summary>
    public async Task EnsurePartitionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var start = clock.GetUtcNow().UtcDateTime.Date;
        foreach (var months in Enumerable.Range(0, 3))
        {
            await connection.ExecuteAsync(new("select audit.ensure_partition(@day)",
                new { day = DateOnly.FromDateTime(start.AddMonths(months)) }, cancellationToken: cancellationToken));
        }
    }

    private async Task<bool> SealOneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_xact_lock(@LockKey)", new { LockKey }, transaction))
        {
            return false;
        }
        // First the horizon, then the rows: a transaction that was over when the horizon was taken is visible to the later statement.
        var (lowest, next) = await connection.QuerySingleAsync<(long, long)>(
            "select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint from pg_current_snapshot() s",
            transaction: transaction);
        var (epoch, start) = await connection.QuerySingleAsync<(int, long)>(
            "select epoch, start_seq from audit.epochs order by epoch desc limit 1", transaction: transaction);
        var last = await connection.QuerySingleOrDefaultAsync<AuditBlock>(
            $"select {AuditBlock.Columns} from audit.blocks order by number desc limit 1", transaction: transaction);
        var from = last?.Epoch == epoch ? last.ToTx : 0;
        if (from >= next)
        {
            await BeginEpochAsync(connection, transaction, epoch, start, last!, next, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        var to = lowest - 1;
        if (to <= from) { return false; }
        var end = await connection.ExecuteScalarAsync<long?>(
            """
            select tx::text::bigint
            from audit.entries
            where tx > @from::text::xid8 and tx <= @to::text::xid8 and seq >= @start
            order by tx
            offset @size limit 1
            """, new { from = Xid(from), to = Xid(to), start, size = BlockSize - 1 }, transaction);
        var made = await InsertBlockAsync(connection, transaction, last, epoch, from, end ?? to, start, long.MaxValue, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    /// <summary>
    /// The numbers of transactions lie behind those of the last block: a dump was restored into another cluster. What the old one had not
    /// sealed yet is sealed as its last block; entries from here on count anew.
    /// </summary>
    private async Task BeginEpochAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int epoch, long start, AuditBlock last, long next,
        CancellationToken cancellationToken)
    {
        var newStart = 1 + await connection.ExecuteScalarAsync<long>(
            """
            select greatest(
                (select coalesce(max(seq), 0) from audit.entries where tx >= @next::text::xid8),
                (select coalesce(max(s), 0) from audit.blocks b, unnest(b.seqs) s))
            """, new { next = Xid(next) }, transaction);
        await InsertBlockAsync(connection, transaction, last, epoch, last.ToTx, long.MaxValue - 1, start, newStart, cancellationToken);
        await connection.ExecuteAsync(
            "insert into audit.epochs (epoch, start_seq, started_at, reason) values (@epoch, @newStart, @now, '数据库恢复')",
            new { epoch = epoch + 1, newStart, now = clock.GetUtcNow() }, transaction);
        log.LogWarning("Transaction numbers lie behind the sealed audit: a restored database. Epoch {Epoch} begins at entry {Seq}",
            epoch + 1, newStart);
    }

    private async Task<bool> InsertBlockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AuditBlock? last, int epoch, long from, long to, long startSeq,
        long endSeq,
        CancellationToken cancellationToken)
    {
        List<long> seqs = [];
        using var macs = new MemoryStream();
        await using (var command = new NpgsqlCommand(
            """
            select seq, mac
            from audit.entries
            where tx > $1::text::xid8 and tx <= $2::text::xid8 and seq >= $3 and seq < $4
            order by seq
            """, connection, transaction))
        {
            command.Parameters.Add(new() { Value = Xid(from) });
            command.Parameters.Add(new() { Value = Xid(to) });
            command.Parameters.Add(new() { Value = startSeq });
            command.Parameters.Add(new() { Value = endSeq });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                seqs.Add(reader.GetInt64(0));
                var mac = reader.GetFieldValue<byte[]>(1);
                macs.Write(mac.Length == HmacSm3.TagSize ? mac : new byte[HmacSm3.TagSize]);
            }
        }
        if (seqs.Count == 0) { return false; }
        var key = ring.Current(KeyPurpose.Audit);
        var block = new AuditBlock
        {
            Number = (last?.Number ?? 0) + 1, Epoch = epoch, FromTx = from, ToTx = to, Seqs = [.. seqs], Macs = macs.ToArray(),
            Previous = last?.Hash ?? [],
            KeyId = key.Id, SealedAt = clock.GetUtcNow(),
        };
        await connection.ExecuteAsync(
            """
            insert into audit.blocks (number, epoch, from_tx, to_tx, seqs, macs, previous, key_id, hash, sealed_at)
            values (@Number, @Epoch, @FromTx, @ToTx, @Seqs, @Macs, @Previous, @KeyId, @Hash, @SealedAt)
            """, block with { Hash = block.ComputeHash(key) }, transaction);
        return true;
    }

    private static string Xid(long number) => number.ToString();
}
