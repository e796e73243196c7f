using System.Text;

namespace Zhengtong.Operations.Controls;

/// <summary>The libraries as the page <c>docs/reference/protection-level-3.md</c>.</summary>
public static class ControlReference
{
    public const string File = "docs/reference/protection-level-3.md";

    public static string Write(IReadOnlyList<ControlLibrary> libraries)
    {
        var page = new StringBuilder(
            """
            # Protection level 3: clause by clause

            Made from `packs/base/controls/*.tsv` by `./zt controls`; change the data, not this page. What the columns mean stands in
            [the pack format](pack-format.md#control-libraries).

            Clauses are in our own words; what binds is the standard. `site` is what no program can answer: rooms, networks, people, contracts.


            """);
        page.AppendLine("| library | edition | " + string.Join(" | ", Control.Statuses.Values) + " | all |");
        page.AppendLine("|---|---|" + string.Concat(Control.Statuses.Select(_ => "---:|")) + "---:|");
        foreach (var library in libraries)
        {
            var counts = Control.Statuses.Keys.Select(s => library.Controls.Count(c => c.Status == s));
            page.AppendLine($"| [{library.Title}](#{library.Key}) | {library.Version} | {string.Join(" | ", counts)} | {library.Controls.Count} |");
        }
        foreach (var library in libraries) { Append(page, library); }
        return page.ToString();
    }

    private static void Append(StringBuilder page, ControlLibrary library)
    {
        page.AppendLine().AppendLine($"<a id=\"{library.Key}\"></a>").AppendLine().AppendLine($"## {library.Title}").AppendLine();
        page.AppendLine($"Source: {library.Source}. Licence: {library.Licence}.").AppendLine();
        page.AppendLine("| 编号 | 级别 | 要求 | 状态 | 说明 | 位置 | 测试 |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var control in library.Controls)
        {
            string[] cells =
            [
                control.Id, control.Level, Cell(control.Title), Control.Statuses[control.Status], Cell(control.How),
                string.Join("<br>", control.Where.Select(Place)), string.Join("<br>", control.Tests.Select(t => $"`{t}`")),
            ];
            page.AppendLine($"| {string.Join(" | ", cells)} |");
        }
    }

    private static string Place(string where) =>
        where.StartsWith('/') ? $"`{where}`" : $"[{where.TrimEnd('/').Split('/')[^1]}](../../{where})";

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
