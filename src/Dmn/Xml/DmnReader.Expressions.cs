using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

public sealed partial class DmnReader
{
    private static readonly string[] ExpressionNames =
    [
        "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "relation", "list", "conditional", "for",
        "some",
        "every", "filter",
    ];

    private DmnExpression? ReadChildExpression(XElement? parent, int depth)
    {
        var child = parent?.Elements().FirstOrDefault(
            e => Array.IndexOf(ExpressionNames, e.Name.LocalName) >= 0 && DmnNamespaces.IsModel(e.Name.Namespace));
        return child is null ? null : ReadExpression(child, depth + 1);
    }

    private DmnExpression? ReadExpression(XElement xml, int depth)
    {
        if (depth > MaxDepth)
        {
            Fault(DmnSeverity.Error, "dmn.depth", $"Expressions are nested deeper than {MaxDepth} levels.", xml);
            return null;
        }

        DmnExpression expression = xml.Name.LocalName switch
        {
            "literalExpression" => ReadLiteral(xml),
            "decisionTable" => new DmnExpression.Table(ReadTable(xml)),
            "context" => new DmnExpression.Context([.. Children(xml, "contextEntry").Select(e => ReadEntry(e, depth))]),
            "invocation" => new DmnExpression.Invocation(
                ReadChildExpression(xml, depth), [.. Children(xml, "binding").Select(b => ReadBinding(b, depth))]),
            "functionDefinition" => ReadFunction(xml, depth),
            "relation" => new DmnExpression.Relation(
                [.. Children(xml, "column").Select(ReadInformationItem)],
                [.. Children(xml, "row").Select(
                    r => (IReadOnlyList<DmnExpression?>)[.. Expressions(r).Select(e => ReadExpression(e, depth + 1))])]),
            "list" => new DmnExpression.List([.. Expressions(xml).Select(e => ReadExpression(e, depth + 1)).OfType<DmnExpression>()]),
            "conditional" => new DmnExpression.Conditional(
                ReadChildExpression(Child(xml, "if"), depth), ReadChildExpression(Child(xml, "then"), depth),
                ReadChildExpression(Child(xml, "else"), depth)),
            "for" => new DmnExpression.For(IteratorVariable(xml), ReadIn(xml, depth), ReadChildExpression(Child(xml, "return"), depth)),
            "filter" => new DmnExpression.Filter(
                ReadChildExpression(Child(xml, "in"), depth), ReadChildExpression(Child(xml, "match"), depth)),
            _ => new DmnExpression.Quantified(
                xml.Name.LocalName == "every", IteratorVariable(xml), ReadIn(xml, depth),
                ReadChildExpression(Child(xml, "satisfies"), depth)),
        };
        return expression is DmnExpression.Literal or DmnExpression.Function
            ? expression
            : expression with { TypeRef = Trimmed(Text(xml, "typeRef")), Place = PlaceOf(xml) };
    }

    private static DmnPlace PlaceOf(XElement xml) => xml.Name.LocalName switch
    {
        "decisionTable" => Place(
            xml, ["typeRef", "hitPolicy", "aggregation", "preferredOrientation", "outputLabel"], ["input", "output", "annotation", "rule"]),
        _ => Place(
            xml,
            ["typeRef", "iteratorVariable"],
            ["contextEntry", "binding", "column", "row", "if", "then", "else", "in", "return", "satisfies", "match", .. ExpressionNames]),
    };

    private static IEnumerable<XElement> Expressions(XElement xml) =>
        xml.Elements().Where(e => Array.IndexOf(ExpressionNames, e.Name.LocalName) >= 0 && DmnNamespaces.IsModel(e.Name.Namespace));

    private DmnExpression.Literal ReadLiteral(XElement xml)
    {
        if (Child(xml, "importedValues") is not null)
        {
            Fault(DmnSeverity.Warning, "dmn.imported-values", "Imported values are not supported.", xml);
        }

        return new DmnExpression.Literal(Child(xml, "text")?.Value ?? "")
        {
            Place = Place(xml, ["typeRef", "expressionLanguage"], ["text"]), TypeRef = Trimmed(Text(xml, "typeRef")),
            Language = Trimmed(Text(xml, "expressionLanguage")),
        };
    }

    private DmnContextEntry ReadEntry(XElement xml, int depth) =>
        new(ReadVariable(xml), ReadChildExpression(xml, depth)) { Place = Place(xml, [], ["variable", .. ExpressionNames]) };

    private DmnBinding ReadBinding(XElement xml, int depth) =>
        new(Child(xml, "parameter") is { } parameter ? ReadInformationItem(parameter) : new DmnVariable("", null),
            ReadChildExpression(xml, depth));

