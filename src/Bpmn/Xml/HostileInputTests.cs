using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;

namespace Zhengtong.Bpmn;

public sealed class HostileInputTests
{
    private const string Head =
        """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1" targetNamespace="t">""";

    private static BpmnFault Refused(string xml)
    {
        var result = BpmnReader.Read(xml);
        Assert.Null(result.File);
        return Assert.Single(result.Faults);
    }

    [Fact]
    public void An_external_entity_is_refused_with_its_place_and_nothing_is_fetched()
    {
        var fault = Refused($"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{Head}<process id="p"><documentation>&x;</documentation></process></definitions>""");

        Assert.Equal("bpmn.not-xml", fault.Code);
        Assert.True(fault.Line > 0);
    }

    [Fact]
    public void A_billion_laughs_are_refused_at_once()
    {
        var watch = Stopwatch.StartNew();
        var entities = string.Concat(
            Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">"));

        Refused($"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{entities}]>{Head}<process id="&l9;"/></definitions>""");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Fifty_megabytes_and_a_hundred_thousand_levels_are_refused_in_bounded_time()
    {
        var watch = Stopwatch.StartNew();

        Assert.Equal("bpmn.too-large", Refused(Head + new string(' ', 50_000_000) + "</definitions>").Code);
        Assert.Equal("bpmn.too-deep", Refused(Head + string.Concat(Enumerable.Repeat("<a>", 100_000))).Code);
        Assert.Equal("bpmn.too-large", Refused(Head + string.Concat(Enumerable.Repeat("<a/>", 100_001)) + "</definitions>").Code);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("", "bpmn.not-xml")]
    [InlineData("<definitions>", "bpmn.not-xml")]
    [InlineData("<html/>", "bpmn.not-bpmn")]
    [InlineData("""<?xml version="1.0" encoding="no-such"?><definitions/>""", "bpmn.not-bpmn")]
    public void What_is_no_bpmn_is_said_to_be_none(string xml, string code) => Assert.Equal(code, Refused(xml).Code);

