using System.Globalization;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>A group and its figure.</summary>
/// <param name="Keys">Values of the group fields as text; null where the field is empty.</param>
public sealed record AggregateRow(IReadOnlyList<string?> Keys, decimal Value, long Count);

public sealed partial class RecordStore
{
    private const int MaxGroups = 2_000;

    /// <summary>Figures by group over the records in force that fit, within the actor's scope; the largest first, at most 2,000
    /// groups.</summary>
    public async Task<Result<AggregateRow[]>> AggregateAsync(
        DbSession session, string register, IReadOnlyList<string> group, Measure measure, Filter? filter,
        CancellationToken cancellationToken,
        Authority authority = Authority.Actor)
    {
        var readable = Readable(register, session.Actor, authority);
        if (!readable.IsSuccess) { return readable.Error; }
        var table = readable.Value;
        var errors = new List<FieldError>();
        var terms = group.Select(g => GroupTerm(table, session.Actor, authority, g, errors)).ToList();
        var figure = Figure(table, measure, errors);
        var sql = new SqlText().Add("select ").Add(figure).Add(", count(*)");
        foreach (var term in terms) { sql.Add(", ").Add(term); }
        sql.Add($" from {table.Name} t where ");
        var made = PageQuery.Make(table, session.Actor, authority, new() { Filter = filter }, catalogue, cipher);
        if (!made.IsSuccess) { return made.Error; }
        if (errors.Count > 0) { return RegisterErrors.Invalid(errors); }
        made.Value.AddConditions(sql, errors);
        if (terms.Count > 0)
        {
            sql.Add(" group by ").Add(string.Join(", ", terms.Select((_, i) => (i + 3).ToString(CultureInfo.InvariantCulture))));
        }
        sql.Add($" order by 1 desc nulls last limit {MaxGroups}");
        await using var batch = sql.ToBatch();
        return await session.ReadAsync(batch, async (reader, stop) =>
        {
            var rows = new List<AggregateRow>();
            while (await reader.ReadAsync(stop))
            {
                var keys = new string?[terms.Count];
                for (var i = 0; i < keys.Length; i++) { keys[i] = reader.IsDBNull(i + 2) ? null : reader.GetString(i + 2); }
                rows.Add(new(keys, reader.IsDBNull(0) ? 0 : reader.GetDecimal(0), reader.GetInt64(1)));
            }
            return rows.ToArray();
        }, cancellationToken);
    }

    private static string GroupTerm(RegisterTable table, Actor actor, Authority authority, string text, List<FieldError> errors)
    {
        var (key, cut) = StatisticGroup.Parse(text);
        var store = table.Find(key)?.Store ?? SystemFields.StoreOf(key);
        if (store is not { } known || !FieldTypes.IsSortable(known) || table.Find(key) is { Field.Encrypt: true }
            || table.Find(key)?.Mask is not null && authority is Authority.Actor && !table.MayUnmask(actor))
        {
            errors.Add(new("group", "unknown", $"不能按 {key} 分组"));
            return "null";
        }
        var column = $"t.{PageQuery.NameOf(key)}";
        // Days and months are those of the platform's zone, said in the statement rather than left to the session.
        if (known is StoreType.Instant) { column = $"({column} at time zone '{LocalTime.ZoneName}')"; }
        return (known, cut) switch
        {
            (StoreType.Date or StoreType.Instant, "year") => $"to_char({column}, 'YYYY')",
            (StoreType.Date or StoreType.Instant, "month") => $"to_char({column}, 'YYYY-MM')",
            (StoreType.Date or StoreType.Instant, _) => $"to_char({column}, 'YYYY-MM-DD')",
            _ => $"{column}::text",
        };
    }

    private static string Figure(RegisterTable table, Measure measure, List<FieldError> errors)
    {
        if (measure.Field is null) { return "count(*)::numeric"; }
        if (table.Find(measure.Field) is { Store: StoreType.Long or StoreType.Decimal } column
            && measure.Function is "sum" or "avg" or "min" or "max")
        {
            return $"round({measure.Function}(t.{table.Find(measure.Field)!.Sql})::numeric, 4)";
        }
        errors.Add(new("measure", "unknown", $"不能计算 {measure}"));
        return "null";
    }
}
