using System.Text;

namespace Zhengtong.Benchmarks.Decisions;

/// <summary>Models that the benchmarks run.</summary>
internal static class Tables
{
    private const string Head =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"bench\" namespace=\"urn:bench\">";

    /// <summary>An allowance by six inputs: every fifth of age, two kinds of household, three incomes.</summary>
    public static string Allowance()
    {
        var rules = new List<string[]>();
        for (var age = 0; age < 5; age++)
        {
            foreach (var local in new[] { "true", "false" })
            {
                rules.Add([$"[{age * 20}..{(age * 20) + 20})", "\"居民\", \"农户\"", local, "< 1000", "-", "> 0", $"{(age * 100) + 90}"]);
                rules.Add([$"[{age * 20}..{(age * 20) + 20})", "\"居民\", \"农户\"", local, "[1000..3000)", "not(\"重度\")", "> 0",
                    $"{(age * 100) + 50}"]);
                rules.Add([$"[{age * 20}..{(age * 20) + 20})", "\"居民\", \"农户\"", local, ">= 3000", "-", "> 0", $"{age * 100}"]);
            }
        }

        return Model("UNIQUE", ["年龄", "类别", "本市", "月收入", "残疾", "人口"], ["number", "string", "boolean", "number", "string", "number"], rules);
    }

    /// <summary>Rules by a number and two ranges, of which each row of inputs meets exactly one.</summary>
    public static string Large(int count, string policy)
    {
        var rules = new List<string[]>();
        for (var i = 0; i < count; i++)
        {
            rules.Add([$"\"K{i / 10}\"", $"[{i % 10 * 10}..{(i % 10 * 10) + 10})", i % 3 == 0 ? ">= 0" : "-", $"{i}"]);
        }

        return Model(policy, ["k", "a", "b"], ["string", "number", "number"], rules);
    }

    /// <summary>Five decisions from a person to an amount.</summary>
    public static string Eligibility() => $"""
        {Head}
        <inputData id="a" name="年龄"><variable name="年龄" typeRef="number"/></inputData>
        <inputData id="b" name="月收入"><variable name="月收入" typeRef="number"/></inputData>
        <inputData id="c" name="人口"><variable name="人口" typeRef="number"/></inputData>
        <inputData id="e" name="类别"><variable name="类别" typeRef="string"/></inputData>
        {Decision("d1", "人均收入", "number", ["b", "c"], [], "月收入 / 人口")}
        {Decision("d2", "困难", "boolean", [], ["d1"], "人均收入 &lt; 1200")}
        {TableDecision("d3", "年龄段", ["a"], [], ["年龄"], ["number"], [["&lt; 60", "\"青\""], ["[60..80)", "\"老\""], [">= 80", "\"高龄\""]])}
        {TableDecision("d4", "标准", ["e"], ["d3"], ["年龄段", "类别"], ["string", "string"], [["\"高龄\"", "-", "300"], ["\"老\"", "\"居民\"", "150"], ["\"老\"", "not(\"居民\")", "120"], ["\"青\"", "-", "0"]])}
        {Decision("d5", "金额", "number", [], ["d2", "d4"], "if 困难 then 标准 * 1.5 else 标准")}
        </definitions>
        """;

    private static string Decision(string id, string name, string type, string[] inputs, string[] decisions, string text) =>
        $"<decision id=\"{id}\" name=\"{name}\"><variable name=\"{name}\" typeRef=\"{type}\"/>{Requirements(inputs, decisions)}"
        + $"<literalExpression><text>{text}</text></literalExpression></decision>";

    private static string TableDecision(
        string id, string name, string[] inputs, string[] decisions, string[] columns, string[] types, string[][] rules) =>
        $"<decision id=\"{id}\" name=\"{name}\"><variable name=\"{name}\"/>{Requirements(inputs, decisions)}{Table("UNIQUE", columns, types, rules)}</decision>";

    private static string Requirements(string[] inputs, string[] decisions) =>
        string.Concat(inputs.Select(i => $"<informationRequirement><requiredInput href=\"#{i}\"/></informationRequirement>"))
        + string.Concat(decisions.Select(d => $"<informationRequirement><requiredDecision href=\"#{d}\"/></informationRequirement>"));

    private static string Model(string policy, string[] names, string[] types, List<string[]> rules)
    {
        var text = new StringBuilder(Head);
        for (var i = 0; i < names.Length; i++)
        {
            text.Append($"<inputData id=\"i{i}\" name=\"{names[i]}\"><variable name=\"{names[i]}\" typeRef=\"{types[i]}\"/></inputData>");
        }

        string[] ids = [.. names.Select((_, i) => $"i{i}")];
        text.Append(TableDecision("d", "结果", ids, [], names, types, [.. rules.Select(r => r.Select(c => c.Replace("<", "&lt;")).ToArray())])
            .Replace("hitPolicy=\"UNIQUE\"", $"hitPolicy=\"{policy}\""));
        return text.Append("</definitions>").ToString();
    }

    private static string Table(string policy, string[] columns, string[] types, string[][] rules)
    {
        var text = new StringBuilder($"<decisionTable hitPolicy=\"{policy}\">");
        for (var i = 0; i < columns.Length; i++)
        {
            text.Append($"<input><inputExpression typeRef=\"{types[i]}\"><text>{columns[i]}</text></inputExpression></input>");
        }

        text.Append("<output/>");
        foreach (var rule in rules)
        {
            text.Append("<rule>");
            for (var i = 0; i < rule.Length; i++)
            {
                var cell = i == rule.Length - 1 ? "outputEntry" : "inputEntry";
                text.Append($"<{cell}><text>{rule[i]}</text></{cell}>");
            }

            text.Append("</rule>");
        }

        return text.Append("</decisionTable>").ToString();
    }
}