    [Fact]
    public void An_unknown_encoding_of_bytes_is_a_fault() =>
        Assert.Equal("bpmn.not-xml",
            Assert.Single(BpmnReader.Read(Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="no-such"?><a/>""")).Faults).Code);

    [Fact]
    public void An_id_used_twice_is_a_fault_with_its_line()
    {
        var fault = Refused(Head + "\n<process id=\"p\"><task id=\"a\"/>\n<task id=\"a\"/></process></definitions>");

        Assert.Equal(("bpmn.duplicate-id", 3), (fault.Code, fault.Line));
    }

    [Fact]
    public void What_is_not_run_is_refused_by_name()
    {
        var model = BpmnReader.Read($"""
            {Head}<process id="p"><startEvent id="s"/>
            <transaction id="t" name="付款"/><complexGateway id="g"/><adHocSubProcess id="h"/><task id="a"/>
            <boundaryEvent id="c" attachedToRef="a"><cancelEventDefinition/></boundaryEvent>
            <intermediateCatchEvent id="many"><timerEventDefinition/><messageEventDefinition/></intermediateCatchEvent>
            <userTask id="u"/><serviceTask id="w"/><sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>
            <sequenceFlow id="x" sourceRef="s" targetRef="a"><conditionExpression language="XPath">a/b</conditionExpression></sequenceFlow>
            <sequenceFlow id="y" sourceRef="s" targetRef="u"><conditionExpression>if then</conditionExpression></sequenceFlow>
            </process></definitions>
            """).Require().Process()!;

        var faults = new ProcessValidator(new FeelExpressions()).Validate(model).Where(f => !f.IsWarning).ToList();

        Assert.Equal(["c", "g", "h", "many", "t"],
            faults.Where(f => f.Code == "bpmn.unsupported-element").Select(f => f.ElementId).Order(StringComparer.Ordinal));
        Assert.Contains(faults, f => f.Message.Contains("付款", StringComparison.Ordinal));
        Assert.Contains(faults, f => f is { Code: "bpmn.assignment", ElementId: "u" });
        Assert.Contains(faults, f => f is { Code: "bpmn.service", ElementId: "w" });
        Assert.Contains(faults, f => f is { Code: "bpmn.dangling-flow", ElementId: "f", Line: > 0 });
        Assert.Contains(faults, f => f is { Code: "bpmn.expression-language", ElementId: "x" });
        Assert.Contains(faults, f => f is { Code: "bpmn.expression", ElementId: "s" });
    }

    [Fact]
    public void A_misspelt_extension_is_a_fault_and_no_default_in_silence()
    {
        var model = BpmnReader.Read($"""
            {Head}<process id="p"><startEvent id="s"/><userTask id="u"><extensionElements><zt:assignment kind="boss" value="x"/><zt:buton key="a"/></extensionElements></userTask>
            <sequenceFlow id="f" sourceRef="s" targetRef="u"/></process></definitions>
            """).Require().Process()!;

        var faults = new ProcessValidator(new FeelExpressions()).Validate(model);

        Assert.Contains(faults, f => f.Code == "bpmn.extension" && f.Message.Contains("boss", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Code == "bpmn.extension" && f.Message.Contains("buton", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("""<sequenceFlow id="o" sourceRef="g" targetRef="e"><conditionExpression>n = 1</conditionExpression></sequenceFlow>""", true)]
    public void A_circle_in_which_nothing_waits_is_named_once(string way, bool isWarning)
    {
        var model = BpmnReader.Read($"""
            {Head}<process id="p"><startEvent id="s"/><exclusiveGateway id="g"/><task id="a"/><endEvent id="e"/><userTask id="u"/>
            <sequenceFlow id="1" sourceRef="s" targetRef="g"/><sequenceFlow id="2" sourceRef="g" targetRef="a"/>
            <sequenceFlow id="3" sourceRef="a" targetRef="g"/>{way}</process></definitions>
            """).Require().Process()!;

        var fault = Assert.Single(new ProcessValidator(new FeelExpressions()).Validate(model), f => f.Code == "bpmn.circle");

        Assert.Equal((isWarning, 1), (fault.IsWarning, fault.Line));
        Assert.Equal("a", fault.ElementId);
    }

    [Fact]
    public void A_circle_in_which_somebody_is_asked_is_none()
    {
        var model = BpmnReader.Read($"""
            {Head}<process id="p"><startEvent id="s"/><exclusiveGateway id="g"/><userTask id="a"/>
            <sequenceFlow id="1" sourceRef="s" targetRef="g"/><sequenceFlow id="2" sourceRef="g" targetRef="a"/>
            <sequenceFlow id="3" sourceRef="a" targetRef="g"/></process></definitions>
            """).Require().Process()!;

        Assert.DoesNotContain(new ProcessValidator(new FeelExpressions()).Validate(model), f => f.Code == "bpmn.circle");
    }

    [Fact]
    public void An_attribute_that_nobody_reads_is_a_fault()
    {
        var model = BpmnReader.Read($"""
            {Head}<process id="p"><startEvent id="s"/><userTask id="u"><extensionElements><zt:assignment kind="role" value="x" pik="all"/><zt:sign order="later"/></extensionElements></userTask>
            <sequenceFlow id="f" sourceRef="s" targetRef="u"/></process></definitions>
            """).Require().Process()!;

        var faults = new ProcessValidator(new FeelExpressions()).Validate(model);

        Assert.Contains(faults, f => f.Code == "bpmn.extension" && f.Message.Contains("pik", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Code == "bpmn.extension" && f.Message.Contains("later", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_bytes_give_a_file_or_a_fault()
    {
        var sample = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(
            Repository.Root, "packs", "base", "processes", "standard-case.bpmn")));

        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Total(bytes)).QuickCheckThrowOnFailure();
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<int>(),
            (at, to, length) =>
            {
                var damaged = (byte[])sample.Clone();
                damaged[Math.Abs((long)at * 7919) % damaged.Length] = to;
                return Total(damaged) && Total(damaged[..(int)(Math.Abs((long)length * 104729) % damaged.Length)]);
            }).QuickCheckThrowOnFailure();
    }

    private static bool Total(byte[] bytes)
    {
        var result = BpmnReader.Read(bytes);
        foreach (var process in result.File?.Processes ?? [])
        {
            new ProcessValidator(new FeelExpressions()).Validate(process);
        }

        return result.IsSuccess != result.Faults.Count > 0;
    }
}
