using Zhengtong.Feel.Functions;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>Turns a syntax tree into delegates. Names become slots, constants are computed once; nothing is looked up by name at run time
/// but members of values whose shape is not known.</summary>
internal sealed partial class FeelCompiler(CompileScope scope)
{
    private CompileScope scope = scope;

    public Code Compile(FeelSyntax syntax)
    {
        switch (syntax)
        {
            case FeelSyntax.Literal literal:
                var constant = literal.Value;
                return _ => constant;
            case FeelSyntax.AtLiteral literal:
                return CompileAt(literal);
            case FeelSyntax.Name name:
                return CompileName(name);
            case FeelSyntax.Path path:
                return CompilePath(path);
            case FeelSyntax.Filter filter:
                return CompileFilter(filter);
            case FeelSyntax.Invocation invocation:
                return CompileInvocation(invocation);
            case FeelSyntax.Negation negation:
                return CompileNegation(negation);
            case FeelSyntax.Binary binary:
                return CompileBinary(binary);
            case FeelSyntax.Between between:
                return CompileBetween(between);
            case FeelSyntax.In test:
                return CompileIn(test);
            case FeelSyntax.InstanceOf instance:
                var value = Compile(instance.Value);
                var type = instance.TypeName.Type;
                if (instance.TypeName.Text is "list" or "range" or "context" or "function")
                {
                    // Table 61: these need parameters to be types.
                    return frame => frame.Warn(
                        instance.Position, "type.incomplete", $"'{instance.TypeName.Text}' is no type without parameters");
                }

                return frame => FeelValue.Box(type.IsInstance(value(frame)));
            case FeelSyntax.If choice:
                return CompileIf(choice);
            case FeelSyntax.For loop:
                return CompileFor(loop);
            case FeelSyntax.Quantified quantified:
                return CompileQuantified(quantified);
            case FeelSyntax.Function function:
                return CompileFunction(function);
            case FeelSyntax.List list:
                return CompileList(list);
            case FeelSyntax.Context context:
                return CompileContext(context);
            case FeelSyntax.Range range:
                return CompileRange(range);
            case FeelSyntax.Comparison comparison:
                return CompileComparisonValue(comparison);
            default:
                throw new InvalidOperationException($"Unknown syntax {syntax.GetType().Name}.");
        }
    }

    private static Code CompileAt(FeelSyntax.AtLiteral literal)
    {
        if (literal.Value is { } value)
        {
            return _ => value;
        }

        return frame => frame.Warn(literal.Position, "literal.temporal", $"'{literal.Text}' is no temporal value");
    }

    private Code CompileName(FeelSyntax.Name name)
    {
        var found = CompileLookup(name);

        // Members of the elements of filters around hide everything outside.
        var (hops, layout) = (0, scope.Layout);
        var elements = new List<(int Hops, int Slot)>();
        for (var s = scope; s is not null; s = s.Parent)
        {
            hops += s.Layout == layout ? 0 : 1;
            layout = s.Layout;
            // An element's own entry goes before the name of the element: [{item: 1}][item > 0] asks about the entry (10.3.2.5).
            if (s.ElementSlot >= 0)
            {
                elements.Add((hops, s.ElementSlot));
            }

            if (s.TryFind(name.Value, out _))
            {
                break;
            }
        }

        for (var i = elements.Count - 1; i >= 0; i--)
        {
            found = MemberOr(elements[i].Hops, elements[i].Slot, name.Value, found);
        }

        return found;
    }

    private static Code MemberOr(int hops, int slot, string name, Code otherwise) => frame =>
        FrameAt(frame, hops).Slots[slot] is FeelContext element && element.TryGetValue(name, out var member) ? member : otherwise(frame);

    private static Frame FrameAt(Frame frame, int hops)
    {
        for (; hops > 0; hops--)
        {
            frame = frame.Parent!; // the compiler counted the functions around
        }

        return frame;
    }

