using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

internal sealed partial class FeelCompiler
{
    private Code CompileIn(FeelSyntax.In test)
    {
        var value = Compile(test.Value);
        var tests = test.Tests.Select(t => CompileTest(t, asUnaryTest: false)).ToArray();
        if (tests.Length == 1)
        {
            var single = tests[0];
            return frame => value(frame) is var x && single(frame, x) is { } known
                ? FeelValue.Box(known)
                : x is null ? null : frame.Warn(test.Position, "type.operands", $"{FeelTypes.Describe(x)} cannot be tested so");
        }

        return frame =>
        {
            var x = value(frame);
            object? any = FeelValue.False;
            foreach (var each in tests)
            {
                any = Operators.Or(any, FeelValue.Box(each(frame, x)));
            }

            return any;
        };
    }

    /// <summary>Compiles the tests of a cell; the value in question is in the slot of <c>?</c> as well.</summary>
    public TestCode CompileUnaryTests(FeelUnaryTests syntax)
    {
        if (syntax.Tests.Count == 0)
        {
            return static (_, _) => true;
        }

        var tests = syntax.Tests.Select(t => CompileTest(t, asUnaryTest: true)).ToArray();
        if (tests.Length == 1 && !syntax.Negated)
        {
            return tests[0];
        }

        var negated = syntax.Negated;
        return (frame, value) =>
        {
            bool? any = false;
            foreach (var test in tests)
            {
                var passes = test(frame, value);
                if (passes == true)
                {
                    return !negated;
                }

                any = passes is null ? null : any;
            }

            return negated ? !any : any;
        };
    }

    private TestCode CompileTest(FeelSyntax syntax, bool asUnaryTest)
    {
        switch (syntax)
        {
            case FeelSyntax.Literal { Value: FeelNumber number }:
                return (_, value) => value is FeelNumber x ? x == number : value is null ? false : Operators.Passes(value, number);
            case FeelSyntax.Literal { Value: string text }:
                return (_, value) => value is string x ? x == text : value is null ? false : Operators.Passes(value, text);
            case FeelSyntax.Literal or FeelSyntax.AtLiteral { Value: not null }:
                var constant = syntax is FeelSyntax.Literal literal ? literal.Value : ((FeelSyntax.AtLiteral)syntax).Value;
                return (_, value) => Operators.Passes(value, constant);
            case FeelSyntax.Comparison comparison:
                return CompileComparison(comparison);
        }

        var code = Compile(syntax);
        var mentionsValue = asUnaryTest && Mentions(syntax, "?");
        return (frame, value) =>
        {
            var test = code(frame);
            // A cell may also be a condition: one about ?, or one about other names where the value itself is no boolean.
            if (asUnaryTest && test is bool holds && (mentionsValue || value is not bool))
            {
                return holds;
            }

            return asUnaryTest && test is null && mentionsValue ? null : Operators.Passes(value, test);
        };
    }

    private TestCode CompileComparison(FeelSyntax.Comparison comparison)
    {
        var operation = comparison.Operator;
        if (comparison.Operand is FeelSyntax.Literal { Value: FeelNumber bound })
        {
            object boxed = FeelValue.Box(bound);
            return operation switch
            {
                FeelOperator.Less => (_, v) => v is FeelNumber x ? x < bound : Operators.Compare(operation, v, boxed),
                FeelOperator.LessOrEqual => (_, v) => v is FeelNumber x ? x <= bound : Operators.Compare(operation, v, boxed),
                FeelOperator.Greater => (_, v) => v is FeelNumber x ? x > bound : Operators.Compare(operation, v, boxed),
                FeelOperator.GreaterOrEqual => (_, v) => v is FeelNumber x ? x >= bound : Operators.Compare(operation, v, boxed),
                _ => (_, v) => Operators.Compare(operation, v, boxed),
            };
        }

        var operand = Compile(comparison.Operand);
        return (frame, value) => Operators.Compare(operation, value, operand(frame));
    }

    /// <summary>Whether a name occurs anywhere in the tree.</summary>
    internal static bool Mentions(FeelSyntax syntax, string name) =>
        syntax is FeelSyntax.Name n ? n.Value == name : FeelWalker.Children(syntax).Any(c => Mentions(c, name));
}
