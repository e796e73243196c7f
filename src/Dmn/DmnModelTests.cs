using Xunit;
using Zhengtong.Dmn;
using Zhengtong.Dmn.Xml;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Dmn;

public sealed class DmnModelTests
{
    private const string Allowance = """
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/" name="津贴" namespace="urn:test" id="d">
          <itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"本市","外地"</text></allowedValues></itemDefinition>
          <inputData id="i1" name="年龄"><variable name="年龄" typeRef="number"/></inputData>
          <inputData id="i2" name="户籍"><variable name="户籍" typeRef="tKind"/></inputData>
          <decision id="x1" name="等级"><variable name="等级" typeRef="string"/>
            <informationRequirement><requiredInput href="#i1"/></informationRequirement>
            <informationRequirement><requiredInput href="#i2"/></informationRequirement>
            <decisionTable hitPolicy="UNIQUE">
              <input><inputExpression typeRef="number"><text>年龄</text></inputExpression></input>
              <input><inputExpression typeRef="tKind"><text>户籍</text></inputExpression></input>
              <output name="等级" typeRef="string"/>
              <annotation name="依据"/>
              <rule id="r1"><inputEntry><text>&lt; 60</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>"无"</text></outputEntry><annotationEntry><text>第二条</text></annotationEntry></rule>
              <rule id="r2"><inputEntry><text>[60..80)</text></inputEntry><inputEntry><text>"本市"</text></inputEntry><outputEntry><text>"一"</text></outputEntry></rule>
              <rule id="r3"><inputEntry><text>>= 80</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>"二"</text></outputEntry></rule>
            </decisionTable>
          </decision>
          <decision id="x2" name="金额"><variable name="金额" typeRef="number"/>
            <informationRequirement><requiredDecision href="#x1"/></informationRequirement>
            <literalExpression><text>if 等级 = "二" then 200 else if 等级 = "一" then 100 else 0</text></literalExpression>
          </decision>
          <dmndi:DMNDI><dmndi:DMNDiagram id="g1" name="图"/></dmndi:DMNDI>
        </definitions>
        """;

    private static readonly Dictionary<string, object?> Old = new() { ["年龄"] = 82, ["户籍"] = "本市" };

    [Fact]
    public void A_decision_is_evaluated_over_what_it_requires_and_says_which_rule_fired()
    {
        var model = DmnModel.Read(Allowance).Model!;

        var result = model.Evaluate("金额", Old);

        Assert.Equal(200m, FeelValue.ToClr(result.Value));
        Assert.Equal(["等级", "金额"], result.Trace.Select(s => s.Decision));
        var table = Assert.Single(result.Trace[0].Tables);
        Assert.Equal((3, "r3"), (table.Hits[0].Rule, table.Hits[0].RuleId));
        Assert.Equal((FeelNumber)82, table.Inputs[0].Value);
    }

    [Fact]
    public void A_value_outside_the_allowed_ones_is_null_with_a_warning()
    {
        var model = DmnModel.Read(Allowance).Model!;

        var result = model.Evaluate("等级", new Dictionary<string, object?> { ["年龄"] = 70, ["户籍"] = "火星" });

        Assert.Null(result.Value);
        Assert.Contains(result.Warnings, w => w.Code == "type.mismatch");
    }

    [Fact]
    public void A_gap_in_a_table_is_found_and_described()
    {
        var model = DmnModel.Read(Allowance).Model!;

        var finding = Assert.Single(DmnTableChecks.Check(model));

        Assert.Equal("table.gap", finding.Code);
        Assert.Equal("No rule covers 年龄: [60..80), 户籍: \"外地\".", finding.Message);
    }

    [Theory]
    [InlineData("< 60", "<= 60", "table.overlap")]
    [InlineData("[60..80)", "[80..60)", "table.unreachable")]
    [InlineData("\"本市\"", "7", "table.cell-type")]
    [InlineData(">= 80", ">=", "feel.syntax.unexpected")]
    public void A_mistake_in_a_cell_is_found(string cell, string mistake, string code)
    {
        static string Escape(string text) => text.Replace("<", "&lt;");
        var model = DmnModel.Read(Allowance.Replace(
            $"<text>{Escape(cell)}</text></inputEntry>", $"<text>{Escape(mistake)}</text></inputEntry>")).Model!;

        Assert.Contains(DmnTableChecks.Check(model), f => f.Code == code);
    }

    [Fact]
    public void What_is_written_reads_back_the_same_with_its_diagram()
    {
        var first = DmnReader.Read(Allowance).Definitions!;

        var written = DmnWriter.Write(first);
        var again = DmnReader.Read(written);

        Assert.Empty(again.Faults);
        Assert.Equal(written, DmnWriter.Write(again.Definitions!));
        Assert.Contains("DMNDiagram id=\"g1\"", written);
        Assert.Equal(200m, FeelValue.ToClr(DmnModel.Compile(again.Definitions!).Model!.Evaluate("金额", Old).Value));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><definitions>&a;</definitions>", "xml.malformed")]
    [InlineData("<definitions xmlns=\"urn:other\"/>", "dmn.no-definitions")]
    [InlineData("not xml", "xml.malformed")]
    public void A_file_that_is_no_model_is_refused_with_its_fault(string text, string code)
    {
        var reading = DmnModel.Read(text);

        Assert.Null(reading.Model);
        Assert.Equal(code, Assert.Single(reading.Faults).Code);
    }

    [Fact]
    public void Elements_nested_without_end_are_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));

        var reading = DmnModel.Read($"<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\">{deep}");

        Assert.Null(reading.Model);
    }

    [Fact]
    public void A_decision_that_requires_itself_is_a_fault_and_ends()
    {
        var reading = DmnModel.Read(Allowance.Replace("<requiredInput href=\"#i2\"/>", "<requiredDecision href=\"#x2\"/>"));

        Assert.Contains(reading.Faults, f => f.Code == "graph.cycle");
        reading.Model!.Evaluate("金额", Old);
    }
}
