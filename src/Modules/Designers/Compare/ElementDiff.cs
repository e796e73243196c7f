using System.Xml;
using System.Xml.Linq;

namespace Zhengtong.Designers.Compare;

/// <param name="What">新增, 删除 or 修改.</param>
public sealed record ElementChange(string What, string Type, string Id, string Name);

/// <summary>Which steps, rules and inputs differ between two models, regardless of where they stand in the file or on the canvas.</summary>
public static class ElementDiff
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["userTask"] = "人工环节", ["serviceTask"] = "服务环节", ["businessRuleTask"] = "规则环节", ["scriptTask"] = "脚本环节", ["manualTask"] = "线下环节",
        ["sendTask"] = "发送环节", ["receiveTask"] = "接收环节", ["callActivity"] = "调用流程", ["subProcess"] = "子流程", ["startEvent"] = "开始",
        ["endEvent"] = "结束",
        ["boundaryEvent"] = "边界事件", ["intermediateCatchEvent"] = "等待事件", ["intermediateThrowEvent"] = "触发事件", ["exclusiveGateway"] = "排他网关",
        ["parallelGateway"] = "并行网关", ["inclusiveGateway"] = "包容网关", ["eventBasedGateway"] = "事件网关", ["sequenceFlow"] = "连线",
        ["process"] = "流程",
        ["decision"] = "决策", ["inputData"] = "输入数据", ["rule"] = "规则", ["input"] = "输入列", ["output"] = "输出列",
        ["businessKnowledgeModel"] = "业务知识",
        ["decisionTable"] = "决策表",
    };

    /// <summary>Empty where a text is no XML.</summary>
    public static IReadOnlyList<ElementChange> Compare(string left, string right)
    {
        if (Read(left) is not { } before || Read(right) is not { } after) { return []; }
        var changes = new List<ElementChange>();
        foreach (var (id, element) in before)
        {
            if (!after.TryGetValue(id, out var other)) { changes.Add(Change("删除", id, element)); }
            else if (Own(element) != Own(other)) { changes.Add(Change("修改", id, other)); }
        }
        changes.AddRange(after.Where(a => !before.ContainsKey(a.Key)).Select(a => Change("新增", a.Key, a.Value)));
        return changes;
    }

    private static ElementChange Change(string what, string id, XElement element) =>
        new(what, Types[element.Name.LocalName], id,
            element.Attribute("label")?.Value ?? element.Attribute("name")?.Value ?? Words(element));

    private static string Words(XElement element)
    {
        var text = string.Join(" | ", element.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()));
        return text.Length > 80 ? text[..80] + "…" : text;
    }

    /// <summary>The element without the listed elements inside it, which are compared for themselves.</summary>
    private static string Own(XElement element)
    {
        var copy = new XElement(element);
        copy.Descendants().Where(e => e.Attribute("id") is not null && Types.ContainsKey(e.Name.LocalName)).ToList()
            .ForEach(e => e.Remove());
        copy.DescendantNodes().Where(n => n is XComment || n is XText text && string.IsNullOrWhiteSpace(text.Value)).ToList()
            .ForEach(n => n.Remove());
        return copy.ToString(SaveOptions.DisableFormatting);
    }

    private static Dictionary<string, XElement>? Read(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader).Descendants()
                .Where(e => e.Attribute("id") is not null && Types.ContainsKey(e.Name.LocalName))
                .GroupBy(e => e.Attribute("id")!.Value) // filtered above
                .ToDictionary(g => g.Key, g => g.First());
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
