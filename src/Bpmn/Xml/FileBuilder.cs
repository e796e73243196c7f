using System.Globalization;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

/// <summary>From the tree of a file to its typed side.</summary>
internal static class FileBuilder
{
    private static readonly string[] RootKinds =
    [
        "message", "signal", "error", "escalation", "itemDefinition", "dataStore", "resource", "globalTask", "globalUserTask",
        "globalManualTask", "globalScriptTask", "globalBusinessRuleTask", "interface", "category", "correlationProperty", "partnerRole",
        "partnerEntity", "endPoint",
    ];

    public static BpmnFile Build(XDocument document)
    {
        var root = document.Root!; // checked by the reader
        var definitions = root.Elements().Where(e => e.Name.Namespace == BpmnNames.Model).ToList();
        var roots = definitions.Where(e => RootKinds.Contains(e.Name.LocalName)).Select(RootElement).ToItems();
        var references = new References(definitions, root.Text("expressionLanguage"));
        var collaborations = definitions.Where(e => e.Name.LocalName is "collaboration" or "choreography" or "conversation").ToList();

        return new(document)
        {
            Name = root.Text("name"),
            Processes = definitions.Where(e => e.Name.LocalName == "process").Select(p => new ProcessBuilder(references).Build(p))
                .ToItems(),
            Participants = collaborations.SelectMany(c => c.Elements(BpmnNames.Model + "participant"))
                .Select(p => new Participant(p.Text("id") ?? "", p.Text("name"), BpmnNames.Local(p.Text("processRef")))).ToItems(),
            MessageFlows = collaborations.SelectMany(c => c.Elements(BpmnNames.Model + "messageFlow"))
                .Select(f => new MessageFlow(
                    f.Text("id") ?? "", f.Text("name"), BpmnNames.Local(f.Text("sourceRef")) ?? "",
                    BpmnNames.Local(f.Text("targetRef")) ?? ""))
                .ToItems(),
            RootElements = roots,
            Artifacts = root.Descendants()
                .Where(e => e.Name.Namespace == BpmnNames.Model && e.Name.LocalName is "textAnnotation" or "group" or "association")
                .Select(e => new Artifact(
                    e.Text("id") ?? "", e.Name.LocalName, e.Child("text"), BpmnNames.Local(e.Text("sourceRef")),
                    BpmnNames.Local(e.Text("targetRef"))))
                .ToItems(),
            Diagrams = root.Elements(BpmnNames.Diagram + "BPMNDiagram").Select(Diagram).ToItems(),
        };
    }

    private static RootElement RootElement(XElement element) => new(
        element.Text("id") ?? "", element.Name.LocalName, element.Text("name"),
        element.Text("errorCode") ?? element.Text("escalationCode"));

    private static Diagram Diagram(XElement diagram)
    {
        var plane = diagram.Element(BpmnNames.Diagram + "BPMNPlane");
        return new(
            diagram.Text("id"),
            diagram.Text("name"),
            BpmnNames.Local(plane?.Text("bpmnElement")),
            (plane?.Elements(BpmnNames.Diagram + "BPMNShape") ?? []).Select(Shape).ToItems(),
            (plane?.Elements(BpmnNames.Diagram + "BPMNEdge") ?? []).Select(Edge).ToItems());
    }

    private static DiagramShape Shape(XElement shape) => new(
        shape.Text("id"),
        BpmnNames.Local(shape.Text("bpmnElement")),
        BoundsOf(shape),
        shape.Element(BpmnNames.Diagram + "BPMNLabel") is { } label ? BoundsOf(label) : null,
        FlagOf(shape, "isExpanded"),
        FlagOf(shape, "isHorizontal"),
        FlagOf(shape, "isMarkerVisible"));

    private static DiagramEdge Edge(XElement edge) => new(
        edge.Text("id"),
        BpmnNames.Local(edge.Text("bpmnElement")),
        edge.Elements(BpmnNames.Di + "waypoint").Select(w => new Waypoint(Number(w, "x"), Number(w, "y"))).ToItems(),
        edge.Element(BpmnNames.Diagram + "BPMNLabel") is { } label ? BoundsOf(label) : null);

    private static Bounds? BoundsOf(XElement element) =>
        element.Element(BpmnNames.Dc + "Bounds") is { } b
            ? new(Number(b, "x"), Number(b, "y"), Number(b, "width"), Number(b, "height"))
            : null;

    private static bool? FlagOf(XElement element, string name) =>
        element.Attribute(name) is null ? null : element.Flag(name, fallback: false);

    private static double Number(XElement element, string name) =>
        double.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>What processes refer to by id from outside of themselves.</summary>
internal sealed class References(IReadOnlyList<XElement> definitions, string? expressionLanguage)
{
    private readonly Dictionary<string, XElement> byId = definitions
        .Where(e => e.Text("id") is not null)
        .GroupBy(e => e.Text("id")!, StringComparer.Ordinal) // `!`: filtered above
        .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    public string? ExpressionLanguage { get; } = expressionLanguage;

    public XElement? Find(string? reference) => BpmnNames.Local(reference) is { } id ? byId.GetValueOrDefault(id) : null;
}
