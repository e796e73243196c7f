using System.Globalization;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

internal sealed partial class ProcessBuilder
{
    private FlowNode Node(XElement e, string id, FlowScope scope)
    {
        var kind = e.Name.LocalName;
        var name = e.Text("name") is { Length: > 0 } given ? given : id;
        var line = e.Place().Line;
        var documentation = e.Child("documentation");
        var properties = DataMap.From(
            e.Extensions("property").Select(p => new KeyValuePair<string, object?>(p.Text("name") ?? "", p.Text("value"))));
        var repeat = Repeat(e);
        var compensates = e.Flag("isForCompensation", fallback: false);
        var inputs = Inputs(e);
        var outputs = Outputs(e);
        var says = Announcements(e);

        switch (kind)
        {
            case "userTask":
            case "manualTask" when e.Extension("assignment") is not null:
                return new UserTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says, Rules = Step(e),
                };
            case "manualTask":
                return new ManualTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                };
            case "task":
                return new AbstractTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                };
            case "serviceTask":
                return new ServiceTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says, Service = Service(e),
                };
            case "scriptTask":
                return new ScriptTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    Script = Script(e), Result = e.Extension("script")?.Text("result"),
                };
            case "businessRuleTask":
                return new BusinessRuleTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    Decision = e.Extension("decision")?.Text("key"), Result = e.Extension("decision")?.Text("result"),
                };
            case "sendTask":
                return new SendTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    Message = Message(e, e.Text("messageRef")), Service = Service(e),
                };
            case "receiveTask":
                return new ReceiveTask
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    Message = Message(e, e.Text("messageRef")), Instantiate = e.Flag("instantiate", fallback: false),
                };
            case "callActivity":
                return new CallActivity
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    CalledProcess = BpmnNames.Local(e.Text("calledElement")) ?? e.Extension("called")?.Text("process"),
                    CalledVersion = e.Extension("called")?.Text("version"),
                };
            case "subProcess":
                var sub = new SubProcess
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties, Repeat = repeat,
                    IsForCompensation = compensates, Inputs = inputs, Outputs = outputs, Announcements = says,
                    TriggeredByEvent = e.Flag("triggeredByEvent", fallback: false),
                };
                sub.Body = new() { Id = id, Owner = sub };
                Fill(sub.Body, e);
                return sub;
            case "startEvent":
                return new StartEvent
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Event = Event(e), Outputs = outputs, Inputs = inputs, IsInterrupting = e.Flag("isInterrupting", fallback: true),
                };
            case "intermediateCatchEvent":
                return new CatchEvent
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Event = Event(e), Outputs = outputs, Inputs = inputs,
                };
            case "intermediateThrowEvent":
                return new ThrowEvent
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Event = Event(e), Outputs = outputs, Inputs = inputs,
                };
            case "endEvent":
                return new EndEvent
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Event = Event(e), Outputs = outputs, Inputs = inputs, Outcome = e.Extension("outcome")?.Text("value"),
                };
            case "boundaryEvent":
                return new BoundaryEvent
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Event = Event(e), Outputs = outputs, Inputs = inputs, IsInterrupting = e.Flag("cancelActivity", fallback: true),
                };
            case "exclusiveGateway":
                return new ExclusiveGateway { Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation,
                    Properties = properties };
            case "parallelGateway":
                return new ParallelGateway { Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation,
                    Properties = properties };
            case "inclusiveGateway":
                return new InclusiveGateway { Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation,
                    Properties = properties };
            case "eventBasedGateway":
                return new EventBasedGateway
                {
                    Id = id, Name = name, Kind = kind, Line = line, Documentation = documentation, Properties = properties,
                    Instantiate = e.Flag("instantiate", fallback: false), IsParallel = e.Text("eventGatewayType") == "Parallel",
                };
            default:
                return Unsupported(e, id, name, line, scope);
        }
    }

    private UnsupportedNode Unsupported(XElement e, string id, string name, int line, FlowScope scope)
    {
        // Its inside is read all the same, so that lists and diagrams know every node.
        if (e.Name.LocalName is "transaction" or "adHocSubProcess")
        {
            Fill(new() { Id = id, Owner = scope.Owner }, e);
        }

        return new()
        {
            Id = id, Name = name, Kind = e.Name.LocalName, Line = line,
            Reason = $"The interpreter does not run a '{e.Name.LocalName}'.",
        };
    }

    private string? Script(XElement e)
    {
        var script = e.Child("script");
        if (e.Text("scriptFormat") is { } format && !format.Contains("feel", StringComparison.OrdinalIgnoreCase))
        {
            Fault("bpmn.expression-language", $"The script is in '{format}'; only FEEL is run.", e);
        }

        return script is { } text && text.StartsWith('=') ? text[1..].Trim() : script;
    }

    private ServiceCall? Service(XElement e) => e.Extension("service") is { } service && service.Text("name") is { Length: > 0 } name
        ? new(name, Whole(service, "retries", 3, 0, 100), Span(service, "backoff", TimeSpan.FromMinutes(1)))
        : null;

    private int Whole(XElement e, string name, int fallback, int least, int most)
    {
        if (e.Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault("bpmn.extension", $"'{name}' of zt:{e.Name.LocalName} is '{text}'; a whole number from {least} to {most} is expected.", e);
        return fallback;
    }

    private TimeSpan Span(XElement e, string name, TimeSpan fallback)
    {
        if (e.Text(name) is not { } text)
        {
            return fallback;
        }

        if (Interpreter.IsoTime.TryDuration(text, out var duration) && duration.Months == 0)
        {
            return duration.Rest;
        }

        Fault("bpmn.extension", $"'{name}' of zt:{e.Name.LocalName} is '{text}'; a duration such as PT5M is expected.", e);
        return fallback;
    }

    private Repetition? Repeat(XElement e)
    {
        if (e.Element(BpmnNames.Model + "standardLoopCharacteristics") is { } loop)
        {
            return new Repetition.Loop(
                loop.Flag("testBefore", fallback: false),
                Expression(loop.Element(BpmnNames.Model + "loopCondition")),
                loop.Attribute("loopMaximum") is null ? null : Whole(loop, "loopMaximum", 1, 1, 1_000_000));
        }

        if (e.Element(BpmnNames.Model + "multiInstanceLoopCharacteristics") is not { } many)
        {
            return null;
        }

        var ours = many.Extension("each");
        return new Repetition.MultiInstance(
            many.Flag("isSequential", fallback: false),
            Expression(many.Element(BpmnNames.Model + "loopCardinality")),
            Feel(ours?.Text("in")) ?? DataName(many, many.Child("loopDataInputRef")),
            ours?.Text("item") ?? NameOf(many.Element(BpmnNames.Model + "inputDataItem")),
            ours?.Text("collect") ?? DataName(many, many.Child("loopDataOutputRef")),
            Feel(ours?.Text("yield")) ?? NameOf(many.Element(BpmnNames.Model + "outputDataItem")),
            Expression(many.Element(BpmnNames.Model + "completionCondition")));
    }

    private static string? NameOf(XElement? element) => element?.Text("name") ?? element?.Text("id");

    // A data reference names a variable by what it points to: data object, reference to one, property, input or output.
    private static string? DataName(XElement from, string? reference)
    {
        if (BpmnNames.Local(reference) is not { } id)
        {
            return null;
        }

        var target = from.Ancestors().SelectMany(a => a.Elements()).FirstOrDefault(x => x.Text("id") == id)
            ?? from.Ancestors().SelectMany(a => a.Elements(BpmnNames.Model + "ioSpecification")).SelectMany(s => s.Elements())
                .FirstOrDefault(x => x.Text("id") == id);
        return target?.Text("name") is { Length: > 0 } name ? name
            : target?.Text("dataObjectRef") is { } data ? DataName(from, data) ?? id
            : id;
    }
}
