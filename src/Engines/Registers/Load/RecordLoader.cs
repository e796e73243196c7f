using Npgsql;
using NpgsqlTypes;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Writes many records at once: lines are read and checked one by one, the good ones go by COPY into a staging table, what needs the others
/// (uniqueness, references) is asked there for all together, then one statement moves them into the register.
/// </summary>
public sealed class RecordLoader(RegisterCatalogue catalogue, RecordStore store, Lookups lookups, FieldCipher cipher)
{
    private const int ChunkLines = 2_000;
    private const int MaxDetails = 20_000;

    /// <param name="heading">Keys of the fields in the order of the cells.</param>
    /// <param name="allOrNothing">One bad line keeps all out; otherwise the good ones go in.</param>
    /// <param name="report">Called with the number of lines read.</param>
    /// <returns>The outcome; nothing is there before the unit of work is committed.</returns>
    public async Task<Result<LoadOutcome>> LoadAsync(
        UnitOfWork work, string register, IReadOnlyList<string> heading, IAsyncEnumerable<LoadLine> lines, bool allOrNothing,
        Action<long> report,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        if (!table.MayImport(work.Actor)) { return RegisterErrors.Forbidden; }
        var columns = heading.Select(table.IndexOf).ToArray();
        if (columns.Any(c => c < 0))
        {
            return RegisterErrors.Invalid([.. heading.Where(h => table.IndexOf(h) < 0)
                .Select(h => new FieldError(h, "unknown", $"没有字段 {h}"))]);
        }
        var staging = $"zt_load_{work.NewId():n}";
        await ExecuteAsync(
            work, $"create temporary table {staging} (line int not null, like {table.Name}) on commit drop", cancellationToken);
        var load = new Load(work, table, columns, store, new CellReader(table, store, lookups, work), cipher);
        var read = await load.CopyAsync(staging, lines, report, cancellationToken);
        await load.CheckTogetherAsync(staging, catalogue, cancellationToken);
        var details = load.Bad.OrderBy(b => b.Key).Take(MaxDetails).Select(b => new BadLine(b.Key, b.Value, load.Taken.Contains(b.Key)))
            .ToList();
        if (allOrNothing && load.BadCount > 0) { return new LoadOutcome(read, 0, load.BadCount, details); }

        var loaded = await load.MoveAsync(staging, cancellationToken);
        work.Audit(table.SubjectType, "", after: new { imported = loaded, refused = load.BadCount });
        if (loaded > 0)
        {
            work.Raise(new($"register.{table.Key}.imported.v1", table.SubjectType, new { register = table.Key, count = loaded }));
        }
        return new LoadOutcome(read, loaded, load.BadCount, details);
    }

