using System.Xml.Linq;

namespace Zhengtong.Bpmn.Xml;

internal static class BpmnNames
{
    public const string ModelUri = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    public const string ExtensionUri = "urn:zhengtong:bpmn:1";

    public static readonly XNamespace Model = ModelUri;
    public static readonly XNamespace Diagram = "http://www.omg.org/spec/BPMN/20100524/DI";
    public static readonly XNamespace Di = "http://www.omg.org/spec/DD/20100524/DI";
    public static readonly XNamespace Dc = "http://www.omg.org/spec/DD/20100524/DC";
    public static readonly XNamespace Zt = ExtensionUri;

    public static string? Text(this XElement element, string attribute) => (string?)element.Attribute(attribute);

    public static bool Flag(this XElement element, string attribute, bool fallback) => element.Text(attribute)?.Trim() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => fallback,
    };

    public static string? Child(this XElement element, string name) =>
        element.Element(Model + name)?.Value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The local part of a qualified name: ids of one file are unique whatever their prefix.</summary>
    public static string? Local(string? name) =>
        name?.Trim() is { Length: > 0 } text ? text[(text.LastIndexOf(':') + 1)..] : null;

    public static IEnumerable<XElement> Extensions(this XElement element, string name) =>
        element.Element(Model + "extensionElements")?.Elements(Zt + name) ?? [];

    public static XElement? Extension(this XElement element, string name) => element.Extensions(name).FirstOrDefault();

    public static (int Line, int Column) Place(this XObject element) =>
        element is System.Xml.IXmlLineInfo info && info.HasLineInfo() ? (info.LineNumber, info.LinePosition) : (0, 0);
}
