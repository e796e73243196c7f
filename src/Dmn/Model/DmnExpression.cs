namespace Zhengtong.Dmn;

/// <summary>A boxed expression. The list is closed.</summary>
public abstract record DmnExpression
{
    private DmnExpression()
    {
    }

    public DmnPlace Place { get; init; } = DmnPlace.None;

    public string? TypeRef { get; init; }

    public sealed record Literal(string Text) : DmnExpression
    {
        /// <summary>Language of the text; null for FEEL.</summary>
        public string? Language { get; init; }
    }

    public sealed record Table(DmnTable Content) : DmnExpression;

    /// <summary>Entries in order; the last may have no variable and is then the value of the whole.</summary>
    public sealed record Context(IReadOnlyList<DmnContextEntry> Entries) : DmnExpression;

    public sealed record Invocation(DmnExpression? Callee, IReadOnlyList<DmnBinding> Bindings) : DmnExpression;

    public sealed record Function(IReadOnlyList<DmnVariable> Parameters, DmnExpression? Body, DmnFunctionKind Kind) : DmnExpression;

    public sealed record Relation(IReadOnlyList<DmnVariable> Columns, IReadOnlyList<IReadOnlyList<DmnExpression?>> Rows) : DmnExpression;

    public sealed record List(IReadOnlyList<DmnExpression> Items) : DmnExpression;

    public sealed record Conditional(DmnExpression? If, DmnExpression? Then, DmnExpression? Else) : DmnExpression;

    public sealed record For(string Variable, DmnTypedChild In, DmnExpression? Return) : DmnExpression;

    public sealed record Quantified(bool Every, string Variable, DmnTypedChild In, DmnExpression? Satisfies) : DmnExpression;

    public sealed record Filter(DmnExpression? In, DmnExpression? Match) : DmnExpression;
}

public enum DmnFunctionKind
{
    Feel,
    Java,
    Pmml,
}

public sealed record DmnContextEntry(DmnVariable? Variable, DmnExpression? Value)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;
}

public sealed record DmnBinding(DmnVariable Parameter, DmnExpression? Value);

/// <summary>The expression of an iteration's list, with the type of its elements where it is declared.</summary>
public sealed record DmnTypedChild(DmnExpression? Value, string? TypeRef);

public enum DmnHitPolicy
{
    Unique,
    First,
    Priority,
    Any,
    Collect,
    RuleOrder,
    OutputOrder,
}

public enum DmnAggregation
{
    None,
    Sum,
    Count,
    Min,
    Max,
}

/// <summary>A decision table as it is written.</summary>
public sealed record DmnTable(DmnHitPolicy HitPolicy, DmnAggregation Aggregation)
{
    public IReadOnlyList<DmnTableInput> Inputs { get; init; } = [];

    public IReadOnlyList<DmnTableOutput> Outputs { get; init; } = [];

    /// <summary>Names of the annotation columns.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    public IReadOnlyList<DmnTableRule> Rules { get; init; } = [];

    public string? OutputLabel { get; init; }

    public string? Orientation { get; init; }
}

/// <param name="Label">Heading for people; null when the expression is the heading.</param>
/// <param name="Values">Unary tests that the input must pass; null when all do.</param>
public sealed record DmnTableInput(string? Label, DmnExpression.Literal Expression, string? Values, DmnPlace Place)
{
    public string Heading => string.IsNullOrWhiteSpace(Label) ? Expression.Text.Trim() : Label;
}

/// <param name="Values">Allowed values, the most important first; null when there are no limits.</param>
public sealed record DmnTableOutput(
    string? Name, string? Label, string? TypeRef, string? Values, DmnExpression.Literal? Default, DmnPlace Place);

public sealed record DmnTableRule(
    IReadOnlyList<DmnCell> Inputs, IReadOnlyList<DmnCell> Outputs, IReadOnlyList<string> Annotations, string? Description, DmnPlace Place);

/// <summary>The text of a cell.</summary>
public sealed record DmnCell(string Text, DmnPlace Place);
