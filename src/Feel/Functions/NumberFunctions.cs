namespace Zhengtong.Feel.Functions;

/// <summary>Numeric functions (DMN 1.5, 10.3.4.5).</summary>
internal static class NumberFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Rounding("decimal", FeelRounding.HalfEven, scaleOptional: false),
        Rounding("floor", FeelRounding.Floor, scaleOptional: true),
        Rounding("ceiling", FeelRounding.Ceiling, scaleOptional: true),
        Rounding("round up", FeelRounding.Up, scaleOptional: false),
        Rounding("round down", FeelRounding.Down, scaleOptional: false),
        Rounding("round half up", FeelRounding.HalfUp, scaleOptional: false),
        Rounding("round half down", FeelRounding.HalfDown, scaleOptional: false),
        new("abs", FeelType.Any, Overload.Of("n:any", (a, e) => Abs(a[0], e))),
        new("modulo", FeelType.Number,
            Overload.Of("dividend:number, divisor:number", (a, e) => Modulo((FeelNumber)a[0]!, (FeelNumber)a[1]!, e))),
        Real("sqrt", FeelNumber.Sqrt),
        Real("log", FeelNumber.Log),
        Real("exp", FeelNumber.Exp),
        Parity("odd", 1),
        Parity("even", 0),
    ];

    private static Builtin Rounding(string name, FeelRounding rounding, bool scaleOptional) => new(
        name, FeelType.Number, Overload.Of(scaleOptional ? "n:number, scale:number?" : "n:number, scale:number", (a, e) =>
        {
            var n = (FeelNumber)a[0]!;
            if (a[1] is not FeelNumber scale)
            {
                return FeelValue.Box(n.Round(0, rounding));
            }

            // The scales of decimal128; a scale with a fraction loses it, as an index would.
            return scale.Round(0, FeelRounding.Down).TryToInt32(out var places)
                && places is >= -FeelNumber.MaxExponent and <= -FeelNumber.MinExponent
                ? FeelValue.Box(n.Round(places, rounding))
                : e.Warn("number.scale", $"{name}: {scale} is no scale");
        }));

    private static object? Abs(object? value, Evaluation evaluation) => (value is FeelList { Count: 1 } single ? single[0] : value) switch
    {
        FeelNumber n => FeelValue.Box(n.Abs()),
        YearsMonthsDuration d => new YearsMonthsDuration(Math.Abs(d.Months)),
        DaysTimeDuration d => new DaysTimeDuration(Int128.Abs(d.Nanos)),
        _ => evaluation.Warn("call.arguments", $"abs cannot be called with ({FeelTypes.Describe(value)})"),
    };

    private static object? Modulo(FeelNumber dividend, FeelNumber divisor, Evaluation evaluation) => divisor.IsZero
        ? evaluation.Warn("number.division", "modulo: the divisor is zero")
        : FeelValue.Box(FeelNumber.Modulo(dividend, divisor));

    private static Builtin Real(string name, Func<FeelNumber, FeelNumber?> function) => new(
        name, FeelType.Number, Overload.Of("number:number", (a, e) => function((FeelNumber)a[0]!) is { } result
            ? FeelValue.Box(result)
            : e.Warn("number.domain", $"{name} has no value for {a[0]}")));

    private static Builtin Parity(string name, int rest) => new(
        name, FeelType.Boolean, Overload.Of("number:number", (a, e) => a[0] is FeelNumber { IsInteger: true } n
            ? FeelValue.Box(FeelNumber.Modulo(n, 2) == rest)
            : e.Warn("number.domain", $"{name} has no value for {a[0]}")));
}
