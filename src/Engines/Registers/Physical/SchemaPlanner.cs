namespace Zhengtong.Registers;

/// <summary>
/// Plans the change of a table from its last made state. Fields are matched by their keys alone: nothing is guessed, nothing is dropped,
/// and what could lose data is refused unless the definition says how to keep it.
/// </summary>
public static class SchemaPlanner
{
    /// <param name="before">The table as last made; null when there is none.</param>
    public static SchemaPlan Plan(RegisterDefinition register, PhysicalTable? before) =>
        before is null ? Create(PhysicalTable.Of(register)) : new Change(register, before).Plan();

    private static SchemaPlan Create(PhysicalTable target)
    {
        var columns = string.Concat(target.Columns.Select(c => $",\n    {Sql.Name(c.Name)} {c.Type}{(c.NotNull ? " not null" : "")}"));
        var steps = new List<SchemaStep>
        {
            new($"新建表 {target.Name}", $"create table reg.{Sql.Name(target.Name)} (\n{PhysicalTable.SystemColumns}{columns}\n)", []),
        };
        steps.AddRange(target.Indexes.Select(i => new SchemaStep($"建索引 {i.Name}", i.Sql, [])));
        steps.AddRange(Triggers(target));
        return new(target, steps, []);
    }

    private static IEnumerable<SchemaStep> Triggers(PhysicalTable target)
    {
        var table = $"reg.{Sql.Name(target.Name)}";
        yield return new("更新变更记录触发器",
            $"drop trigger if exists note_insert on {table}; drop trigger if exists note_update on {table}; drop trigger if exists note_delete on {table}", []);
        if (!target.History) { yield break; }
        var key = target.Name.Replace('_', '-');
        var hidden = string.Join(',', target.Hidden);
        yield return new("记录新增",
            $"create trigger note_insert after insert on {table} referencing new table as new_rows for each statement execute function registers.note_insert('{key}')", []);
        yield return new("记录修改",
            $"create trigger note_update after update on {table} referencing old table as old_rows new table as new_rows for each statement execute function registers.note_update('{key}', '{hidden}')", []);
        yield return new("记录删除",
            $"create trigger note_delete after delete on {table} referencing old table as old_rows for each statement execute function registers.note_delete('{key}', '{hidden}')", []);
    }

    private sealed class Change
    {
        private readonly RegisterDefinition _register;
        private readonly PhysicalTable _before;
        private readonly PhysicalTable _target;
        private readonly string _table;
        private readonly List<SchemaStep> _steps = [];
        private readonly List<(string, string)> _refusals = [];
        private readonly List<PhysicalColumn> _retired;

        public Change(RegisterDefinition register, PhysicalTable before)
        {
            (_register, _before, _target) = (register, before, PhysicalTable.Of(register));
            _table = $"reg.{Sql.Name(_before.Name)}";
            _retired = [.. before.Columns.Where(c => c.Role is ColumnRole.Retired)];
        }

        public SchemaPlan Plan()
        {
            DropIndexes();
            foreach (var gone in _before.Columns.Where(
                c => c.Role is ColumnRole.Value && _register.Fields.All(f => f.Key != c.Field && f.Was != c.Field)))
            {
                Refuse(gone.Field, $"字段 {gone.Field} 不见了：停用请写 retired: true，改名请在新字段上写 was: {gone.Field}");
            }
            foreach (var field in _register.Fields)
            {
                if (field.Retired) { Retire(field); }
                else if (Living(field) is { } column) { Alter(field, column); }
                else { Add(field); }
            }
            foreach (var index in _target.Indexes.Where(i => _before.Indexes.All(b => b.Name != i.Name))) { AddIndex(index); }
            var changed = _steps.Count > 0 || _before.History != _target.History || !_before.Hidden.SequenceEqual(_target.Hidden);
            if (changed) { _steps.AddRange(Triggers(_target)); }
            return new(_target with { Columns = [.. _target.Columns, .. _retired] }, _steps, _refusals);
        }

