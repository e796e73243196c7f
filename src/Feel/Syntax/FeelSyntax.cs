namespace Zhengtong.Feel.Syntax;

/// <summary>
/// A node of the syntax tree of FEEL (DMN 1.5, 10.3.1.2). The list is closed. Nodes are equal when they say the same;
/// position and static type do not count.
/// </summary>
public abstract record FeelSyntax
{
    private FeelSyntax()
    {
    }

    /// <summary>Offset of the node in its text, in UTF-16 code units.</summary>
    public int Position { get; init; }

    /// <summary>Type as far as it is known before evaluation.</summary>
    public FeelType Type { get; init; } = FeelType.Any;

    public virtual bool Equals(FeelSyntax? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    public sealed override string ToString() => FeelPrinter.Print(this);

    /// <summary>null, true, false, a number or a string.</summary>
    public sealed record Literal(object? Value) : FeelSyntax;

    /// <summary>A temporal value written as <c>@"…"</c>; the value is null when the text is none.</summary>
    public sealed record AtLiteral(string Text, object? Value) : FeelSyntax;

    public sealed record Name(string Value) : FeelSyntax;

    public sealed record Path(FeelSyntax Source, string Member) : FeelSyntax;

    public sealed record Filter(FeelSyntax Source, FeelSyntax Condition) : FeelSyntax;

    /// <summary>A call; <paramref name="Names"/> is null when the arguments are positional.</summary>
    public sealed record Invocation(FeelSyntax Callee, NodeList<FeelSyntax> Arguments, NodeList<string>? Names) : FeelSyntax;

    public sealed record Negation(FeelSyntax Operand) : FeelSyntax;

    public sealed record Binary(FeelOperator Operator, FeelSyntax Left, FeelSyntax Right) : FeelSyntax;

    public sealed record Between(FeelSyntax Value, FeelSyntax Low, FeelSyntax High) : FeelSyntax;

    public sealed record In(FeelSyntax Value, NodeList<FeelSyntax> Tests) : FeelSyntax;

    public sealed record InstanceOf(FeelSyntax Value, FeelTypeName TypeName) : FeelSyntax;

    public sealed record If(FeelSyntax Condition, FeelSyntax Then, FeelSyntax Else) : FeelSyntax;

    public sealed record For(NodeList<FeelIterator> Iterators, FeelSyntax Body) : FeelSyntax;

    public sealed record Quantified(bool Every, NodeList<FeelIterator> Iterators, FeelSyntax Condition) : FeelSyntax;

    public sealed record Function(NodeList<FeelFormal> Parameters, FeelSyntax Body, bool External) : FeelSyntax;

    public sealed record List(NodeList<FeelSyntax> Items) : FeelSyntax;

    public sealed record Context(NodeList<FeelEntry> Entries) : FeelSyntax;

    public sealed record Range(FeelSyntax Start, bool StartIncluded, FeelSyntax End, bool EndIncluded) : FeelSyntax;

    /// <summary>A comparison with the value in question, such as <c>&lt; 10</c>; as a value it is the range of what passes.</summary>
    public sealed record Comparison(FeelOperator Operator, FeelSyntax Operand) : FeelSyntax;
}

/// <summary>A variable of a loop and what it runs over; <paramref name="To"/> is the other end of <c>from..to</c>.</summary>
public sealed record FeelIterator(string Variable, FeelSyntax Source, FeelSyntax? To);

/// <summary>An entry of a context literal.</summary>
public sealed record FeelEntry(string Key, FeelSyntax Value);

/// <summary>A parameter of a function literal.</summary>
public sealed record FeelFormal(string Name, FeelTypeName? TypeName);

/// <summary>A type as written, and the type it was found to mean.</summary>
public sealed record FeelTypeName(string Text, FeelType Type)
{
    public bool Equals(FeelTypeName? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Unary tests: a cell of a decision table or an allowed-values constraint.</summary>
/// <param name="Negated">Whether the tests stand in <c>not(…)</c>.</param>
/// <param name="Tests">Any of them passes; none at all means <c>-</c>, which passes everything.</param>
public sealed record FeelUnaryTests(bool Negated, NodeList<FeelSyntax> Tests)
{
    public override string ToString() => FeelPrinter.Print(this);
}

public enum FeelOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}
