using System.Xml;
using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

/// <summary>What came of reading a file.</summary>
/// <param name="Definitions">Null when the bytes are no DMN at all.</param>
public sealed record DmnReadResult(DmnDefinitions? Definitions, IReadOnlyList<DmnFault> Faults);

/// <summary>
/// Reads DMN 1.2 to 1.5. Any bytes give definitions or located faults: document types and external entities are refused,
/// size and depth are bounded.
/// </summary>
public sealed partial class DmnReader
{
    /// <summary>Largest file, in characters.</summary>
    public const long MaxCharacters = 64L * 1024 * 1024;

    private const int MaxDepth = 100;

    private readonly List<DmnFault> faults = [];

    private DmnReader()
    {
    }

    public static DmnReadResult Read(Stream stream)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters,
            MaxCharactersFromEntities = 0,
        };
        try
        {
            using var xml = XmlReader.Create(stream, settings);
            CheckedReader.CheckDepth(xml, out var document);
            var reader = new DmnReader();
            return new DmnReadResult(reader.ReadRoot(document.Root!), reader.faults); // a loaded document has a root
        }
        catch (XmlException e)
        {
            return Refused("xml.malformed", e.Message, e.LineNumber, e.LinePosition);
        }
        catch (Exception e) when (e is IOException or System.Text.DecoderFallbackException or NotSupportedException or InvalidOperationException)
        {
            return Refused("xml.unreadable", e.Message, 0, 0);
        }
    }

    public static DmnReadResult Read(string xml)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml));
        return Read(stream);
    }

    private static DmnReadResult Refused(string code, string message, int line, int column) =>
        new(null, [new DmnFault(DmnSeverity.Error, code, message, "file", null, line, column)]);

    private DmnDefinitions? ReadRoot(XElement root)
    {
        if (root.Name.LocalName != "definitions" || !DmnNamespaces.IsModel(root.Name.Namespace))
        {
            Fault(DmnSeverity.Error, "dmn.no-definitions",
                $"The root element '{root.Name.LocalName}' is not DMN definitions of 1.2 to 1.5.", root);
            return null;
        }

        var definitions = new DmnDefinitions(NameOf(root), Text(root, "namespace") ?? "")
        {
            Place = Place(root, ["name", "namespace"], []), Description = Child(root, "description")?.Value,
            Prefixes = root.Attributes().Where(a => a.IsNamespaceDeclaration).ToDictionary(
                a => a.Name.Namespace == XNamespace.Xmlns ? a.Name.LocalName : "", a => a.Value, StringComparer.Ordinal),
        };
        var imports = new List<DmnImport>();
        var items = new List<DmnItemDefinition>();
        var elements = new List<DmnElement>();
        var others = new List<XElement>();
        XElement? diagrams = null;
        foreach (var child in root.Elements())
        {
            if (DmnNamespaces.IsDiagram(child.Name.Namespace))
            {
                diagrams = child;
            }
            else if (DmnNamespaces.IsModel(child.Name.Namespace))
            {
                ReadTopLevel(child, imports, items, elements, others);
            }
        }

        return definitions with { Imports = imports, ItemDefinitions = items, Elements = elements, Others = others, Diagrams = diagrams };
    }

    private void ReadTopLevel(
        XElement child, List<DmnImport> imports, List<DmnItemDefinition> items, List<DmnElement> elements, List<XElement> others)
    {
        switch (child.Name.LocalName)
        {
            case "description":
                break;
            case "import":
                imports.Add(new DmnImport(
                    Text(child, "name") ?? "", Text(child, "namespace") ?? "", Text(child, "locationURI"), Text(child, "importType") ?? "",
                    Place(child, ["name", "namespace", "locationURI", "importType"], [])));
                break;
            case "itemDefinition":
                items.Add(ReadItem(child, 0));
                break;
            case "inputData":
                elements.Add(new DmnElement.InputData(NameOf(child))
                {
                    Place = Place(child, ["name"], ["variable", "description"]), Description = Child(child, "description")?.Value,
                    Variable = ReadVariable(child),
                });
                break;
            case "decision":
                elements.Add(ReadDecision(child));
                break;
            case "businessKnowledgeModel":
                elements.Add(new DmnElement.KnowledgeModel(NameOf(child))
                {
                    Place = Place(child, ["name"], ["variable", "description", "encapsulatedLogic", "knowledgeRequirement"]),
                    Description = Child(child, "description")?.Value,
                    Variable = ReadVariable(child), Requirements = ReadRequirements(child),
                    Logic = Child(child, "encapsulatedLogic") is { } logic ? ReadFunction(logic, 0) : null,
                });
                break;
            case "decisionService":
                elements.Add(new DmnElement.DecisionService(NameOf(child))
                {
                    Place = Place(child, ["name"],
                        ["variable", "description", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"]),
                    Description = Child(child, "description")?.Value,
                    Variable = ReadVariable(child), OutputDecisions = ReadMembers(child, "outputDecision"),
                    EncapsulatedDecisions = ReadMembers(child, "encapsulatedDecision"),
                    InputDecisions = ReadMembers(child, "inputDecision"), Inputs = ReadMembers(child, "inputData"),
                });
                break;
            case "knowledgeSource":
                elements.Add(new DmnElement.KnowledgeSource(NameOf(child), child) { Place = Place(child, [], []) });
                break;
            default:
                others.Add(child);
                break;
        }
    }

    private DmnElement.Decision ReadDecision(XElement xml) => new(NameOf(xml))
    {
        Place = Place(xml, ["name"], ["variable", "description", "question", "allowedAnswers", "informationRequirement",
            "knowledgeRequirement", .. ExpressionNames]),
        Description = Child(xml, "description")?.Value, Question = Child(xml, "question")?.Value,
        AllowedAnswers = Child(xml, "allowedAnswers")?.Value, Variable = ReadVariable(xml), Requirements = ReadRequirements(xml),
        Logic = ReadChildExpression(xml, 0),
    };

    private List<DmnReference> ReadRequirements(XElement xml)
    {
        var references = new List<DmnReference>();
        foreach (var requirement in xml.Elements().Where(e => e.Name.LocalName is "informationRequirement" or "knowledgeRequirement"))
        {
            foreach (var target in requirement.Elements())
            {
                DmnReferenceKind? kind = target.Name.LocalName switch
                {
                    "requiredInput" => DmnReferenceKind.RequiredInput,
                    "requiredDecision" => DmnReferenceKind.RequiredDecision,
                    "requiredKnowledge" => DmnReferenceKind.RequiredKnowledge,
                    _ => null,
                };
                if (kind is { } known && Text(target, "href") is { } href)
                {
                    references.Add(new DmnReference(
                        known, href) { Place = Place(requirement, [], ["requiredInput", "requiredDecision", "requiredKnowledge"]) });
                }
            }
        }

        return references;
    }

    private static List<DmnReference> ReadMembers(XElement xml, string name) =>
        [.. Children(xml, name).Select(e => new DmnReference(DmnReferenceKind.Member, Text(e, "href") ?? "#"))];

    private DmnItemDefinition ReadItem(XElement xml, int depth)
    {
        if (depth > MaxDepth)
        {
            Fault(DmnSeverity.Error, "dmn.depth", $"Item definitions are nested deeper than {MaxDepth} levels.", xml);
            return new DmnItemDefinition("");
        }

        var function = Child(xml, "functionItem");
        return new DmnItemDefinition(NameOf(xml))
        {
            Place = Place(xml, ["name", "isCollection"], ["typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem"]),
            TypeRef = Trimmed(Child(xml, "typeRef")?.Value), IsCollection = Text(xml, "isCollection") is "true" or "1",
            AllowedValues = TestText(xml, "allowedValues"), TypeConstraint = TestText(xml, "typeConstraint"),
            Components = [.. Children(xml, "itemComponent").Select(c => ReadItem(c, depth + 1))],
            Function = function is null
                ? null
                : new DmnFunctionItem([.. Children(function, "parameters").Select(ReadInformationItem)], Text(function, "outputTypeRef")),
        };
    }

    private DmnVariable? ReadVariable(XElement xml) => Child(xml, "variable") is { } variable ? ReadInformationItem(variable) : null;

    private DmnVariable ReadInformationItem(XElement xml) => new(NameOf(xml), Trimmed(Text(xml, "typeRef")))
    {
        Place = Place(xml, ["name", "typeRef"], []),
    };

    private string NameOf(XElement xml)
    {
        var name = Text(xml, "name");
        if (string.IsNullOrWhiteSpace(name))
        {
            Fault(DmnSeverity.Warning, "dmn.no-name", $"The element '{xml.Name.LocalName}' has no name.", xml);
            return "";
        }

        return Feel.Syntax.FeelNames.Normalize(name);
    }

    private static string? TestText(XElement xml, string name) =>
        Child(xml, name) is { } tests ? Trimmed(Child(tests, "text")?.Value) : null;

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Text(XElement xml, string attribute) => (string?)xml.Attribute(attribute);

    private static XElement? Child(XElement xml, string name) =>
        xml.Elements().FirstOrDefault(e => e.Name.LocalName == name && DmnNamespaces.IsModel(e.Name.Namespace));

    private static IEnumerable<XElement> Children(XElement xml, string name) =>
        xml.Elements().Where(e => e.Name.LocalName == name && DmnNamespaces.IsModel(e.Name.Namespace));

    private static DmnPlace Place(XElement xml, ReadOnlySpan<string> attributes, ReadOnlySpan<string> elements)
    {
        var position = (IXmlLineInfo)xml;
        var otherAttributes = new List<XAttribute>();
        foreach (var attribute in xml.Attributes())
        {
            if (!attribute.IsNamespaceDeclaration && attribute.Name != "id"
                && !(attribute.Name.Namespace == XNamespace.None && attributes.Contains(attribute.Name.LocalName)))
            {
                otherAttributes.Add(attribute);
            }
        }

        var otherElements = new List<XElement>();
        foreach (var child in xml.Elements())
        {
            if (xml.Parent is not null && (!DmnNamespaces.IsModel(child.Name.Namespace) || !elements.Contains(child.Name.LocalName)))
            {
                otherElements.Add(child);
            }
        }

        var extras = otherAttributes.Count + otherElements.Count == 0 ? DmnExtras.None : new DmnExtras(otherAttributes, otherElements);
        return new DmnPlace((string?)xml.Attribute("id"), position.LineNumber, position.LinePosition, extras);
    }

    private void Fault(DmnSeverity severity, string code, string message, XElement xml)
    {
        var position = (IXmlLineInfo)xml;
        var name = (string?)xml.Attribute("name") ?? xml.Name.LocalName;
        faults.Add(new DmnFault(severity, code, message, name, (string?)xml.Attribute("id"), position.LineNumber, position.LinePosition));
    }
}