        /// <summary>Indexes go first: their names say their definition, so a changed one is another one.</summary>
        private void DropIndexes()
        {
            foreach (var index in _before.Indexes.Where(b => _target.Indexes.All(i => i.Name != b.Name)))
            {
                Step($"去掉索引 {index.Name}", $"drop index if exists reg.{Sql.Name(index.Name)}");
            }
        }

        private PhysicalColumn? Living(FieldDefinition field)
        {
            if (_before.Find(field.Key, ColumnRole.Value) is { } column) { return column; }
            return field.Was is { } was ? _before.Find(was, ColumnRole.Value) : null;
        }

        private void Retire(FieldDefinition field)
        {
            foreach (var column in _before.Columns.Where(c => c.Field == field.Key && c.Role is not ColumnRole.Retired))
            {
                Shelve(column, field.Title);
            }
        }

        /// <summary>Out of use, not out of the database: under a name that nothing else takes.</summary>
        private void Shelve(PhysicalColumn column, string title)
        {
            var number = 1 + _retired.Count(r => r.Name.EndsWith($"_{column.Name}", StringComparison.Ordinal));
            var name = $"zz_{number}_{column.Name}";
            if (column.NotNull) { Step($"{title}：允许为空", $"alter table {_table} alter column {Sql.Name(column.Name)} drop not null"); }
            Step($"停用{title}：列改名为 {name}，数据保留", $"alter table {_table} rename column {Sql.Name(column.Name)} to {Sql.Name(name)}");
            _retired.Add(column with { Role = ColumnRole.Retired, Name = name, NotNull = false });
        }

        private void Add(FieldDefinition field)
        {
            if (_retired.FirstOrDefault(r => r.Field == field.Key && !r.Name.EndsWith("__blind", StringComparison.Ordinal)
                && !r.Name.EndsWith("__sealed", StringComparison.Ordinal)) is { } shelved
                && shelved.FieldType == field.ValueType && shelved.Encrypted == field.Encrypt)
            {
                Unshelve(field);
                return;
            }
            AddColumns(field);
        }

        private void AddColumns(FieldDefinition field)
        {
            foreach (var column in _target.Columns.Where(c => c.Field == field.Key))
            {
                var (sql, guards) = ($"alter table {_table} add column {Sql.Name(column.Name)} {column.Type}", new List<SchemaGuard>());
                if (column is { NotNull: true, Role: ColumnRole.Value })
                {
                    if (field.Default is not null && !field.Encrypt && DefaultSql(field) is { } value)
                    {
                        sql += $" not null default {value}";
                    }
                    else
                    {
                        sql += " not null";
                        guards.Add(new($"select count(*) from {_table}", field.Key, $"必填的新字段 {field.Key} 要有默认值：表里已有 {{0}} 条记录"));
                    }
                }
                Step($"新增{field.Title}（{column.Name}）", sql, [.. guards]);
                if (sql.Contains(" default ", StringComparison.Ordinal))
                {
                    // The default has filled the old rows; new ones get theirs from the store, which also checks it.
                    Step($"{field.Title}：旧记录已填默认值", $"alter table {_table} alter column {Sql.Name(column.Name)} drop default");
                }
            }
        }

        private void Unshelve(FieldDefinition field)
        {
            foreach (var column in _target.Columns.Where(c => c.Field == field.Key))
            {
                if (_retired.LastOrDefault(
                    r => r.Field == field.Key && r.Name.EndsWith($"_{column.Name}", StringComparison.Ordinal)) is not { } shelved)
                {
                    continue;
                }
                Step($"恢复{field.Title}：{shelved.Name} 改回 {column.Name}",
                    $"alter table {_table} rename column {Sql.Name(shelved.Name)} to {Sql.Name(column.Name)}");
                if (column.NotNull) { RequireValues(field, column.Name); }
                _retired.Remove(shelved);
            }
        }

