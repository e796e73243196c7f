using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public sealed partial class RecordStore
{
    private static readonly JsonWriterOptions JsonOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a page as JSON straight from the rows, without records in between:
    /// <c>{"items": […], "next": …, "previous": …, "count": …}</c>. Nothing is written before the query is known to be good.</summary>
    public async Task<Result> WritePageAsync(
        DbSession session, string register, RecordQuery query, IBufferWriter<byte> output, CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        var made = PageQuery.Make(table, session.Actor, authority, query, catalogue, cipher);
        if (!made.IsSuccess) { return made.Error; }
        if (made.Value.Backwards) { return await WriteBackwardsAsync(session, register, query, output, authority, cancellationToken); }
        var page = made.Value;
        var masks = Masking(table, session.Actor, authority);
        await using var writer = new Utf8JsonWriter(output, JsonOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        (object?[] Sort, Guid Id)? first = null, last = null;
        var taken = 0;
        var (count, more) = await ReadPageAsync(session, page, query.Count, (row, take) =>
        {
            if (!take) { return; }
            WriteItem(writer, page.Columns, row, masks);
            if (++taken == 1 && page.HasCursor) { first = (SortValues(page, row), row.GetGuid(0)); }
            if (taken == page.Limit) { last = (SortValues(page, row), row.GetGuid(0)); }
        }, cancellationToken);
        writer.WriteEndArray();
        if (more && last is { } end) { writer.WriteString("next"u8, Cursor.Write(false, page.Sort, end.Sort, end.Id)); }
        if (first is { } start) { writer.WriteString("previous"u8, Cursor.Write(true, page.Sort, start.Sort, start.Id)); }
        WriteCount(writer, count, query.Count);
        writer.WriteEndObject();
        return Result.Done;
    }

    /// <summary>Writes one record as JSON.</summary>
    /// <returns>Its version, for the entity tag.</returns>
    public async Task<Result<int>> WriteAsync(
        DbSession session, string register, Guid id, IBufferWriter<byte> output, CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        var masks = Masking(table, session.Actor, authority);
        await using var batch = GetSql(table, id, session.Actor, authority).ToBatch();
        var version = await session.ReadAsync(batch, async (row, stop) =>
        {
            if (!await row.ReadAsync(stop)) { return 0; }
            await using var writer = new Utf8JsonWriter(output, JsonOptions);
            WriteItem(writer, table.Columns, row, masks);
            return row.GetInt32(1);
        }, cancellationToken);
        return version == 0 ? RegisterErrors.NotFound : version;
    }

    /// <summary>Writes a record that is at hand.</summary>
    public static void Write(Record record, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOptions);
        WriteRecord(writer, record);
    }

    private async Task<Result> WriteBackwardsAsync(
        DbSession session, string register, RecordQuery query, IBufferWriter<byte> output, Authority authority,
        CancellationToken cancellationToken)
    {
        var page = await PageAsync(session, register, query, cancellationToken, authority);
        if (!page.IsSuccess) { return page.Error; }
        await using var writer = new Utf8JsonWriter(output, JsonOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        foreach (var record in page.Value.Records) { WriteRecord(writer, record); }
        writer.WriteEndArray();
        if (page.Value.Next is { } next) { writer.WriteString("next"u8, next); }
        if (page.Value.Previous is { } previous) { writer.WriteString("previous"u8, previous); }
        WriteCount(writer, page.Value.Count + (page.Value.IsCapped ? 1 : 0), query.Count);
        writer.WriteEndObject();
        return Result.Done;
    }

    private static void WriteCount(Utf8JsonWriter writer, long? count, CountMode mode)
    {
        if (count is not { } known) { return; }
        writer.WriteNumber("count"u8, mode is CountMode.Capped ? Math.Min(known, RecordQuery.CountCap) : known);
        if (mode is CountMode.Capped) { writer.WriteBoolean("count-capped"u8, known > RecordQuery.CountCap); }
    }

    private void WriteItem(Utf8JsonWriter writer, FieldColumn[] columns, NpgsqlDataReader row, string?[]? masks)
    {
        var id = row.GetGuid(0);
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteNumber("version"u8, row.GetInt32(1));
        writer.WriteString("created-at"u8, row.GetDateTime(2));
        writer.WriteString("created-by"u8, row.GetString(3));
        writer.WriteString("updated-at"u8, row.GetDateTime(4));
        writer.WriteString("updated-by"u8, row.GetString(5));
        if (!row.IsDBNull(6)) { writer.WriteString("retired-at"u8, row.GetDateTime(6)); }
        writer.WriteStartObject("values"u8);
        for (var i = 0; i < columns.Length; i++)
        {
            var (column, ordinal) = (columns[i], PageQuery.SystemCount + i);
            writer.WritePropertyName(column.JsonName);
            if (row.IsDBNull(ordinal)) { writer.WriteNullValue(); continue; }
            if (column.Field.Encrypt || masks?[column.Index] is not null)
            {
                var clear = column.Read(row, ordinal, id, cipher) as string;
                writer.WriteStringValue(masks?[column.Index] is { } mask && clear is not null ? Masks.Apply(mask, clear) : clear);
                continue;
            }
            WriteColumn(writer, row, ordinal, column.Store);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter writer, NpgsqlDataReader row, int ordinal, StoreType store)
    {
        switch (store)
        {
            case StoreType.Text or StoreType.Path: writer.WriteStringValue(row.GetString(ordinal)); break;
            case StoreType.Long: writer.WriteNumberValue(row.GetInt64(ordinal)); break;
            case StoreType.Decimal: writer.WriteNumberValue(row.GetDecimal(ordinal)); break;
            case StoreType.Boolean: writer.WriteBooleanValue(row.GetBoolean(ordinal)); break;
            case StoreType.Instant: writer.WriteStringValue(row.GetDateTime(ordinal)); break;
            case StoreType.Uuid: writer.WriteStringValue(row.GetGuid(ordinal)); break;
            case StoreType.Json: writer.WriteRawValue(row.GetString(ordinal), skipInputValidation: true); break;
            default: FieldValues.Write(writer, FieldColumn.ReadPlain(row, ordinal, store)); break;
        }
    }

    private static void WriteRecord(Utf8JsonWriter writer, Record record)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, record.Id);
        writer.WriteNumber("version"u8, record.Version);
        writer.WriteString("created-at"u8, record.CreatedAt.UtcDateTime);
        writer.WriteString("created-by"u8, record.CreatedBy);
        writer.WriteString("updated-at"u8, record.UpdatedAt.UtcDateTime);
        writer.WriteString("updated-by"u8, record.UpdatedBy);
        if (record.RetiredAt is { } retired) { writer.WriteString("retired-at"u8, retired.UtcDateTime); }
        writer.WriteStartObject("values"u8);
        foreach (var column in record.Table.Columns)
        {
            writer.WritePropertyName(column.JsonName);
            FieldValues.Write(writer, record.Values[column.Index]);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
