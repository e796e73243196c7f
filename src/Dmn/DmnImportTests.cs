using Xunit;
using Zhengtong.Dmn;
using Zhengtong.Dmn.Xml;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Dmn;

public sealed class DmnImportTests
{
    private const string Space = "https://www.omg.org/spec/DMN/20230324/MODEL/";

    private const string Base = $"""
        <definitions xmlns="{Space}" name="base" namespace="urn:base">
          <itemDefinition name="tPerson"><itemComponent name="姓 名"><typeRef>string</typeRef></itemComponent><itemComponent name="年龄"><typeRef>number</typeRef></itemComponent></itemDefinition>
          <inputData id="p" name="申请人"><variable name="申请人" typeRef="tPerson"/></inputData>
          <businessKnowledgeModel id="k" name="加倍"><variable name="加倍" typeRef="number"/><encapsulatedLogic><formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
          <decision id="d" name="成年"><variable name="成年" typeRef="boolean"/><informationRequirement><requiredInput href="#p"/></informationRequirement>
            <literalExpression><text>申请人.年龄 >= 18</text></literalExpression></decision>
        </definitions>
        """;

    private const string User = $$"""
        <definitions xmlns="{{Space}}" name="user" namespace="urn:user">
          <import name="基础" namespace="urn:base" importType="{{Space}}"/>
          <inputData id="q" name="子女"><variable name="子女" typeRef="基础.tPerson"/></inputData>
          <decision id="x" name="结论"><variable name="结论"/>
            <informationRequirement><requiredDecision href="urn:base#d"/></informationRequirement>
            <informationRequirement><requiredInput href="urn:base#p"/></informationRequirement>
            <informationRequirement><requiredInput href="#q"/></informationRequirement>
            <knowledgeRequirement><requiredKnowledge href="urn:base#k"/></knowledgeRequirement>
            <literalExpression><text>if 基础.成年 then 基础.申请人.姓 名 + "/" + 子女.姓 名 + "/" + string(基础.加倍(子女.年龄)) else "否"</text></literalExpression>
          </decision>
          <decision id="y" name="服务结果"><variable name="服务结果"/><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>
            <literalExpression><text>服务({"姓 名": "丙", 年龄: 4}, 10)</text></literalExpression></decision>
          <decision id="z" name="加项"><variable name="加项" typeRef="number"/><literalExpression><text>1</text></literalExpression></decision>
          <decision id="w" name="合计"><variable name="合计" typeRef="number"/>
            <informationRequirement><requiredInput href="#q"/></informationRequirement><informationRequirement><requiredDecision href="#z"/></informationRequirement>
            <literalExpression><text>子女.年龄 + 加项</text></literalExpression></decision>
          <decisionService id="s" name="服务"><variable name="服务"/><outputDecision href="#w"/><inputDecision href="#z"/><inputData href="#q"/></decisionService>
        </definitions>
        """;

    private static readonly Dictionary<string, object?> Values = new()
    {
        ["申请人"] = new Dictionary<string, object?> { ["姓 名"] = "甲", ["年龄"] = 40 },
        ["子女"] = new Dictionary<string, object?> { ["姓 名"] = "乙", ["年龄"] = 7 },
    };

    private static DmnModel Model()
    {
        var reading = DmnModel.Read(User, new DmnOptions { Imports = [DmnReader.Read(Base).Definitions!] });
        Assert.Empty(reading.Faults);
        return reading.Model!;
    }

    [Fact]
    public void Imported_elements_are_known_under_the_name_of_their_import()
    {
        var result = Model().Evaluate("结论", Values);

        Assert.Equal("甲/乙/14", result.Value);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void A_decision_service_takes_its_input_data_and_then_its_input_decisions()
    {
        var model = Model();

        Assert.Equal(14m, FeelValue.ToClr(model.Evaluate("服务结果").Value));
        Assert.Equal(8m, FeelValue.ToClr(model.Evaluate("合计", Values).Value));
        Assert.Equal(12m, FeelValue.ToClr(model.Invoke("服务", new Dictionary<string, object?> { ["子女"] = Values["子女"], ["加项"] = 5 }).Value));
    }

    [Fact]
    public void An_import_that_is_not_there_is_a_fault()
    {
        var reading = DmnModel.Read(User);

        Assert.Contains(reading.Faults, f => f.Code == "import.missing");
        Assert.Contains(reading.Model!.Evaluate("结论", Values).Warnings, w => w.Code == "name.unknown");
    }

    [Theory]
    [InlineData("number", "[5]", "5")]
    [InlineData("tNumbers", "5", "[5]")]
    [InlineData("number", "\"5\"", "null")]
    [InlineData("date and time", "date(\"2026-01-02\")", "2026-01-02T00:00:00Z")]
    [InlineData("tPoint", "{x: 1, z: 2}", "{x: 1, z: 2}")]
    [InlineData("tPoint", "{x: \"1\"}", "null")]
    [InlineData("tNumbers", "[1, \"a\"]", "null")]
    public void A_result_is_put_into_the_type_of_its_variable(string type, string text, string expected)
    {
        var model = DmnModel.Read($"""
            <definitions xmlns="{Space}" name="m" namespace="urn:m">
              <itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
              <itemDefinition name="tPoint"><itemComponent name="x"><typeRef>number</typeRef></itemComponent></itemDefinition>
              <decision id="d" name="d"><variable name="d" typeRef="{type}"/><literalExpression><text>{text}</text></literalExpression></decision>
            </definitions>
            """).Model!;

        Assert.Equal(expected, FeelValue.ToText(model.Evaluate("d").Value));
    }
}
