namespace Zhengtong.Feel.Functions;

/// <summary>What a parameter of a built-in function takes.</summary>
internal enum Takes
{
    Any,
    Number,
    String,
    Boolean,
    List,
    Context,
    Range,
    Function,
    Point,
    Day,
    Days,
    Months,
}

internal sealed record Formal(string Name, Takes Takes, bool Optional, bool Nullable, bool Variadic);

/// <summary>One way to call a built-in function. Its body gets every argument in place, absent ones as null.</summary>
internal sealed class Overload
{
    private Overload(Formal[] formals, Func<object?[], Evaluation, object?> body) => (Formals, Body) = (formals, body);

    public Formal[] Formals { get; }

    public Func<object?[], Evaluation, object?> Body { get; }

    public bool IsVariadic => Formals is [.., { Variadic: true }];

    /// <param name="signature">
    /// Parameters as <c>name:kind</c> with commas between; after the kind <c>?</c> may be left out, <c>~</c> may be null, <c>*</c> repeats.
    /// </param>
    public static Overload Of(string signature, Func<object?[], Evaluation, object?> body)
    {
        var formals = signature.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadFormal).ToArray();
        return new Overload(formals, body);
    }

    private static Formal ReadFormal(string text)
    {
        var colon = text.IndexOf(':');
        var kind = text[(colon + 1)..].TrimEnd('?', '~', '*');
        var marks = text[(colon + 1 + kind.Length)..];
        return new Formal(
            text[..colon].Trim(), Enum.Parse<Takes>(kind, ignoreCase: true), marks.Contains('?'), marks.Contains('~'), marks.Contains('*'));
    }

    /// <summary>The arguments as the body wants them; null when this is not the way they are meant.</summary>
    public object?[]? Fit(object?[] arguments)
    {
        var required = Formals.Count(f => !f.Optional);
        if (arguments.Length < required || (arguments.Length > Formals.Length && !IsVariadic))
        {
            return null;
        }

        var fitted = new object?[Math.Max(Formals.Length, arguments.Length)];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!TryFit(Formals[Math.Min(i, Formals.Length - 1)], arguments[i], out fitted[i]))
            {
                return null;
            }
        }

        return fitted;
    }

    public object?[]? FitNamed(IReadOnlyList<string> names, object?[] values)
    {
        var fitted = new object?[Formals.Length];
        var given = new bool[Formals.Length];
        for (var i = 0; i < names.Count; i++)
        {
            var at = Array.FindIndex(Formals, f => f.Name == names[i]);
            if (at < 0 || given[at] || !TryFit(Formals[at], values[i], out fitted[at]))
            {
                return null;
            }

            given[at] = true;
        }

        return Formals.Where((f, i) => !f.Optional && !f.Nullable && !given[i]).Any() ? null : fitted;
    }

    private static bool TryFit(Formal formal, object? value, out object? fitted)
    {
        fitted = value;
        if (value is null)
        {
            return formal.Nullable;
        }

        if (Accepts(formal.Takes, value))
        {
            return true;
        }

        if (formal.Takes == Takes.List)
        {
            fitted = new FeelList([value]);
            return true;
        }

        fitted = value is FeelList { Count: 1 } single ? single[0] : null;
        return fitted is not null && Accepts(formal.Takes, fitted);
    }

    private static bool Accepts(Takes takes, object value) => takes switch
    {
        Takes.Any => true,
        Takes.Number => value is FeelNumber,
        Takes.String => value is string,
        Takes.Boolean => value is bool,
        Takes.List => value is FeelList,
        Takes.Context => value is FeelContext,
        Takes.Range => value is FeelRange,
        Takes.Function => value is FeelFunction,
        Takes.Point => value is not (FeelRange or FeelContext or FeelFunction or FeelList),
        Takes.Day => value is FeelDate or FeelDateTime,
        Takes.Days => value is DaysTimeDuration,
        _ => value is YearsMonthsDuration,
    };
}

/// <summary>A built-in function: tries its ways to be called in order.</summary>
internal sealed class Builtin(string name, FeelType result, params Overload[] overloads)
    : FeelFunction(name, ParametersOf(overloads[^1]), result)
{
    public IReadOnlyList<Overload> Overloads { get; } = overloads;

    internal override object? Call(object?[] arguments, Evaluation evaluation)
    {
        foreach (var overload in Overloads)
        {
            if (overload.Fit(arguments) is { } fitted)
            {
                return Run(overload, fitted, evaluation);
            }
        }

        return Refuse(arguments, evaluation);
    }

    internal override object? CallNamed(IReadOnlyList<string> names, object?[] values, Evaluation evaluation)
    {
        foreach (var overload in Overloads)
        {
            if (overload.FitNamed(names, values) is { } fitted)
            {
                return Run(overload, fitted, evaluation);
            }
        }

        return Refuse(values, evaluation);
    }

    private object? Run(Overload overload, object?[] arguments, Evaluation evaluation)
    {
        evaluation.Step();
        try
        {
            return overload.Body(arguments, evaluation);
        }
        catch (OverflowException)
        {
            return evaluation.Warn("number.range", $"{Name}: the result is beyond the range of FEEL numbers");
        }
    }

    private object? Refuse(object?[] arguments, Evaluation evaluation)
    {
        var given = string.Join(", ", arguments.Select(FeelTypes.Describe));
        return evaluation.Warn("call.arguments", $"{Name} cannot be called with ({given})");
    }

    private static FeelParameter[] ParametersOf(Overload overload) =>
        [.. overload.Formals.Select(f => new FeelParameter(f.Name, TypeOf(f.Takes)))];

    private static FeelType TypeOf(Takes takes) => takes switch
    {
        Takes.Number => FeelType.Number,
        Takes.String => FeelType.String,
        Takes.Boolean => FeelType.Boolean,
        Takes.List => FeelType.AnyList,
        Takes.Context => FeelType.AnyContext,
        Takes.Days => FeelType.DaysTimeDuration,
        Takes.Months => FeelType.YearsMonthsDuration,
        _ => FeelType.Any,
    };
}
