using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>One part of an expression with the value it had.</summary>
/// <param name="Depth">How far inside the whole; 0 is the whole.</param>
/// <param name="Text">The part as FEEL.</param>
/// <param name="Warnings">What this part itself swallowed, and not a part of it.</param>
public sealed record FeelPart(int Depth, string Text, int Position, object? Value, IReadOnlyList<FeelWarning> Warnings);

/// <summary>Shows how an expression comes to its value: every part that stands for a value of its own, from the outside in.</summary>
public static class FeelExplanation
{
    private const int MaxParts = 200;

    /// <summary>
    /// Parts whose value depends on a variable of a loop, filter, function or context are left out: they have many values or none.
    /// </summary>
    public static IReadOnlyList<FeelPart> Explain(
        this FeelEngine engine, FeelExpression expression, IReadOnlyDictionary<string, object?>? values = null)
    {
        var parts = new List<FeelPart>();
        Add(engine, expression.Syntax, values ?? FeelContext.Empty, 0, parts);
        return parts;
    }

    private static FeelResult Add(
        FeelEngine engine, FeelSyntax syntax, IReadOnlyDictionary<string, object?> values, int depth, List<FeelPart> parts)
    {
        var result = engine.Run(syntax, values);
        var at = parts.Count;
        parts.Add(new FeelPart(depth, FeelPrinter.Print(syntax), syntax.Position, result.Value, result.Warnings));
        var inner = new List<string>();
        foreach (var child in Parts(syntax))
        {
            if (parts.Count < MaxParts)
            {
                inner.AddRange(Add(engine, child, values, depth + 1, parts).Warnings.Select(w => w.ToString()));
            }
        }

        parts[at] = parts[at] with { Warnings = [.. result.Warnings.Where(w => !inner.Remove(w.ToString()))] };
        return result;
    }

    private static IEnumerable<FeelSyntax> Parts(FeelSyntax syntax) => (syntax switch
    {
        FeelSyntax.For loop => loop.Iterators.Take(1).SelectMany(Sources),
        FeelSyntax.Quantified quantified => quantified.Iterators.Take(1).SelectMany(Sources),
        FeelSyntax.Filter filter => [filter.Source],
        FeelSyntax.Function or FeelSyntax.Context => [],
        FeelSyntax.Invocation { Callee: FeelSyntax.Name } call => call.Arguments,
        _ => FeelWalker.Children(syntax),
    }).Where(c => c is not (FeelSyntax.Literal or FeelSyntax.AtLiteral or FeelSyntax.Function or FeelSyntax.Comparison));

    private static IEnumerable<FeelSyntax> Sources(FeelIterator iterator) => iterator.To is null
        ? [iterator.Source]
        : [iterator.Source, iterator.To];
}
