using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

internal sealed partial class ProcessBuilder
{
    private EventDefinition Event(XElement e)
    {
        var definitions = e.Elements()
            .Where(c => c.Name.Namespace == BpmnNames.Model && c.Name.LocalName.EndsWith("EventDefinition", StringComparison.Ordinal))
            .Concat(e.Elements(BpmnNames.Model + "eventDefinitionRef").Select(r => references.Find(r.Value) ?? r)).ToList();
        return definitions switch
        {
            [] => new EventDefinition.None(),
            [var only] => Event(e, only),
            _ => new EventDefinition.Unsupported("event with several definitions"),
        };
    }

    private EventDefinition Event(XElement e, XElement definition)
    {
        var found = definition.Name.LocalName switch
        {
            "messageEventDefinition" => references.Find(definition.Text("messageRef")),
            "signalEventDefinition" => references.Find(definition.Text("signalRef")),
            "errorEventDefinition" => references.Find(definition.Text("errorRef")),
            "escalationEventDefinition" => references.Find(definition.Text("escalationRef")),
            _ => null,
        };
        return definition.Name.LocalName switch
        {
            "messageEventDefinition" => new EventDefinition.Message(Message(e, definition.Text("messageRef"))),
            "timerEventDefinition" => new EventDefinition.Timer(Timer(e, definition)),
            "signalEventDefinition" => new EventDefinition.Signal(found?.Text("name") ?? BpmnNames.Local(definition.Text("signalRef"))),
            "errorEventDefinition" => new EventDefinition.Error(
                found?.Text("errorCode") ?? found?.Text("name") ?? BpmnNames.Local(definition.Text("errorRef")), found?.Text("name")),
            "escalationEventDefinition" => new EventDefinition.Escalation(
                found?.Text("escalationCode") ?? found?.Text("name") ?? BpmnNames.Local(definition.Text("escalationRef")),
                found?.Text("name")),
            "terminateEventDefinition" => new EventDefinition.Terminate(),
            "conditionalEventDefinition" => new EventDefinition.Conditional(Expression(definition.Element(BpmnNames.Model + "condition"))),
            "linkEventDefinition" => new EventDefinition.Link(definition.Text("name") ?? e.Text("name") ?? ""),
            "compensateEventDefinition" => new EventDefinition.Compensation(BpmnNames.Local(definition.Text("activityRef"))),
            var other => new EventDefinition.Unsupported(other),
        };
    }

    private TimerDefinition? Timer(XElement e, XElement definition)
    {
        if ((e.Extension("timer") ?? definition.Extension("timer"))?.Text("working-days") is { Length: > 0 } days)
        {
            return new TimerDefinition.WorkingDays(days);
        }

        return Expression(definition.Element(BpmnNames.Model + "timeDate")) is { } at ? new TimerDefinition.At(at)
            : Expression(definition.Element(BpmnNames.Model + "timeDuration")) is { } after ? new TimerDefinition.After(after)
            : Expression(definition.Element(BpmnNames.Model + "timeCycle")) is { } every ? new TimerDefinition.Every(every)
            : null;
    }

    private MessageReference? Message(XElement e, string? reference)
    {
        var ours = e.Extension("message");
        var name = ours?.Text("name") ?? references.Find(reference)?.Text("name") ?? BpmnNames.Local(reference);
        return name is null ? null : new(name, Feel(ours?.Text("correlation")));
    }

    private Items<DataMapping> Inputs(XElement e)
    {
        var ours = e.Extensions("input").Select(Mapping);
        return ours.Concat(e.Elements(BpmnNames.Model + "dataInputAssociation").SelectMany(a => Association(e, a))).ToItems();
    }

    private Items<DataMapping> Outputs(XElement e)
    {
        var ours = e.Extensions("output").Select(Mapping);
        return ours.Concat(e.Elements(BpmnNames.Model + "dataOutputAssociation").SelectMany(a => Association(e, a))).ToItems();
    }

    private DataMapping Mapping(XElement e)
    {
        if (e.Text("target") is not { Length: > 0 } || Feel(e.Text("source")) is null)
        {
            Fault("bpmn.extension", $"zt:{e.Name.LocalName} needs 'target' (a variable) and 'source' (FEEL).", e);
        }

        return new(e.Text("target") ?? "", Feel(e.Text("source")) ?? "null");
    }

    // An association of the standard is one mapping for each assignment, or a transformation, or a plain copy.
    private IEnumerable<DataMapping> Association(XElement e, XElement association)
    {
        var source = DataName(association, association.Child("sourceRef"));
        var target = DataName(association, association.Child("targetRef"));
        var assignments = association.Elements(BpmnNames.Model + "assignment").ToList();
        if (assignments.Count > 0)
        {
            foreach (var assignment in assignments)
            {
                if (Expression(assignment.Element(BpmnNames.Model + "from")) is { } from)
                {
                    yield return new(DataName(association, assignment.Child("to")) ?? target ?? "", from);
                }
            }
        }
        else if (target is not null && Expression(association.Element(BpmnNames.Model + "transformation")) is { } transformation)
        {
            yield return new(target, transformation);
        }
        else if (source is not null && target is not null && source != target)
        {
            yield return new(target, source);
        }
    }

    private static string? Feel(string? text) =>
        text?.Trim() is { Length: > 0 } given ? given.StartsWith('=') ? given[1..].Trim() : given : null;
}
