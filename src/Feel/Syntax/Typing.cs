namespace Zhengtong.Feel.Syntax;

/// <summary>Static types of operations (DMN 1.5, 10.3.2.9 and tables 53 to 62), as far as the operands' types are known.</summary>
internal static class Typing
{
    private static readonly Dictionary<string, (FeelKind[] Of, FeelType Type)> PropertyTypes = new(StringComparer.Ordinal)
    {
        ["year"] = ([FeelKind.Date, FeelKind.DateTime], FeelType.Number),
        ["month"] = ([FeelKind.Date, FeelKind.DateTime], FeelType.Number),
        ["day"] = ([FeelKind.Date, FeelKind.DateTime], FeelType.Number),
        ["weekday"] = ([FeelKind.Date, FeelKind.DateTime], FeelType.Number),
        ["hour"] = ([FeelKind.Time, FeelKind.DateTime], FeelType.Number),
        ["minute"] = ([FeelKind.Time, FeelKind.DateTime], FeelType.Number),
        ["second"] = ([FeelKind.Time, FeelKind.DateTime], FeelType.Number),
        ["time offset"] = ([FeelKind.Time, FeelKind.DateTime], FeelType.DaysTimeDuration),
        ["timezone"] = ([FeelKind.Time, FeelKind.DateTime], FeelType.String),
        ["years"] = ([FeelKind.YearsMonthsDuration], FeelType.Number),
        ["months"] = ([FeelKind.YearsMonthsDuration], FeelType.Number),
        ["days"] = ([FeelKind.DaysTimeDuration], FeelType.Number),
        ["hours"] = ([FeelKind.DaysTimeDuration], FeelType.Number),
        ["minutes"] = ([FeelKind.DaysTimeDuration], FeelType.Number),
        ["seconds"] = ([FeelKind.DaysTimeDuration], FeelType.Number),
    };

    public static NameTable Properties { get; } = MakeProperties();

    private static NameTable MakeProperties()
    {
        var table = new NameTable();
        foreach (var name in PropertyTypes.Keys.Concat(["start", "end", "start included", "end included"]))
        {
            table.Add(name, FeelType.Any);
        }

        return table;
    }

    /// <summary>Type of a member; null when the type certainly has none of that name.</summary>
    public static FeelType? MemberOf(FeelType type, string member) => type switch
    {
        FeelType.ContextOf context => context.Find(member) ?? (context.Members.Count == 0 ? FeelType.Any : null),
        FeelType.Simple simple => PropertyTypes.TryGetValue(member, out var property)
            && property.Of.Contains(simple.Kind) ? property.Type : null,
        FeelType.RangeOf range => member switch
        {
            "start" or "end" => range.Element,
            "start included" or "end included" => FeelType.Boolean,
            _ => null,
        },
        FeelType.FunctionOf => null,
        _ => FeelType.Any,
    };

    public static bool MayHaveUnknownMembers(FeelType element) =>
        element.Plain is FeelType.AnyType or FeelType.NullType or FeelType.ContextOf or FeelType.ListOf;

    public static FeelType ElementOf(FeelType source, bool isRange) => source.Plain switch
    {
        _ when isRange => source,
        FeelType.ListOf list => list.Element,
        FeelType.RangeOf range => range.Element,
        var other => other,
    };

    public static FeelType ResultOf(FeelSyntax function, IReadOnlyList<FeelSyntax> arguments)
    {
        if (function is FeelSyntax.Name { Type: FeelType.FunctionOf { Result: FeelType.AnyType } } name
            && arguments.Count > 0 && Functions.Builtins.PreservesElements(name.Value))
        {
            // sort, sublist, append … give a list of what they were given.
            return arguments[0].Type.Plain is FeelType.ListOf list && arguments.Skip(1).All(a => a.Type is not FeelType.ListOf)
                ? new FeelType.ListOf(name.Value is "append" or "insert before" or "list replace" ? FeelType.Any : list.Element)
                : FeelType.AnyList;
        }

        return function.Type.Plain is FeelType.FunctionOf declared ? declared.Result : FeelType.Any;
    }

