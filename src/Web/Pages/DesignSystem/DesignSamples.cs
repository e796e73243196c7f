using Zhengtong.Design;

namespace Zhengtong.Web.Pages.DesignSystem;

/// <summary>A made-up case for the sample list.</summary>
internal sealed record SampleCase(
    string Number, string Item, string Applicant, DateOnly Accepted, decimal Fee, string Status, Tone Tone, Light Light, int? Left);

/// <summary>Made-up data of the design pages.</summary>
internal static class DesignSamples
{
    public static IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(MenuGroups.Home, "首页", "home", "/workbench"),
        new(MenuGroups.Inbox, "待办", "inbox", "/inbox"),
        new(MenuGroups.Business, "办件", "briefcase", "/design/lists"),
        new(MenuGroups.Business, "服务事项", "checklist", "/services"),
        new(MenuGroups.Business, "电子证照", "license", "/licences"),
        new(MenuGroups.Supervision, "检查任务", "shield-search", "/inspections"),
        new(MenuGroups.Supervision, "监管对象", "building", "/objects"),
        new(MenuGroups.Hall, "排队叫号", "ticket", "/queues"),
        new(MenuGroups.Data, "统计分析", "chart-bar", "/design/charts"),
        new(MenuGroups.Configuration, "组件", "components", "/design"),
        new(MenuGroups.Configuration, "流程与规则", "sitemap", "/design/designers"),
        new(MenuGroups.Audit, "审计", "clipboard-list", "/audit"),
    ];

    public static IReadOnlyList<TabItem> Parts { get; } =
    [
        new("表单", "/design"), new("列表", "/design/lists"), new("展示", "/design/display"), new("反馈", "/design/feedback"),
        new("图表与地图", "/design/charts"), new("设计器", "/design/designers"), new("门户", "/design/portal"), new("打印", "/design/print"),
    ];

    public static IReadOnlyList<Option> Statuses { get; } =
    [
        new("submitted", "待受理"), new("accepted", "已受理"), new("supplement", "待补正"), new("review", "审批中"), new("done", "已办结"),
    ];

    public static IReadOnlyList<Option> Organisations { get; } =
    [
        new("32068100", "启东市", Level: 0), new("32068101", "行政审批局", Level: 1), new("32068102", "市场监督管理局", Level: 1),
        new("32068103", "民政局", Level: 1), new("3206810301", "养老服务科", Level: 2), new("3206810302", "社会救助科", Level: 2),
    ];

    public static FormErrors Faults { get; } = new(
    [
        new("name", "请填写姓名，与身份证上的一致"),
        new("id-number", "身份证号最后一位不对，请核对后再填"),
        new("situation", "请选择一种情形"),
        new("files", "缺少“住所使用证明”，请上传"),
    ]);

    public static IReadOnlyList<SampleCase> Cases { get; } =
    [
        new("QD20261120-0007", "食品经营许可（新办）", "启东市江海路小厨", new(2026, 11, 20), 0, "已受理", Tone.Info, Light.Green, 9),
        new("QD20261119-0142", "建筑工程施工许可", "江海建设有限公司", new(2026, 11, 19), 12800.5m, "审批中", Tone.Info, Light.Yellow, 1),
        new("QD20261112-0031", "公共场所卫生许可（延续）", "东疆宾馆", new(2026, 11, 12), 0, "审批中", Tone.Info, Light.Red, -2),
        new("QD20261118-0088", "养老机构备案", "吕四港镇康养中心", new(2026, 11, 18), 0, "待补正", Tone.Warning, Light.Paused, null),
        new("QD20261103-0019", "民办非企业单位成立登记", "汇龙镇社区服务社", new(2026, 11, 3), 0, "已办结", Tone.Success, Light.Met, null),
        new("QD20261102-0005", "道路货物运输经营许可", "北新运输服务部", new(2026, 11, 2), 1234567.89m, "不予许可", Tone.Danger, Light.Met, null),
    ];

    public static IReadOnlyList<TreeNode> Tree { get; } =
    [
        new("启东市", "#qd", Open: true, Icon: "building-bank", Count: 1240, Children:
        [
            new("汇龙镇", "#hl", Count: 412, Active: true),
            new("吕四港镇", "#ls", Count: 305, Children: [new("鹤城社区", "#hc", Count: 61), new("如意村", "#ry", Count: 44)]),
            new("王鲍镇", "#wb", Count: 118),
        ]),
    ];

    public static IReadOnlyList<CalendarEntry> Entries { get; } =
    [
        new(new(2026, 11, 3), "接件培训", "09:00"), new(new(2026, 11, 11), "消防联合检查", "14:00", "#", Tone.Warning),
        new(new(2026, 11, 20), "现场勘验：江海路 18 号", "09:30", "#"), new(new(2026, 11, 20), "专家评审会", "14:00", "#", Tone.Success),
        new(new(2026, 11, 20), "办件到期 3 件", null, "#", Tone.Danger), new(new(2026, 11, 26), "月度例会", "10:00"),
    ];

    public const string Process = """
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
          xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zt="urn:zhengtong:bpmn:1"
          id="definitions" targetNamespace="urn:zhengtong:process">
          <bpmn:process id="permit" name="许可办理" isExecutable="true">
            <bpmn:startEvent id="start" name="提交申请" />
            <bpmn:userTask id="accept" name="受理">
              <bpmn:extensionElements>
                <zt:assignment kind="role" value="acceptor" pick="claim" />
                <zt:button key="accept" title="受理" /><zt:button key="refuse" title="不予受理" reason="required" vote="against" />
                <zt:limit working-days="1" warn-before="PT4H" on-expiry="notify" />
              </bpmn:extensionElements>
            </bpmn:userTask>
            <bpmn:userTask id="review" name="审批"><bpmn:extensionElements><zt:assignment kind="post" value="section-chief" /></bpmn:extensionElements></bpmn:userTask>
            <bpmn:endEvent id="end" name="办结" />
            <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="accept" />
            <bpmn:sequenceFlow id="f2" sourceRef="accept" targetRef="review" />
            <bpmn:sequenceFlow id="f3" sourceRef="review" targetRef="end" />
          </bpmn:process>
          <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="permit">
            <bpmndi:BPMNShape id="start_s" bpmnElement="start"><dc:Bounds x="160" y="122" width="36" height="36" /></bpmndi:BPMNShape>
            <bpmndi:BPMNShape id="accept_s" bpmnElement="accept"><dc:Bounds x="260" y="100" width="100" height="80" /></bpmndi:BPMNShape>
            <bpmndi:BPMNShape id="review_s" bpmnElement="review"><dc:Bounds x="430" y="100" width="100" height="80" /></bpmndi:BPMNShape>
            <bpmndi:BPMNShape id="end_s" bpmnElement="end"><dc:Bounds x="602" y="122" width="36" height="36" /></bpmndi:BPMNShape>
            <bpmndi:BPMNEdge id="f1_e" bpmnElement="f1"><di:waypoint x="196" y="140" /><di:waypoint x="260" y="140" /></bpmndi:BPMNEdge>
            <bpmndi:BPMNEdge id="f2_e" bpmnElement="f2"><di:waypoint x="360" y="140" /><di:waypoint x="430" y="140" /></bpmndi:BPMNEdge>
            <bpmndi:BPMNEdge id="f3_e" bpmnElement="f3"><di:waypoint x="530" y="140" /><di:waypoint x="602" y="140" /></bpmndi:BPMNEdge>
          </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
        </bpmn:definitions>
        """;

    public const string Rules = """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
          xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="subsidy" name="高龄津贴" namespace="urn:zhengtong:decision">
          <decision id="amount" name="津贴标准"><decisionTable id="table" hitPolicy="UNIQUE">
            <input id="i1" label="年龄"><inputExpression id="e1" typeRef="number"><text>age</text></inputExpression></input>
            <input id="i2" label="低保"><inputExpression id="e2" typeRef="boolean"><text>low income</text></inputExpression></input>
            <output id="o1" label="每月（元）" name="amount" typeRef="number" />
            <rule id="r1"><inputEntry id="r1a"><text>[80..90)</text></inputEntry><inputEntry id="r1b"><text>-</text></inputEntry><outputEntry id="r1o"><text>50</text></outputEntry></rule>
            <rule id="r2"><inputEntry id="r2a"><text>[90..100)</text></inputEntry><inputEntry id="r2b"><text>false</text></inputEntry><outputEntry id="r2o"><text>100</text></outputEntry></rule>
            <rule id="r3"><inputEntry id="r3a"><text>[90..100)</text></inputEntry><inputEntry id="r3b"><text>true</text></inputEntry><outputEntry id="r3o"><text>150</text></outputEntry></rule>
            <rule id="r4"><inputEntry id="r4a"><text>&gt;= 100</text></inputEntry><inputEntry id="r4b"><text>-</text></inputEntry><outputEntry id="r4o"><text>300</text></outputEntry></rule>
          </decisionTable></decision>
          <dmndi:DMNDI><dmndi:DMNDiagram id="d"><dmndi:DMNShape id="s" dmnElementRef="amount"><dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
        </definitions>
        """;

    public const string Form = """
        {"type":"default","schemaVersion":18,"id":"apply","components":[
          {"type":"textfield","key":"name","label":"姓名","validate":{"required":true,"maxLength":50}},
          {"type":"number","key":"age","label":"年龄","validate":{"min":0,"max":130}},
          {"type":"select","key":"kind","label":"人员类别","values":[{"label":"本市户籍","value":"local"},{"label":"常住人口","value":"resident"}]},
          {"type":"textarea","key":"reason","label":"申请理由"}]}
        """;
}
