using System.Security;
using System.Text.Json;
using Zhengtong.Designers.Guide;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Create;

/// <summary>The least that a designer opens, for those who begin with nothing.</summary>
internal static class Starters
{
    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };

    public static string Of(string kind, string key, string title) => kind switch
    {
        "service" => Service(key, title),
        "form" => Form(key),
        "decision" => Decision(key, Xml(title)),
        "process" => Process(key, Xml(title)),
        "document" => $"---\ndocument: {key}\n{YamlText.Line("title", title)}kind: notice\npage: A4 portrait\nseal: department\nqr: true\n---\n<h1 class=\"title\">{{{{ document.title }}}}</h1>\n",
        "code-list" => $"list: {key}\n{YamlText.Line("title", title)}source: 平台约定\ncodes:\n  - {{ code: \"1\", title: 第一项 }}\n",
        _ => "",
    };

    private static string Xml(string text) => SecurityElement.Escape(text) ?? "";

    private static string Service(string key, string title) =>
        $"""
        service: {key}
        {YamlText.Line("title", title).TrimEnd()}
        summary: 一句话说明这件事办成什么。
        kind: "05"
        audience: [ person ]
        themes: []
        department: ''
        accept-level: district
        keywords: []
        conditions: |
          符合下列条件的可以申请：

          - 条件一。
        legal-basis:
          - name: 依据的名称
        fee: {"{ kind: none }"}
        time-limit: {"{ statutory: 20, promised: 10 }"}
        channels: [ online, window ]
        materials: []
        rating: true

        """;

    private static string Form(string key) => JsonSerializer.Serialize(
        new
        {
            schemaVersion = 18,
            type = "default",
            id = key,
            components = (object[])
            [
                new
                {
                    type = "group", id = "g_1", label = "基本信息", showOutline = true,
                    components = (object[])[new { type = "textfield", id = "f_name", key = "name", label = "姓名",
                        validate = new { required = true, maxLength = 50 } }],
                },
            ],
        }, Indented) + "\n";

    private static string Decision(string key, string title) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" id="{key}" name="{title}" namespace="urn:zhengtong:decision:{key}">
          <inputData id="input_form" name="form" label="申请表">
            <variable id="input_form_variable" name="form" />
          </inputData>
          <decision id="decision_eligibility" name="eligibility" label="{title}">
            <variable id="decision_eligibility_variable" name="eligibility" />
            <informationRequirement id="decision_eligibility_needs_form">
              <requiredInput href="#input_form" />
            </informationRequirement>
            <literalExpression id="decision_eligibility_expression">
              <text>{"{ eligible: true, reasons: [] }"}</text>
            </literalExpression>
          </decision>
          <dmndi:DMNDI>
            <dmndi:DMNDiagram id="diagram">
              <dmndi:DMNShape id="shape_form" dmnElementRef="input_form"><dc:Bounds x="180" y="260" width="125" height="45" /></dmndi:DMNShape>
              <dmndi:DMNShape id="shape_eligibility" dmnElementRef="decision_eligibility"><dc:Bounds x="160" y="100" width="180" height="80" /></dmndi:DMNShape>
            </dmndi:DMNDiagram>
          </dmndi:DMNDI>
        </definitions>

        """;

    private static string Process(string key, string title) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zt="urn:zhengtong:bpmn:1" id="{key}-definitions" targetNamespace="urn:zhengtong:processes">
          <bpmn:process id="{key}" name="{title}" isExecutable="true">
            <bpmn:startEvent id="start" name="开始"><bpmn:outgoing>to-end</bpmn:outgoing></bpmn:startEvent>
            <bpmn:endEvent id="end" name="结束"><bpmn:incoming>to-end</bpmn:incoming></bpmn:endEvent>
            <bpmn:sequenceFlow id="to-end" sourceRef="start" targetRef="end" />
          </bpmn:process>
          <bpmndi:BPMNDiagram id="diagram">
            <bpmndi:BPMNPlane id="plane" bpmnElement="{key}">
              <bpmndi:BPMNShape id="shape-start" bpmnElement="start"><dc:Bounds x="160" y="100" width="36" height="36" /></bpmndi:BPMNShape>
              <bpmndi:BPMNShape id="shape-end" bpmnElement="end"><dc:Bounds x="400" y="100" width="36" height="36" /></bpmndi:BPMNShape>
              <bpmndi:BPMNEdge id="edge-end" bpmnElement="to-end"><di:waypoint x="196" y="118" /><di:waypoint x="400" y="118" /></bpmndi:BPMNEdge>
            </bpmndi:BPMNPlane>
          </bpmndi:BPMNDiagram>
        </bpmn:definitions>

        """;
}
