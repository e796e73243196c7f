using Npgsql;
using NpgsqlTypes;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public sealed partial class RecordStore
{
    /// <summary>Titles of what the values point to: codes, regions, organisations, people, other records; under (field, key as
    /// text).</summary>
    public async Task<IReadOnlyDictionary<(string Field, string Key), string>> TitlesAsync(
        DbSession session, IReadOnlyList<Record> records, CancellationToken cancellationToken, Authority authority = Authority.Actor)
    {
        var titles = new Dictionary<(string, string), string>();
        if (records.Count == 0) { return titles; }
        foreach (var column in records[0].Table.Columns)
        {
            var keys = records.SelectMany(r => KeysOf(r.Values[column.Index])).ToHashSet();
            if (keys.Count == 0) { continue; }
            foreach (var (key, title) in await TitlesOfAsync(session, column.Field, keys, cancellationToken, authority))
            {
                titles[(column.Field.Key, key)] = title;
            }
        }
        return titles;
    }

    /// <summary>Titles of keys of one field; a key that is not known is not in the answer.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TitlesOfAsync(
        DbSession session, FieldDefinition field, IReadOnlyCollection<string> keys, CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        if (keys.Count == 0) { return new Dictionary<string, string>(); }
        if (field.To is { } to)
        {
            var ids = keys.Select(k => Guid.TryParse(k, out var id) ? id : Guid.Empty).Where(i => i != Guid.Empty).ToArray();
            return await RecordTitlesAsync(session, to, ids, authority, cancellationToken);
        }
        return LookupOf(field) is var (type, list)
            && lookups.Find(type) is { } lookup
            ? await lookup.TitlesAsync(list, keys, cancellationToken)
            : new Dictionary<string, string>();
    }

    /// <summary>Titles of records: in full within the reader's scope; beyond it only where the register's titles are public.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RecordTitlesAsync(
        DbSession session, string register, Guid[] ids, Authority authority, CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return new Dictionary<string, string>(); }
        var open = authority is Authority.Platform || table.MayRead(session.Actor);
        var sql = new SqlText().Add($"select t.id, t.{table.Title.Sql}, ");
        if (open)
        {
            sql.Add("(true");
            ScopeSql.Add(sql, table, "t", session.Actor, authority);
            sql.Add(")");
        }
        else { sql.Add("false"); }
        sql.Add($" from {table.Name} t where t.id = any(").Add(ids, StoreType.UuidList).Add(")");
        await using var batch = sql.ToBatch();
        var masks = Masking(table, session.Actor, authority);
        return await session.ReadAsync(batch, async (reader, stop) =>
        {
            var titles = new Dictionary<string, string>();
            while (await reader.ReadAsync(stop))
            {
                var id = reader.GetGuid(0);
                if (!reader.GetBoolean(2) && !table.Definition.TitlePublic) { titles[id.ToString()] = "（不在您的管辖范围内）"; continue; }
                var title = FieldValues.ToText(table.Title.Read(reader, 1, id, cipher));
                titles[id.ToString()] = masks?[table.Title.Index] is { } mask ? Masks.Apply(mask, title) : title;
            }
            return titles;
        }, cancellationToken);
    }

    /// <summary>The only record in force with exactly this title, within the reader's scope; null where there is none or several.</summary>
    internal async Task<Guid?> FindByTitleAsync(DbSession session, string register, string title, CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table || !table.MayRead(session.Actor) || table.Title.Field.Encrypt) { return null; }
        var sql = new SqlText().Add($"select t.id from {table.Name} t where t.retired_at is null and t.{table.Title.Sql}::text = ")
            .Add(Parameters.Text(title));
        ScopeSql.Add(sql, table, "t", session.Actor, Authority.Actor);
        await using var batch = sql.Add(" limit 2").ToBatch();
        return await session.ReadAsync(batch, static async (reader, stop) =>
        {
            Guid? found = await reader.ReadAsync(stop) ? reader.GetGuid(0) : null;
            return await reader.ReadAsync(stop) ? null : found;
        }, cancellationToken);
    }

    /// <summary>Which lookup knows the field's keys: its type and list.</summary>
    public static (string Type, string? List)? LookupOf(FieldDefinition field) => field.Type switch
    {
        FieldType.Code or FieldType.Codes or FieldType.TreeCode => ("code", field.List),
        FieldType.Region => ("region", null),
        FieldType.Organisation => ("organisation", null),
        FieldType.Person => ("officer", null),
        _ => null,
    };

    private async Task CheckChoicesAsync(
        DbSession session, RegisterTable table, object?[] row, IEnumerable<int> given, List<FieldError> errors,
        CancellationToken cancellationToken)
    {
        SqlText? sql = null;
        var wanted = new List<(FieldColumn Column, string Id)>();
        foreach (var index in given)
        {
            var (column, value) = (table.Columns[index], row[index]);
            if (value is null) { continue; }
            if (LookupOf(column.Field) is var (type, list) && lookups.Find(type) is { } lookup)
            {
                var keys = KeysOf(value).ToList();
                var titles = await lookup.TitlesAsync(list, keys, cancellationToken);
                foreach (var key in keys.Where(k => !titles.ContainsKey(k)))
                {
                    errors.Add(new(column.Field.Key, "choice", $"{column.Field.Title}中没有“{key}”，请从列表中选择"));
                }
            }
            if (column.Field.To is not { } to) { continue; }
            if (catalogue.Find(to) is not { } target) { errors.Add(new(column.Field.Key, "reference", $"没有台账 {to}")); continue; }
            foreach (var key in KeysOf(value))
            {
                wanted.Add((column, key));
                sql = (sql is null ? new SqlText() : sql.Add(" union all "))
                    .Add($"select {wanted.Count - 1} from {target.Name} where id = ").Add(Parameters.Id(Guid.Parse(key)));
            }
        }
        foreach (var column in given.Select(i => table.Columns[i]).Where(c => c.Field.Type is FieldType.Rows && row[c.Index] is not null))
        {
            await CheckRowChoicesAsync(column, (Json)row[column.Index]!, errors, cancellationToken);
        }
        if (sql is null) { return; }
        await using var batch = sql.ToBatch();
        var found = await session.ReadAsync(batch, async (reader, stop) =>
        {
            var there = new HashSet<int>();
            while (await reader.ReadAsync(stop)) { there.Add(reader.GetInt32(0)); }
            return there;
        }, cancellationToken);
        foreach (var (index, (column, _)) in wanted.Index().Where(w => !found.Contains(w.Index)))
        {
            errors.Add(new(column.Field.Key, "reference", $"{column.Field.Title}指向的记录不存在，请重新选择"));
        }
    }

    private async Task CheckRowChoicesAsync(FieldColumn column, Json rows, List<FieldError> errors, CancellationToken cancellationToken)
    {
        var parsed = System.Text.Json.JsonElement.Parse(rows.Text);
        foreach (var child in column.Field.Fields)
        {
            if (LookupOf(child) is not var (type, list) || lookups.Find(type) is not { } lookup) { continue; }
            foreach (var (index, line) in parsed.EnumerateArray().Index())
            {
                if (!line.TryGetProperty(child.Key, out var value) || value.ValueKind is not System.Text.Json.JsonValueKind.String)
                {
                    continue;
                }
                var key = value.GetString()!;
                if (!(await lookup.TitlesAsync(list, [key], cancellationToken)).ContainsKey(key))
                {
                    errors.Add(new($"{column.Field.Key}[{index}].{child.Key}", "choice", $"{child.Title}中没有“{key}”，请从列表中选择"));
                }
            }
        }
    }

    internal static IEnumerable<string> KeysOf(object? value) => value switch
    {
        null or bool => [],
        string text => [text],
        Guid id => [id.ToString()],
        IEnumerable<string> list => list,
        IEnumerable<Guid> list => list.Select(i => i.ToString()),
        _ => [],
    };
}
