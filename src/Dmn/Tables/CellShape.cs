using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Tables;

/// <summary>Values between two constants; a null end is open to infinity.</summary>
internal readonly record struct Interval(object? Low, bool LowIncluded, object? High, bool HighIncluded)
{
    public static Interval Point(object value) => new(value, true, value, true);
}

/// <summary>What a cell accepts, as far as it can be told without evaluating it.</summary>
internal sealed class CellShape
{
    private CellShape(FeelKind? kind, IReadOnlyList<Interval> intervals, bool negated) =>
        (Kind, Intervals, Negated) = (kind, intervals, negated);

    /// <summary>A cell that accepts everything, null included.</summary>
    public static CellShape Any { get; } = new(null, [], false);

    public bool IsAny => ReferenceEquals(this, Any);

    /// <summary>Kind of the constants: number, string, boolean or date.</summary>
    public FeelKind? Kind { get; }

    /// <summary>Intervals any of which holds the value, or none of which when <see cref="Negated"/>.</summary>
    public IReadOnlyList<Interval> Intervals { get; }

    public bool Negated { get; }

    /// <returns>Null when the cell depends on more than constants.</returns>
    public static CellShape? Of(FeelUnaryTests tests)
    {
        if (tests.Tests.Count == 0)
        {
            return Any;
        }

        FeelKind? kind = null;
        var intervals = new List<Interval>();
        foreach (var test in tests.Tests)
        {
            if (!Add(test, intervals, ref kind))
            {
                return null;
            }
        }

        return kind is null ? null : new CellShape(kind, intervals, tests.Negated);
    }

    private static bool Add(FeelSyntax test, List<Interval> intervals, ref FeelKind? kind)
    {
        switch (test)
        {
            case FeelSyntax.Comparison { Operator: not FeelOperator.NotEqual } comparison:
                if (Constant(comparison.Operand) is not { } operand || !SameKind(operand, ref kind) || kind == FeelKind.Boolean)
                {
                    return false;
                }

                var range = Operators.RangeOf(comparison.Operator, operand)!; // only "not equal" is no range
                intervals.Add(new Interval(range.Start, range.StartIncluded, range.End, range.EndIncluded));
                return true;
            case FeelSyntax.Range written:
                var (low, high) = (Constant(written.Start), Constant(written.End));
                if (low is null || high is null || !SameKind(low, ref kind) || !SameKind(high, ref kind) || kind == FeelKind.Boolean)
                {
                    return false;
                }

                intervals.Add(new Interval(low, written.StartIncluded, high, written.EndIncluded));
                return true;
            case FeelSyntax.List list:
                foreach (var item in list.Items)
                {
                    if (!Add(item, intervals, ref kind))
                    {
                        return false;
                    }
                }

                return list.Items.Count > 0;
            default:
                if (Constant(test) is not { } value || !SameKind(value, ref kind))
                {
                    return false;
                }

                intervals.Add(Interval.Point(value));
                return true;
        }
    }

    private static bool SameKind(object value, ref FeelKind? kind)
    {
        var own = FeelTypes.KindOf(value);
        if (own is not (FeelKind.Number or FeelKind.String or FeelKind.Boolean or FeelKind.Date))
        {
            return false;
        }

        kind ??= own;
        return kind == own;
    }

    /// <summary>The value of an expression without names; null when it has none or is null.</summary>
    public static object? Constant(FeelSyntax syntax)
    {
        switch (syntax)
        {
            case FeelSyntax.Literal literal:
                return literal.Value;
            case FeelSyntax.AtLiteral literal:
                return literal.Value;
            case FeelSyntax.Negation { Operand: FeelSyntax.Literal { Value: FeelNumber number } }:
                return -number;
            case FeelSyntax.Invocation { Callee: FeelSyntax.Name { Value: "date" }, Arguments: var arguments }
                when arguments.All(a => a is FeelSyntax.Literal):
                var frame = new Frame([], null, new Evaluation(FeelOptions.Default));
                return new FeelCompiler(new CompileScope(null, new FrameLayout())).Compile(syntax)(frame);
            default:
                return null;
        }
    }

    /// <summary>Order of constants of one kind; false comes before true.</summary>
    public static int Compare(object a, object b) => a is bool x && b is bool y ? x.CompareTo(y) : FeelValue.Compare(a, b) ?? 0;
}
