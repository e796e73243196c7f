using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Compares the tables as last made with the catalogue of the database: whoever changed one by hand is told by name.</summary>
public sealed class DriftCheck(Database database)
{
    /// <returns>One line for each difference; empty when all is as it was made.</returns>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var session = database.Read("registers.check-drift", Actor.System("registers"));
        var tables = await session.QueryAsync<string>("select content::text from registers.tables", null, cancellationToken);
        var columns = (await session.QueryAsync<(string Table, string Column, string Type, bool NotNull)>(
            """
            select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
            from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'reg' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            """, null, cancellationToken)).ToLookup(c => c.Table);
        var indexes = (await session.QueryAsync<string>(
            "select indexname::text from pg_indexes where schemaname = 'reg'", null, cancellationToken)).ToHashSet();
        return [.. tables.SelectMany(t => Differences(new Json(t).To<PhysicalTable>()!, columns, indexes))];
    }

    private static IEnumerable<string> Differences(
        PhysicalTable table, ILookup<string, (string Table, string Column, string Type, bool NotNull)> columns, HashSet<string> indexes)
    {
        var found = columns[table.Name].ToDictionary(c => c.Column);
        if (found.Count == 0)
        {
            yield return $"reg.{table.Name}: table is missing";
            yield break;
        }
        foreach (var column in table.Columns)
        {
            if (!found.TryGetValue(column.Name, out var real)) { yield return $"reg.{table.Name}.{column.Name}: column is missing"; }
            else if (real.Type != Canonical(column.Type))
            {
                yield return $"reg.{table.Name}.{column.Name}: is {real.Type}, was made as {Canonical(column.Type)}";
            }
            else if (real.NotNull != column.NotNull)
            {
                yield return $"reg.{table.Name}.{column.Name}: {(real.NotNull ? "refuses" : "allows")} null, was made otherwise";
            }
        }
        foreach (var index in table.Indexes.Where(i => !indexes.Contains(i.Name)))
        {
            yield return $"reg.{table.Name}: index {index.Name} is missing";
        }
    }

    private static string Canonical(string type) => type switch
    {
        "timestamptz" => "timestamp with time zone",
        "time" => "time without time zone",
        _ => type.Split(" collate ")[0],
    };
}