    /// <summary>Type of a binary operation; null when it has no meaning for the operands.</summary>
    public static FeelType? ResultOf(FeelOperator operation, FeelType left, FeelType right)
    {
        var known = left.Plain is FeelType.Simple && right.Plain is FeelType.Simple;
        switch (operation)
        {
            case FeelOperator.And or FeelOperator.Or:
                return FeelType.Boolean;
            case FeelOperator.Equal or FeelOperator.NotEqual:
                return left.MayMeet(right) ? FeelType.Boolean : null;
            case FeelOperator.Less or FeelOperator.LessOrEqual or FeelOperator.Greater or FeelOperator.GreaterOrEqual:
                return left.MayMeet(right) && !IsUnordered(left) && !IsUnordered(right) ? FeelType.Boolean : null;
        }

        if (!known)
        {
            var certainlyWrong = IsNoOperand(left) || IsNoOperand(right);
            return certainlyWrong ? null : FeelType.Any;
        }

        return Arithmetic(operation, ((FeelType.Simple)left.Plain).Kind, ((FeelType.Simple)right.Plain).Kind);
    }

    private static bool IsUnordered(FeelType type) =>
        type.Plain is FeelType.ListOf or FeelType.ContextOf or FeelType.FunctionOf or FeelType.RangeOf or FeelType.Simple {
            Kind: FeelKind.Boolean };

    private static bool IsNoOperand(FeelType type) =>
        type.Plain is FeelType.ContextOf or FeelType.FunctionOf or FeelType.RangeOf or FeelType.Simple { Kind: FeelKind.Boolean };

    private static FeelType? Arithmetic(FeelOperator operation, FeelKind left, FeelKind right) => (operation, left, right) switch
    {
        (_, FeelKind.Number, FeelKind.Number) => FeelType.Number,
        (FeelOperator.Add, FeelKind.String, FeelKind.String) => FeelType.String,
        (FeelOperator.Add, FeelKind.YearsMonthsDuration, FeelKind.YearsMonthsDuration) => FeelType.YearsMonthsDuration,
        (FeelOperator.Add, FeelKind.DaysTimeDuration, FeelKind.DaysTimeDuration) => FeelType.DaysTimeDuration,
        (FeelOperator.Add, FeelKind.Date or FeelKind.DateTime, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration) => Of(left),
        (FeelOperator.Add, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration, FeelKind.Date or FeelKind.DateTime) => Of(right),
        (FeelOperator.Add, FeelKind.Time, FeelKind.DaysTimeDuration) => FeelType.Time,
        (FeelOperator.Add, FeelKind.DaysTimeDuration, FeelKind.Time) => FeelType.Time,
        (FeelOperator.Subtract, FeelKind.YearsMonthsDuration, FeelKind.YearsMonthsDuration) => FeelType.YearsMonthsDuration,
        (FeelOperator.Subtract, FeelKind.DaysTimeDuration, FeelKind.DaysTimeDuration) => FeelType.DaysTimeDuration,
        (FeelOperator.Subtract, FeelKind.Date or FeelKind.DateTime, FeelKind.Date or FeelKind.DateTime) => FeelType.DaysTimeDuration,
        (FeelOperator.Subtract, FeelKind.Date or FeelKind.DateTime, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration) => Of(left),
        (FeelOperator.Subtract, FeelKind.Time, FeelKind.Time) => FeelType.DaysTimeDuration,
        (FeelOperator.Subtract, FeelKind.Time, FeelKind.DaysTimeDuration) => FeelType.Time,
        (FeelOperator.Multiply, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration, FeelKind.Number) => Of(left),
        (FeelOperator.Multiply, FeelKind.Number, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration) => Of(right),
        (FeelOperator.Divide, FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration, FeelKind.Number) => Of(left),
        (FeelOperator.Divide, FeelKind.YearsMonthsDuration, FeelKind.YearsMonthsDuration) => FeelType.Number,
        (FeelOperator.Divide, FeelKind.DaysTimeDuration, FeelKind.DaysTimeDuration) => FeelType.Number,
        _ => null,
    };

    private static FeelType.Simple Of(FeelKind kind) => new FeelType.Simple(kind);
}
