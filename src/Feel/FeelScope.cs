using System.Collections.Immutable;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>The names an expression may use, with their types as far as they are known. Immutable.</summary>
public sealed class FeelScope
{
    private readonly ImmutableList<FeelParameter> names;
    private readonly ImmutableDictionary<string, FeelType> types;

    private FeelScope(ImmutableList<FeelParameter> names, ImmutableDictionary<string, FeelType> types) =>
        (this.names, this.types) = (names, types);

    public static FeelScope Empty { get; } = new([], ImmutableDictionary.Create<string, FeelType>(StringComparer.Ordinal));

    /// <summary>Declared names in order of declaration.</summary>
    public IReadOnlyList<FeelParameter> Names => names;

    /// <summary>Types that expressions may name.</summary>
    public IReadOnlyDictionary<string, FeelType> Types => types;

    /// <summary>A scope of names whose types are not known.</summary>
    public static FeelScope Of(params IEnumerable<string> names) =>
        names.Aggregate(Empty, (scope, name) => scope.With(name));

    /// <summary>The scope with one more name; a later declaration hides an earlier one.</summary>
    public FeelScope With(string name, FeelType? type = null)
    {
        var clean = FeelNames.Normalize(name);
        return new(names.RemoveAll(n => n.Name == clean).Add(new FeelParameter(clean, type ?? FeelType.Any)), types);
    }

    /// <summary>The scope with one more type that <c>instance of</c> and parameters can name.</summary>
    public FeelScope WithType(string name, FeelType type) => new(names, types.SetItem(name, type));

    internal ParseScope ToParseScope()
    {
        var scope = new ParseScope(Functions.Builtins.Scope.Inner());
        foreach (var name in names)
        {
            scope.Add(name.Name, name.Type);
        }

        return scope;
    }
}
