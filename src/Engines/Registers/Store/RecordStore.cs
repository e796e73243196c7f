using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// The only code that touches tables of registers. It asks permissions, keeps to the data scope in reading and writing, checks, computes,
/// encrypts, masks, and leaves history and events behind, all in the caller's transaction.
/// </summary>
public sealed partial class RecordStore(RegisterCatalogue catalogue, Lookups lookups, FieldCipher cipher, ChineseText chinese)
{
    /// <summary>One record, also one out of use; not found when it lies outside the actor's scope.</summary>
    public async Task<Result<Record>> GetAsync(
        DbSession session, string register, Guid id, CancellationToken cancellationToken, Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        return await FindAsync(session, readable.Value, id, authority, mask: true, forUpdate: false, cancellationToken) is { } record
            ? record : RegisterErrors.NotFound;
    }

    /// <summary>A page of records that fit, within the actor's scope.</summary>
    public async Task<Result<RecordPage>> PageAsync(
        DbSession session, string register, RecordQuery query, CancellationToken cancellationToken, Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        var made = PageQuery.Make(table, session.Actor, authority, query, catalogue, cipher);
        if (!made.IsSuccess) { return made.Error; }
        var page = made.Value;
        var masks = Masking(table, session.Actor, authority);
        var records = new List<Record>();
        var ends = new List<(object?[] Sort, Guid Id)>();
        var count = await ReadPageAsync(session, page, query.Count, (row, take) =>
        {
            if (!take) { return; }
            records.Add(ReadRecord(table, page.Columns, row, masks));
            ends.Add((SortValues(page, row), records[^1].Id));
        }, cancellationToken);
        if (page.Backwards)
        {
            records.Reverse();
            ends.Reverse();
        }
        var (next, previous) = Neighbours(page, ends, count.More);
        return new RecordPage(records, next, previous,
            count.Count > RecordQuery.CountCap && query.Count is CountMode.Capped ? RecordQuery.CountCap : count.Count,
            query.Count is CountMode.Capped && count.Count > RecordQuery.CountCap);
    }

    internal Result<RegisterTable> Readable(string register, Actor actor, Authority authority)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        return authority is Authority.Platform || table.MayRead(actor) ? table : RegisterErrors.Forbidden;
    }

    /// <summary>Which columns come masked; null where all may be seen.</summary>
    private static string?[]? Masking(RegisterTable table, Actor actor, Authority authority) =>
        authority is Authority.Platform || table.MayUnmask(actor)
            || table.Columns.All(c => c.Mask is null) ? null : [.. table.Columns.Select(c => c.Mask)];

    /// <summary>Reads the segments until the page is full; the count rides in the first round trip.</summary>
    /// <param name="take">Called for each row; false for the one row more that tells whether there is a next page.</param>
    private static async Task<(long? Count, bool More)> ReadPageAsync(
        DbSession session, PageQuery page, CountMode mode, Action<NpgsqlDataReader, bool> take, CancellationToken cancellationToken)
    {
        var (taken, more, count) = (0, false, (long?)null);
        foreach (var (index, isNull) in page.Segments.Index())
        {
            var missing = page.Limit - taken;
            await using var batch = new NpgsqlBatch();
            batch.BatchCommands.Add(page.Rows(isNull, missing));
            if (index == 0 && mode is not CountMode.None) { batch.BatchCommands.Add(page.Count()); }
            await session.ReadAsync(batch, async (reader, stop) =>
            {
                while (await reader.ReadAsync(stop))
                {
                    if (taken == page.Limit) { more = true; }
                    else { taken++; }
                    take(reader, !more);
                }
                if (index == 0 && mode is not CountMode.None && await reader.NextResultAsync(stop) && await reader.ReadAsync(stop))
                {
                    count = reader.GetInt64(0);
                }
                return true;
            }, cancellationToken);
            if (more) { break; }
        }
        return (count, more);
    }

    private static object?[] SortValues(PageQuery page, NpgsqlDataReader row)
    {
        var values = new object?[page.Sort.Count];
        var first = PageQuery.SystemCount + page.Columns.Length;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.IsDBNull(first + i) ? null : row.GetValue(first + i) switch
            {
                DateTime { Kind: DateTimeKind.Utc } instant => new DateTimeOffset(instant),
                DateTime day => DateOnly.FromDateTime(day),
                TimeSpan time => TimeOnly.FromTimeSpan(time),
                int number => (long)number,
                var value => value,
            };
        }
        return values;
    }

    private static (string? Next, string? Previous) Neighbours(PageQuery page, List<(object?[] Sort, Guid Id)> ends, bool more)
    {
        if (ends.Count == 0) { return (null, null); }
        // Backwards "more" means more before; there is a page after, for we came from it.
        var hasNext = page.Backwards || more;
        var hasPrevious = page.Backwards ? more : page.HasCursor;
        return (hasNext ? Cursor.Write(false, page.Sort, ends[^1].Sort, ends[^1].Id) : null,
            hasPrevious ? Cursor.Write(true, page.Sort, ends[0].Sort, ends[0].Id) : null);
    }

    private Record ReadRecord(RegisterTable table, FieldColumn[] columns, NpgsqlDataReader row, string?[]? masks, int ownerAt = -1)
    {
        var id = row.GetGuid(0);
        var values = new object?[table.Columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            var value = column.Read(row, PageQuery.SystemCount + i, id, cipher);
            values[column.Index] = masks?[column.Index] is { } mask && value is string clear ? Masks.Apply(mask, clear) : value;
        }
        return new(table, values)
        {
            Id = id, Version = row.GetInt32(1), CreatedAt = new(row.GetDateTime(2), TimeSpan.Zero), CreatedBy = row.GetString(3),
            UpdatedAt = new(row.GetDateTime(4), TimeSpan.Zero), UpdatedBy = row.GetString(5),
            RetiredAt = row.IsDBNull(6) ? null : new(row.GetDateTime(6), TimeSpan.Zero),
            OwnerId = ownerAt >= 0 && !row.IsDBNull(ownerAt) ? row.GetGuid(ownerAt) : null,
            OrganisationPath = ownerAt >= 0 && !row.IsDBNull(ownerAt + 1) ? row.GetString(ownerAt + 1) : null,
        };
    }

    private SqlText GetSql(RegisterTable table, Guid id, Actor actor, Authority authority)
    {
        var sql = new SqlText().Add("select ").Add(PageQuery.SystemColumns);
        foreach (var column in table.Columns) { sql.Add(", t.").Add(column.Sql); }
        sql.Add(", t.owner_id, t.organisation_path from ").Add(table.Name).Add(" t where t.id = ").Add(Parameters.Id(id));
        ScopeSql.Add(sql, table, "t", actor, authority);
        return sql;
    }

    private async Task<Record?> FindAsync(
        DbSession session, RegisterTable table, Guid id, Authority authority, bool mask, bool forUpdate,
        CancellationToken cancellationToken)
    {
        var sql = GetSql(table, id, session.Actor, authority);
        if (forUpdate) { sql.Add(" for update"); }
        await using var batch = sql.ToBatch();
        var masks = mask ? Masking(table, session.Actor, authority) : null;
        return await session.ReadAsync(batch, async (reader, stop) =>
            await reader.ReadAsync(stop)
                ? ReadRecord(table, table.Columns, reader, masks, PageQuery.SystemCount + table.Columns.Length)
                : null, cancellationToken);
    }
}
