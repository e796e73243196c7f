using Xunit;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Dmn;

public sealed class CompiledTableTests
{
    private static readonly string[] Texts = ["甲", "乙", "丙"];

    [Fact]
    public void A_table_decides_as_brute_force_does() => Seeds.Check(300, seed =>
    {
        var random = new Random(seed);
        var cells = Enumerable.Range(0, random.Next(1, 40)).Select(_ => new[] { NumberCell(random), TextCell(random), FlagCell(random) })
            .ToArray();
        var model = Model(cells, "RULE ORDER");

        for (var i = 0; i < 40; i++)
        {
            var values = Values(random);
            var expected = new List<object?>();
            for (var rule = 0; rule < cells.Length; rule++)
            {
                if (Passes(cells[rule][0], values["n"]) && Passes(cells[rule][1], values["t"]) && Passes(cells[rule][2], values["b"]))
                {
                    expected.Add(rule);
                }
            }

            var result = model.Evaluate("d", values, explain: i % 2 == 0);

            Assert.Equal(FeelList.Of([.. expected]), result.Value);
        }
    });

    [Fact]
    public void Findings_about_gaps_and_overlaps_are_right() => Seeds.Check(200, seed =>
    {
        var random = new Random(seed);
        var cells = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new[] { NumberCell(random), "-", FlagCell(random) }).ToArray();

        var findings = DmnTableChecks.Check(Model(cells, "UNIQUE"));

        var counts = new List<int>();
        foreach (var flag in new object[] { true, false })
        {
            for (var n = -10; n <= 210; n++)
            {
                counts.Add(cells.Count(c => Passes(c[0], n / 10m) && Passes(c[2], flag)));
            }
        }

        Assert.Equal(counts.Contains(0), findings.Any(f => f.Code == "table.gap"));
        Assert.Equal(counts.Any(c => c > 1), findings.Any(f => f.Code == "table.overlap"));
    });

    [Theory]
    [InlineData("FIRST", "0")]
    [InlineData("COLLECT", "[0, 1]")]
    [InlineData("UNIQUE", "null")]
    public void A_hit_policy_decides_between_two_rules(string policy, string expected)
    {
        var model = Model([["< 10", "-", "-"], ["< 20", "-", "-"]], policy);

        var result = model.Evaluate("d", new Dictionary<string, object?> { ["n"] = 5, ["t"] = "甲", ["b"] = true });

        Assert.Equal(expected, FeelValue.ToText(result.Value));
    }

    private static Dictionary<string, object?> Values(Random random) => new()
    {
        ["n"] = random.Next(10) == 0 ? null : random.Next(-10, 210) / 10m,
        ["t"] = random.Next(10) == 0 ? null : Texts[random.Next(Texts.Length)],
        ["b"] = random.Next(10) == 0 ? null : random.Next(2) == 0,
    };

    private static string NumberCell(Random random)
    {
        var (low, high) = (random.Next(0, 20), random.Next(0, 20));
        return random.Next(8) switch
        {
            0 => "-",
            1 => $"< {high}",
            2 => $">= {low}",
            3 => $"[{low}..{high})",
            4 => $"({low}..{high}]",
            5 => $"{low}, {high}",
            6 => $"not({low}, > {high})",
            _ => $"{low}",
        };
    }

    private static string TextCell(Random random) => random.Next(4) switch
    {
        0 => "-",
        1 => "not(\"甲\")",
        2 => "\"甲\", \"乙\"",
        _ => $"\"{Texts[random.Next(Texts.Length)]}\"",
    };

    private static string FlagCell(Random random) => random.Next(3) switch { 0 => "-", 1 => "true", _ => "false" };

    private static bool Passes(string cell, object? value) => new FeelEngine().CompileTest(cell).Expression!.Evaluate(value).Value is true;

    private static DmnModel Model(string[][] cells, string policy)
    {
        string[] names = ["n", "t", "b"];
        string[] types = ["number", "string", "boolean"];
        var data = string.Concat(names.Select(
            (n, i) => $"<inputData id=\"{n}\" name=\"{n}\"><variable name=\"{n}\" typeRef=\"{types[i]}\"/></inputData>"));
        var needs = string.Concat(names.Select(n => $"<informationRequirement><requiredInput href=\"#{n}\"/></informationRequirement>"));
        var columns = string.Concat(names.Select(
            (n, i) => $"<input><inputExpression typeRef=\"{types[i]}\"><text>{n}</text></inputExpression></input>"));
        var rules = string.Concat(cells.Select((rule, i) =>
            $"<rule>{string.Concat(rule.Select(c => $"<inputEntry><text>{c.Replace("<", "&lt;")}</text></inputEntry>"))}<outputEntry><text>{i}</text></outputEntry></rule>"));
        var reading = DmnModel.Read(
            $"<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">{data}<decision id=\"x\" name=\"d\">"
            + $"<variable name=\"d\"/>{needs}<decisionTable hitPolicy=\"{policy}\">{columns}<output/>{rules}</decisionTable></decision></definitions>");
        return reading.Model!;
    }
}
