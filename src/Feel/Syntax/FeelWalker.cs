namespace Zhengtong.Feel.Syntax;

/// <summary>The parts of a node, for questions about whole trees.</summary>
public static class FeelWalker
{
    public static IEnumerable<FeelSyntax> Children(FeelSyntax syntax) => syntax switch
    {
        FeelSyntax.Path path => [path.Source],
        FeelSyntax.Filter filter => [filter.Source, filter.Condition],
        FeelSyntax.Invocation invocation => [invocation.Callee, .. invocation.Arguments],
        FeelSyntax.Negation negation => [negation.Operand],
        FeelSyntax.Binary binary => [binary.Left, binary.Right],
        FeelSyntax.Between between => [between.Value, between.Low, between.High],
        FeelSyntax.In test => [test.Value, .. test.Tests],
        FeelSyntax.InstanceOf instance => [instance.Value],
        FeelSyntax.If choice => [choice.Condition, choice.Then, choice.Else],
        FeelSyntax.For loop => [.. Sources(loop.Iterators), loop.Body],
        FeelSyntax.Quantified quantified => [.. Sources(quantified.Iterators), quantified.Condition],
        FeelSyntax.Function function => [function.Body],
        FeelSyntax.List list => list.Items,
        FeelSyntax.Context context => context.Entries.Select(e => e.Value),
        FeelSyntax.Range range => [range.Start, range.End],
        FeelSyntax.Comparison comparison => [comparison.Operand],
        _ => [],
    };

    private static IEnumerable<FeelSyntax> Sources(NodeList<FeelIterator> iterators) =>
        iterators.SelectMany(i => i.To is null ? [i.Source] : new[] { i.Source, i.To });

    /// <summary>Every name that occurs, each once.</summary>
    public static IReadOnlySet<string> NamesIn(FeelSyntax syntax)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Collect(syntax, names);
        return names;
    }

    private static void Collect(FeelSyntax syntax, HashSet<string> names)
    {
        if (syntax is FeelSyntax.Name name)
        {
            names.Add(name.Value);
        }

        foreach (var child in Children(syntax))
        {
            Collect(child, names);
        }
    }
}
