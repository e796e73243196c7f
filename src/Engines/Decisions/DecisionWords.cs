using System.Text.RegularExpressions;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Decisions;

/// <summary>How a decision came about, in the words of those who rest an act on it.</summary>
public static partial class DecisionWords
{
    /// <summary>A sentence for each table that was looked into and each decision that was computed, in order.</summary>
    public static IReadOnlyList<string> Say(DmnModel model, DmnResult result) => [.. result.Trace.SelectMany(s => Say(model, s))];

    private static IEnumerable<string> Say(DmnModel model, DmnStep step)
    {
        var label = LabelOf(model, step.Decision);
        foreach (var table in step.Tables)
        {
            var given = string.Join("，", table.Inputs.Select(i => $"{i.Name} = {Text(i.Value)}"));
            var rules = table.Hits.Count == 0 ? "没有规则命中" : $"命中规则 {string.Join("、", table.Hits.Select(h => h.Rule))}";
            var notes = string.Join("；", table.Hits.SelectMany(h => h.Annotations).Where(a => a.Length > 0));
            yield return $"查表“{label}”：{given}；{rules}{(notes.Length > 0 ? $"（{notes}）" : "")}。";
        }
        yield return $"得出“{label}”：{Text(step.Value)}";
    }

    /// <summary>What was swallowed on the way to a value: for officers, who cannot read the library's English.</summary>
    public static string Say(DmnModel model, FeelWarning warning)
    {
        var name = Quoted().Match(warning.Message) is { Success: true } quoted ? $"“{quoted.Groups[1]}”" : "";
        var what = warning.Code.Split('.')[0] switch
        {
            "name" => $"没有填写{name}",
            "type" => "有一项的类型不符",
            "number" => "数值超出范围或者不能这样计算",
            "temporal" or "literal" => "日期或者时间无法识别",
            "list" => "列表里没有要取的那一项",
            "string" or "pattern" => "文字无法按要求处理",
            "call" => $"没有函数{name}",
            _ => $"有一步没有结果（{warning.Code}）",
        };
        return $"{(warning.Source is { } source ? $"计算“{LabelOf(model, source)}”时" : "计算时")}{what}，按空值处理。";
    }

    /// <summary>What the author calls a decision of the model.</summary>
    /// <param name="decision">Its name or id.</param>
    public static string LabelOf(DmnModel model, string decision) =>
        model.Definitions.Elements.FirstOrDefault(e => e.Name == decision || e.Place.Id == decision) is { } element
            ? LabelOf(element)
            : decision;

    /// <summary>The label that the author gave, or the name.</summary>
    public static string LabelOf(DmnElement element) =>
        element.Place.Extras.Attributes.FirstOrDefault(a => a.Name.LocalName == "label")?.Value is { Length: > 0 } label
            ? label
            : element.Name;

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    public static string Text(object? value) => value switch
    {
        null => "空",
        true => "是",
        false => "否",
        string text => text,
        _ => FeelValue.ToText(value),
    };
}
