using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public sealed partial class RecordStore
{
    /// <summary>Writes a new record. After an error the unit of work must not be committed.</summary>
    /// <param name="values">By field key: text, JSON or CLR values; keys that are not there take their default.</param>
    public async Task<Result<Record>> InsertAsync(
        UnitOfWork work, string register, IReadOnlyDictionary<string, object?> values, CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        if (authority is Authority.Actor && !table.MayWrite(work.Actor)) { return RegisterErrors.Forbidden; }
        var errors = new List<FieldError>();
        var row = Drafted(table, values, errors);
        await FinishAsync(work, table, row, Enumerable.Range(0, row.Length), errors, cancellationToken);
        if (errors.Count > 0) { return RegisterErrors.Invalid(errors); }
        var (owner, path) = (ScopeSql.OwnerOf(work.Actor), work.Actor.OrganisationPath.Length > 0 ? work.Actor.OrganisationPath : null);
        if (!ScopeSql.Covers(table, row, owner, path, work.Actor, authority))
        {
            return RegisterErrors.OutOfScope(table.Definition.ScopeField ?? "");
        }

        var record = new Record(table, row)
        {
            Id = work.NewId(), Version = 1, CreatedAt = work.Now, CreatedBy = work.Actor.Name, UpdatedAt = work.Now,
            UpdatedBy = work.Actor.Name,
            OwnerId = owner, OrganisationPath = path,
        };
        await using var batch = new NpgsqlBatch();
        batch.BatchCommands.Add(Settings(work));
        batch.BatchCommands.Add(InsertSql(table, record).ToCommand());
        if (await RunAsync(work, table, batch, cancellationToken) is { } refused) { return refused; }
        Note(work, table, record.Id, "created", 1);
        return Masked(record, Masking(table, work.Actor, authority));
    }

    /// <summary>Changes the fields given; the others stay. A masked value that comes back as it was shown is left as it is.</summary>
    /// <param name="version">The version that the change was made on; another one is a conflict.</param>
    public async Task<Result<Record>> UpdateAsync(
        UnitOfWork work, string register, Guid id, int version, IReadOnlyDictionary<string, object?> values,
        CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        if (authority is Authority.Actor && !table.MayWrite(work.Actor)) { return RegisterErrors.Forbidden; }
        if (await FindAsync(work, table, id, authority, mask: false, forUpdate: true, cancellationToken) is not { } old)
        {
            return RegisterErrors.NotFound;
        }
        if (old.Version != version) { return RegisterErrors.ChangedMeanwhile; }
        if (old.RetiredAt is not null) { return RegisterErrors.Retired; }

        var errors = new List<FieldError>();
        var row = (object?[])old.Values.Clone();
        Merge(table, row, values, Masking(table, work.Actor, authority), errors);
        var given = Enumerable.Range(0, row.Length).Where(i => !Same(row[i], old.Values[i])).ToList();
        await FinishAsync(work, table, row, given, errors, cancellationToken);
        if (errors.Count > 0) { return RegisterErrors.Invalid(errors); }
        if (!ScopeSql.Covers(table, row, old.OwnerId, old.OrganisationPath, work.Actor, authority))
        {
            return RegisterErrors.OutOfScope(table.Definition.ScopeField ?? "");
        }
        var changed = table.Columns.Where(c => !Same(row[c.Index], old.Values[c.Index])).ToList();
        if (changed.Count == 0) { return Masked(old, Masking(table, work.Actor, authority)); }

        await using var batch = new NpgsqlBatch();
        batch.BatchCommands.Add(Settings(work));
        batch.BatchCommands.Add(UpdateSql(table, id, version, row, changed, work).ToCommand());
        if (await RunAsync(work, table, batch, cancellationToken) is { } refused) { return refused; }
        Note(work, table, id, "updated", version + 1, changed.Select(c => c.Field.Key));
        var record = new Record(table, row)
        {
            Id = id, Version = version + 1, CreatedAt = old.CreatedAt, CreatedBy = old.CreatedBy, UpdatedAt = work.Now,
            UpdatedBy = work.Actor.Name,
            OwnerId = old.OwnerId, OrganisationPath = old.OrganisationPath,
        };
        return Masked(record, Masking(table, work.Actor, authority));
    }

    /// <summary>Takes a record out of use; nothing is deleted. <see cref="RestoreAsync"/> brings it back.</summary>
    public Task<Result> RetireAsync(
        UnitOfWork work, string register, Guid id, int version, CancellationToken cancellationToken,
        Authority authority = Authority.Actor) =>
        ShelveAsync(work, register, id, version, retire: true, authority, cancellationToken);

    public Task<Result> RestoreAsync(
        UnitOfWork work, string register, Guid id, int version, CancellationToken cancellationToken,
        Authority authority = Authority.Actor) =>
        ShelveAsync(work, register, id, version, retire: false, authority, cancellationToken);

    private async Task<Result> ShelveAsync(
        UnitOfWork work, string register, Guid id, int version, bool retire, Authority authority, CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        if (authority is Authority.Actor && !table.MayRetire(work.Actor)) { return RegisterErrors.Forbidden; }
        if (await FindAsync(work, table, id, authority, mask: false, forUpdate: true, cancellationToken) is not { } old)
        {
            return RegisterErrors.NotFound;
        }
        if (old.Version != version) { return RegisterErrors.ChangedMeanwhile; }
        if (old.RetiredAt is not null == retire) { return Result.Done; }
        await using var batch = new NpgsqlBatch();
        batch.BatchCommands.Add(Settings(work));
        batch.BatchCommands.Add(new SqlText().Add($"update {table.Name} set version = version + 1, retired_at = ")
            .Add(retire ? Parameters.Instant(work.Now) : Parameters.Of(null, StoreType.Instant)).Add(", updated_at = ")
                .Add(Parameters.Instant(work.Now))
            .Add(", updated_by = ").Add(Parameters.Text(work.Actor.Name)).Add(" where id = ").Add(Parameters.Id(id)).ToCommand());
        // A restored record may meet another one that has taken its unique value meanwhile.
        if (await RunAsync(work, table, batch, cancellationToken) is { } refused) { return refused; }
        Note(work, table, id, retire ? "retired" : "restored", version + 1);
        return Result.Done;
    }

    /// <summary>Values given and defaults; a key that no field has is a fault.</summary>
    internal static object?[] Drafted(RegisterTable table, IReadOnlyDictionary<string, object?> values, List<FieldError> errors)
    {
        var row = new object?[table.Columns.Length];
        RefuseUnknown(table, values.Keys, errors);
        foreach (var column in table.Columns)
        {
            if (column.Field.Type is FieldType.Computed) { continue; }
            var raw = values.TryGetValue(column.Field.Key, out var given) ? given : column.Field.Default;
            row[column.Index] = FieldValues.Normalise(column.Field, raw, column.Field.Key, errors);
        }
        return row;
    }

    private static void Merge(
        RegisterTable table, object?[] row, IReadOnlyDictionary<string, object?> values, string?[]? masks, List<FieldError> errors)
    {
        RefuseUnknown(table, values.Keys, errors);
        foreach (var (key, raw) in values)
        {
            if (table.Find(key) is not { Field.Type: not FieldType.Computed } column) { continue; }
            if (masks?[column.Index] is { } mask && row[column.Index] is string clear
                && (raw is System.Text.Json.JsonElement { ValueKind: System.Text.Json.JsonValueKind.String } json
                    ? json.GetString()
                    : raw as string) == Masks.Apply(mask, clear)) { continue; }
            row[column.Index] = FieldValues.Normalise(column.Field, raw, key, errors);
        }
    }

    private static void RefuseUnknown(RegisterTable table, IEnumerable<string> keys, List<FieldError> errors)
    {
        foreach (var key in keys)
        {
            if (table.Find(key) is not { } column) { errors.Add(new(key, "unknown", $"没有字段 {key}")); }
            else if (column.Field.Type is FieldType.Computed) { errors.Add(new(key, "computed", $"{column.Field.Title}由系统计算，不能填写")); }
        }
    }

    /// <summary>What needs the whole record: required fields, choices that must exist, formulas, checks.</summary>
    private async Task FinishAsync(
        UnitOfWork work, RegisterTable table, object?[] row, IEnumerable<int> given, List<FieldError> errors,
        CancellationToken cancellationToken)
    {
        RequireAll(table, row, errors);
        await CheckChoicesAsync(work, table, row, given, errors, cancellationToken);
        var today = LocalTime.Day(work.Now);
        table.Expressions.Compute(row, today);
        // A check over values that are wrong themselves would only repeat the fault in other words.
        if (errors.Count == 0) { table.Expressions.Check(row, today, errors); }
    }

    internal static void RequireAll(RegisterTable table, object?[] row, List<FieldError> errors)
    {
        foreach (var column in table.Columns)
        {
            if (column.Field.Required && row[column.Index] is null && errors.All(e => e.Path != column.Field.Key))
            {
                errors.Add(new(column.Field.Key, "required", $"请填写{column.Field.Title}"));
            }
        }
    }

    private SqlText InsertSql(RegisterTable table, Record record)
    {
        var sql = new SqlText().Add("insert into ").Add(table.Name)
            .Add(" (id, version, created_at, created_by, updated_at, updated_by, owner_id, organisation_path, search_tokens");
        foreach (var column in table.Columns)
        {
            sql.Add(", ").Add(column.Sql);
            if (column.Blind is not null) { sql.Add(", ").Add(column.Blind); }
            if (column.Sealed is not null) { sql.Add(", ").Add(column.Sealed); }
        }
        sql.Add(") values (").Add(Parameters.Id(record.Id)).Add(", 1, ").Add(Parameters.Instant(record.CreatedAt)).Add(", ")
            .Add(Parameters.Text(record.CreatedBy))
            .Add(", ").Add(Parameters.Instant(record.UpdatedAt)).Add(", ").Add(Parameters.Text(record.UpdatedBy)).Add(", ")
            .Add(Parameters.Of(record.OwnerId, StoreType.Uuid)).Add(", ").Add(Parameters.Of(record.OrganisationPath, StoreType.Path))
                .Add(", ")
            .Add(Parameters.Texts(TokensOf(table, record.Values)));
        foreach (var column in table.Columns) { AddValues(sql, column, record.Id, record.Values[column.Index]); }
        return sql.Add(")");
    }

    private void AddValues(SqlText sql, FieldColumn column, Guid id, object? value)
    {
        sql.Add(", ").Add(column.Field.Encrypt
            ? Parameters.Bytes(cipher.Encrypt((string?)value, column.PlaceOf(id)))
            : Parameters.Of(value, column.Store));
        if (column.Blind is not null) { sql.Add(", ").Add(Parameters.Bytes(cipher.BlindIndex((string?)value, column.Place))); }
        if (column.Sealed is not null) { sql.Add(", ").Add(Parameters.Bytes(Seal(column, id, value))); }
    }

    internal byte[]? Seal(FieldColumn column, Guid id, object? value) =>
        cipher.Encrypt(value is null ? null : FieldValues.ToText(value), column.PlaceOf(id));

    private SqlText UpdateSql(RegisterTable table, Guid id, int version, object?[] row, List<FieldColumn> changed, UnitOfWork work)
    {
        var sql = new SqlText().Add("update ").Add(table.Name).Add(" set version = version + 1, updated_at = ")
            .Add(Parameters.Instant(work.Now))
            .Add(", updated_by = ").Add(Parameters.Text(work.Actor.Name));
        foreach (var column in changed)
        {
            var value = row[column.Index];
            sql.Add($", {column.Sql} = ").Add(column.Field.Encrypt
                ? Parameters.Bytes(cipher.Encrypt((string?)value, column.PlaceOf(id)))
                : Parameters.Of(value, column.Store));
            if (column.Blind is not null)
            {
                sql.Add($", {column.Blind} = ").Add(Parameters.Bytes(cipher.BlindIndex((string?)value, column.Place)));
            }
            if (column.Sealed is not null) { sql.Add($", {column.Sealed} = ").Add(Parameters.Bytes(Seal(column, id, value))); }
        }
        if (changed.Any(c => c.Field.Search)) { sql.Add(", search_tokens = ").Add(Parameters.Texts(TokensOf(table, row))); }
        return sql.Add(" where id = ").Add(Parameters.Id(id)).Add(" and version = ").Add(Parameters.Int(version));
    }

    internal string[]? TokensOf(RegisterTable table, object?[] row) =>
        table.SearchColumns.Length == 0
            ? null
            : SearchTokens.Of(table.SearchColumns.Select(c => row[c.Index] as string), chinese.InitialsOf);

    /// <summary>Who acts and why, for the history's trigger; gone with the transaction.</summary>
    internal static NpgsqlBatchCommand Settings(UnitOfWork work) => new SqlText()
        .Add("select set_config('zt.actor_id', ").Add(Parameters.Text(work.Actor.Id == Guid.Empty ? "" : work.Actor.Id.ToString()))
        .Add(", true), set_config('zt.actor_name', ").Add(Parameters.Text(work.Actor.Name))
        .Add(", true), set_config('zt.operation', ").Add(Parameters.Text(work.Operation.Name))
        .Add(", true), set_config('zt.reason', ").Add(Parameters.Text(work.Operation.Reason ?? ""))
        .Add(", true), set_config('zt.at', ").Add(Parameters.Text(FieldValues.ToText(work.Now))).Add(", true)").ToCommand();

    /// <summary>Runs it; a unique value that is taken is a fault of its field.</summary>
    private static async Task<Error?> RunAsync(UnitOfWork work, RegisterTable table, NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await work.ExecuteAsync(batch, cancellationToken);
            return null;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation
            && fault.ConstraintName is { } name && table.Constraints.TryGetValue(name, out var key))
        {
            return RegisterErrors.Invalid([new(key, "unique", $"{table.Definition.Field(key)!.Title}与已有记录重复")]) with { Kind =
                ErrorKind.Conflict, Code = "registers.duplicate" };
        }
    }

    private static void Note(UnitOfWork work, RegisterTable table, Guid id, string what, int version, IEnumerable<string>? changed = null)
    {
        var subject = id.ToString();
        work.Audit(table.SubjectType, subject, after: changed is null ? new { version } : new { version, changed = changed.ToArray() });
        work.Raise(new($"register.{table.Key}.{what}.v1", $"{table.SubjectType}/{subject}", new { register = table.Key, id, version }));
    }

    private static Record Masked(Record record, string?[]? masks)
    {
        if (masks is null) { return record; }
        for (var i = 0; i < masks.Length; i++)
        {
            if (masks[i] is { } mask && record.Values[i] is string clear) { record.Values[i] = Masks.Apply(mask, clear); }
        }
        return record;
    }

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (string[] x, string[] y) => x.AsSpan().SequenceEqual(y),
        (Guid[] x, Guid[] y) => x.AsSpan().SequenceEqual(y),
        (Json x, Json y) => x.Text == y.Text || System.Text.Json.JsonElement.DeepEquals(
            System.Text.Json.JsonElement.Parse(x.Text), System.Text.Json.JsonElement.Parse(y.Text)),
        _ => Equals(a, b),
    };
}
