namespace Zhengtong.Registers;

/// <summary>One change of the table.</summary>
/// <param name="Text">What it does, for the person who publishes.</param>
/// <param name="Sql">The statement; empty where <paramref name="Convert"/> does the work.</param>
/// <param name="Guards">What must not be found in the table for the step to be safe.</param>
public sealed record SchemaStep(string Text, string Sql, IReadOnlyList<SchemaGuard> Guards)
{
    /// <summary>Carries the values of a retired column over, by the definition's FEEL.</summary>
    public ColumnConversion? Convert { get; init; }
}

/// <summary>A question to the data: the step is refused where it finds a row.</summary>
/// <param name="Sql">A query that returns the number of rows in the way.</param>
/// <param name="Refusal">Sentence with <c>{0}</c> for that number.</param>
public sealed record SchemaGuard(string Sql, string Field, string Refusal);

public sealed record ColumnConversion(string Field, string From, string Expression);

/// <summary>How a table comes from its last state to the one a definition asks for.</summary>
/// <param name="Refusals">Field and reason; with any of them nothing is done.</param>
public sealed record SchemaPlan(
    PhysicalTable Target, IReadOnlyList<SchemaStep> Steps, IReadOnlyList<(string Field, string Reason)> Refusals);