        private void Alter(FieldDefinition field, PhysicalColumn old)
        {
            var target = _target.Find(field.Key, ColumnRole.Value)!;
            if (old.FieldType != target.FieldType || old.Encrypted != target.Encrypted)
            {
                ChangeType(field, old, target);
                return;
            }
            Rename(field, old.Field);
            if (target.Max is { } max && (old.Max is null || max < old.Max)) { Narrow(field, target, max); }
            if (target.NotNull && !old.NotNull) { RequireValues(field, target.Name); }
            if (!target.NotNull && old.NotNull)
            {
                Step($"{field.Title}：允许为空", $"alter table {_table} alter column {Sql.Name(target.Name)} drop not null");
            }
            // Becoming personal adds the sealed copy; ceasing to be leaves it on the shelf.
            foreach (var role in (ColumnRole[])[ColumnRole.Blind, ColumnRole.Sealed])
            {
                var (was, now) = (_before.Find(old.Field, role), _target.Find(field.Key, role));
                if (was is null && now is not null)
                {
                    Step($"{field.Title}：增加保护列", $"alter table {_table} add column {Sql.Name(now.Name)} {now.Type}");
                }
                if (was is not null && now is null) { Shelve(was with { Field = field.Key }, field.Title); }
            }
        }

        private void Rename(FieldDefinition field, string oldKey)
        {
            if (oldKey == field.Key) { return; }
            foreach (var column in _before.Columns.Where(c => c.Field == oldKey && c.Role is not ColumnRole.Retired))
            {
                if (_target.Find(field.Key, column.Role) is not { } now) { continue; }
                Step($"{oldKey} 改名为 {field.Key}", $"alter table {_table} rename column {Sql.Name(column.Name)} to {Sql.Name(now.Name)}");
                if (column.Encrypted && column.Role is not ColumnRole.Retired)
                {
                    // The key of the field is bound into the ciphertext; a renamed one would no longer open.
                    Guard(field.Key, $"select count({Sql.Name(column.Name)}) from {_table}",
                        $"{oldKey} 是加密或敏感字段，已有 {{0}} 个值，不能改名：请新增字段并停用旧字段");
                }
            }
        }

        private void Narrow(FieldDefinition field, PhysicalColumn target, decimal max)
        {
            if (field.Encrypt)
            {
                Guard(field.Key, $"select count({Sql.Name(target.Name)}) from {_table}", $"加密字段 {field.Key} 已有 {{0}} 个值，长度不能缩短");
                return;
            }
            Guard(field.Key, $"select count(*) from {_table} where length({Sql.Name(target.Name)}) > {max:0}",
                $"{field.Key} 有 {{0}} 个值超过 {max:0} 个字，不能缩短");
        }

        private void RequireValues(FieldDefinition field, string column) =>
            Step($"{field.Title}：改为必填", $"alter table {_table} alter column {Sql.Name(column)} set not null",
                new SchemaGuard(
                    $"select count(*) from {_table} where {Sql.Name(column)} is null", field.Key, $"{field.Key} 有 {{0}} 条记录为空，不能改为必填"));