    private Code CompileLookup(FeelSyntax.Name name)
    {
        var (hops, layout) = (0, scope.Layout);
        for (var s = scope; s is not null; s = s.Parent)
        {
            hops += s.Layout == layout ? 0 : 1;
            layout = s.Layout;
            if (!s.TryFind(name.Value, out var slot))
            {
                continue;
            }

            var far = hops;
            return far switch
            {
                0 => frame => frame.Slots[slot],
                1 => frame => frame.Parent!.Slots[slot],
                _ => frame => FrameAt(frame, far).Slots[slot],
            };
        }

        if (Builtins.Find(name.Value) is { } builtin)
        {
            return _ => builtin;
        }

        return frame => frame.Warn(name.Position, "name.unknown", $"there is no '{name.Value}' here");
    }

    private Code CompilePath(FeelSyntax.Path path)
    {
        var source = Compile(path.Source);
        var member = path.Member;
        return frame => Member(frame, source(frame), member, path.Position);
    }

    private static object? Member(Frame frame, object? source, string name, int position)
    {
        switch (source)
        {
            case null:
                return null;
            case FeelContext context:
                return context.TryGetValue(name, out var value)
                    ? value
                    : frame.Warn(position, "name.no-member", $"the context has no entry '{name}'");
            case FeelList list:
                frame.Evaluation.Steps(list.Count);
                var members = new object?[list.Count];
                for (var i = 0; i < members.Length; i++)
                {
                    members[i] = Member(frame, list[i], name, position);
                }

                return new FeelList(members);
            default:
                return Operators.TryProperty(source, name, out var property)
                    ? property
                    : frame.Warn(position, "name.no-member", $"{FeelTypes.Describe(source)} has no property '{name}'");
        }
    }

    private Code CompileNegation(FeelSyntax.Negation negation)
    {
        var operand = Compile(negation.Operand);
        return frame =>
        {
            var value = operand(frame);
            return Operators.Negate(value)
                ?? (value is null ? null : frame.Warn(negation.Position, "type.operand", $"{FeelTypes.Describe(value)} cannot be negated"));
        };
    }

    private Code CompileBinary(FeelSyntax.Binary binary)
    {
        var left = Compile(binary.Left);
        var right = Compile(binary.Right);
        var position = binary.Position;
        switch (binary.Operator)
        {
            case FeelOperator.And:
                return frame => left(frame) is var x
                    && x is false ? x : Operators.And(Logical(frame, x, position), Logical(frame, right(frame), position));
            case FeelOperator.Or:
                return frame => left(frame) is var x
                    && x is true ? x : Operators.Or(Logical(frame, x, position), Logical(frame, right(frame), position));
            case FeelOperator.Add or FeelOperator.Subtract or FeelOperator.Multiply or FeelOperator.Divide or FeelOperator.Power:
                var operation = binary.Operator;
                return frame => Arithmetic(frame, operation, left(frame), right(frame), position);
            default:
                var comparison = binary.Operator;
                return frame =>
                {
                    var (x, y) = (left(frame), right(frame));
                    return Operators.Compare(comparison, x, y) is { } known
                        ? FeelValue.Box(known)
                        : Incomparable(frame, x, y, position);
                };
        }
    }

    private static object? Logical(Frame frame, object? value, int position) => value is null or bool
        ? value
        : frame.Warn(position, "type.operand", $"{FeelTypes.Describe(value)} is not a boolean");

    private static object? Arithmetic(Frame frame, FeelOperator operation, object? x, object? y, int position)
    {
        var result = Operators.Arithmetic(operation, x, y);
        if (result is null)
        {
            return frame.Warn(
                position, "type.operands", $"{FeelTypes.Describe(x)} {FeelPrinter.Symbol(operation)} {FeelTypes.Describe(y)} has no value");
        }

        if (result is string text)
        {
            frame.Evaluation.CheckStringLength(text.Length);
        }

        return result;
    }

    private static object? Incomparable(Frame frame, object? x, object? y, int position) => x is null || y is null
        ? null
        : frame.Warn(position, "type.operands", $"{FeelTypes.Describe(x)} and {FeelTypes.Describe(y)} cannot be compared");

