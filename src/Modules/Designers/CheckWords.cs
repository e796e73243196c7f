using System.Text.RegularExpressions;
using Zhengtong.Dmn;

namespace Zhengtong.Designers;

/// <summary>Findings about decision tables in the words of the people who keep them; the library speaks English to developers.</summary>
internal static partial class DmnWords
{
    public static string Say(DmnFault fault) => fault.Code switch
    {
        "xml.malformed" => $"XML 无法读取：{fault.Message}",
        "xml.unreadable" => $"文件无法读取：{fault.Message}",
        "table.overlap" when Overlap().Match(fault.Message) is { Success: true } m =>
            $"规则 {m.Groups[1]} 和规则 {m.Groups[2]} 重叠：{Inputs(m.Groups[3].Value)}时都命中。",
        "table.gap" when Gap().Match(fault.Message) is { Success: true } m => $"有空缺：{Inputs(m.Groups[1].Value)}时没有规则命中。",
        "table.unreachable" => "这条规则永远不会命中，可能被前面的规则盖住了。",
        "table.empty" => "决策表没有规则。",
        "table.check-limit" => "决策表太大，重叠和空缺没有检查完。",
        "table.cell-type" or "table.input-type" or "table.output-type" => $"单元格与列的类型不符：{fault.Message}",
        "table.shape" => $"决策表的行列不齐：{fault.Message}",
        "table.hit-policy" => $"不认识的命中策略：{fault.Message}",
        "dmn.duplicate-id" => $"编号重复：{fault.Message}",
        "dmn.no-definitions" => "根元素不是 DMN 决策模型。",
        "dmn.no-name" => "元素没有名称。",
        "type.unknown" => $"没有这个类型：{fault.Message}",
        "type.decision" => $"算出的类型与声明不符：{fault.Message}",
        "import.missing" => $"要引入的模型不存在：{fault.Message}",
        ['f', 'e', 'e', 'l', '.', ..] => $"FEEL 表达式有误（行:列 相对单元格）：{fault.Message}",
        _ => $"{fault.Message}（{fault.Code}）",
    };

    private static string Inputs(string text) => text == "any input"
        ? "任何输入"
        : text.Replace(", ", "，", StringComparison.Ordinal).Replace(": ", "为 ", StringComparison.Ordinal);

    [GeneratedRegex(@"^Rules (\d+) and (\d+) both match (.+)\.$", RegexOptions.Singleline)]
    private static partial Regex Overlap();

    [GeneratedRegex(@"^No rule covers (.+)\.$", RegexOptions.Singleline)]
    private static partial Regex Gap();
}