        private void ChangeType(FieldDefinition field, PhysicalColumn old, PhysicalColumn target)
        {
            if (!old.Encrypted && !target.Encrypted
                && TypeChanges.Widening(old.FieldType, target.FieldType, Sql.Name(target.Name)) is { } cast)
            {
                Rename(field, old.Field);
                if (old.Type != target.Type)
                {
                    Step($"{field.Title}：类型改为 {target.Type}",
                        $"alter table {_table} alter column {Sql.Name(target.Name)} type {target.Type} using {cast}");
                }
                if (target.NotNull && !old.NotNull) { RequireValues(field, target.Name); }
                if (!target.NotNull && old.NotNull)
                {
                    Step($"{field.Title}：允许为空", $"alter table {_table} alter column {Sql.Name(target.Name)} drop not null");
                }
                return;
            }
            if (field.Convert is null)
            {
                Guard(field.Key, $"select count({Sql.Name(old.Name)}) from {_table}",
                    $"{field.Key} 已有 {{0}} 个值，不能从 {FieldTypes.NameOf(old.FieldType)} 改为 {FieldTypes.NameOf(target.FieldType)}：请写 convert（FEEL，旧值叫 value）");
            }
            var before = _retired.Count;
            foreach (var column in _before.Columns.Where(c => c.Field == old.Field && c.Role is not ColumnRole.Retired))
            {
                Shelve(column with { Field = field.Key }, field.Title);
            }
            var from = _retired[before].Name;
            foreach (var column in _target.Columns.Where(c => c.Field == field.Key))
            {
                Step($"{field.Title}：新列 {column.Name}", $"alter table {_table} add column {Sql.Name(column.Name)} {column.Type}");
            }
            if (field.Convert is { } convert)
            {
                _steps.Add(new($"{field.Title}：按 {convert} 转换旧值", "", []) { Convert = new(field.Key, from, convert) });
            }
            if (target.NotNull) { RequireValues(field, target.Name); }
        }

        private void AddIndex(PhysicalIndex index)
        {
            var guards = new List<SchemaGuard>();
            if (index.Field is { } key && _register.Field(key) is { } field && Living(field) is { } living
                && living.FieldType == field.ValueType)
            {
                var column = Sql.Name(field.Encrypt ? $"{field.Column}__blind" : field.Column);
                guards.Add(new($"select count(*) from (select 1 from {_table} where retired_at is null and {column} is not null group by {column} having count(*) > 1) d",
                    key, $"{key} 有 {{0}} 组重复的值，不能设为唯一"));
            }
            Step($"建索引 {index.Name}", index.Sql, [.. guards]);
        }

        private static string? DefaultSql(FieldDefinition field)
        {
            var value = FieldValues.Normalise(field, field.Default, field.Key, []);
            return value is null ? null : $"'{FieldValues.ToText(value).Replace("'", "''", StringComparison.Ordinal)}'"
                + (field.Store is StoreType.TextList ? "::text[]" : "");
        }

        private void Step(string text, string sql, params IReadOnlyList<SchemaGuard> guards) => _steps.Add(new(text, sql, guards));

        private void Guard(string field, string sql, string refusal) =>
            _steps.Add(new($"检查 {field} 的已有数据", "", [new(sql, field, refusal)]));

        private void Refuse(string field, string reason) => _refusals.Add((field, reason));
    }
}

/// <summary>Which changes of type keep every value as it is.</summary>
internal static class TypeChanges
{
    /// <returns>How the old column reads as the new type; null where the change is no widening.</returns>
    public static string? Widening(FieldType from, FieldType to, string column) => (from, to) switch
    {
        _ when from == to => column,
        (FieldType.Integer, FieldType.Decimal or FieldType.Money or FieldType.Percent) => $"{column}::numeric",
        (FieldType.Money or FieldType.Percent, FieldType.Decimal) => column,
        (FieldType.Text, FieldType.LongText or FieldType.RichText) => column,
        (FieldType.LongText, FieldType.RichText) or (FieldType.RichText, FieldType.LongText) => column,
        (FieldType.IdCard or FieldType.CreditCode or FieldType.Phone or FieldType.EMail or FieldType.BankCard or FieldType.Url or FieldType.Code
            or FieldType.TreeCode or FieldType.Region or FieldType.Organisation or FieldType.Person,
            FieldType.Text or FieldType.LongText) => column,
        (FieldType.Code, FieldType.TreeCode) or (FieldType.TreeCode, FieldType.Code) => column,
        (FieldType.Code or FieldType.TreeCode, FieldType.Codes) => $"case when {column} is null then null else array[{column}] end",
        (FieldType.Reference, FieldType.References) => $"case when {column} is null then null else array[{column}] end",
        _ => null,
    };
}
