namespace Zhengtong.Feel;

/// <summary>Names of types, and the type of a value.</summary>
internal static class FeelTypes
{
    private static readonly Dictionary<string, FeelType> ByName = new(StringComparer.Ordinal)
    {
        ["Any"] = FeelType.Any,
        ["Null"] = FeelType.Null,
        ["number"] = FeelType.Number,
        ["string"] = FeelType.String,
        ["boolean"] = FeelType.Boolean,
        ["date"] = FeelType.Date,
        ["time"] = FeelType.Time,
        ["date and time"] = FeelType.DateTime,
        ["dateTime"] = FeelType.DateTime,
        ["years and months duration"] = FeelType.YearsMonthsDuration,
        ["yearMonthDuration"] = FeelType.YearsMonthsDuration,
        ["days and time duration"] = FeelType.DaysTimeDuration,
        ["dayTimeDuration"] = FeelType.DaysTimeDuration,
        ["context"] = FeelType.AnyContext,
        ["list"] = FeelType.AnyList,
        ["function"] = new FeelType.FunctionOf(null, FeelType.Any),
        ["range"] = new FeelType.RangeOf(FeelType.Any),
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static FeelType? Find(string name) => ByName.GetValueOrDefault(name);

    public static string NameOf(FeelKind kind) => kind switch
    {
        FeelKind.Number => "number",
        FeelKind.String => "string",
        FeelKind.Boolean => "boolean",
        FeelKind.Date => "date",
        FeelKind.Time => "time",
        FeelKind.DateTime => "date and time",
        FeelKind.YearsMonthsDuration => "years and months duration",
        _ => "days and time duration",
    };

    public static FeelKind? KindOf(object? value) => value switch
    {
        FeelNumber => FeelKind.Number,
        string => FeelKind.String,
        bool => FeelKind.Boolean,
        FeelDate => FeelKind.Date,
        FeelTime => FeelKind.Time,
        FeelDateTime => FeelKind.DateTime,
        YearsMonthsDuration => FeelKind.YearsMonthsDuration,
        DaysTimeDuration => FeelKind.DaysTimeDuration,
        _ => null,
    };

    public static FeelType TypeOf(object? value) => value switch
    {
        null => FeelType.Null,
        FeelNumber => FeelType.Number,
        string => FeelType.String,
        bool => FeelType.Boolean,
        FeelDate => FeelType.Date,
        FeelTime => FeelType.Time,
        FeelDateTime => FeelType.DateTime,
        YearsMonthsDuration => FeelType.YearsMonthsDuration,
        DaysTimeDuration => FeelType.DaysTimeDuration,
        FeelList list => new FeelType.ListOf(list.Count == 0 ? FeelType.Any : list.Select(TypeOf).Aggregate(Join)),
        FeelContext context => new FeelType.ContextOf([.. context.Select(e => new FeelParameter(e.Key, TypeOf(e.Value)))]),
        FeelRange range => new FeelType.RangeOf(TypeOf(range.Start ?? range.End)),
        FeelFunction function => new FeelType.FunctionOf([.. function.Parameters.Select(p => p.Type)], function.Result),
        _ => FeelType.Any,
    };

    /// <summary>The narrowest type known to hold both.</summary>
    public static FeelType Join(FeelType a, FeelType b)
    {
        if (a is FeelType.NullType || a.Equals(b))
        {
            return b;
        }

        if (b is FeelType.NullType)
        {
            return a;
        }

        return (a, b) switch
        {
            (FeelType.ListOf x, FeelType.ListOf y) => new FeelType.ListOf(Join(x.Element, y.Element)),
            (FeelType.ContextOf x, FeelType.ContextOf y) => new FeelType.ContextOf(
                [.. x.Members.Where(m => y.Find(m.Name) is not null)
                    .Select(m => m with { Type = Join(m.Type, y.Find(m.Name) ?? FeelType.Any) })]),
            _ => FeelType.Any,
        };
    }

    /// <summary>A value in a message: its kind, and itself when it is short.</summary>
    public static string Describe(object? value)
    {
        var kind = value switch
        {
            null => "null",
            FeelList => "list",
            FeelContext => "context",
            FeelRange => "range",
            FeelFunction => "function",
            _ => KindOf(value) is { } known ? NameOf(known) : value.GetType().Name,
        };
        if (value is null or FeelList or FeelContext or FeelFunction)
        {
            return kind;
        }

        var text = FeelValue.ToText(value);
        return text.Length <= 40 ? $"{kind} {text}" : kind;
    }
}
