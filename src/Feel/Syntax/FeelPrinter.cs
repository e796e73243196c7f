using System.Text;

namespace Zhengtong.Feel.Syntax;

/// <summary>Writes a syntax tree as FEEL that reads back as an equal tree.</summary>
public static class FeelPrinter
{
    public static string Print(FeelSyntax syntax)
    {
        var text = new StringBuilder();
        Write(text, syntax);
        return text.ToString();
    }

    public static string Print(FeelUnaryTests tests)
    {
        if (tests.Tests.Count == 0)
        {
            return "-";
        }

        var text = new StringBuilder();
        text.Append(tests.Negated ? "not(" : "");
        WriteAll(text, tests.Tests);
        return text.Append(tests.Negated ? ")" : "").ToString();
    }

    internal static string Symbol(FeelOperator operation) => operation switch
    {
        FeelOperator.Or => "or",
        FeelOperator.And => "and",
        FeelOperator.Equal => "=",
        FeelOperator.NotEqual => "!=",
        FeelOperator.Less => "<",
        FeelOperator.LessOrEqual => "<=",
        FeelOperator.Greater => ">",
        FeelOperator.GreaterOrEqual => ">=",
        FeelOperator.Add => "+",
        FeelOperator.Subtract => "-",
        FeelOperator.Multiply => "*",
        FeelOperator.Divide => "/",
        _ => "**",
    };

    private static void WriteAll(StringBuilder text, IEnumerable<FeelSyntax> items)
    {
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ", ");
            Write(text, item);
            first = false;
        }
    }

    // Operands are put in parentheses unless they are closed in themselves: correct for every precedence, and easy to check.
    private static StringBuilder Operand(StringBuilder text, FeelSyntax syntax)
    {
        var closed = syntax is FeelSyntax.Literal { Value: not FeelNumber { Sign: < 0 } } or FeelSyntax.AtLiteral or FeelSyntax.Name
            or FeelSyntax.List or FeelSyntax.Context or FeelSyntax.Range or FeelSyntax.Path or FeelSyntax.Filter or FeelSyntax.Invocation;
        text.Append(closed ? "" : "(");
        Write(text, syntax);
        return text.Append(closed ? "" : ")");
    }

    // A number before a dot would read as a fraction.
    private static StringBuilder Source(StringBuilder text, FeelSyntax syntax)
    {
        var bare = syntax is FeelSyntax.Literal;
        text.Append(bare ? "(" : "");
        Operand(text, syntax);
        return text.Append(bare ? ")" : "");
    }

    private static void Write(StringBuilder text, FeelSyntax syntax)
    {
        switch (syntax)
        {
            case FeelSyntax.Literal { Value: string value }:
                FeelValue.WriteQuoted(text, value);
                break;
            case FeelSyntax.Literal literal:
                text.Append(FeelValue.ToText(literal.Value));
                break;
            case FeelSyntax.AtLiteral literal:
                text.Append('@');
                FeelValue.WriteQuoted(text, literal.Text);
                break;
            case FeelSyntax.Name name:
                text.Append(name.Value);
                break;
            case FeelSyntax.Path path:
                Source(text, path.Source).Append('.').Append(path.Member);
                break;
            case FeelSyntax.Filter filter:
                Source(text, filter.Source).Append('[');
                Write(text, filter.Condition);
                text.Append(']');
                break;
            case FeelSyntax.Invocation invocation:
                WriteInvocation(text, invocation);
                break;
            case FeelSyntax.Negation negation:
                Operand(text.Append('-'), negation.Operand);
                break;
            case FeelSyntax.Binary binary:
                Operand(text, binary.Left).Append(' ').Append(Symbol(binary.Operator)).Append(' ');
                Operand(text, binary.Right);
                break;
            case FeelSyntax.Between between:
                Operand(text, between.Value).Append(" between ");
                Operand(text, between.Low).Append(" and ");
                Operand(text, between.High);
                break;
            case FeelSyntax.In test:
                WriteIn(text, test);
                break;
            case FeelSyntax.InstanceOf instance:
                Operand(text, instance.Value).Append(" instance of ").Append(instance.TypeName.Text);
                break;
            case FeelSyntax.If choice:
                Operand(text.Append("if "), choice.Condition);
                Operand(text.Append(" then "), choice.Then);
                Operand(text.Append(" else "), choice.Else);
                break;
            case FeelSyntax.For loop:
                WriteIterators(text.Append("for "), loop.Iterators);
                Operand(text.Append(" return "), loop.Body);
                break;
            case FeelSyntax.Quantified quantified:
                WriteIterators(text.Append(quantified.Every ? "every " : "some "), quantified.Iterators);
                Operand(text.Append(" satisfies "), quantified.Condition);
                break;
            case FeelSyntax.Function function:
                var formals = function.Parameters.Select(p => p.TypeName is null ? p.Name : $"{p.Name}: {p.TypeName.Text}");
                text.Append("function(").AppendJoin(", ", formals).Append(") ").Append(function.External ? "external " : "");
                Operand(text, function.Body);
                break;
            case FeelSyntax.List list:
                text.Append('[');
                WriteAll(text, list.Items);
                text.Append(']');
                break;
            case FeelSyntax.Context context:
                WriteContext(text, context);
                break;
            case FeelSyntax.Range range:
                Operand(text.Append(range.StartIncluded ? '[' : '('), range.Start).Append("..");
                Source(text, range.End).Append(range.EndIncluded ? ']' : ')');
                break;
            case FeelSyntax.Comparison comparison:
                text.Append(Symbol(comparison.Operator)).Append(' ');
                Operand(text, comparison.Operand);
                break;
        }
    }

    private static void WriteInvocation(StringBuilder text, FeelSyntax.Invocation invocation)
    {
        Source(text, invocation.Callee).Append('(');
        for (var i = 0; i < invocation.Arguments.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            if (invocation.Names is not null)
            {
                text.Append(invocation.Names[i]).Append(": ");
            }

            Write(text, invocation.Arguments[i]);
        }

        text.Append(')');
    }

    private static void WriteIn(StringBuilder text, FeelSyntax.In test)
    {
        Operand(text, test.Value).Append(" in ");
        if (test.Tests is [FeelSyntax.Comparison or FeelSyntax.Range])
        {
            Write(text, test.Tests[0]);
            return;
        }

        text.Append('(');
        WriteAll(text, test.Tests);
        text.Append(')');
    }

    private static void WriteIterators(StringBuilder text, NodeList<FeelIterator> iterators)
    {
        for (var i = 0; i < iterators.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(iterators[i].Variable).Append(" in ");
            Operand(text, iterators[i].Source);
            if (iterators[i].To is { } to)
            {
                Operand(text.Append(".."), to);
            }
        }
    }

    private static void WriteContext(StringBuilder text, FeelSyntax.Context context)
    {
        text.Append('{');
        for (var i = 0; i < context.Entries.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            FeelValue.WriteQuoted(text, context.Entries[i].Key);
            text.Append(": ");
            Write(text, context.Entries[i].Value);
        }

        text.Append('}');
    }
}
