using Xunit;
using Zhengtong.Dmn;
using Zhengtong.Dmn.Xml;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Dmn;

/// <summary>Corners of types, tables, boxed expressions and services (DMN 1.5, chapters 6 to 8 and 10.2 to 10.4).</summary>
public sealed class DmnCornersTests
{
    private const string Space = "https://www.omg.org/spec/DMN/20230324/MODEL/";

    private const string Types = """
        <itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
        <itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>
        <itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text>
          </typeConstraint></itemDefinition>
        <itemDefinition name="tSmall" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[0..10]</text></allowedValues>
          </itemDefinition>
        <itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent><itemComponent name="age">
          <typeRef>number</typeRef></itemComponent></itemDefinition>
        <itemDefinition name="tRule"><functionItem outputTypeRef="number"><parameters name="n" typeRef="number"/></functionItem>
          </itemDefinition>
        """;

    [Theory] // 10.3.2.9.4 and 7.3.3: binding the value of a decision to its variable
    [InlineData("number", "\"1\"", "null")]
    [InlineData("number", "[1]", "1")]
    [InlineData("number", "[1, 2]", "null")]
    [InlineData("date and time", "date(\"2026-11-21\")", "2026-11-21T00:00:00Z")]
    [InlineData("string", "null", "null")]
    [InlineData("tGrade", "\"A\"", "\"A\"")]
    [InlineData("tGrade", "\"C\"", "null")]
    [InlineData("tGrade", "null", "null")]
    [InlineData("tGrades", "\"A\"", "[\"A\"]")]
    [InlineData("tGrades", "[\"A\", \"B\"]", "[\"A\", \"B\"]")]
    [InlineData("tGrades", "[\"A\", \"C\"]", "null")]
    [InlineData("tGrades", "[]", "[]")]
    [InlineData("tFew", "[1, 2]", "[1, 2]")]
    [InlineData("tFew", "[1, 2, 3]", "null")]
    [InlineData("tSmall", "[1, 10]", "[1, 10]")]
    [InlineData("tSmall", "[1, 11]", "null")]
    [InlineData("tPerson", "{name: \"甲\", age: 3, more: true}", "{name: \"甲\", age: 3, more: true}")]
    [InlineData("tPerson", "{name: 1, age: 3}", "null")]
    [InlineData("tPerson", "[{name: \"甲\", age: 3}]", "{name: \"甲\", age: 3}")]
    [InlineData("Any", "[1, \"a\"]", "[1, \"a\"]")]
    public void The_value_of_a_decision_fits_its_type_or_is_null(string type, string text, string expected)
    {
        var model = Model($"{Types}{Literal("d", type, text)}");

        Assert.Equal(expected, Text(model.Evaluate("d").Value));
    }

    [Fact]
    public void A_function_type_takes_functions_and_nothing_else()
    {
        var model = Model($"{Types}{Literal("f", "tRule", "function(n: number) n + 1")}{Literal("g", "tRule", "5")}{Literal("h", "tRule", "function(a, b) a")}");

        Assert.IsAssignableFrom<FeelFunction>(model.Evaluate("f").Value);
        Assert.Null(model.Evaluate("g").Value);
        Assert.Null(model.Evaluate("h").Value);
    }

    [Theory] // 8.2.8 to 8.2.11
    [InlineData("PRIORITY", "", "{g: \"A\", n: 3}")]
    [InlineData("OUTPUT ORDER", "", "[{g: \"A\", n: 3}, {g: \"B\", n: 1}, {g: \"B\", n: 2}]")]
    [InlineData("RULE ORDER", "", "[{g: \"B\", n: 1}, {g: \"B\", n: 2}, {g: \"A\", n: 3}]")]
    [InlineData("COLLECT", "", "[{g: \"B\", n: 1}, {g: \"B\", n: 2}, {g: \"A\", n: 3}]")]
    [InlineData("FIRST", "", "{g: \"B\", n: 1}")]
    [InlineData("ANY", "", "null")]
    [InlineData("UNIQUE", "", "null")]
    [InlineData("COLLECT", "aggregation=\"SUM\"", "null")]
    [InlineData("COLLECT", "aggregation=\"COUNT\"", "3")]
    public void A_hit_policy_over_several_outputs(string policy, string aggregation, string expected)
    {
        var model = Model($"""
            <inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#x"/></informationRequirement>
              <decisionTable hitPolicy="{policy}" {aggregation}><input><inputExpression><text>x</text></inputExpression></input>
                <output name="g"><outputValues><text>"A", "B"</text></outputValues></output><output name="n"><outputValues>
                  <text>1, 2, 3</text></outputValues></output>
                <rule><inputEntry><text>> 0</text></inputEntry><outputEntry><text>"B"</text></outputEntry><outputEntry><text>1</text>
                  </outputEntry></rule>
                <rule><inputEntry><text>> 1</text></inputEntry><outputEntry><text>"B"</text></outputEntry><outputEntry><text>2</text>
                  </outputEntry></rule>
                <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"A"</text></outputEntry><outputEntry><text>3</text>
                  </outputEntry></rule>
              </decisionTable></decision>
            """);

        Assert.Equal(expected, Text(model.Evaluate("d", new Dictionary<string, object?> { ["x"] = 5 }).Value));
    }

