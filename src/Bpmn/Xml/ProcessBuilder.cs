using System.Collections.Frozen;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

/// <summary>Builds the graph of one process: nodes, arrows, scopes, boundaries.</summary>
internal sealed partial class ProcessBuilder(References references)
{
    private static readonly HashSet<string> NotNodes =
    [
        "documentation", "extensionElements", "auditing", "monitoring", "incoming", "outgoing", "sequenceFlow", "laneSet", "dataObject",
        "dataObjectReference", "dataStoreReference", "association", "textAnnotation", "group", "ioSpecification", "property",
        "dataInputAssociation", "dataOutputAssociation", "ioBinding", "resourceRole", "performer", "humanPerformer", "potentialOwner",
        "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "correlationSubscription", "supports", "rendering", "script",
        "messageEventDefinition", "completionCondition",
    ];

    private readonly Dictionary<string, FlowNode> nodes = new(StringComparer.Ordinal);
    private readonly List<BpmnFault> faults = [];
    private ProcessRules rules = new(null, [], []);

    public ProcessModel Build(XElement process)
    {
        rules = new(
            Limit(process),
            process.Extensions("move").Select(Move).ToItems(),
            Announcements(process));
        CheckExtensions(process);
        var id = process.Text("id") ?? "";
        var root = new FlowScope { Id = id };
        Fill(root, process);

        var model = new ProcessModel
        {
            Key = id,
            Name = process.Text("name") ?? id,
            IsExecutable = process.Flag("isExecutable", fallback: false),
            Root = root,
            Rules = rules,
            Documentation = process.Child("documentation"),
            Line = process.Place().Line,
        };
        model.Seal(nodes.Values);
        model.ReadFaults = faults.Freeze();
        return model;
    }

