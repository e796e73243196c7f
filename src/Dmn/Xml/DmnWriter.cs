using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

/// <summary>Writes definitions as DMN 1.5, with diagrams and extensions as they were read.</summary>
public static partial class DmnWriter
{
    private static readonly XNamespace Dmn = DmnNamespaces.Model;

    public static void Write(DmnDefinitions definitions, Stream stream)
    {
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), CloseOutput = false };
        using var writer = XmlWriter.Create(stream, settings);
        ToXml(definitions).Save(writer);
    }

    public static string Write(DmnDefinitions definitions)
    {
        using var stream = new MemoryStream();
        Write(definitions, stream);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static XDocument ToXml(DmnDefinitions definitions)
    {
        var root = Element(
            "definitions", definitions.Place, Attribute("name", definitions.Name), Attribute("namespace", definitions.Namespace));
        foreach (var (prefix, space) in definitions.Prefixes)
        {
            // The model's own prefixes go: everything of the model is written in the namespace of 1.5.
            if (prefix.Length > 0 && !DmnNamespaces.IsModel(space))
            {
                root.SetAttributeValue(XNamespace.Xmlns + prefix, space);
            }
        }

        root.Add(Description(definitions.Description));
        root.Add(definitions.Imports.Select(i => Element(
            "import", i.Place, Attribute("name", i.Name), Attribute("namespace", i.Namespace), Attribute("locationURI", i.LocationUri),
            Attribute("importType", i.ImportType))));
        root.Add(definitions.ItemDefinitions.Select(i => Item(i, "itemDefinition")));
        root.Add(definitions.Elements.Select(Graph));
        root.Add(definitions.Others.Select(Current));
        root.Add(definitions.Diagrams is null ? null : new XElement(definitions.Diagrams));
        return new XDocument(new XDeclaration("1.0", "UTF-8", null), root);
    }

    private static XElement Item(DmnItemDefinition item, string name)
    {
        var xml = Element(name, item.Place, Attribute("name", item.Name), item.IsCollection ? Attribute("isCollection", "true") : null);
        xml.Add(Text("typeRef", item.TypeRef), Tests("allowedValues", item.AllowedValues), Tests("typeConstraint", item.TypeConstraint));
        xml.Add(item.Components.Select(c => Item(c, "itemComponent")));
        if (item.Function is { } function)
        {
            xml.Add(new XElement(Dmn + "functionItem", Attribute("outputTypeRef", function.ResultTypeRef),
                function.Parameters.Select(p => Variable(p, "parameters"))));
        }

        return xml;
    }

    private static XElement Graph(DmnElement element)
    {
        switch (element)
        {
            case DmnElement.Decision decision:
                var xml = Named("decision", decision);
                xml.Add(Text("question", decision.Question), Text("allowedAnswers", decision.AllowedAnswers), Variable(decision.Variable));
                xml.Add(decision.Requirements.Select(Requirement));
                xml.Add(Expression(decision.Logic));
                return Late(xml, decision.Place);
            case DmnElement.KnowledgeModel knowledge:
                var model = Named("businessKnowledgeModel", knowledge);
                model.Add(Variable(knowledge.Variable));
                model.Add(knowledge.Logic is null ? null : Function(knowledge.Logic, "encapsulatedLogic"));
                model.Add(knowledge.Requirements.Select(Requirement));
                return Late(model, knowledge.Place);
            case DmnElement.DecisionService service:
                var members = Named("decisionService", service);
                members.Add(Variable(service.Variable));
                members.Add(service.OutputDecisions.Select(r => Reference("outputDecision", r)));
                members.Add(service.EncapsulatedDecisions.Select(r => Reference("encapsulatedDecision", r)));
                members.Add(service.InputDecisions.Select(r => Reference("inputDecision", r)));
                members.Add(service.Inputs.Select(r => Reference("inputData", r)));
                return members;
            case DmnElement.KnowledgeSource source:
                return Current(source.Source);
            default:
                var input = Named("inputData", element);
                input.Add(Variable(element.Variable));
                return input;
        }
    }

    private static XElement Named(string name, DmnElement element)
    {
        var xml = Element(name, element.Place with { Extras = element.Place.Extras with { Elements = [.. Early(element.Place)] } },
            Attribute("name", element.Name));
        xml.AddFirst(Description(element.Description));
        return xml;
    }

    // The schema wants extensions before, authority requirements after the requirements.
    private static IEnumerable<XElement> Early(DmnPlace place) => place.Extras.Elements.Where(e => e.Name.LocalName == "extensionElements");

    private static XElement Late(XElement xml, DmnPlace place)
    {
        var late = place.Extras.Elements.Where(e => e.Name.LocalName != "extensionElements").Select(Current);
        var before = xml.Elements()
            .LastOrDefault(e => e.Name.LocalName is "informationRequirement" or "knowledgeRequirement" or "variable");
        if (before is null)
        {
            xml.Add(late);
        }
        else
        {
            before.AddAfterSelf(late);
        }

        return xml;
    }

    private static XElement Requirement(DmnReference reference)
    {
        var (outer, inner) = reference.Kind switch
        {
            DmnReferenceKind.RequiredInput => ("informationRequirement", "requiredInput"),
            DmnReferenceKind.RequiredDecision => ("informationRequirement", "requiredDecision"),
            _ => ("knowledgeRequirement", "requiredKnowledge"),
        };
        var xml = Element(outer, reference.Place);
        xml.Add(Reference(inner, reference));
        return xml;
    }

    private static XElement Reference(string name, DmnReference reference) => new(Dmn + name, Attribute("href", reference.Href));

    private static XElement? Variable(DmnVariable? variable, string name = "variable") => variable is null
        ? null
        : Element(name, variable.Place, Attribute("name", variable.Name), Attribute("typeRef", variable.TypeRef));

    private static XElement? Description(string? text) => Text("description", text);

    private static XElement? Text(string name, string? text) => text is null ? null : new XElement(Dmn + name, text);

    private static XElement? Tests(string name, string? text) => text is null
        ? null
        : new XElement(Dmn + name, new XElement(Dmn + "text", text));

    private static XAttribute? Attribute(string name, string? value) => value is null ? null : new XAttribute(name, value);

    private static XElement Element(string name, DmnPlace place, params ReadOnlySpan<XAttribute?> attributes)
    {
        var xml = new XElement(Dmn + name);
        if (place.Id is not null)
        {
            xml.Add(new XAttribute("id", place.Id));
        }

        foreach (var attribute in attributes)
        {
            xml.Add(attribute);
        }

        xml.Add(place.Extras.Attributes.Select(a => new XAttribute(a)));
        xml.Add(place.Extras.Elements.Select(Current));
        return xml;
    }

    /// <summary>A copy in which the model's elements are in the namespace of 1.5.</summary>
    private static XElement Current(XElement xml)
    {
        var copy = new XElement(xml);
        foreach (var element in copy.DescendantsAndSelf().Where(e => DmnNamespaces.IsModel(e.Name.Namespace)).ToArray())
        {
            element.Name = Dmn + element.Name.LocalName;
        }

        copy.Attributes().Where(a => a.IsNamespaceDeclaration && DmnNamespaces.IsModel(a.Value)).Remove();
        return copy;
    }
}
