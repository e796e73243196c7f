using Npgsql;

namespace Zhengtong.Benchmarks;

/// <summary>
/// The limit of an act: the rows that it really wrote, written again by plain Npgsql into tables of the same shape and indexes, under new
/// ids, as one prepared batch with its own commit.
/// </summary>
internal sealed class RawRows(string database) : IDisposable
{
    private readonly NpgsqlDataSource _source =
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(database) { MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2 }.ConnectionString).Build();

    private readonly List<(string Sql, object[] Values, string[] Types)> _statements = [];

    /// <summary>Stands for a text that is unique: another one each time.</summary>
    public static readonly object Unique = new();

    public int Statements => _statements.Count;

    /// <summary>
    /// Tables of the same shape in the schema <c>raw</c>, without their foreign keys, as raw code would not check what it knows.
    /// </summary>
    public static Task CopyTablesAsync(string database, IEnumerable<string> tables) => BenchDatabase.ExecuteAsync(
        database, "create schema if not exists raw;"
            + string.Concat(tables.Select(t => $"create table raw.{Name(t)} (like {t} including all);")));

    /// <summary>Takes the rows that a query finds in a table as inserts.</summary>
    public async Task InsertsAsync(string table, string where)
    {
        await using var connection = await _source.OpenConnectionAsync();
        // What the database itself counts, it counts for the raw rows too.
        await using var command = new NpgsqlCommand(
            $"""
            select string_agg(quote_ident(attname), ', ' order by attnum)
            from pg_attribute
            left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''
              and coalesce(pg_get_expr(adbin, adrelid), '') !~ 'nextval|xact_id'
            """, connection);
        var columns = (string)(await command.ExecuteScalarAsync())!;
        command.CommandText = $"select {columns} from {table} where {where}";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            var types = Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                if (reader.GetName(i) is "unique_key" or "number" && values[i] is string) { values[i] = Unique; }
            }
            var places = string.Join(", ", values.Select((_, i) => $"${i + 1}"));
            _statements.Add(($"insert into raw.{Name(table)} ({columns}) values ({places})", values, types));
        }
    }

    /// <summary>Adds an update of a row that an earlier statement inserts.</summary>
    public void Update(string sql, params (object? Value, string Type)[] values) =>
        _statements.Add((sql, [.. values.Select(v => v.Value ?? DBNull.Value)], [.. values.Select(v => v.Type)]));

    /// <summary>Writes everything once in one transaction.</summary>
    /// <param name="fresh">What each id of the sample becomes this time: the same for all rows of the act, and for the acts that follow
    /// it.</param>
    public async Task WriteAsync(Func<Guid, Guid> fresh)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("begin"));
        foreach (var (sql, values, types) in _statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new() { Value = values[i] is Guid id ? fresh(id) : values[i] == Unique
                    ? Guid.NewGuid().ToString("n")
                    : values[i], DataTypeName = types[i] });
            }
            batch.BatchCommands.Add(command);
        }
        batch.BatchCommands.Add(new("commit"));
        await batch.ExecuteNonQueryAsync();
    }

    public void Dispose() => _source.Dispose();

    internal static string Name(string table) => table.Replace('.', '_');
}