    private Code CompileBetween(FeelSyntax.Between between)
    {
        var (value, low, high) = (Compile(between.Value), Compile(between.Low), Compile(between.High));
        return frame =>
        {
            var x = value(frame);
            var (from, to) = (low(frame), high(frame));
            var above = Operators.Compare(FeelOperator.GreaterOrEqual, x, from);
            var below = Operators.Compare(FeelOperator.LessOrEqual, x, to);
            return Operators.And(FeelValue.Box(above), FeelValue.Box(below))
                ?? Incomparable(frame, x, above is null ? from : to, between.Position);
        };
    }

    private Code CompileIf(FeelSyntax.If choice)
    {
        var (condition, then, otherwise) = (Compile(choice.Condition), Compile(choice.Then), Compile(choice.Else));
        return frame =>
        {
            var value = condition(frame);
            if (value is true)
            {
                return then(frame);
            }

            if (value is not (bool or null))
            {
                frame.Warn(choice.Condition.Position, "type.condition", $"the condition is {FeelTypes.Describe(value)}, not a boolean");
            }

            // Table 49: anything but true takes the other way.
            return otherwise(frame);
        };
    }

    private Code CompileList(FeelSyntax.List list)
    {
        var items = list.Items.Select(Compile).ToArray();
        return frame =>
        {
            var values = new object?[items.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = items[i](frame);
            }

            return new FeelList(values);
        };
    }

    private Code CompileContext(FeelSyntax.Context context)
    {
        var outer = scope;
        scope = new CompileScope(outer, outer.Layout);
        var keys = context.Entries.Select(e => e.Key).ToArray();
        var index = FeelContext.MakeIndex(keys);
        var slots = new int[keys.Length];
        var entries = new Code[keys.Length];
        var isFunction = new bool[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            // The slot exists before the value is compiled, so that a function may call itself; others do not see the name.
            // Only a function made right here may be told its name: any other may be shared, and has variables of another place.
            isFunction[i] = context.Entries[i].Value is FeelSyntax.Function;
            slots[i] = isFunction[i] ? scope.Declare(keys[i]) : -1;
            entries[i] = Compile(context.Entries[i].Value);
            slots[i] = isFunction[i] ? slots[i] : scope.Declare(keys[i]);
        }

        scope = outer;
        return frame =>
        {
            var values = new object?[entries.Length];
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i] = frame.Slots[slots[i]] = entries[i](frame);
                if (isFunction[i])
                {
                    (value as Closure)?.Bind(slots[i]);
                }
            }

            return new FeelContext(keys, values, index);
        };
    }

    private Code CompileRange(FeelSyntax.Range range)
    {
        var (start, end) = (Compile(range.Start), Compile(range.End));
        var (startIncluded, endIncluded) = (range.StartIncluded, range.EndIncluded);
        Code make = frame =>
        {
            var (from, to) = (start(frame), end(frame));
            if (from is not null && to is not null && FeelValue.Compare(from, to) is null)
            {
                return frame.Warn(range.Position, "type.range", $"{FeelTypes.Describe(from)} and {FeelTypes.Describe(to)} bound no range");
            }

            return new FeelRange(from, startIncluded, to, endIncluded);
        };
        return IsConstant(range.Start) && IsConstant(range.End) ? Once(make) : make;
    }

    private static bool IsConstant(FeelSyntax syntax) => syntax is FeelSyntax.Literal or FeelSyntax.AtLiteral { Value: not null };

    // A race computes the same value twice, no more.
    private static Code Once(Code make)
    {
        object? value = null;
        return frame => value ??= make(frame);
    }

    private Code CompileComparisonValue(FeelSyntax.Comparison comparison)
    {
        var operand = Compile(comparison.Operand);
        return frame => (object?)Operators.RangeOf(comparison.Operator, operand(frame))
            ?? frame.Warn(comparison.Position, "type.range", "'!=' is no range");
    }
}
