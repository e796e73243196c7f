using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Turns a filter into a condition. Names come from definitions, values become parameters; what cannot be asked is a located
/// fault.</summary>
internal sealed class FilterCompiler(
    SqlText sql, RegisterCatalogue catalogue, FieldCipher cipher, Actor actor, Authority authority, List<FieldError> errors)
{
    private const int MaxDepth = 12;
    private const int MaxValues = 1_000;
    private int _aliases;

    public void Add(Filter filter, RegisterTable table, string alias, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            Refuse("filter", "depth", "筛选条件嵌套太深");
            return;
        }
        switch (filter)
        {
            case Filter.All all: Join(all.Parts, " and ", "true", table, alias, depth); break;
            case Filter.Any any: Join(any.Parts, " or ", "false", table, alias, depth); break;
            case Filter.Not not:
                sql.Add("(");
                Add(not.Part, table, alias, depth + 1);
                sql.Add(") is not true");
                break;
            case Filter.Equal { Value: null } equal: AddEmpty(equal.Field, table, alias); break;
            case Filter.Equal equal: AddIn(equal.Field, [equal.Value], table, alias); break;
            case Filter.In within: AddIn(within.Field, within.Values, table, alias); break;
            case Filter.Empty empty: AddEmpty(empty.Field, table, alias); break;
            case Filter.Contains contains: AddLike(contains.Field, contains.Text, "%", table, alias); break;
            case Filter.StartsWith starts: AddLike(starts.Field, starts.Text, "", table, alias); break;
            case Filter.Between between: AddBetween(between, table, alias); break;
            case Filter.Within within: AddWithin(within, table, alias); break;
            case Filter.Words words: AddWords(words.Text, table, alias); break;
            case Filter.Related related: AddRelated(related, table, alias, depth); break;
            case Filter.ExistsIn exists: AddExists(exists, alias, depth); break;
        }
    }

    private void Join(IReadOnlyList<Filter> parts, string word, string none, RegisterTable table, string alias, int depth)
    {
        if (parts.Count == 0)
        {
            sql.Add(none);
            return;
        }
        sql.Add("(");
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) { sql.Add(word); }
            Add(parts[i], table, alias, depth + 1);
        }
        sql.Add(")");
    }

    private void AddIn(string key, IReadOnlyList<object?> raws, RegisterTable table, string alias)
    {
        if (raws.Count is 0 or > MaxValues)
        {
            if (raws.Count > MaxValues) { Refuse(key, "in", $"最多 {MaxValues} 个值"); }
            sql.Add("false");
            return;
        }
        if (Resolve(key, table) is not var (name, store, field)) { return; }
        var values = raws.Select(r => FieldValues.ForFilter(field, store, r, key, errors)).Where(v => v is not null).ToList();
        if (values.Count == 0) { sql.Add("false"); return; }
        if (field is { Encrypt: true })
        {
            var column = table.Find(key)!;
            sql.Add($"{alias}.{column.Blind} = any(").Add(new Npgsql.NpgsqlParameter
            {
                Value = values.SelectMany(v => cipher.BlindIndexes((string)v!, column.Place)).ToArray(),
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Bytea,
            }).Add(")");
            return;
        }
        if (store is StoreType.TextList or StoreType.UuidList)
        {
            // "Has one of": a filter names single values, the field a list.
            sql.Add($"{alias}.{name} && ").Add(store is StoreType.TextList
                ? values.SelectMany(v => (string[])v!).ToArray()
                : values.SelectMany(v => (Guid[])v!).ToArray(), store);
            return;
        }
        if (store is StoreType.Json) { Refuse(key, "operator", "这种字段只能按是否为空筛选"); return; }
        if (values.Count == 1) { sql.Add($"{alias}.{name} = ").Add(values[0], store); return; }
        sql.Add($"{alias}.{name} in (");
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) { sql.Add(", "); }
            sql.Add(values[i], store);
        }
        sql.Add(")");
    }

    private void AddEmpty(string key, RegisterTable table, string alias)
    {
        if (Resolve(key, table) is var (name, _, _)) { sql.Add($"{alias}.{name} is null"); }
    }

    private void AddLike(string key, string text, string before, RegisterTable table, string alias)
    {
        if (Resolve(key, table) is not var (name, store, field)) { return; }
        if (!Open(key, field, table)) { return; }
        if (store is not (StoreType.Text or StoreType.Path)) { Refuse(key, "operator", "只有文字字段可以按片段筛选"); return; }
        if (Clean(text) is not { } clean) { Refuse(key, "text", "含有无法识别的字符"); return; }
        sql.Add("(");
        if (field is { Search: true } && SearchTokens.OfQuery(clean) is { Length: > 0 } tokens)
        {
            sql.Add($"{alias}.search_tokens @> ").Add(Parameters.Texts(tokens)).Add(" and ");
        }
        sql.Add($"lower({alias}.{name}) like ").Add(Parameters.Text(before + Escape(clean.ToLowerInvariant()) + "%")).Add(")");
    }

    private void AddBetween(Filter.Between between, RegisterTable table, string alias)
    {
        if (Resolve(between.Field, table) is not var (name, store, field)) { return; }
        if (!Open(between.Field, field, table)) { return; }
        if (!FieldTypes.IsSortable(store) || store is StoreType.Boolean or StoreType.Uuid)
        {
            Refuse(between.Field, "operator", "这种字段不能按范围筛选");
            return;
        }
        var from = FieldValues.ForFilter(field, store, between.From, between.Field, errors);
        var to = FieldValues.ForFilter(field, store, between.To, between.Field, errors, isEnd: true);
        sql.Add("(");
        if (from is not null) { sql.Add($"{alias}.{name} >= ").Add(from, store); }
        if (to is not null)
        {
            if (from is not null) { sql.Add(" and "); }
            sql.Add($"{alias}.{name} <= ").Add(to, store);
        }
        sql.Add(from is null && to is null ? $"{alias}.{name} is not null)" : ")");
    }

    private void AddWithin(Filter.Within within, RegisterTable table, string alias)
    {
        if (Resolve(within.Field, table) is not var (name, store, _)) { return; }
        if (store is not StoreType.Path || within.Region.Length is 0 or > 12 || !within.Region.All(char.IsAsciiDigit))
        {
            Refuse(within.Field, "operator", "应为区划代码");
            return;
        }
        ScopeSql.AddPrefix(sql, $"{alias}.{name}", RegionCode.Cut(within.Region, null));
    }

    private void AddWords(string text, RegisterTable table, string alias)
    {
        if (Clean(text) is not { } clean) { Refuse("q", "text", "含有无法识别的字符"); return; }
        var words = clean.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (table.SearchColumns.Length == 0 || words.Length == 0) { sql.Add("true"); return; }
        if (words.Length > 10) { Refuse("q", "text", "最多 10 个词"); return; }
        sql.Add("(");
        foreach (var (index, word) in words.Index())
        {
            if (index > 0) { sql.Add(" and "); }
            sql.Add("(");
            if (SearchTokens.OfInitials(word) is { Length: > 0 } initials)
            {
                sql.Add($"{alias}.search_tokens @> ").Add(Parameters.Texts(initials)).Add(" or ");
            }
            sql.Add("(");
            if (SearchTokens.OfQuery(word) is { Length: > 0 } tokens)
            {
                sql.Add($"{alias}.search_tokens @> ").Add(Parameters.Texts(tokens)).Add(" and ");
            }
            sql.Add("(");
            var pattern = Parameters.Text("%" + Escape(word.ToLowerInvariant()) + "%");
            foreach (var (place, column) in table.SearchColumns.Index())
            {
                if (place > 0) { sql.Add(" or "); }
                sql.Add($"lower({alias}.{column.Sql}) like ").Add(pattern.Clone());
            }
            sql.Add("))").Add(")");
        }
        sql.Add(")");
    }

    private void AddRelated(Filter.Related related, RegisterTable table, string alias, int depth)
    {
        if (table.Find(related.Field) is not { Field.Type: FieldType.Reference } column
            || catalogue.Find(column.Field.To!) is not { } target || !MayRead(target))
        {
            Refuse(related.Field, "unknown", $"没有可查的关联字段 {related.Field}");
            return;
        }
        var inner = $"r{++_aliases}";
        sql.Add($"exists (select 1 from {target.Name} {inner} where {inner}.id = {alias}.{column.Sql}");
        ScopeSql.Add(sql, target, inner, actor, authority);
        sql.Add(" and ");
        Add(related.Part, target, inner, depth + 1);
        sql.Add(")");
    }

    private void AddExists(Filter.ExistsIn exists, string alias, int depth)
    {
        if (catalogue.Find(exists.Register) is not { } target || !MayRead(target)
            || target.Find(exists.Field) is not { Field.Type: FieldType.Reference or FieldType.References } column)
        {
            Refuse(exists.Register, "unknown", $"没有可查的台账 {exists.Register}");
            return;
        }
        var inner = $"r{++_aliases}";
        sql.Add($"exists (select 1 from {target.Name} {inner} where {inner}.retired_at is null and ");
        sql.Add(column.Store is StoreType.Uuid ? $"{inner}.{column.Sql} = {alias}.id" : $"{inner}.{column.Sql} @> array[{alias}.id]");
        ScopeSql.Add(sql, target, inner, actor, authority);
        if (exists.Part is not null)
        {
            sql.Add(" and ");
            Add(exists.Part, target, inner, depth + 1);
        }
        sql.Add(")");
    }

    private (string Name, StoreType Store, FieldDefinition? Field)? Resolve(string key, RegisterTable table)
    {
        if (table.Find(key) is { } column) { return (column.Sql, column.Store, column.Field); }
        if (SystemFields.StoreOf(key) is { } store) { return (Sql.Name(key.Replace('-', '_')), store, null); }
        Refuse(key, "unknown", $"没有字段 {key}");
        return null;
    }

    /// <summary>What one may not see one may not feel for either: by fragments and ranges a masked value could be found out.</summary>
    private bool Open(string key, FieldDefinition? field, RegisterTable table)
    {
        if (field is { Encrypt: true }) { Refuse(key, "encrypted", $"{field.Title}已加密，只能按完整的值查找"); return false; }
        if (field is not null && table.Find(key)!.Mask is not null && authority is Authority.Actor && !table.MayUnmask(actor))
        {
            Refuse(key, "masked", $"{field.Title}已脱敏，只能按完整的值查找");
            return false;
        }
        return true;
    }

    private bool MayRead(RegisterTable table) => authority is Authority.Platform || table.MayRead(actor);

    private void Refuse(string path, string code, string message)
    {
        errors.Add(new(path, code, message));
        sql.Add("false");
    }

    private static string? Clean(string text) => text.Length > 200 || text.Any(char.IsControl) || text.Any(char.IsSurrogate)
        && !text.IsNormalized() ? null : text.Normalize().Trim();

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
