namespace Zhengtong.Feel.Syntax;

internal sealed partial class FeelParser
{
    private static readonly string[] Openers = ["if", "for", "some", "every", "function", "true", "false", "null"];

    // Filters over elements of unknown shape: any name inside may be a member of the element.
    private int dynamicScopes;

    private FeelSyntax ParseNameOrKeyword()
    {
        var start = at;
        var word = text.Substring(at, FeelNames.WordLength(text, at));
        var name = scope.Match(text, at, out var end);
        if (name is not null && NeedsParenthesis(name) && !FollowedBy('(', end))
        {
            name = null;
        }

        // A declared name may begin with a keyword ("for whom") but must be longer than it.
        if (Array.IndexOf(Openers, word) >= 0 && (name is null || end == at + word.Length))
        {
            at += word.Length;
            return ParseKeyword(word, start);
        }

        if (FeelNames.IsReserved(word) && name is null)
        {
            throw Unexpected("an expression");
        }

        at = name is null ? at : end;
        if (name is null || NextIsPlainWord())
        {
            at = start;
            name = ParseUnknownName();
        }

        var type = scope.TypeOf(name);
        if (type is null && dynamicScopes == 0)
        {
            Note(start, "name.unknown", $"There is no '{name}' here.");
        }

        return new FeelSyntax.Name(name) { Position = start, Type = type ?? FeelType.Any };
    }

    // "date and time" as a value would otherwise hide the conjunction of two variables.
    private static bool NeedsParenthesis(string name) => name is "date and time" or "years and months duration";

    private bool FollowedBy(char c, int from)
    {
        var next = FeelNames.SkipSpace(text, from);
        return next < text.Length && text[next] == c;
    }

    /// <summary>Whether a word follows that can only be a further part of the name before it.</summary>
    private bool NextIsPlainWord()
    {
        var next = FeelNames.SkipSpace(text, at);
        var length = FeelNames.WordLength(text, next);
        return length > 0 && FeelNames.IsStart(text[next]) && !FeelNames.IsReserved(text.Substring(next, length));
    }

    /// <summary>A name that nobody declared: since two names cannot stand side by side, all plain words in a row are one name.</summary>
    private string ParseUnknownName()
    {
        var start = at;
        var length = FeelNames.WordLength(text, at);
        if (length == 0 || !FeelNames.IsStart(text[at]))
        {
            throw Unexpected("a name");
        }

        at += length;
        while (NextIsPlainWord())
        {
            at = FeelNames.SkipSpace(text, at);
            at += FeelNames.WordLength(text, at);
        }

        return FeelNames.Normalize(text[start..at]);
    }

    private FeelSyntax ParseKeyword(string word, int start)
    {
        switch (word)
        {
            case "true" or "false":
                return new FeelSyntax.Literal(FeelValue.Box(word == "true")) { Position = start, Type = FeelType.Boolean };
            case "null":
                return new FeelSyntax.Literal(null) { Position = start, Type = FeelType.Null };
            case "if":
                var condition = ParseExpression();
                ExpectWord("then");
                var then = ParseExpression();
                ExpectWord("else");
                var otherwise = ParseExpression();
                return new FeelSyntax.If(condition, then, otherwise)
                {
                    Position = start, Type = FeelTypes.Join(then.Type, otherwise.Type),
                };
            case "for":
                return ParseFor(start);
            case "function":
                return ParseFunction(start);
            default:
                return ParseQuantified(word == "every", start);
        }
    }

    private FeelSyntax.For ParseFor(int start)
    {
        var outer = scope;
        var iterators = ParseIterators();
        scope.Add("partial", FeelType.AnyList);
        ExpectWord("return");
        var body = ParseExpression();
        scope = outer;
        return new FeelSyntax.For(iterators, body) { Position = start, Type = new FeelType.ListOf(body.Type) };
    }

    private FeelSyntax.Quantified ParseQuantified(bool every, int start)
    {
        var outer = scope;
        var iterators = ParseIterators();
        ExpectWord("satisfies");
        var condition = ParseExpression();
        scope = outer;
        return new FeelSyntax.Quantified(every, iterators, condition) { Position = start, Type = FeelType.Boolean };
    }

    private NodeList<FeelIterator> ParseIterators()
    {
        var iterators = new List<FeelIterator>();
        scope = new ParseScope(scope);
        do
        {
            var variable = ParseIteratorName();
            var source = ParseExpression();
            FeelSyntax? to = null;
            if (PeekDots())
            {
                at += 2;
                to = ParseExpression();
            }

            iterators.Add(new FeelIterator(variable, source, to));
            scope.Add(variable, Typing.ElementOf(source.Type, to is not null));
        }
        while (Take(','));
        return new(iterators);
    }

    private string ParseIteratorName()
    {
        SkipSpace();
        var start = at;
        var stop = at;
        while (!(stop > start && PeekWord("in")) && FeelNames.WordLength(text, at) is var length && length > 0)
        {
            stop = at += length;
            at = FeelNames.SkipSpace(text, at);
        }

        if (stop == start || !FeelNames.IsStart(text[start]))
        {
            at = start;
            throw Unexpected("the name of a variable");
        }

        ExpectWord("in");
        return FeelNames.Normalize(text[start..stop]);
    }

