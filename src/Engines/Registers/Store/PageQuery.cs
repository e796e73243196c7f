using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// A page as SQL. Pages go by keyset: the values where the last page ended bound the next. Empty values of the first sort field come last
/// in either order; they are a segment of their own, read only when the segment of values runs out, so that each statement is a range in
/// the index.
/// </summary>
internal sealed class PageQuery
{
    private readonly RegisterTable _table;
    private readonly Actor _actor;
    private readonly Authority _authority;
    private readonly RecordQuery _query;
    private readonly Cursor? _cursor;
    private readonly RegisterCatalogue _catalogue;
    private readonly FieldCipher _cipher;

    private PageQuery(RegisterTable table, Actor actor, Authority authority, RecordQuery query, Cursor? cursor, RegisterCatalogue catalogue,
        FieldCipher cipher)
    {
        (_table, _actor, _authority, _query, _cursor, _catalogue, _cipher) = (table, actor, authority, query, cursor, catalogue, cipher);
        Sort = query.Sort;
        Columns = query.Fields is { } wanted ? [.. table.Columns.Where(c => wanted.Contains(c.Field.Key))] : table.Columns;
    }

    /// <summary>Columns before the fields: id, version, created_at, created_by, updated_at, updated_by, retired_at.</summary>
    public const int SystemCount = 7;

    internal const string SystemColumns = "t.id, t.version, t.created_at, t.created_by, t.updated_at, t.updated_by, t.retired_at";

    public IReadOnlyList<SortBy> Sort { get; }

    /// <summary>Field columns in the select list, in this order.</summary>
    public FieldColumn[] Columns { get; }

    public bool Backwards => _cursor?.Backwards ?? false;

    public bool HasCursor => _cursor is not null;

    public int Limit => _query.Limit;

    /// <summary>The segments to read, one after the other, until the page is full.</summary>
    public IReadOnlyList<bool> Segments { get; private set; } = [];

    public static Result<PageQuery> Make(
        RegisterTable table, Actor actor, Authority authority, RecordQuery query, RegisterCatalogue catalogue, FieldCipher cipher)
    {
        var errors = new List<FieldError>();
        var sort = query.Sort.Count > 0 ? query.Sort : table.Definition.DefaultList.Sort;
        if (sort.Count > 4) { errors.Add(new("sort", "sort", "最多按 4 个字段排序")); }
        foreach (var by in sort)
        {
            if (!RegisterReader.MayOrder(table.Definition, by.Field)) { errors.Add(new("sort", "unknown", $"不能按 {by.Field} 排序")); }
            else if (table.Find(by.Field)?.Mask is not null && authority is Authority.Actor && !table.MayUnmask(actor))
            {
                errors.Add(new("sort", "masked", $"{by.Field} 已脱敏，不能排序"));
            }
        }
        if (query.Limit is < 1 or > RecordQuery.MaxLimit) { errors.Add(new("limit", "limit", $"每页应为 1 到 {RecordQuery.MaxLimit} 条")); }
        foreach (var unknown in query.Fields?.Where(f => table.Find(f) is null) ?? [])
        {
            errors.Add(new("fields", "unknown", $"没有字段 {unknown}"));
        }
        if (errors.Count > 0) { return RegisterErrors.Invalid(errors); }
        Cursor? cursor = null;
        if (query.Cursor is { } text && (cursor = Cursor.Read(text, sort, table)) is null)
        {
            return RegisterErrors.Invalid([new("cursor", "cursor", "翻页位置无法识别，请从第一页重新开始")]);
        }
        var page = new PageQuery(table, actor, authority, query with { Sort = sort }, cursor, catalogue, cipher);
        page.Segments = page.SegmentsToRead();
        // Compiled once for its faults; the statement itself is built when it is known which segment comes next.
        page.AddConditions(new SqlText(), errors);
        return errors.Count > 0 ? RegisterErrors.Invalid(errors) : page;
    }

