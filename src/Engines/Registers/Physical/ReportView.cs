using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// <c>report.&lt;register&gt;</c>: what reports read, typed as the fields are. Personal and encrypted fields are not in it, so that whoever
/// may read it learns nothing about a person. It is dropped before the table changes and made anew afterwards.
/// </summary>
internal static class ReportView
{
    public static string Drop(PhysicalTable table) => $"drop view if exists {NameOf(table)}";

    public static string Create(RegisterDefinition register, PhysicalTable table)
    {
        var columns = new List<string> { "id", "version", "created_at", "updated_at", "organisation_path" };
        columns.AddRange(register.Fields.Where(f => f is { Retired: false, Encrypt: false, Personal: false })
            .Select(f => Sql.Name(f.Column)));
        return $"create view {NameOf(table)} as select {string.Join(", ", columns)} from reg.{Sql.Name(table.Name)} where retired_at is null";
    }

    private static string NameOf(PhysicalTable table) => $"report.{Sql.Name(table.Name)}";

    /// <summary>Makes the views that are missing: of registers published before there were any, or dropped by hand.</summary>
    public static async Task<int> CompleteAsync(UnitOfWork work, RegisterCatalogue catalogue, CancellationToken cancellationToken)
    {
        var there = (await work.QueryAsync<string>("select viewname::text from pg_views where schemaname = 'report'", null,
            cancellationToken)).ToHashSet();
        var missing = catalogue.All().Select(t => (t.Definition, Table: PhysicalTable.Of(t.Definition)))
            .Where(t => !there.Contains(t.Table.Name)).ToList();
        foreach (var (definition, table) in missing) { await work.ExecuteAsync(Create(definition, table), null, cancellationToken); }
        return missing.Count;
    }
}
