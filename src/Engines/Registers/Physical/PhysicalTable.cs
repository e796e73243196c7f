using System.Security.Cryptography;
using System.Text;

namespace Zhengtong.Registers;

/// <summary>What a column is for.</summary>
public enum ColumnRole
{
    /// <summary>The value itself; as ciphertext where the field is encrypted.</summary>
    Value,

    /// <summary>Keyed digest of an encrypted value, for equality and uniqueness.</summary>
    Blind,

    /// <summary>Ciphertext of a personal value that lies in clear: the history takes this one.</summary>
    Sealed,

    /// <summary>Of a field out of use: kept under a name of its own, empty for new records.</summary>
    Retired,
}

/// <param name="Field">Key of the field.</param>
/// <param name="Type">Type in SQL.</param>
/// <param name="FieldType">Type of the field, for the judgement of changes.</param>
/// <param name="Max">Longest text, or null.</param>
public sealed record PhysicalColumn(
    string Field, ColumnRole Role, string Name, string Type, bool NotNull, FieldType FieldType, bool Encrypted, decimal? Max);

/// <param name="Name">Says what it is over: another definition has another name, so indexes are never altered.</param>
/// <param name="Field">The field for whose uniqueness it stands, or null.</param>
public sealed record PhysicalIndex(string Name, string Sql, string? Field);