    [Theory] // 8.2.11: aggregation over hits; over none a list is empty and a count zero
    [InlineData("SUM", 5, "6")]
    [InlineData("MIN", 5, "1")]
    [InlineData("MAX", 5, "3")]
    [InlineData("COUNT", 5, "3")]
    [InlineData("SUM", -1, "null")]
    [InlineData("MIN", -1, "null")]
    [InlineData("COUNT", -1, "0")]
    [InlineData(null, -1, "[]")]
    public void An_aggregation_of_what_matches(string? aggregation, int x, string expected)
    {
        var model = Model($"""
            <inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#x"/></informationRequirement>
              <decisionTable hitPolicy="COLLECT" {(aggregation is null ? "" : $"aggregation=\"{aggregation}\"")}><input><inputExpression>
                <text>x</text></inputExpression></input><output/>
                {string.Concat(new[] { 3, 1, 2 }.Select(Positive))}
              </decisionTable></decision>
            """);

        Assert.Equal(expected, Text(model.Evaluate("d", new Dictionary<string, object?> { ["x"] = x }).Value));
    }

    [Theory] // 10.3.2.10: cells as tests of lists, of conditions about ?, of other inputs
    [InlineData("[1, 2]", "list contains(?, 2)", "true")]
    [InlineData("[1, 2]", "count(?) > 2", "false")]
    [InlineData("[1, 2]", "[1, 2]", "true")]
    [InlineData("1", "[1, 2]", "true")]
    [InlineData("3", "not(1, 2)", "true")]
    [InlineData("3", "not([1..3])", "false")]
    [InlineData("3", "limit", "false")]
    [InlineData("4", "limit", "true")]
    [InlineData("3", "&lt; limit", "true")]
    [InlineData("null", "null", "true")]
    [InlineData("null", "-", "true")]
    [InlineData("null", "&lt; 3", "false")]
    [InlineData("\"a\"", "matches(?, \"^[a-c]$\")", "true")]
    [InlineData("date(\"2026-11-21\")", "[date(\"2026-01-01\")..date(\"2026-12-31\")]", "true")]
    [InlineData("@\"P1Y\"", ">= @\"P6M\"", "true")]
    public void A_cell_passes_or_does_not(string value, string cell, string expected)
    {
        var model = Model($"""
            {Literal("limit", "number", "4")}{Literal("x", "Any", value)}
            <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredDecision href="#x"/></informationRequirement>
              <informationRequirement><requiredDecision href="#limit"/></informationRequirement>
              <decisionTable hitPolicy="FIRST"><input><inputExpression><text>x</text></inputExpression></input><output/>
                <rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>true</text></outputEntry></rule>
                <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>false</text></outputEntry></rule>
              </decisionTable></decision>
            """);

        Assert.Equal(expected, Text(model.Evaluate("d").Value));
    }

    [Fact] // 10.2.2.8 to 10.2.2.10
    public void Boxed_conditionals_filters_and_iterators_nest()
    {
        var model = Model($$"""
            {{Literal("people", "Any", "[{name: \"甲\", age: 82}, {name: \"乙\", age: 40}, {name: \"丙\", age: 65}]")}}
            <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredDecision href="#people"/>
              </informationRequirement>
              <conditional>
                <if><some iteratorVariable="p"><in><literalExpression><text>people</text></literalExpression></in><satisfies>
                  <literalExpression><text>p.age > 80</text></literalExpression></satisfies></some></if>
                <then><for iteratorVariable="p">
                  <in><filter><in><literalExpression><text>people</text></literalExpression></in><match><literalExpression>
                    <text>item.age > 60</text></literalExpression></match></filter></in>
                  <return><literalExpression><text>string(count(partial) + 1) + p.name</text></literalExpression></return></for></then>
                <else><literalExpression><text>[]</text></literalExpression></else>
              </conditional></decision>
            """);

        Assert.Equal("[\"1甲\", \"2丙\"]", Text(model.Evaluate("d").Value));
    }

