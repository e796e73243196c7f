using NpgsqlTypes;
using Zhengtong.Identity.Packs;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Regions;

/// <summary><c>regions.tsv</c>: administrative divisions, loaded by COPY and one upsert. What an administrator has edited is left
/// alone.</summary>
internal sealed class RegionKind : IArtefactKind
{
    private static readonly string[] Columns = ["code", "name", "level", "parent"];

    public string Kind => "regions";

    public string Title => "行政区划";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["regions.tsv"];

    public int Order => 15;

    public bool IsData => true;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "行政区划");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = TsvFile.Read(source, faults, Columns, Columns);
        if (faults.Count > 0) { return faults; }
        var seen = new HashSet<string>();
        foreach (var row in file.Rows)
        {
            var (code, parent) = (row["code"] ?? "", row["parent"]);
            if (RegionLevels.OfCode(code) is not { } level) { faults.Add(row.Fault("code", $"区划代码“{code}”应为 2、4、6 或 9 位数字")); continue; }
            if (!seen.Add(code)) { faults.Add(row.Fault("code", $"区划代码 {code} 重复")); }
            if (row["name"] is null) { faults.Add(row.Fault("name", "缺少名称")); }
            if (row["level"] != level) { faults.Add(row.Fault("level", $"代码 {code} 的级别应为 {level}")); }
            if (parent is not null && (parent.Length >= code.Length || !code.StartsWith(parent, StringComparison.Ordinal)))
            {
                faults.Add(row.Fault("parent", $"{code} 不在 {parent} 之下"));
            }
        }
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var file = TsvFile.Read(new(artefact.Pack, "regions.tsv", artefact.Content), [], Columns, Columns);
        await work.ExecuteAsync(
            "create temp table incoming_regions (code text collate \"C\", name text, level text, parent text collate \"C\", sort int) on commit drop",
            null, cancellationToken);
        await using (var copy = await work.Connection.BeginBinaryImportAsync(
            "copy incoming_regions (code, name, level, parent, sort) from stdin (format binary)", cancellationToken))
        {
            foreach (var (index, row) in file.Rows.Index())
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(row["code"]!, NpgsqlDbType.Text, cancellationToken); // checked before
                await copy.WriteAsync(row["name"]!, NpgsqlDbType.Text, cancellationToken); // checked before
                await copy.WriteAsync(row["level"]!, NpgsqlDbType.Text, cancellationToken); // checked before
                if (row["parent"] is { } parent) { await copy.WriteAsync(parent, NpgsqlDbType.Text, cancellationToken); }
                else { await copy.WriteNullAsync(cancellationToken); }
                await copy.WriteAsync(index, NpgsqlDbType.Integer, cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        var changed = await work.ExecuteAsync(
            """
            insert into identity.regions as r (code, name, level, parent, sort, updated_at, change)
            select code, name, level, parent, sort, @now, 0
            from incoming_regions
            on conflict (code) do update
            set name = excluded.name, level = excluded.level, parent = excluded.parent, sort = excluded.sort, updated_at = excluded.updated_at
            where r.version = 1 and (r.name, r.level, r.parent) is distinct from (excluded.name, excluded.level, excluded.parent)
            """, new { now = work.Now }, cancellationToken);
        await work.ExecuteAsync("drop table incoming_regions", null, cancellationToken);
        if (changed > 0) { await work.SignalAsync(Signals.Regions, null, cancellationToken); }
    }
}

internal static class RegionLevels
{
    public static IReadOnlyList<(string Key, string Title)> All { get; } =
        [("province", "省级"), ("city", "地市级"), ("county", "县区级"), ("town", "乡镇街道级")];

    public static string? OfCode(string code) => !code.All(char.IsAsciiDigit) ? null : code.Length switch
    {
        2 => "province",
        4 => "city",
        6 => "county",
        9 => "town",
        _ => null,
    };

    public static string TitleOf(string level) => All.FirstOrDefault(l => l.Key == level).Title ?? level;

    /// <summary>The code of the next level up, or null for a province.</summary>
    public static string? ParentOf(string code) => code.Length switch { 9 => code[..6], 6 => code[..4], 4 => code[..2], _ => null };
}
