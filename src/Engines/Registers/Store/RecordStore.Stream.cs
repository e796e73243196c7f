using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public sealed partial class RecordStore
{
    private const int StreamBatch = 500;

    /// <summary>All records that fit, batch by batch as the database sends them: for exports, in constant memory.</summary>
    /// <param name="take">Gets up to 500 records; the next are read when it is done.</param>
    /// <returns>Number of records given out.</returns>
    public async Task<Result<long>> StreamAsync(
        DbSession session, string register, RecordQuery query, Func<IReadOnlyList<Record>, CancellationToken, Task> take,
        CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        var made = PageQuery.Make(
            table, session.Actor, authority, query with { Cursor = null, Limit = RecordQuery.MaxLimit }, catalogue, cipher);
        if (!made.IsSuccess) { return made.Error; }
        var masks = Masking(table, session.Actor, authority);
        var total = 0L;
        foreach (var isNull in made.Value.Segments)
        {
            await using var batch = new NpgsqlBatch { Timeout = 0, BatchCommands = { made.Value.Rows(isNull, int.MaxValue - 1) } };
            total += await session.ReadAsync(batch, async (reader, stop) =>
            {
                var (records, count) = (new List<Record>(StreamBatch), 0L);
                while (await reader.ReadAsync(stop))
                {
                    records.Add(ReadRecord(table, made.Value.Columns, reader, masks));
                    count++;
                    if (records.Count < StreamBatch) { continue; }
                    await take(records, stop);
                    records.Clear();
                }
                if (records.Count > 0) { await take(records, stop); }
                return count;
            }, cancellationToken);
        }
        return total;
    }
}