/// <summary>A register's table as it should be, or as it was last made; the latter is kept in the database.</summary>
public sealed record PhysicalTable(
    string Name, IReadOnlyList<PhysicalColumn> Columns, IReadOnlyList<PhysicalIndex> Indexes, bool History, IReadOnlyList<string> Hidden)
{
    /// <summary>Columns that every table has.</summary>
    internal const string SystemColumns =
        """
            id uuid primary key,
            version int not null,
            created_at timestamptz not null,
            created_by text not null,
            updated_at timestamptz not null,
            updated_by text not null,
            retired_at timestamptz,
            owner_id uuid,
            organisation_path text collate "C",
            search_tokens text[]
        """;

    public PhysicalColumn? Find(string field, ColumnRole role) => Columns.FirstOrDefault(c => c.Field == field && c.Role == role);

    /// <summary>The table that a definition asks for.</summary>
    public static PhysicalTable Of(RegisterDefinition register)
    {
        var name = register.Key.Replace('-', '_');
        var columns = new List<PhysicalColumn>();
        foreach (var field in register.Fields.Where(f => !f.Retired))
        {
            var type = field.Encrypt ? "bytea" : FieldTypes.SqlOf(field.Store);
            columns.Add(new(
                field.Key, ColumnRole.Value, field.Column, type, field.Required, field.ValueType, field.Encrypt, TextMax(field)));
            if (field.Encrypt)
            {
                columns.Add(new(field.Key, ColumnRole.Blind, field.Column + "__blind", "bytea", false, field.ValueType, true, null));
            }
            if (IsSealed(field))
            {
                columns.Add(new(field.Key, ColumnRole.Sealed, field.Column + "__sealed", "bytea", false, field.ValueType, true, null));
            }
        }
        return new(name, columns, [.. IndexesOf(register, name)], register.History, HiddenFromHistory(register));
    }

    /// <summary>Personal, but not encrypted in the table: then its history is.</summary>
    internal static bool IsSealed(FieldDefinition field) => field is { Personal: true, Encrypt: false, Retired: false };

    private static decimal? TextMax(FieldDefinition field) => FieldTypes.IsText(field.ValueType) ? field.Max : null;

    private static IReadOnlyList<string> HiddenFromHistory(RegisterDefinition register) =>
    [
        "version", "updated_at", "updated_by", "search_tokens",
        .. register.Fields.Where(f => f.Encrypt && !f.Retired).Select(f => f.Column + "__blind"),
        .. register.Fields.Where(IsSealed).Select(f => f.Column),
    ];

    /// <summary>
    /// Uniqueness; for each list its order, and its order under each filter by equality, with the scope at the end so that rows of others
    /// are passed over in the index; the tokens of the search box; references backwards.
    /// </summary>
    private static IEnumerable<PhysicalIndex> IndexesOf(RegisterDefinition register, string table)
    {
        var living = register.Fields.Where(f => !f.Retired).ToList();
        foreach (var field in living.Where(f => f.Unique))
        {
            yield return Index(
                table, "ux", Sql.Name(field.Column + (field.Encrypt ? "__blind" : "")), "retired_at is null", field.Key, field.Column);
        }
        var plain = new HashSet<string>();
        foreach (var field in living.Where(f => f.Encrypt && !f.Unique)) { plain.Add(Sql.Name(field.Column + "__blind")); }
        foreach (var list in register.Lists.Values.DefaultIfEmpty(register.DefaultList))
        {
            var order = OrderOf(list.Sort);
            var scope = register.Scope switch
            {
                ScopeKind.Region => $" include ({Sql.Name(register.Field(register.ScopeField!)!.Column)})",
                ScopeKind.Organisation => " include (organisation_path)",
                ScopeKind.Own => " include (owner_id)",
                _ => "",
            };
            plain.Add($"{order}|{scope}");
            foreach (var filter in list.Filters.Select(register.Field))
            {
                if (filter is not { Encrypt: false } || !FieldTypes.IsChoice(filter.ValueType)) { continue; }
                plain.Add($"{Sql.Name(filter.Column)}, {order}|{(filter.Key == register.ScopeField ? "" : scope)}");
            }
        }
        foreach (var reference in living.Where(
            f => f.Type is FieldType.Reference && !plain.Any(p => p.StartsWith(Sql.Name(f.Column) + ",", StringComparison.Ordinal))))
        {
            plain.Add(Sql.Name(reference.Column));
        }
        if (register.Scope is ScopeKind.Region && register.Field(register.ScopeField!) is { } region
            && !plain.Any(p => p.StartsWith(Sql.Name(region.Column) + ",", StringComparison.Ordinal))) {
                plain.Add(Sql.Name(region.Column)); }
        if (register.Scope is ScopeKind.Organisation) { plain.Add("organisation_path"); }
        if (register.Scope is ScopeKind.Own) { plain.Add("owner_id"); }
        foreach (var index in plain.Order(StringComparer.Ordinal))
        {
            var parts = index.Split('|');
            yield return Index(table, "ix", parts[0], "retired_at is null", null, null, include: parts.Length > 1 ? parts[1] : "");
        }
        if (living.Any(f => f.Search))
        {
            yield return Index(table, "ix", "search_tokens", null, null, null, method: "gin ");
        }
    }

    private static string OrderOf(IReadOnlyList<SortBy> sort)
    {
        var parts = sort.Select(s => $"{ColumnOf(s.Field)} {(s.Descending ? "desc nulls last" : "asc nulls last")}").ToList();
        parts.Add(sort.Count > 0 && sort[0].Descending ? "id desc" : "id asc");
        return string.Join(", ", parts);
    }

    private static string ColumnOf(string key) => Sql.Name(key.Replace('-', '_'));

    private static PhysicalIndex Index(
        string table, string prefix, string columns, string? where, string? field, string? column, string method = "", string include = "")
    {
        var body = $"on reg.{Sql.Name(table)} {(method.Length > 0 ? $"using {method}" : "")}({columns}){include}{(where is null ? "" : $" where {where}")}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))[..8];
        var name = $"{prefix}_{table}_{column ?? ""}"[..Math.Min(50, prefix.Length + table.Length + (column?.Length ?? 0) + 2)].TrimEnd('_')
            + "_" + hash;
        return new(name, $"create {(prefix == "ux" ? "unique " : "")}index {name} {body}", field);
    }
}

internal static class Sql
{
    /// <summary>An identifier. Ours come from checked keys only; quoting covers those that are words of SQL.</summary>
    public static string Name(string identifier) => $"\"{identifier}\"";
}