    [Theory] // 10.4: a service takes its input data, then its input decisions; by name too
    [InlineData("s(2, 3)", "50")]
    [InlineData("s(base: 2, rate: 3)", "50")]
    [InlineData("s(rate: 3, base: 2)", "50")]
    [InlineData("s(2)", "null")]
    [InlineData("s(base: 2, other: 3)", "null")]
    [InlineData("s(\"2\", 3)", "null")]
    [InlineData("two(2).sum", "3")]
    [InlineData("two(2).product", "20")]
    public void A_decision_service_is_called_like_a_function(string call, string expected)
    {
        var model = Model($"""
            <inputData id="base" name="base"><variable name="base" typeRef="number"/></inputData>
            {Literal("rate", "number", "1")}
            <decision id="sum" name="sum"><variable name="sum" typeRef="number"/><informationRequirement><requiredInput href="#base"/>
              </informationRequirement>
              <informationRequirement><requiredDecision href="#rate"/></informationRequirement><literalExpression><text>base + rate</text>
                </literalExpression></decision>
            <decision id="product" name="product"><variable name="product" typeRef="number"/><informationRequirement>
              <requiredInput href="#base"/></informationRequirement>
              <literalExpression><text>base * 10</text></literalExpression></decision>
            <decision id="both" name="both"><variable name="both" typeRef="number"/><informationRequirement><requiredDecision href="#sum"/>
              </informationRequirement>
              <informationRequirement><requiredDecision href="#rate"/></informationRequirement><literalExpression>
                <text>sum * 10 + rate * 0</text></literalExpression></decision>
            <decisionService id="s" name="s"><variable name="s" typeRef="number"/><outputDecision href="#both"/>
              <encapsulatedDecision href="#sum"/><inputDecision href="#rate"/><inputData href="#base"/></decisionService>
            <decisionService id="two" name="two"><variable name="two"/><outputDecision href="#sum"/><outputDecision href="#product"/>
              <inputData href="#base"/></decisionService>
            <decision id="d" name="d"><variable name="d"/><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>
              <knowledgeRequirement><requiredKnowledge href="#two"/></knowledgeRequirement><literalExpression><text>{call}</text>
                </literalExpression></decision>
            """);

        Assert.Equal(expected, Text(model.Evaluate("d").Value));
    }

    [Fact]
    public void An_import_without_a_name_puts_its_elements_beside_the_own_ones()
    {
        var other = DmnReader.Read($"""
            <definitions xmlns="{Space}" name="o" namespace="urn:o">
              <itemDefinition name="tYes"><typeRef>boolean</typeRef></itemDefinition>
              <businessKnowledgeModel id="k" name="twice"><variable name="twice"/><encapsulatedLogic>
                <formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic>
                </businessKnowledgeModel>
            </definitions>
            """).Definitions!; // written above
        var reading = DmnModel.Read($"""
            <definitions xmlns="{Space}" name="t" namespace="urn:t"><import name="" namespace="urn:o" importType="{Space}"/>
              <decision id="d" name="d"><variable name="d" typeRef="number"/><knowledgeRequirement><requiredKnowledge href="urn:o#k"/>
                </knowledgeRequirement>
                <literalExpression><text>twice(21)</text></literalExpression></decision></definitions>
            """, new DmnOptions { Imports = [other] });

        Assert.Empty(reading.Faults);
        Assert.Equal("42", Text(reading.Model?.Evaluate("d").Value));
    }

    [Theory] // 10.2.1.5: a boxed invocation binds by name; what is not bound is null
    [InlineData("<binding><parameter name=\"n\"/><literalExpression><text>4</text></literalExpression></binding>", "8")]
    [InlineData("<binding><parameter name=\"n\"/><literalExpression><text>\"4\"</text></literalExpression></binding>", "null")]
    [InlineData("<binding><parameter name=\"m\"/><literalExpression><text>4</text></literalExpression></binding>", "null")]
    public void A_boxed_invocation_binds_by_name(string binding, string expected)
    {
        var model = Model($"""
            <businessKnowledgeModel id="k" name="twice"><variable name="twice" typeRef="number"/><encapsulatedLogic>
              <formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic>
              </businessKnowledgeModel>
            <decision id="d" name="d"><variable name="d"/><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
              <invocation><literalExpression><text>twice</text></literalExpression>{binding}</invocation></decision>
            """);

        Assert.Equal(expected, Text(model.Evaluate("d").Value));
    }

    private static string Positive(int output) =>
        $"<rule><inputEntry><text>> 0</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>";

    private static string Literal(string name, string type, string text) =>
        $"<decision id=\"{name}\" name=\"{name}\"><variable name=\"{name}\" typeRef=\"{type}\"/><literalExpression><text>{System.Security.SecurityElement.Escape(text)}</text></literalExpression></decision>";

    private static DmnModel Model(string content)
    {
        var reading = DmnModel.Read($"<definitions xmlns=\"{Space}\" name=\"t\" namespace=\"urn:t\">{content}</definitions>");
        return reading.Model ?? throw new InvalidOperationException(string.Join('\n', reading.Faults));
    }

    private static string Text(object? value) => FeelValue.ToText(FeelList.Of(value))[1..^1];
}
