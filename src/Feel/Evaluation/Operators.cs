using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>The operators of FEEL on values (DMN 1.5, tables 50 to 62). Null stands for "no answer"; callers add the warning.</summary>
internal static class Operators
{
    public static object? Arithmetic(FeelOperator operation, object? left, object? right)
    {
        try
        {
            return operation switch
            {
                FeelOperator.Add => Add(left, right),
                FeelOperator.Subtract => Subtract(left, right),
                FeelOperator.Multiply => Multiply(left, right),
                FeelOperator.Divide => Divide(left, right),
                _ => left is FeelNumber x && right is FeelNumber y && FeelNumber.Pow(x, y) is { } power ? FeelValue.Box(power) : null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static object? Add(object? left, object? right) => (left, right) switch
    {
        (FeelNumber x, FeelNumber y) => FeelValue.Box(x + y),
        (string x, string y) => string.Concat(x, y),
        (YearsMonthsDuration x, YearsMonthsDuration y) => YearsMonthsDuration.Create(x.Months + y.Months),
        (DaysTimeDuration x, DaysTimeDuration y) => DaysTimeDuration.Create(x.Nanos + y.Nanos),
        (FeelDate x, YearsMonthsDuration y) => x.AddMonths(y.Months),
        (FeelDate x, DaysTimeDuration y) => FeelDateTime.Midnight(x).Plus(y.Nanos)?.Date,
        (FeelDateTime x, YearsMonthsDuration y) => x.PlusMonths(y.Months),
        (FeelDateTime x, DaysTimeDuration y) => x.Plus(y.Nanos),
        (FeelTime x, DaysTimeDuration y) => x.Plus(y.Nanos),
        (YearsMonthsDuration or DaysTimeDuration, FeelDate or FeelDateTime or FeelTime) => Add(right, left),
        _ => null,
    };

    private static object? Subtract(object? left, object? right) => (left, right) switch
    {
        (FeelNumber x, FeelNumber y) => FeelValue.Box(x - y),
        (YearsMonthsDuration x, YearsMonthsDuration y) => YearsMonthsDuration.Create(x.Months - y.Months),
        (DaysTimeDuration x, DaysTimeDuration y) => DaysTimeDuration.Create(x.Nanos - y.Nanos),
        (FeelDate or FeelDateTime or FeelTime, YearsMonthsDuration y) => Add(left, new YearsMonthsDuration(-y.Months)),
        (FeelDate or FeelDateTime or FeelTime, DaysTimeDuration y) => Add(left, new DaysTimeDuration(-y.Nanos)),
        (FeelTime x, FeelTime y) when x.IsZoned == y.IsZoned => new DaysTimeDuration(x.Instant - y.Instant),
        (FeelDate or FeelDateTime, FeelDate or FeelDateTime) => Between(left, right),
        _ => null,
    };

    private static DaysTimeDuration? Between(object left, object right)
    {
        var x = left as FeelDateTime ?? FeelDateTime.Midnight((FeelDate)left);
        var y = right as FeelDateTime ?? FeelDateTime.Midnight((FeelDate)right);
        return x.Time.IsZoned == y.Time.IsZoned ? DaysTimeDuration.Create(x.Instant - y.Instant) : null;
    }

    private static object? Multiply(object? left, object? right) => (left, right) switch
    {
        (FeelNumber x, FeelNumber y) => FeelValue.Box(x * y),
        (YearsMonthsDuration x, FeelNumber y) => YearsMonthsDuration.Create(x.Months * y),
        (DaysTimeDuration x, FeelNumber y) => DaysTimeDuration.Create(x.AsNumber * y),
        (FeelNumber, YearsMonthsDuration or DaysTimeDuration) => Multiply(right, left),
        _ => null,
    };

    private static object? Divide(object? left, object? right) => (left, right) switch
    {
        (_, FeelNumber { IsZero: true }) or (_, YearsMonthsDuration { Months: 0 }) => null,
        (FeelNumber x, FeelNumber y) => FeelValue.Box(x / y),
        (YearsMonthsDuration x, FeelNumber y) => YearsMonthsDuration.Create(x.Months / y),
        (DaysTimeDuration x, FeelNumber y) => DaysTimeDuration.Create(x.AsNumber / y),
        (YearsMonthsDuration x, YearsMonthsDuration y) => FeelValue.Box(FeelNumber.FromInt64(x.Months) / y.Months),
        (DaysTimeDuration x, DaysTimeDuration y) => y.Nanos == 0 ? null : FeelValue.Box(x.AsNumber / y.AsNumber),
        _ => null,
    };

    public static object? Negate(object? value) => value switch
    {
        FeelNumber x => FeelValue.Box(-x),
        YearsMonthsDuration x => new YearsMonthsDuration(-x.Months),
        DaysTimeDuration x => new DaysTimeDuration(-x.Nanos),
        _ => null,
    };

    public static bool? Compare(FeelOperator operation, object? left, object? right)
    {
        switch (operation)
        {
            case FeelOperator.Equal:
                return FeelValue.Equals(left, right);
            case FeelOperator.NotEqual:
                return !FeelValue.Equals(left, right);
        }

        return FeelValue.Compare(left, right) is not { } order ? null : operation switch
        {
            FeelOperator.Less => order < 0,
            FeelOperator.LessOrEqual => order < 0 || (order == 0 && FeelValue.Same(left, right)),
            FeelOperator.Greater => order > 0,
            _ => order > 0 || (order == 0 && FeelValue.Same(left, right)),
        };
    }

    public static object? And(object? left, object? right) =>
        left is false || right is false ? FeelValue.False : left is true && right is true ? FeelValue.True : null;

    public static object? Or(object? left, object? right) =>
        left is true || right is true ? FeelValue.True : left is false && right is false ? FeelValue.False : null;

    /// <summary>Whether a value passes what a test evaluated to: a range, a list of such, or a value to equal.</summary>
    public static bool? Passes(object? value, object? test) => test switch
    {
        FeelRange range => value is FeelRange other ? FeelValue.Same(range, other) : range.Contains(value),
        FeelList list => PassesAny(value, list),
        _ => FeelValue.Equals(value, test),
    };

    private static bool PassesAny(object? value, FeelList tests)
    {
        if (value is FeelList && FeelValue.Same(value, tests))
        {
            return true;
        }

        foreach (var test in tests.Span)
        {
            // Inside a list a list is an element to equal, not a list of tests.
            if (test is FeelRange ? Passes(value, test) == true : FeelValue.Same(value, test))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The range of the values that pass a comparison; null for "not equal", which is none.</summary>
    public static FeelRange? RangeOf(FeelOperator operation, object? operand) => operation switch
    {
        FeelOperator.Less => new FeelRange(null, false, operand, false) { IsUnbounded = true },
        FeelOperator.LessOrEqual => new FeelRange(null, false, operand, true) { IsUnbounded = true },
        FeelOperator.Greater => new FeelRange(operand, false, null, false) { IsUnbounded = true },
        FeelOperator.GreaterOrEqual => new FeelRange(operand, true, null, false) { IsUnbounded = true },
        FeelOperator.Equal => new FeelRange(operand, true, operand, true),
        _ => null,
    };

    /// <summary>A property of a value that is no context (DMN 1.5, table 65).</summary>
    /// <returns>False when the value has no property of that name.</returns>
    public static bool TryProperty(object value, string name, out object? property)
    {
        property = null;
        switch (value)
        {
            case FeelDate date:
                property = OfDate(date, name);
                return property is not null;
            case FeelTime time:
                property = OfTime(time, time.StandardOffset, name);
                return property is not null || name is "time offset" or "timezone";
            case FeelDateTime instant:
                property = OfDate(instant.Date, name) ?? OfTime(instant.Time, instant.OffsetSeconds, name);
                return property is not null || name is "time offset" or "timezone";
            case YearsMonthsDuration duration:
                property = name switch
                {
                    "years" => FeelNumber.Box(duration.Months / 12),
                    "months" => FeelNumber.Box(duration.Months % 12),
                    _ => null,
                };
                return property is not null;
            case DaysTimeDuration duration:
                property = name switch
                {
                    "days" => FeelNumber.Box(duration.Days),
                    "hours" => FeelNumber.Box(duration.Hours),
                    "minutes" => FeelNumber.Box(duration.Minutes),
                    "seconds" => FeelValue.Box(duration.Seconds),
                    _ => null,
                };
                return property is not null;
            case FeelRange range:
                property = name switch
                {
                    "start" => range.Start,
                    "end" => range.End,
                    "start included" => FeelValue.Box(range.StartIncluded),
                    "end included" => FeelValue.Box(range.EndIncluded),
                    _ => null,
                };
                return name is "start" or "end" or "start included" or "end included";
            default:
                return false;
        }
    }

    private static object? OfDate(FeelDate date, string name) => name switch
    {
        "year" => FeelNumber.Box(date.Year),
        "month" => FeelNumber.Box(date.Month),
        "day" => FeelNumber.Box(date.Day),
        "weekday" => FeelNumber.Box(date.Weekday),
        _ => null,
    };

    private static object? OfTime(FeelTime time, int? offset, string name) => name switch
    {
        "hour" => FeelNumber.Box(time.Hour),
        "minute" => FeelNumber.Box(time.Minute),
        "second" => FeelValue.Box(time.ExactSecond),
        "time offset" when offset is { } seconds => new DaysTimeDuration((Int128)seconds * FeelTime.NanosPerSecond),
        "timezone" => time.Zone,
        _ => null,
    };
}