    private static async Task ExecuteAsync(UnitOfWork work, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, work.Connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class Load(UnitOfWork work, RegisterTable table, int[] columns, RecordStore store, CellReader cells, FieldCipher cipher)
    {
        public Dictionary<int, IReadOnlyList<string>> Bad { get; } = [];

        /// <summary>Lines refused only because their unique value is in the register.</summary>
        public HashSet<int> Taken { get; } = [];

        public long BadCount { get; private set; }

        /// <summary>Lines are checked while the chunk before them is on its way to the server.</summary>
        public async Task<long> CopyAsync(
            string staging, IAsyncEnumerable<LoadLine> lines, Action<long> report, CancellationToken cancellationToken)
        {
            var read = 0L;
            var chunk = new List<LoadLine>(ChunkLines);
            var names = new List<string> { "line", "id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner_id",
                "organisation_path", "search_tokens" };
            foreach (var column in table.Columns) { names.AddRange(new[] { column.Sql, column.Blind, column.Sealed }.OfType<string>()); }
            var sql = $"copy {staging} ({string.Join(", ", names)}) from stdin (format binary)";
            var writing = Task.CompletedTask;
            await foreach (var line in lines.WithCancellation(cancellationToken))
            {
                chunk.Add(line);
                if (chunk.Count < ChunkLines) { continue; }
                await NextAsync();
            }
            if (chunk.Count > 0) { await NextAsync(); }
            await writing;
            return read;

            async Task NextAsync()
            {
                var lookedUp = await LookUpAsync(chunk, writing, cancellationToken);
                var rows = await Task.Run(
                    () => lookedUp.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(Check).ToList(), cancellationToken);
                await writing;
                foreach (var row in rows.Where(r => r.Errors.Count > 0)) { Refuse(row.Line.Line, row.Errors.Select(e => e.Message)); }
                writing = WriteAsync(sql, [.. rows.Where(r => r.Errors.Count == 0)], cancellationToken);
                read += chunk.Count;
                chunk.Clear();
                report(read);
            }
        }

        /// <summary>Cells to values: what asks the database waits until the connection is free.</summary>
        private async Task<List<(LoadLine Line, Dictionary<string, object?> Values, List<FieldError> Errors)>> LookUpAsync(
            List<LoadLine> chunk, Task writing, CancellationToken cancellationToken)
        {
            if (columns.Any(c => table.Fields[c].To is not null)) { await writing; }
            var rows = new List<(LoadLine, Dictionary<string, object?>, List<FieldError>)>(chunk.Count);
            foreach (var line in chunk)
            {
                var (values, errors) = (new Dictionary<string, object?>(columns.Length), new List<FieldError>());
                for (var i = 0; i < columns.Length; i++)
                {
                    var value = await cells.ReadAsync(columns[i], i < line.Cells.Length ? line.Cells[i] : null, errors, cancellationToken);
                    // An empty cell takes the default, as a form left alone would.
                    if (value is not null) { values[table.Fields[columns[i]].Key] = value; }
                }
                rows.Add((line, values, errors));
            }
            return rows;
        }

        private Row Check((LoadLine Line, Dictionary<string, object?> Values, List<FieldError> Errors) drafted)
        {
            var errors = drafted.Errors;
            var row = RecordStore.Drafted(table, drafted.Values, errors);
            RecordStore.RequireAll(table, row, errors);
            var today = LocalTime.Day(work.Now);
            table.Expressions.Compute(row, today);
            if (errors.Count == 0) { table.Expressions.Check(row, today, errors); }
            if (errors.Count == 0 && !ScopeSql.Covers(table, row, ScopeSql.OwnerOf(work.Actor), Path, work.Actor, Authority.Actor))
            {
                errors.Add(new(table.Definition.ScopeField ?? "", "out-of-scope", "不在您的管辖范围内"));
            }
            return new(drafted.Line, row, errors);
        }

        private string? Path => work.Actor.OrganisationPath.Length > 0 ? work.Actor.OrganisationPath : null;

        private async Task WriteAsync(string sql, List<Row> rows, CancellationToken cancellationToken)
        {
            if (rows.Count == 0) { return; }
            await using var writer = await work.Connection.BeginBinaryImportAsync(sql, cancellationToken);
            var owner = ScopeSql.OwnerOf(work.Actor);
            foreach (var row in rows)
            {
                var (id, now, name) = (row.Line.Id ?? work.NewId(), (row.Line.At ?? work.Now).UtcDateTime, row.Line.By ?? work.Actor.Name);
                await writer.StartRowAsync(cancellationToken);
                await writer.WriteAsync(row.Line.Line, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
                await writer.WriteAsync(1, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellationToken);
                await writer.WriteAsync(name, NpgsqlDbType.Text, cancellationToken);
                await writer.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellationToken);
                await writer.WriteAsync(name, NpgsqlDbType.Text, cancellationToken);
                await writer.WriteAsync(owner, NpgsqlDbType.Uuid, cancellationToken);
                await WriteOrNullAsync(writer, Path, NpgsqlDbType.Text, cancellationToken);
                await WriteOrNullAsync(
                    writer, store.TokensOf(table, row.Values), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
                foreach (var column in table.Columns) { await WriteAsync(writer, column, id, row.Values[column.Index], cancellationToken); }
            }
            await writer.CompleteAsync(cancellationToken);
        }

        private async ValueTask WriteAsync(
            NpgsqlBinaryImporter writer, FieldColumn column, Guid id, object? value, CancellationToken cancellationToken)
        {
            if (column.Field.Encrypt)
            {
                await WriteOrNullAsync(writer, cipher.Encrypt((string?)value, column.PlaceOf(id)), NpgsqlDbType.Bytea, cancellationToken);
            }
            else
            {
                switch (value)
                {
                    case null: await writer.WriteNullAsync(cancellationToken); break;
                    case string text: await writer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken); break;
                    case long number: await writer.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken); break;
                    case decimal number: await writer.WriteAsync(number, NpgsqlDbType.Numeric, cancellationToken); break;
                    case bool flag: await writer.WriteAsync(flag, NpgsqlDbType.Boolean, cancellationToken); break;
                    case DateOnly day: await writer.WriteAsync(day, NpgsqlDbType.Date, cancellationToken); break;
                    case DateTimeOffset instant: await writer.WriteAsync(
                        instant.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken); break;
                    case Json json: await writer.WriteAsync(json.Text, NpgsqlDbType.Jsonb, cancellationToken); break;
                    case Guid reference: await writer.WriteAsync(reference, NpgsqlDbType.Uuid, cancellationToken); break;
                    default: await writer.WriteAsync(value, Parameters.DbType(column.Store), cancellationToken); break;
                }
            }
            if (column.Blind is not null)
            {
                await WriteOrNullAsync(writer, cipher.BlindIndex((string?)value, column.Place), NpgsqlDbType.Bytea, cancellationToken);
            }
            if (column.Sealed is not null)
            {
                await WriteOrNullAsync(writer, store.Seal(column, id, value), NpgsqlDbType.Bytea, cancellationToken);
            }
        }

        private static Task WriteOrNullAsync<T>(
            NpgsqlBinaryImporter writer, T? value, NpgsqlDbType type, CancellationToken cancellationToken)
            where T : class =>
            value is null ? writer.WriteNullAsync(cancellationToken) : writer.WriteAsync(value, type, cancellationToken);

        /// <summary>Values that must be unique: among the lines, and against the register.</summary>
        public async Task CheckTogetherAsync(string staging, RegisterCatalogue catalogue, CancellationToken cancellationToken)
        {
            foreach (var column in table.Columns.Where(c => c.Field.Unique))
            {
                var name = column.Blind ?? column.Sql;
                await RefuseFoundAsync(staging,
                    $"""
                    select line from (select line, row_number() over (partition by {name} order by line) as place from {staging} where {name} is not null) d where place > 1
                    """, $"{column.Field.Title}在文件中重复", cancellationToken);
                await RefuseFoundAsync(staging,
                    $"select s.line from {staging} s join {table.Name} t on t.{name} = s.{name} and t.retired_at is null",
                    $"{column.Field.Title}与已有记录重复", cancellationToken, isTaken: true);
            }
            foreach (var column in table.Columns.Where(c => c.Field.Type is FieldType.Reference && columns.Contains(c.Index)))
            {
                if (catalogue.Find(column.Field.To!) is not { } target) { continue; }
                await RefuseFoundAsync(staging,
                    $"select s.line from {staging} s where s.{column.Sql} is not null and not exists (select 1 from {target.Name} t where t.id = s.{column.Sql})",
                    $"{column.Field.Title}指向的记录不存在", cancellationToken);
            }
        }

        public async Task<long> MoveAsync(string staging, CancellationToken cancellationToken)
        {
            await using (var settings = new NpgsqlBatch { BatchCommands = { RecordStore.Settings(work) } }) {
                await work.ExecuteAsync(settings, cancellationToken); }
            var names = new List<string> { "id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner_id",
                "organisation_path", "search_tokens" };
            foreach (var column in table.Columns) { names.AddRange(new[] { column.Sql, column.Blind, column.Sealed }.OfType<string>()); }
            var list = string.Join(", ", names);
            await using var command = new NpgsqlCommand(
                $"insert into {table.Name} ({list}) select {list} from {staging} order by line", work.Connection) { CommandTimeout = 0 };
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private async Task RefuseFoundAsync(string staging, string sql, string reason, CancellationToken cancellationToken, bool isTaken =
            false)
        {
            var found = await work.QueryAsync<int>(sql, null, cancellationToken);
            if (found.Count == 0) { return; }
            foreach (var line in found)
            {
                Refuse(line, [reason]);
                if (isTaken) { Taken.Add(line); }
            }
            await work.ExecuteAsync($"delete from {staging} where line = any(@lines)", new { lines = found.ToArray() }, cancellationToken);
        }

        private void Refuse(int line, IEnumerable<string> reasons)
        {
            if (Bad.TryGetValue(line, out var known)) { Bad[line] = [.. known, .. reasons]; return; }
            BadCount++;
            if (Bad.Count < MaxDetails) { Bad[line] = [.. reasons.Distinct()]; }
        }

        private sealed record Row(LoadLine Line, object?[] Values, List<FieldError> Errors);
    }
}
