using System.Globalization;
using System.Text;

namespace Zhengtong.Feel.Syntax;

internal sealed partial class FeelParser
{
    private FeelSyntax ParsePrimary()
    {
        SkipSpace();
        if (at >= text.Length)
        {
            throw Unexpected("an expression");
        }

        var c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return ParseNumber();
        }

        switch (c)
        {
            case '"':
                var start = at;
                return new FeelSyntax.Literal(ParseString()) { Position = start, Type = FeelType.String };
            case '@':
                return ParseAt();
            case '[':
                return ParseListOrRange();
            case ']':
                return ParseOpenRange();
            case '(':
                return ParseParenthesis();
            case '{':
                return ParseContext();
            default:
                return FeelNames.IsStart(c) ? ParseNameOrKeyword() : throw Unexpected("an expression");
        }
    }

    private FeelSyntax.Literal ParseNumber()
    {
        var start = at;
        SkipDigits();
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            SkipDigits();
        }

        // 1.2e3: only where digits follow, so that "then 2else 3" stays what it was.
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            if (at + sign < text.Length && char.IsAsciiDigit(text[at + sign]))
            {
                at += sign;
                SkipDigits();
            }
        }

        if (!FeelNumber.TryParse(text.AsSpan(start, at - start), out var number))
        {
            throw Fault(start, "syntax.number", "The number is beyond the range of FEEL numbers.");
        }

        return new FeelSyntax.Literal(FeelValue.Box(number)) { Position = start, Type = FeelType.Number };
    }

    private void SkipDigits()
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }

    private string ParseString()
    {
        var start = at++;
        var value = new StringBuilder();
        while (true)
        {
            if (at >= text.Length)
            {
                throw Fault(start, "syntax.string", "The string does not end.");
            }

            var c = text[at++];
            if (c == '"')
            {
                return value.ToString();
            }

            if (c == '\\' && at < text.Length)
            {
                AppendEscape(value);
            }
            else
            {
                value.Append(c);
            }
        }
    }

    private void AppendEscape(StringBuilder value)
    {
        var c = text[at++];
        switch (c)
        {
            case 'n':
                value.Append('\n');
                break;
            case 'r':
                value.Append('\r');
                break;
            case 't':
                value.Append('\t');
                break;
            case '"' or '\'' or '\\':
                value.Append(c);
                break;
            case 'u' when TryHex(4, out var unit):
                value.Append((char)unit);
                break;
            case 'U' when TryHex(6, out var point) && point <= 0x10FFFF:
                value.Append(point is >= 0xD800 and <= 0xDFFF ? ((char)point).ToString() : char.ConvertFromUtf32(point));
                break;
            default:
                // What is no escape stands for itself, so that patterns such as "\d" can be written plainly.
                value.Append('\\').Append(c);
                break;
        }
    }

    private bool TryHex(int length, out int value)
    {
        value = 0;
        if (at + length > text.Length
            || !int.TryParse(text.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        at += length;
        return true;
    }

    private FeelSyntax.AtLiteral ParseAt()
    {
        var start = at++;
        SkipSpace();
        if (at >= text.Length || text[at] != '"')
        {
            throw Unexpected("a string after @");
        }

        var literal = ParseString();
        var value = TemporalText.ReadAny(literal);
        if (value is null)
        {
            Note(start, "literal.temporal", $"'{literal}' is no date, time, date and time or duration.");
        }

        return new FeelSyntax.AtLiteral(literal, value) { Position = start, Type = FeelTypes.TypeOf(value) };
    }

    private FeelSyntax ParseListOrRange()
    {
        var start = at++;
        if (Take(']'))
        {
            return new FeelSyntax.List(new([])) { Position = start, Type = new FeelType.ListOf(FeelType.Null) };
        }

        var first = ParseElement();
        if (PeekDots() && first is not FeelSyntax.Comparison)
        {
            return ParseRangeRest(first, startIncluded: true, start);
        }

        var items = new List<FeelSyntax> { first };
        while (Take(','))
        {
            items.Add(ParseElement());
        }

        Expect(']');
        var element = items.Select(i => i.Type).Aggregate(FeelTypes.Join);
        return new FeelSyntax.List(new(items)) { Position = start, Type = new FeelType.ListOf(element) };
    }

    // A list may hold unary tests, as in: x in [< 5, > 10].
    private FeelSyntax ParseElement() => Peek('<') || Peek('>') ? ParseTest() : ParseExpression();

    private FeelSyntax.Range ParseOpenRange()
    {
        var start = at++;
        return ParseRangeRest(ParseExpression(), startIncluded: false, start);
    }

    private FeelSyntax.Range ParseRangeRest(FeelSyntax from, bool startIncluded, int start)
    {
        if (!PeekDots())
        {
            throw Unexpected("'..'");
        }

        at += 2;
        Enter();
        var outer = inRangeEnd;
        inRangeEnd = true;
        var to = ParseAdditive();
        inRangeEnd = outer;
        depth--;
        var included = Take(']');
        if (!included && !Take(')') && !Take('['))
        {
            throw Unexpected("the end of the range");
        }

        CheckComparable(from, to);
        var element = FeelTypes.Join(from.Type, to.Type);
        return new FeelSyntax.Range(from, startIncluded, to, included) { Position = start, Type = new FeelType.RangeOf(element) };
    }

    private FeelSyntax ParseParenthesis()
    {
        var start = at++;
        var outer = inRangeEnd;
        inRangeEnd = false;
        var inner = ParseTest();
        inRangeEnd = outer;
        if (PeekDots() && inner is not FeelSyntax.Comparison)
        {
            return ParseRangeRest(inner, startIncluded: false, start);
        }

        Expect(')');
        return inner;
    }

    private FeelSyntax.Context ParseContext()
    {
        var start = at++;
        var entries = new List<FeelEntry>();
        var outer = scope;
        scope = new ParseScope(outer);
        if (!Take('}'))
        {
            do
            {
                SkipSpace();
                var keyStart = at;
                var key = at < text.Length && text[at] == '"' ? ParseString() : ParseNameUntil(':');
                if (entries.Any(e => e.Key == key))
                {
                    throw Fault(keyStart, "syntax.duplicate-key", $"The context has two entries '{key}'.");
                }

                Expect(':');
                var value = ParseExpression();
                entries.Add(new FeelEntry(key, value));
                scope.Add(key, value.Type);
                scope.AddMember(key);
            }
            while (Take(','));
            Expect('}');
        }

        scope = outer;
        var members = entries.Select(e => new FeelParameter(e.Key, e.Value.Type)).ToArray();
        return new FeelSyntax.Context(new(entries)) { Position = start, Type = new FeelType.ContextOf(members) };
    }

    /// <summary>Reads a declared name up to, not including, one of the end characters.</summary>
    private string ParseNameUntil(params ReadOnlySpan<char> ends)
    {
        SkipSpace();
        var start = at;
        var stop = at;
        while (at < text.Length && FeelNames.WordLength(text, at) is var length && length > 0)
        {
            stop = at += length;
            at = FeelNames.SkipSpace(text, at);
        }

        SkipSpace();
        if (stop == start || !FeelNames.IsStart(text[start]) || at >= text.Length || !ends.Contains(text[at]))
        {
            at = stop == start ? start : at;
            throw Unexpected(stop == start || !FeelNames.IsStart(text[start]) ? "a name" : $"'{ends[0]}'");
        }

        return FeelNames.Normalize(text[start..stop]);
    }

    private FeelSyntax ParsePostfix(FeelSyntax source)
    {
        var links = 0;
        while (true)
        {
            SkipSpace();
            if (at >= text.Length)
            {
                break;
            }

            if (text[at] == '.' && !PeekDots())
            {
                at++;
                source = ParseMember(source);
            }
            else if (text[at] == '[' && !(inRangeEnd && ClosesRange()))
            {
                source = ParseFilter(source);
            }
            else if (text[at] == '(')
            {
                source = ParseInvocation(source);
            }
            else
            {
                break;
            }

            Enter();
            links++;
        }

        depth -= links;
        return source;
    }

    // In [1..10[ the last bracket ends the range; in [1..list[1]] it begins a filter.
    private bool ClosesRange()
    {
        var next = FeelNames.SkipSpace(text, at + 1);
        if (next >= text.Length || text[next] is ',' or ')' or ']' or '}' or '=' or '<' or '>' or '!' or '+' or '*' or '/' or '.')
        {
            return true;
        }

        var length = FeelNames.WordLength(text, next);
        return length > 0 && text.AsSpan(next, length) is "and" or "or" or "in" or "between" or "instance" or "then" or "else"
            or "return" or "satisfies";
    }

    private FeelSyntax.Path ParseMember(FeelSyntax source)
    {
        SkipSpace();
        var start = at;
        var type = source.Type.Plain is FeelType.ListOf list ? list.Element.Plain : source.Type.Plain;
        string? member = null;
        var end = at;
        if (type is FeelType.ContextOf { Members.Count: > 0 } context)
        {
            var table = new NameTable();
            foreach (var m in context.Members)
            {
                table.Add(m.Name, m.Type);
            }

            member = table.Match(text, at, out end);
        }

        member ??= scope.Members.Match(text, at, out end) ?? Typing.Properties.Match(text, at, out end);
        at = Math.Max(at, end);
        if (member is null || NextIsPlainWord())
        {
            at = start;
            member = ParseUnknownName();
        }

        var memberType = Typing.MemberOf(type, member);
        if (memberType is null)
        {
            Note(start, "name.no-member", $"{source.Type} has no member '{member}'.");
        }

        var result = memberType ?? FeelType.Any;
        return new FeelSyntax.Path(source, member)
        {
            Position = start, Type = source.Type.Plain is FeelType.ListOf ? new FeelType.ListOf(result) : result,
        };
    }

    private FeelSyntax.Filter ParseFilter(FeelSyntax source)
    {
        var start = at++;
        var outer = scope;
        scope = new ParseScope(outer);
        var element = source.Type.Plain switch { FeelType.ListOf list => list.Element, var other => other };
        scope.Add("item", element);
        if (element.Plain is FeelType.ContextOf context)
        {
            foreach (var member in context.Members)
            {
                scope.Add(member.Name, member.Type);
            }
        }

        dynamicScopes += Typing.MayHaveUnknownMembers(element) ? 1 : 0;
        var condition = ParseExpression();
        dynamicScopes -= Typing.MayHaveUnknownMembers(element) ? 1 : 0;
        scope = outer;
        Expect(']');
        var type = condition.Type.Plain switch
        {
            FeelType.Simple { Kind: FeelKind.Number } => element,
            FeelType.Simple { Kind: FeelKind.Boolean } => new FeelType.ListOf(element),
            _ => FeelType.Any,
        };
        return new FeelSyntax.Filter(source, condition) { Position = start, Type = type };
    }
}
