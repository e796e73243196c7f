using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

public static partial class DmnWriter
{
    private static XElement? Expression(DmnExpression? expression)
    {
        switch (expression)
        {
            case null:
                return null;
            case DmnExpression.Literal literal:
                return Literal(literal, "literalExpression");
            case DmnExpression.Table table:
                return Table(table);
            case DmnExpression.Function function:
                return Function(function, "functionDefinition");
            case DmnExpression.Context context:
                return Boxed("context", context,
                    [.. context.Entries.Select(e => With(Element("contextEntry", e.Place), Variable(e.Variable), Expression(e.Value)))]);
            case DmnExpression.Invocation invocation:
                return Boxed("invocation", invocation, [Expression(invocation.Callee), .. invocation.Bindings.Select(b =>
                    new XElement(Dmn + "binding", Variable(b.Parameter, "parameter"), Expression(b.Value)))]);
            case DmnExpression.Relation relation:
                return Boxed("relation", relation, [
                    .. relation.Columns.Select(c => Variable(c, "column")),
                    .. relation.Rows.Select(r => new XElement(Dmn + "row", r.Select(Expression)))]);
            case DmnExpression.List list:
                return Boxed("list", list, [.. list.Items.Select(Expression)]);
            case DmnExpression.Conditional choice:
                return Boxed("conditional", choice, [Child("if", choice.If), Child("then", choice.Then), Child("else", choice.Else)]);
            case DmnExpression.For loop:
                var xml = Boxed("for", loop, [Child("in", loop.In.Value, loop.In.TypeRef), Child("return", loop.Return)]);
                xml.SetAttributeValue("iteratorVariable", loop.Variable);
                return xml;
            case DmnExpression.Quantified quantified:
                var test = Boxed(
                    quantified.Every ? "every" : "some", quantified,
                    [Child("in", quantified.In.Value, quantified.In.TypeRef), Child("satisfies", quantified.Satisfies)]);
                test.SetAttributeValue("iteratorVariable", quantified.Variable);
                return test;
            case DmnExpression.Filter filter:
                return Boxed("filter", filter, [Child("in", filter.In), Child("match", filter.Match)]);
            default:
                throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}.");
        }
    }

    private static XElement Boxed(string name, DmnExpression expression, params ReadOnlySpan<XElement?> children) =>
        With(Element(name, expression.Place, Attribute("typeRef", expression.TypeRef)), children);

    private static XElement With(XElement xml, params ReadOnlySpan<XElement?> children)
    {
        foreach (var child in children)
        {
            xml.Add(child);
        }

        return xml;
    }

    private static XElement Child(string name, DmnExpression? expression, string? typeRef = null) =>
        new(Dmn + name, Attribute("typeRef", typeRef), Expression(expression));

    private static XElement Literal(DmnExpression.Literal literal, string name) => With(
        Element(name, literal.Place, Attribute("typeRef", literal.TypeRef), Attribute("expressionLanguage", literal.Language)),
        new XElement(Dmn + "text", literal.Text));

    private static XElement Function(DmnExpression.Function function, string name)
    {
        var kind = function.Kind switch { DmnFunctionKind.Java => "Java", DmnFunctionKind.Pmml => "PMML", _ => null };
        var xml = Element(name, function.Place, Attribute("typeRef", function.TypeRef), Attribute("kind", kind));
        xml.Add(function.Parameters.Select(p => Variable(p, "formalParameter")));
        xml.Add(Expression(function.Body));
        return xml;
    }

    private static XElement Table(DmnExpression.Table expression)
    {
        var table = expression.Content;
        var policy = table.HitPolicy switch
        {
            DmnHitPolicy.RuleOrder => "RULE ORDER",
            DmnHitPolicy.OutputOrder => "OUTPUT ORDER",
            var other => other.ToString().ToUpperInvariant(),
        };
        var aggregation = table.Aggregation == DmnAggregation.None ? null : table.Aggregation.ToString().ToUpperInvariant();
        var xml = Element(
            "decisionTable", expression.Place, Attribute("typeRef", expression.TypeRef), Attribute("hitPolicy", policy),
            Attribute("aggregation", aggregation), Attribute("preferredOrientation", table.Orientation),
            Attribute("outputLabel", table.OutputLabel));
        xml.Add(table.Inputs.Select(i => With(
            Element("input", i.Place, Attribute("label", i.Label)), Literal(i.Expression, "inputExpression"),
            Tests("inputValues", i.Values))));
        xml.Add(table.Outputs.Select(o => With(
            Element("output", o.Place, Attribute("name", o.Name), Attribute("label", o.Label), Attribute("typeRef", o.TypeRef)),
            Tests("outputValues", o.Values), o.Default is null ? null : Literal(o.Default, "defaultOutputEntry"))));
        xml.Add(table.Annotations.Select(a => new XElement(Dmn + "annotation", new XAttribute("name", a))));
        foreach (var rule in table.Rules)
        {
            var row = Element("rule", rule.Place);
            row.AddFirst(Description(rule.Description));
            row.Add(rule.Inputs.Select(c => With(Element("inputEntry", c.Place), new XElement(Dmn + "text", c.Text))));
            row.Add(rule.Outputs.Select(c => With(Element("outputEntry", c.Place), new XElement(Dmn + "text", c.Text))));
            row.Add(rule.Annotations.Select(a => new XElement(Dmn + "annotationEntry", new XElement(Dmn + "text", a))));
            xml.Add(row);
        }

        return xml;
    }
}
