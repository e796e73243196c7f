using System.Text.Json;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>One change of one record.</summary>
/// <param name="Action"><c>created</c>, <c>updated</c>, <c>retired</c>, <c>restored</c> or <c>deleted</c>.</param>
public sealed record HistoryEntry(
    int Version, DateTimeOffset At, string Action, string ActorName, string Operation, string? Reason, IReadOnlyList<FieldChange> Changes);

/// <summary>A field before and after; masked for those who may not see it all.</summary>
public sealed record FieldChange(FieldDefinition Field, string? Before, string? After);

public sealed partial class RecordStore
{
    private const int MaxHistory = 200;

    /// <summary>What was done to a record, newest first.</summary>
    public async Task<Result<HistoryEntry[]>> HistoryAsync(
        DbSession session, string register, Guid id, CancellationToken cancellationToken, Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        if (await FindAsync(session, table, id, authority, mask: true, forUpdate: false, cancellationToken) is null)
        {
            return RegisterErrors.NotFound;
        }
        var sql = new SqlText().Add(
            """
            select version, at, action, actor_name, operation, reason, before, after
            from registers.history
            where record_id =
            """).Add(" ").Add(Parameters.Id(id)).Add(" and register = ").Add(Parameters.Text(register)).Add($" order by at desc, version desc limit {MaxHistory}");
        await using var batch = sql.ToBatch();
        var masks = Masking(table, session.Actor, authority);
        return await session.ReadAsync(batch, async (reader, stop) =>
        {
            var entries = new List<HistoryEntry>();
            while (await reader.ReadAsync(stop)) { entries.Add(ReadEntry(table, id, reader, masks)); }
            return entries.ToArray();
        }, cancellationToken);
    }

    private HistoryEntry ReadEntry(RegisterTable table, Guid id, NpgsqlDataReader row, string?[]? masks)
    {
        var before = row.IsDBNull(6) ? default : JsonElement.Parse(row.GetString(6));
        var after = row.IsDBNull(7) ? default : JsonElement.Parse(row.GetString(7));
        var changes = table.Columns.Select(c => ChangeOf(c, id, before, after, masks?[c.Index])).OfType<FieldChange>().ToList();
        return new(row.GetInt32(0), new(row.GetDateTime(1), TimeSpan.Zero), row.GetString(2), row.GetString(3), row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5), changes);
    }

    private FieldChange? ChangeOf(FieldColumn column, Guid id, JsonElement before, JsonElement after, string? mask)
    {
        var name = column.Sealed is null ? column.Field.Column : column.Field.Column + "__sealed";
        var hasBefore = before.ValueKind is JsonValueKind.Object && before.TryGetProperty(name, out _);
        var hasAfter = after.ValueKind is JsonValueKind.Object && after.TryGetProperty(name, out _);
        return hasBefore || hasAfter ? new(column.Field, TextOf(before), TextOf(after)) : null;

        string? TextOf(JsonElement state)
        {
            if (state.ValueKind is not JsonValueKind.Object || !state.TryGetProperty(name, out var value)
                || value.ValueKind is JsonValueKind.Null)
            {
                return null;
            }
            var text = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
            if (column.Field.Encrypt || column.Sealed is not null)
            {
                text = cipher.Decrypt(Convert.FromHexString(text.AsSpan(2)), column.PlaceOf(id));
            }
            else if (value.ValueKind is JsonValueKind.Array && column.Store is StoreType.TextList or StoreType.UuidList)
            {
                text = string.Join(',', value.EnumerateArray().Select(v => v.ToString()));
            }
            return mask is null ? text : Masks.Apply(mask, text);
        }
    }
}