    private DmnExpression.Function ReadFunction(XElement xml, int depth) => new(
        [.. Children(xml, "formalParameter").Select(ReadInformationItem)],
        ReadChildExpression(xml, depth),
        Text(xml, "kind") switch { "Java" or "JAVA" => DmnFunctionKind.Java, "PMML" => DmnFunctionKind.Pmml, _ => DmnFunctionKind.Feel })
    {
        Place = Place(xml, ["typeRef", "kind"], ["formalParameter", .. ExpressionNames]), TypeRef = Trimmed(Text(xml, "typeRef")),
    };

    private static string IteratorVariable(XElement xml) => Feel.Syntax.FeelNames.Normalize(Text(xml, "iteratorVariable") ?? "item");

    private DmnTypedChild ReadIn(XElement xml, int depth)
    {
        var child = Child(xml, "in");
        return new DmnTypedChild(ReadChildExpression(child, depth), child is null ? null : Trimmed(Text(child, "typeRef")));
    }

    private DmnTable ReadTable(XElement xml)
    {
        var inputs = Children(xml, "input").Select(ReadInput).ToList();
        var outputs = Children(xml, "output").Select(ReadOutput).ToList();
        var rules = Children(xml, "rule").Select(ReadRule).ToList();
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Inputs.Count != inputs.Count || rules[i].Outputs.Count != outputs.Count)
            {
                Fault(
                    DmnSeverity.Error, "table.shape",
                    $"Rule {i + 1} has {rules[i].Inputs.Count} input and {rules[i].Outputs.Count} output cells; the table has {inputs.Count} and {outputs.Count}.",
                    xml);
            }
        }

        return new DmnTable(ReadHitPolicy(xml), ReadAggregation(xml))
        {
            Inputs = inputs, Outputs = outputs, Rules = rules,
            Annotations = [.. Children(xml, "annotation").Select(a => Text(a, "name") ?? "")],
            OutputLabel = Text(xml, "outputLabel"), Orientation = Text(xml, "preferredOrientation"),
        };
    }

    private DmnHitPolicy ReadHitPolicy(XElement xml)
    {
        switch (Text(xml, "hitPolicy"))
        {
            case null or "UNIQUE":
                return DmnHitPolicy.Unique;
            case "FIRST":
                return DmnHitPolicy.First;
            case "PRIORITY":
                return DmnHitPolicy.Priority;
            case "ANY":
                return DmnHitPolicy.Any;
            case "COLLECT":
                return DmnHitPolicy.Collect;
            case "RULE ORDER":
                return DmnHitPolicy.RuleOrder;
            case "OUTPUT ORDER":
                return DmnHitPolicy.OutputOrder;
            case var other:
                Fault(DmnSeverity.Error, "table.hit-policy", $"There is no hit policy '{other}'.", xml);
                return DmnHitPolicy.Unique;
        }
    }

    private DmnAggregation ReadAggregation(XElement xml)
    {
        switch (Text(xml, "aggregation"))
        {
            case null or "":
                return DmnAggregation.None;
            case "SUM":
                return DmnAggregation.Sum;
            case "COUNT":
                return DmnAggregation.Count;
            case "MIN":
                return DmnAggregation.Min;
            case "MAX":
                return DmnAggregation.Max;
            case var other:
                Fault(DmnSeverity.Error, "table.aggregation", $"There is no aggregation '{other}'.", xml);
                return DmnAggregation.None;
        }
    }

    private DmnTableInput ReadInput(XElement xml)
    {
        var expression = Child(xml, "inputExpression") is { } inner ? ReadLiteral(inner) : new DmnExpression.Literal("");
        return new DmnTableInput(
            Text(xml, "label"), expression, TestText(xml, "inputValues"), Place(xml, ["label"], ["inputExpression", "inputValues"]));
    }

    private DmnTableOutput ReadOutput(XElement xml) => new(
        Trimmed(Text(xml, "name")) is { } name ? Feel.Syntax.FeelNames.Normalize(name) : null,
        Text(xml, "label"),
        Trimmed(Text(xml, "typeRef")),
        TestText(xml, "outputValues"),
        Child(xml, "defaultOutputEntry") is { } entry ? ReadLiteral(entry) : null,
        Place(xml, ["name", "label", "typeRef"], ["outputValues", "defaultOutputEntry"]));

    private static DmnTableRule ReadRule(XElement xml) => new(
        [.. Children(xml, "inputEntry").Select(ReadCell)],
        [.. Children(xml, "outputEntry").Select(ReadCell)],
        [.. Children(xml, "annotationEntry").Select(a => Child(a, "text")?.Value ?? "")],
        Child(xml, "description")?.Value,
        Place(xml, [], ["inputEntry", "outputEntry", "annotationEntry", "description"]));

    private static DmnCell ReadCell(XElement xml) => new(Child(xml, "text")?.Value ?? "", Place(xml, [], ["text"]));
}
