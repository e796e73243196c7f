namespace Zhengtong.Feel.Syntax;

internal sealed partial class FeelParser
{
    private FeelSyntax ParseExpression()
    {
        Enter();
        var rangeEnd = inRangeEnd;
        inRangeEnd = false;
        var expression = ParseDisjunction();
        inRangeEnd = rangeEnd;
        depth--;
        return expression;
    }

    // A chain a + b + c … nests to the left: it is read by a loop but counts as depth, because evaluation descends into it.
    private FeelSyntax ParseDisjunction()
    {
        var left = ParseConjunction();
        var links = 0;
        while (TakeWord("or"))
        {
            Enter();
            links++;
            left = Combine(FeelOperator.Or, left, ParseConjunction());
        }

        depth -= links;
        return left;
    }

    private FeelSyntax ParseConjunction()
    {
        var left = ParseComparison();
        var links = 0;
        while (TakeWord("and"))
        {
            Enter();
            links++;
            left = Combine(FeelOperator.And, left, ParseComparison());
        }

        depth -= links;
        return left;
    }

    private FeelSyntax ParseComparison()
    {
        var left = ParseAdditive();
        var links = 0;
        while (true)
        {
            SkipSpace();
            if (TakeComparison() is { } comparison)
            {
                left = Combine(comparison, left, ParseAdditive());
            }
            else if (TakeWord("between"))
            {
                var low = ParseAdditive();
                ExpectWord("and");
                var high = ParseAdditive();
                CheckComparable(left, low);
                CheckComparable(left, high);
                left = new FeelSyntax.Between(left, low, high) { Position = left.Position, Type = FeelType.Boolean };
            }
            else if (TakeWord("in"))
            {
                left = new FeelSyntax.In(left, ParseInTests()) { Position = left.Position, Type = FeelType.Boolean };
            }
            else
            {
                depth -= links;
                return left;
            }

            Enter();
            links++;
        }
    }

    private NodeList<FeelSyntax> ParseInTests()
    {
        SkipSpace();
        var start = at;
        if (!Take('('))
        {
            return new([Peek('<') || Peek('>') || Peek('=') || Peek('!') ? ParseTest() : ParseAdditive()]);
        }

        var first = ParseTest();
        if (PeekDots())
        {
            return new([ParsePostfix(ParseRangeRest(first, startIncluded: false, start))]);
        }

        var tests = new List<FeelSyntax> { first };
        while (Take(','))
        {
            tests.Add(ParseTest());
        }

        Expect(')');
        return tests.Count == 1 && first is not FeelSyntax.Comparison ? new([ParsePostfix(first)]) : new(tests);
    }

    private FeelSyntax ParseAdditive()
    {
        var left = ParseMultiplicative();
        var links = 0;
        while (true)
        {
            SkipSpace();
            var sign = at < text.Length ? text[at] : '\0';
            if (sign is not ('+' or '-'))
            {
                depth -= links;
                return left;
            }

            at++;
            Enter();
            links++;
            left = Combine(sign == '+' ? FeelOperator.Add : FeelOperator.Subtract, left, ParseMultiplicative());
        }
    }

    private FeelSyntax ParseMultiplicative()
    {
        var left = ParsePower();
        var links = 0;
        while (true)
        {
            SkipSpace();
            var sign = at < text.Length ? text[at] : '\0';
            if (sign is not ('*' or '/'))
            {
                depth -= links;
                return left;
            }

            at++;
            Enter();
            links++;
            left = Combine(sign == '*' ? FeelOperator.Multiply : FeelOperator.Divide, left, ParsePower());
        }
    }

    private FeelSyntax ParsePower()
    {
        var left = ParseUnary();
        var links = 0;
        while (true)
        {
            SkipSpace();
            if (at + 1 >= text.Length || text[at] != '*' || text[at + 1] != '*')
            {
                depth -= links;
                return left;
            }

            at += 2;
            Enter();
            links++;
            left = Combine(FeelOperator.Power, left, ParseUnary());
        }
    }

    private FeelSyntax ParseUnary()
    {
        SkipSpace();
        var start = at;
        if (!Take('-'))
        {
            return ParseInstanceOf(ParsePrimary());
        }

        // Rule 35: a sign right before digits belongs to the number.
        if (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            var digits = (FeelNumber)((FeelSyntax.Literal)ParsePrimary()).Value!; // digits make a number
            return ParseInstanceOf(new FeelSyntax.Literal(FeelValue.Box(-digits)) { Position = start, Type = FeelType.Number });
        }

        Enter();
        var operand = ParseUnary();
        depth--;
        return operand is FeelSyntax.Literal { Value: FeelNumber { Sign: >= 0 } number }
            ? new FeelSyntax.Literal(FeelValue.Box(-number)) { Position = start, Type = FeelType.Number }
            : new FeelSyntax.Negation(operand) { Position = start, Type = operand.Type };
    }

    private FeelSyntax ParseInstanceOf(FeelSyntax primary)
    {
        var value = ParsePostfix(primary);
        while (TakeWord("instance"))
        {
            ExpectWord("of");
            value = new FeelSyntax.InstanceOf(value, ParseType()) { Position = value.Position, Type = FeelType.Boolean };
        }

        return value;
    }

    private FeelSyntax.Binary Combine(FeelOperator operation, FeelSyntax left, FeelSyntax right)
    {
        var type = Typing.ResultOf(operation, left.Type, right.Type);
        if (type is null)
        {
            Note(left.Position, "type.operands", $"'{FeelPrinter.Symbol(operation)}' has no meaning for {left.Type} and {right.Type}.");
        }

        return new FeelSyntax.Binary(operation, left, right) { Position = left.Position, Type = type ?? FeelType.Any };
    }

    private void CheckComparable(FeelSyntax left, FeelSyntax right)
    {
        if (Typing.ResultOf(FeelOperator.Less, left.Type, right.Type) is null)
        {
            Note(right.Position, "type.operands", $"{left.Type} and {right.Type} cannot be compared.");
        }
    }
}