    /// <summary>The rows of one segment, at most one more than are still missing.</summary>
    /// <param name="isNull">The segment of rows whose first sort field is empty.</param>
    public NpgsqlBatchCommand Rows(bool isNull, int missing)
    {
        var sql = new SqlText().Add("select ").Add(SystemColumns);
        foreach (var column in Columns) { sql.Add(", t.").Add(column.Sql); }
        foreach (var by in Sort) { sql.Add(", t.").Add(NameOf(by.Field)); }
        sql.Add(" from ").Add(_table.Name).Add(" t where ");
        AddConditions(sql, []);
        if (MayBeNull(Sort[0].Field)) { sql.Add($" and t.{NameOf(Sort[0].Field)} is {(isNull ? "" : "not ")}null"); }
        if (_cursor is not null && IsNull(_cursor.Values[0]) == isNull) { AddBound(sql, isNull); }
        sql.Add(" order by ");
        foreach (var by in Sort)
        {
            var down = by.Descending != Backwards;
            // Said also where no null can be: the index says it, and only the same order is read from it.
            sql.Add($"t.{NameOf(by.Field)} {(down ? "desc" : "asc")} {(Backwards ? "nulls first" : "nulls last")}, ");
        }
        return sql.Add($"t.id {(Sort[0].Descending != Backwards ? "desc" : "asc")} limit {missing + 1}").ToCommand();
    }

    public NpgsqlBatchCommand Count()
    {
        var sql = new SqlText().Add("select count(*) from (select 1 from ").Add(_table.Name).Add(" t where ");
        AddConditions(sql, []);
        if (_query.Count is CountMode.Capped) { sql.Add($" limit {RecordQuery.CountCap + 1}"); }
        return sql.Add(") c").ToCommand();
    }

    /// <summary>The condition of the whole query, for exports and statistics too.</summary>
    internal void AddConditions(SqlText sql, List<FieldError> errors)
    {
        sql.Add(_query.Living switch { Living.InForce => "t.retired_at is null", Living.Retired => "t.retired_at is not null",
            _ => "true" });
        ScopeSql.Add(sql, _table, "t", _actor, _authority);
        if (_query.Filter is null) { return; }
        sql.Add(" and ");
        new FilterCompiler(sql, _catalogue, _cipher, _actor, _authority, errors).Add(_query.Filter, _table, "t");
    }

    private bool[] SegmentsToRead()
    {
        if (!MayBeNull(Sort[0].Field)) { return [false]; }
        bool[] all = Backwards ? [true, false] : [false, true];
        // A cursor within the second segment has the first behind it.
        return _cursor is not null && IsNull(_cursor.Values[0]) == all[1] ? [all[1]] : all;
    }

    /// <summary>What comes after the cursor: greater in the first field, or equal there and greater in the rest.</summary>
    private void AddBound(SqlText sql, bool isNull)
    {
        var (first, sort) = (NameOf(Sort[0].Field), Sort[0]);
        if (!isNull)
        {
            // The plain bound lets the index start at the right place; the tree below is exact.
            sql.Add($" and t.{first} {(sort.Descending != Backwards ? "<=" : ">=")} ").Add(_cursor!.Values[0], TypeOf(sort.Field));
        }
        sql.Add(" and ");
        AddAfter(sql, isNull ? 1 : 0);
    }

    private void AddAfter(SqlText sql, int at)
    {
        if (at == Sort.Count)
        {
            sql.Add($"t.id {(Sort[0].Descending != Backwards ? "<" : ">")} ").Add(Parameters.Id(_cursor!.Id));
            return;
        }
        var (by, value) = (Sort[at], _cursor!.Values[at]);
        var (name, type) = ($"t.{NameOf(by.Field)}", TypeOf(by.Field));
        var beyond = by.Descending != Backwards ? "<" : ">";
        if (IsNull(value))
        {
            // Nulls are last; going backwards every value comes after them.
            sql.Add(Backwards ? $"({name} is not null or {name} is null and " : $"({name} is null and ");
        }
        else
        {
            sql.Add($"({name} {beyond} ").Add(value, type);
            if (!Backwards && MayBeNull(by.Field) && at > 0) { sql.Add($" or {name} is null"); }
            sql.Add($" or {name} = ").Add(value, type).Add(" and ");
        }
        AddAfter(sql, at + 1);
        sql.Add(")");
    }

    private bool MayBeNull(string key) => _table.Find(key) is { } column ? !column.Field.Required : key == "retired-at";

    private StoreType TypeOf(string key) => _table.Find(key)?.Store ?? SystemFields.StoreOf(key)!.Value;

    internal static string NameOf(string key) => Sql.Name(key.Replace('-', '_'));

    private static bool IsNull(object? value) => value is null;
}