    private FeelSyntax.Function ParseFunction(int start)
    {
        Expect('(');
        var outer = scope;
        scope = new ParseScope(outer);
        var parameters = new List<FeelFormal>();
        if (!Take(')'))
        {
            do
            {
                var name = ParseNameUntil(':', ',', ')');
                var type = Take(':') ? ParseType() : null;
                parameters.Add(new FeelFormal(name, type));
                scope.Add(name, type?.Type ?? FeelType.Any);
            }
            while (Take(','));
            Expect(')');
        }

        var external = TakeWord("external");
        var body = ParseExpression();
        scope = outer;
        var formals = parameters.Select(p => p.TypeName?.Type ?? FeelType.Any).ToArray();
        return new FeelSyntax.Function(new(parameters), body, external)
        {
            Position = start, Type = new FeelType.FunctionOf(formals, external ? FeelType.Any : body.Type),
        };
    }

    private FeelSyntax.Invocation ParseInvocation(FeelSyntax function)
    {
        at++;
        var outer = inRangeEnd;
        inRangeEnd = false;
        var arguments = new List<FeelSyntax>();
        List<string>? names = null;
        if (!Take(')'))
        {
            do
            {
                if (TryParseArgumentName() is { } name)
                {
                    names ??= arguments.Count == 0 ? [] : throw Unexpected("a value without a name");
                    names.Add(name);
                }
                else if (names is not null)
                {
                    throw Unexpected("the name of an argument");
                }

                arguments.Add(ParseExpression());
            }
            while (Take(','));
            Expect(')');
        }

        inRangeEnd = outer;
        return new FeelSyntax.Invocation(function, new(arguments), names is null ? null : new(names))
        {
            Position = function.Position, Type = Typing.ResultOf(function, arguments),
        };
    }

    private string? TryParseArgumentName()
    {
        SkipSpace();
        var start = at;
        if (at >= text.Length || !FeelNames.IsStart(text[at]))
        {
            return null;
        }

        var stop = at;
        while (FeelNames.WordLength(text, at) is var length && length > 0)
        {
            stop = at += length;
            at = FeelNames.SkipSpace(text, at);
        }

        if (at < text.Length && text[at] == ':')
        {
            at++;
            return FeelNames.Normalize(text[start..stop]);
        }

        at = start;
        return null;
    }

    private FeelTypeName ParseType()
    {
        SkipSpace();
        Enter();
        var start = at;
        var type = ParseTypeValue();
        depth--;
        return new FeelTypeName(FeelNames.Normalize(text[start..at].Trim()), type);
    }

    private FeelType ParseTypeValue()
    {
        if (TakeWord("list"))
        {
            return new FeelType.ListOf(TypeArgument());
        }

        if (TakeWord("range"))
        {
            return new FeelType.RangeOf(TypeArgument());
        }

        if (PeekWord("context") && FollowedBy('<', at + "context".Length))
        {
            TakeWord("context");
            return ParseContextType();
        }

        if (PeekWord("function") && FollowedBy('<', at + "function".Length))
        {
            TakeWord("function");
            return ParseFunctionType();
        }

        if (typeNames.Types.Count == 0)
        {
            foreach (var known in FeelTypes.Names.Concat(types.Keys))
            {
                typeNames.Add(known, FeelType.Any);
            }
        }

        var start = at;
        var name = typeNames.Match(text, at, out var end) ?? throw TypeFault(start);
        at = end;
        return types.GetValueOrDefault(name) ?? FeelTypes.Find(name) ?? throw TypeFault(start);
    }

    private FeelSyntaxException TypeFault(int start)
    {
        var length = FeelNames.WordLength(text, start);
        return Fault(start, "type.unknown", length == 0 ? "Expected a type." : $"There is no type '{text.AsSpan(start, length)}'.");
    }

    private FeelType TypeArgument()
    {
        if (!Take('<'))
        {
            return FeelType.Any;
        }

        var element = ParseType().Type;
        Expect('>');
        return element;
    }

    private FeelType.ContextOf ParseContextType()
    {
        Expect('<');
        var members = new List<FeelParameter>();
        if (!Take('>'))
        {
            do
            {
                var name = ParseNameUntil(':');
                Expect(':');
                members.Add(new FeelParameter(name, ParseType().Type));
            }
            while (Take(','));
            Expect('>');
        }

        return new FeelType.ContextOf(members);
    }

    private FeelType.FunctionOf ParseFunctionType()
    {
        Expect('<');
        var parameters = new List<FeelType>();
        if (!Take('>'))
        {
            do
            {
                parameters.Add(ParseType().Type);
            }
            while (Take(','));
            Expect('>');
        }

        SkipSpace();
        if (!Take('-') || !Take('>'))
        {
            throw Unexpected("'->'");
        }

        return new FeelType.FunctionOf(parameters, ParseType().Type);
    }
}
