namespace Zhengtong.Benchmarks.Processes;

/// <summary>Content that the durable benchmark runs on.</summary>
internal static class Models
{
    private const string Head = """
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1" targetNamespace="bench">
        """;

    private const string Task = """
        <extensionElements><zt:assignment kind="person" value="0198a000-0000-7000-8000-000000000001"/><zt:button key="ok" title="ok"/></extensionElements></userTask>
        """;

    internal static (string Path, string Content)[] Files { get; } =
    [
        ("processes/three.bpmn", $"""
            {Head}<process id="three" name="three" isExecutable="true">
            <startEvent id="s"/><userTask id="a" name="a">{Task}<userTask id="b" name="b">{Task}
            <businessRuleTask id="d" name="d"><extensionElements><zt:decision key="grade" result="grade"/></extensionElements></businessRuleTask>
            <exclusiveGateway id="g" default="g2"/><userTask id="c" name="c">{Task}<endEvent id="e"/><endEvent id="f"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
            <sequenceFlow id="f3" sourceRef="b" targetRef="d"/><sequenceFlow id="f4" sourceRef="d" targetRef="g"/>
            <sequenceFlow id="g1" sourceRef="g" targetRef="c"><conditionExpression>grade = "A"</conditionExpression></sequenceFlow>
            <sequenceFlow id="g2" sourceRef="g" targetRef="f"/><sequenceFlow id="f5" sourceRef="c" targetRef="e"/>
            </process></definitions>
            """),
        ("processes/waiting.bpmn", $"""
            {Head}<process id="waiting" name="waiting" isExecutable="true">
            <startEvent id="s"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
            <endEvent id="e"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="e"/>
            </process></definitions>
            """),
        ("decisions/grade.dmn", """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="grade" name="grade" namespace="urn:zhengtong:decision:grade">
              <inputData id="i" name="amount"><variable id="iv" name="amount" typeRef="number"/></inputData>
              <decision id="d" name="grade"><variable id="dv" name="grade" typeRef="string"/>
                <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
                <decisionTable id="t" hitPolicy="FIRST">
                  <input id="t1"><inputExpression id="te" typeRef="number"><text>amount</text></inputExpression></input>
                  <output id="t2" name="grade" typeRef="string"/>
                  <rule id="r1"><inputEntry id="r1i"><text>&lt; 1000</text></inputEntry><outputEntry id="r1o"><text>"B"</text></outputEntry></rule>
                  <rule id="r2"><inputEntry id="r2i"><text>[1000..5000)</text></inputEntry><outputEntry id="r2o"><text>"A"</text></outputEntry></rule>
                  <rule id="r3"><inputEntry id="r3i"><text>-</text></inputEntry><outputEntry id="r3o"><text>"C"</text></outputEntry></rule>
                </decisionTable>
              </decision>
            </definitions>
            """),
    ];

    /// <summary>
    /// 100,000 open instances: half with a task of one of 200 people, half waiting for one of 40 groups; ten lines of history each.
    /// </summary>
    internal const string ManyOpen = """
        insert into processes.instances
            (id, process_key, process_version, subject_type, subject_id, number, title, applicant, region, starter, status, state, revision, started_at)
        select ('0198b000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'three', 1, 'bench', gen_random_uuid(), 'N' || n, '测速事项', '陈*兰', '990102',
               gen_random_uuid(), 'running', '{}', 1, now() - n * interval '1 second'
        from generate_series(1, 100000) n;

        insert into processes.tasks (instance_id, task, step, node, name, kind, status, assignee, candidates, revision, created_at)
        select ('0198b000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 1, 'a', '审查', 'normal', 'open',
               case when n % 2 = 0 then ('0198a000-0000-7000-8000-' || lpad(to_hex(1 + n / 2 % 200), 12, '0'))::uuid end,
               case when n % 2 = 0 then '{}' else array[case when n % 80 = 1 then 'clerk@hall/990102' else 'group-' || n % 80 end] end,
               1, now() - n * interval '1 second'
        from generate_series(1, 100000) n;

        insert into processes.candidates (candidate, created_at, instance_id, task)
        select t.candidates[1], t.created_at, t.instance_id, t.task from processes.tasks t where t.candidates <> '{}';

        insert into processes.history (instance_id, revision, line, at, kind, node, step, actor)
        select ('0198b000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, l, 0, now() - n * interval '1 second', 'task-started', 'a', 1, 'system'
        from generate_series(1, 100000) n, generate_series(1, 10) l;

        analyze processes.instances;
        analyze processes.tasks;
        analyze processes.candidates;
        """;
}
