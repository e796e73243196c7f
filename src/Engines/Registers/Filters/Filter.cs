namespace Zhengtong.Registers;

/// <summary>
/// Which records are meant: a tree that is built from query strings, saved views and rules, and compiled to SQL with parameters only. A row
/// fits or does not: an empty value fits no comparison, and <see cref="Not"/> turns "does not" into "does".
/// </summary>
public abstract record Filter
{
    private Filter() { }

    /// <summary>All parts fit; none is no limit.</summary>
    public sealed record All(params IReadOnlyList<Filter> Parts) : Filter;

    /// <summary>One of the parts fits; none fits nothing.</summary>
    public sealed record Any(params IReadOnlyList<Filter> Parts) : Filter;

    public sealed record Not(Filter Part) : Filter;

    /// <summary>The field has the value; a list has it among its own; null asks for an empty field. Encrypted fields go by their blind
    /// index.</summary>
    public sealed record Equal(string Field, object? Value) : Filter;

    public sealed record In(string Field, IReadOnlyList<object?> Values) : Filter;

    /// <summary>The text stands somewhere in the field, whatever the case of its letters.</summary>
    public sealed record Contains(string Field, string Text) : Filter;

    public sealed record StartsWith(string Field, string Text) : Filter;

    /// <summary>From one value to another, both included; either may be missing.</summary>
    public sealed record Between(string Field, object? From, object? To) : Filter;

    public sealed record Empty(string Field) : Filter;

    /// <summary>The region itself or one below it.</summary>
    public sealed record Within(string Field, string Region) : Filter;

    /// <summary>Words in any of the searchable fields; all words must be there.</summary>
    public sealed record Words(string Text) : Filter;

    /// <summary>The record that the reference leads to fits, within what the reader may see there.</summary>
    public sealed record Related(string Field, Filter Part) : Filter;

    /// <summary>A record of another register refers to this one by its field, and fits.</summary>
    public sealed record ExistsIn(string Register, string Field, Filter? Part) : Filter;
}
