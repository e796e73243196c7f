using System.Globalization;
using System.Text.RegularExpressions;
using Zhengtong.Bpmn.Data;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Instances;

/// <param name="Path"><c>case.region</c>.</param>
/// <param name="Value">Masked: what looks like somebody's number is cut, and for those without a right to the record every text.</param>
public sealed record VariableRow(string Path, string Kind, string Value);

/// <summary>Variables of a run as its page shows them.</summary>
public static partial class VariableRows
{
    private const int Most = 200;

    /// <param name="clear">The reader may see the record; others see kinds and lengths of texts only.</param>
    public static IReadOnlyList<VariableRow> Of(DataMap variables, bool clear) => [.. Walk("", variables, clear).Take(Most)];

    private static IEnumerable<VariableRow> Walk(string path, object? value, bool clear) => value switch
    {
        DataMap map => map.SelectMany(v => Walk(path.Length == 0 ? v.Key : $"{path}.{v.Key}", v.Value, clear)),
        DataList list => list.Index().SelectMany(v => Walk($"{path}[{v.Index + 1}]", v.Item, clear)),
        null => [new(path, "空", "")],
        bool b => [new(path, "是否", b ? "是" : "否")],
        decimal d => [new(path, "数字", clear ? d.ToString(CultureInfo.InvariantCulture) : "（已隐藏）")],
        string s => [new(path, "文本", clear ? Masked(s) : $"（{s.Length} 个字，已隐藏）")],
        _ => [new(path, "", "")],
    };

    private static string Masked(string text)
    {
        var masked = Phone().Replace(Card().Replace(text, m => Masking.IdCard(m.Value)), m => Masking.Phone(m.Value));
        return masked.Length > 200 ? masked[..200] + "…" : masked;
    }

    [GeneratedRegex(@"(?<!\d)\d{17}[\dXx](?!\d)")]
    private static partial Regex Card();

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)")]
    private static partial Regex Phone();
}
