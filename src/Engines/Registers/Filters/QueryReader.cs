using System.Globalization;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Reads a query as it stands in an address:
/// <c>status=active&amp;name.contains=张&amp;filed-on.from=2026-01-01&amp;employer.district=990102&amp;sort=-filed-on</c>.
/// The same words serve the REST interface, the lists of the workbench and saved views.
/// </summary>
public static class QueryReader
{
    /// <summary>Names that are no fields.</summary>
    public static IReadOnlyList<string> Reserved { get; } =
        ["q", "sort", "limit", "cursor", "count", "fields", "retired", "columns", "view", "size", "tab", "format"];

    /// <param name="parameters">Names and values in their order; a name may stand several times.</param>
    public static Result<RecordQuery> Read(
        RegisterTable table, RegisterCatalogue catalogue, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var errors = new List<FieldError>();
        var filters = new List<Filter>();
        var query = new RecordQuery();
        foreach (var group in parameters.Where(p => p.Value.Length > 0).GroupBy(p => p.Key, p => p.Value))
        {
            var (name, value) = (group.Key, group.First());
            switch (name)
            {
                case "q": filters.Add(new Filter.Words(value)); break;
                case "sort": query = query with { Sort = [.. value.Split(
                    ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SortBy.Parse)] }; break;
                case "limit" or "size":
                    if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
                    {
                        query = query with { Limit = limit };
                    }
                    else { errors.Add(new(name, "limit", "应为整数")); }
                    break;
                case "cursor": query = query with { Cursor = value }; break;
                case "count":
                    if (Enum.TryParse<CountMode>(value, ignoreCase: true, out var count)) { query = query with { Count = count }; }
                    else { errors.Add(new(name, "count", "应为 none、capped 或 exact")); }
                    break;
                case "fields": query = query with { Fields =
                    value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) }; break;
                case "retired": query = query with { Living =
                    value switch { "true" => Living.Retired, "all" => Living.Both, _ => Living.InForce } }; break;
                case "columns" or "view" or "tab" or "format": break;
                default:
                    if (FilterOf(table, catalogue, name, [.. group], errors, 0) is { } filter) { filters.Add(filter); }
                    break;
            }
        }
        if (errors.Count > 0) { return RegisterErrors.Invalid(errors); }
        return query with { Filter = filters.Count switch { 0 => null, 1 => filters[0], _ => new Filter.All(filters) } };
    }

    private static Filter? FilterOf(
        RegisterTable table, RegisterCatalogue catalogue, string name, string[] values, List<FieldError> errors, int depth)
    {
        var (key, rest) = name.Split('.', 2) is [var head, var tail] ? (head, tail) : (name, "");
        if (table.Find(key) is null && SystemFields.StoreOf(key) is null)
        {
            errors.Add(new(name, "unknown", $"没有字段 {key}"));
            return null;
        }
        switch (rest)
        {
            case "" when table.Find(key) is { Store: StoreType.Path }:
                return values.Length == 1
                    ? new Filter.Within(key, values[0])
                    : new Filter.Any([.. values.Select(v => new Filter.Within(key, v))]);
            case "": return values.Length == 1 ? new Filter.Equal(key, values[0]) : new Filter.In(key, [.. values]);
            case "in": return new Filter.In(
                key, [.. values.SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))]);
            case "not": return new Filter.Not(new Filter.In(key, [.. values]));
            case "contains": return new Filter.Contains(key, values[0]);
            case "starts": return new Filter.StartsWith(key, values[0]);
            case "from": return new Filter.Between(key, values[0], null);
            case "to": return new Filter.Between(key, null, values[0]);
            case "empty": return values[0] == "false" ? new Filter.Not(new Filter.Empty(key)) : new Filter.Empty(key);
        }
        if (depth == 0 && table.Find(key) is { Field: { Type: FieldType.Reference, To: { } to } } && catalogue.Find(to) is { } target)
        {
            return FilterOf(target, catalogue, rest, values, errors, depth + 1) is { } inner ? new Filter.Related(key, inner) : null;
        }
        errors.Add(new(name, "operator", $"不认识的条件 {rest}，可用 contains、starts、from、to、in、not、empty"));
        return null;
    }
}
