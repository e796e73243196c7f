using System.Text;
using System.Xml;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

/// <summary>A BPMN file: its processes, what surrounds them, its diagrams, and the whole text it came from.</summary>
/// <remarks>
/// The typed side holds what the interpreter, lists and viewers need. Everything else of the file (foreign extensions, documentation,
/// styles, comments) stays in the tree it was read into and is written again as it was: interchange loses nothing that we do not know.
/// </remarks>
public sealed class BpmnFile
{
    private readonly XDocument tree;

    internal BpmnFile(XDocument tree) => this.tree = tree;

    public required string? Name { get; init; }

    public required Items<ProcessModel> Processes { get; init; }

    public required Items<Participant> Participants { get; init; }

    public required Items<MessageFlow> MessageFlows { get; init; }

    /// <summary>Messages, signals, errors, escalations and other things that are defined beside the processes.</summary>
    public required Items<RootElement> RootElements { get; init; }

    public required Items<Artifact> Artifacts { get; init; }

    public required Items<Diagram> Diagrams { get; init; }

    /// <summary>The process of this key; without a key the only executable one, or the only one.</summary>
    public ProcessModel? Process(string? key = null) =>
        key is not null ? Processes.FirstOrDefault(p => p.Key == key)
        : Processes.Count == 1 ? Processes[0]
        : Processes.Where(p => p.IsExecutable).Take(2).ToArray() is [var only] ? only
        : null;

    /// <summary>The file as XML in UTF-8.</summary>
    public byte[] Write()
    {
        using var bytes = new MemoryStream();
        // Entitized, because a bare line break in an attribute reads back as a blank: names on diagrams have them.
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize,
            CloseOutput = false };
        using (var writer = XmlWriter.Create(bytes, settings))
        {
            var copy = new XDocument(tree) { Declaration = new("1.0", "UTF-8", null) };
            copy.Save(writer);
        }

        return bytes.ToArray();
    }

    /// <summary>The file as XML text.</summary>
    public string WriteText() => Encoding.UTF8.GetString(Write());

    /// <summary>Whether both files hold the same elements, attributes and texts; prefixes, comments and white space aside.</summary>
    public bool HasSameContent(BpmnFile other) => SameContent.Compare(tree.Root!, other.tree.Root!); // the reader saw a root
}

public sealed record Participant(string Id, string? Name, string? ProcessKey);

public sealed record MessageFlow(string Id, string? Name, string Source, string Target);

/// <param name="Kind">Element name, e.g. <c>message</c>.</param>
/// <param name="Code">Error or escalation code.</param>
public sealed record RootElement(string Id, string Kind, string? Name, string? Code);

/// <summary>A text annotation, group or association.</summary>
public sealed record Artifact(string Id, string Kind, string? Text, string? Source, string? Target);

/// <summary>One drawing: where each element lies.</summary>
public sealed record Diagram(string? Id, string? Name, string? Plane, Items<DiagramShape> Shapes, Items<DiagramEdge> Edges);

public sealed record DiagramShape(
    string? Id, string? Element, Bounds? Bounds, Bounds? Label, bool? IsExpanded, bool? IsHorizontal, bool? IsMarkerVisible);

public sealed record DiagramEdge(string? Id, string? Element, Items<Waypoint> Waypoints, Bounds? Label);

public readonly record struct Bounds(double X, double Y, double Width, double Height);

public readonly record struct Waypoint(double X, double Y);

internal static class SameContent
{
    public static bool Compare(XElement left, XElement right)
    {
        if (left.Name != right.Name || !Attributes(left).SequenceEqual(Attributes(right)))
        {
            return false;
        }

        var leftParts = Parts(left);
        var rightParts = Parts(right);
        return leftParts.Count == rightParts.Count && leftParts.Zip(rightParts).All(pair => (pair.First, pair.Second) switch
        {
            (XElement a, XElement b) => Compare(a, b),
            (string a, string b) => a == b,
            _ => false,
        });
    }

    private static IEnumerable<(string Name, string Value)> Attributes(XElement element) =>
        element.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => (a.Name.ToString(), a.Value)).Order();

    // White space between elements is layout; in an element without children it may be content.
    private static List<object> Parts(XElement element)
    {
        var parts = new List<object>();
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XElement child:
                    parts.Add(child);
                    break;
                case XText text when !element.HasElements || !string.IsNullOrWhiteSpace(text.Value):
                    parts.Add(text.Value);
                    break;
                default:
                    break;
            }
        }

        return parts;
    }
}
