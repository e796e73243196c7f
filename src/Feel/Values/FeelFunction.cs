namespace Zhengtong.Feel;

/// <summary>A function as a value: built in, written in FEEL, or supplied by the host.</summary>
public abstract class FeelFunction
{
    private protected FeelFunction(string name, IReadOnlyList<FeelParameter> parameters, FeelType result) =>
        (Name, Parameters, Result) = (name, parameters, result);

    public string Name { get; }

    public IReadOnlyList<FeelParameter> Parameters { get; }

    /// <summary>Type of the result as far as it is declared.</summary>
    public FeelType Result { get; }

    /// <summary>Calls the function with one value for each parameter, already in place.</summary>
    internal abstract object? Call(object?[] arguments, Evaluation evaluation);

    /// <summary>
    /// Puts arguments into the types of the parameters. One that does not fit makes the whole call null, not just itself.
    /// </summary>
    internal bool TryBind(object?[] arguments, Evaluation evaluation)
    {
        if (arguments.Length != Parameters.Count)
        {
            evaluation.Warn("call.arguments", $"{Name} takes {Parameters.Count} arguments, not {arguments.Length}");
            return false;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            var given = arguments[i];
            arguments[i] = Parameters[i].Type.Coerce(given, evaluation, Parameters[i].Name);
            if (given is not null && arguments[i] is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Calls with named arguments; a function may take names in more than one way.</summary>
    internal virtual object? CallNamed(IReadOnlyList<string> names, object?[] values, Evaluation evaluation)
    {
        var arguments = new object?[Parameters.Count];
        for (var i = 0; i < names.Count; i++)
        {
            var at = 0;
            while (at < Parameters.Count && Parameters[at].Name != names[i])
            {
                at++;
            }

            if (at == Parameters.Count)
            {
                return evaluation.Warn("call.no-such-parameter", $"{Name} has no parameter '{names[i]}'");
            }

            arguments[at] = values[i];
        }

        // Arguments that are not named are null (DMN 1.5, 10.3.2.13.5).
        return Call(arguments, evaluation);
    }

    public override string ToString() => FeelValue.ToText(this);
}

/// <summary>A parameter of a function.</summary>
public sealed record FeelParameter(string Name, FeelType Type);

/// <summary>A function of the host that FEEL can call. It must be pure and must not keep its arguments.</summary>
public sealed class FeelHostFunction(
    string name, IReadOnlyList<FeelParameter> parameters, FeelType result, Func<IReadOnlyList<object?>, object?> body)
    : FeelFunction(name, parameters, result)
{
    internal override object? Call(object?[] arguments, Evaluation evaluation)
    {
        return TryBind(arguments, evaluation) ? FeelValue.From(body(arguments)) : null;
    }
}
