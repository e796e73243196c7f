using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel.Functions;

/// <summary>Conversions between types (DMN 1.5, 10.3.4.1) and negation.</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("string", FeelType.String, Overload.Of("from:any~", (a, _) => a[0] is null ? null : FeelValue.ToText(a[0]))),
        new("number", FeelType.Number,
            Overload.Of("from:string, grouping separator:string?~, decimal separator:string?~",
                (a, e) => Number((string)a[0]!, a[1] as string, a[2] as string, e))),
        new("not", FeelType.Boolean, Overload.Of("negand:any~", (a, e) => a[0] switch
        {
            bool b => FeelValue.Box(!b),
            null => null,
            _ => e.Warn("type.operand", $"not: {FeelTypes.Describe(a[0])} is not a boolean"),
        })),
        new("range", new FeelType.RangeOf(FeelType.Any), Overload.Of("from:string", (a, e) =>
            ReadRange((string)a[0]!) ?? e.Warn("literal.range", $"'{a[0]}' is no range"))),
    ];

    private static object? Number(string from, string? grouping, string? point, Evaluation evaluation)
    {
        var valid = grouping is null or " " or "," or "." && point is null or "," or "." && (grouping is null || grouping != point);
        if (!valid)
        {
            return evaluation.Warn("number.separator", "number: the separators cannot be told apart");
        }

        var plain = grouping is null ? from : from.Replace(grouping, "", StringComparison.Ordinal);
        if (point == ",")
        {
            // A point would be a second decimal separator.
            plain = plain.Contains('.') ? "" : plain.Replace(',', '.');
        }

        return FeelNumber.TryParse(plain, out var number) && plain[0] != '+'
            ? FeelValue.Box(number)
            : evaluation.Warn("literal.number", $"number: '{from}' is no number");
    }

    /// <summary>A range whose ends are literals or conversions of literals, the lower end first.</summary>
    private static FeelRange? ReadRange(string text)
    {
        try
        {
            var options = FeelOptions.Default;
            var syntax = new FeelParser(text, Builtins.Scope.Inner(), new Dictionary<string, FeelType>(), options).ParseWhole();
            if (syntax is not FeelSyntax.Range { Start: { } start, End: { } end } range || !IsEnd(start) || !IsEnd(end))
            {
                return null;
            }

            var frame = new Frame([], null, new Evaluation(options));
            var compiler = new FeelCompiler(new CompileScope(null, new FrameLayout()));
            var (from, to) = (compiler.Compile(start)(frame), compiler.Compile(end)(frame));
            return FeelValue.Compare(from, to) <= 0 ? new FeelRange(from, range.StartIncluded, to, range.EndIncluded) : null;
        }
        catch (FeelSyntaxException)
        {
            return null;
        }
    }

    private static bool IsEnd(FeelSyntax syntax) => syntax switch
    {
        FeelSyntax.Literal literal => literal.Value is FeelNumber or string,
        FeelSyntax.AtLiteral => true,
        FeelSyntax.Invocation { Callee: FeelSyntax.Name { Value: "date" or "time" or "date and time" or "duration" } } call =>
            call.Arguments.All(a => a is FeelSyntax.Literal),
        _ => false,
    };
}