    private void Fill(FlowScope scope, XElement container)
    {
        var own = new List<(FlowNode Node, XElement Element)>();
        foreach (var element in container.Elements()
            .Where(e => e.Name.Namespace == BpmnNames.Model && !NotNodes.Contains(e.Name.LocalName)))
        {
            if (element.Text("id") is not { Length: > 0 } id)
            {
                Fault("bpmn.no-id", $"A '{element.Name.LocalName}' has no id.", element);
                continue;
            }

            var node = Node(element, id, scope);
            node.Scope = scope;
            own.Add((node, element));
            nodes[id] = node;
        }

        scope.Nodes = own.Select(n => n.Node).ToItems();
        Connect(scope, container, own);
        Attach(container, own);
        scope.Links = own.Select(n => n.Node).OfType<CatchEvent>()
            .Where(c => c.Event is EventDefinition.Link)
            .GroupBy(c => ((EventDefinition.Link)c.Event).Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        scope.EventSubProcesses = own.Select(n => n.Node).OfType<SubProcess>().Where(s => s.TriggeredByEvent).ToItems();
        scope.DataObjects = container.Elements(BpmnNames.Model + "dataObject").Select(d => d.Text("name") ?? d.Text("id") ?? "").ToItems();
        scope.Lanes = Lanes(container);
    }

    private void Connect(FlowScope scope, XElement container, List<(FlowNode Node, XElement Element)> own)
    {
        var byId = own.ToDictionary(n => n.Node.Id, n => n.Node, StringComparer.Ordinal);
        var defaults = own.Select(n => BpmnNames.Local(n.Element.Text("default"))).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var flows = new List<SequenceFlow>();
        foreach (var element in container.Elements(BpmnNames.Model + "sequenceFlow"))
        {
            var id = element.Text("id") ?? "";
            var source = BpmnNames.Local(element.Text("sourceRef"));
            var target = BpmnNames.Local(element.Text("targetRef"));
            if (source is null || target is null || !byId.TryGetValue(source, out var from) || !byId.TryGetValue(target, out var to))
            {
                Fault("bpmn.dangling-flow", $"Sequence flow '{id}' does not join two nodes of '{scope.Id}': '{source}' to '{target}'.",
                    element);
                continue;
            }

            flows.Add(new()
            {
                Id = id,
                Name = element.Text("name"),
                Source = from,
                Target = to,
                Condition = Expression(element.Element(BpmnNames.Model + "conditionExpression")),
                IsDefault = defaults.Contains(id),
            });
        }

        scope.Flows = flows.Freeze();
        var incoming = flows.ToLookup(f => f.Target);
        var outgoing = flows.ToLookup(f => f.Source);
        foreach (var (node, _) in own)
        {
            node.Incoming = incoming[node].ToItems();
            node.Outgoing = outgoing[node].ToItems();
        }
    }

    private void Attach(XElement container, List<(FlowNode Node, XElement Element)> own)
    {
        var byId = own.ToDictionary(n => n.Node.Id, n => n.Node, StringComparer.Ordinal);
        var attached = new Dictionary<Activity, List<BoundaryEvent>>();
        foreach (var (node, element) in own)
        {
            if (node is not BoundaryEvent boundary)
            {
                continue;
            }

            if (BpmnNames.Local(element.Text("attachedToRef")) is { } host && byId.GetValueOrDefault(host) is Activity activity)
            {
                boundary.AttachedTo = activity;
                (attached.TryGetValue(activity, out var list) ? list : attached[activity] = []).Add(boundary);
                boundary.Handler = boundary.Event is EventDefinition.Compensation ? Handler(container, boundary, byId) : null;
            }
            else
            {
                Fault("bpmn.dangling-boundary", $"Boundary event '{boundary.Id}' is not attached to an activity of the same scope.",
                    element);
            }
        }

        foreach (var (activity, events) in attached)
        {
            activity.Boundary = events.Freeze();
        }
    }

    private static Activity? Handler(XElement container, BoundaryEvent boundary, Dictionary<string, FlowNode> byId) =>
        container.Elements(BpmnNames.Model + "association")
            .Where(a => BpmnNames.Local(a.Text("sourceRef")) == boundary.Id)
            .Select(a => byId.GetValueOrDefault(BpmnNames.Local(a.Text("targetRef")) ?? ""))
            .OfType<Activity>()
            .FirstOrDefault(a => a.IsForCompensation);

    private Items<Lane> Lanes(XElement container)
    {
        var lanes = container.Elements(BpmnNames.Model + "laneSet").SelectMany(s => s.Descendants(BpmnNames.Model + "lane"))
            .Select(l => new Lane(
                l.Text("id") ?? "",
                l.Text("name") ?? l.Text("id") ?? "",
                l.Elements(BpmnNames.Model + "flowNodeRef").Select(r => BpmnNames.Local(r.Value) ?? "").ToItems()))
            .ToItems();
        foreach (var lane in lanes)
        {
            foreach (var id in lane.Nodes)
            {
                if (nodes.TryGetValue(id, out var node))
                {
                    node.Lane = lane.Id;
                }
            }
        }

        return lanes;
    }

    /// <summary>The text of an expression; one in another language than FEEL is a fault, never run as FEEL.</summary>
    private string? Expression(XElement? element)
    {
        if (element is null || element.Value.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var language = element.Text("language") ?? references.ExpressionLanguage;
        if (language is not null && !language.Contains("feel", StringComparison.OrdinalIgnoreCase))
        {
            Fault("bpmn.expression-language", $"The expression '{Short(text)}' is in '{language}'; only FEEL is run.", element);
        }

        // Modellers mark FEEL by a leading '=': the mark is no part of the text.
        return text.StartsWith('=') ? text[1..].Trim() : text;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private void Fault(string code, string message, XElement element)
    {
        var (line, column) = element.Place();
        faults.Add(new(
            code, message, element.AncestorsAndSelf().Select(e => e.Text("id")).FirstOrDefault(i => i is not null), line, column));
    }
}
