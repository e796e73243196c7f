namespace Zhengtong.Dmn;

public enum DmnSeverity
{
    /// <summary>Something that works but was probably not meant.</summary>
    Warning,

    /// <summary>Something that cannot be evaluated; what depends on it gives null.</summary>
    Error,
}

/// <summary>What is wrong with a model, and where.</summary>
/// <param name="Code">Stable name of the kind of fault, such as <c>xml.malformed</c> or <c>table.overlap</c>.</param>
/// <param name="Message">A sentence for the author of the model.</param>
/// <param name="Element">Name of the element, and within a table of the cell: <c>Discount / rule 3 / Age</c>.</param>
/// <param name="ElementId">Id of the nearest XML element that has one; null when there is none.</param>
/// <param name="Line">Line in the file, from 1; 0 when it is not known.</param>
/// <param name="Column">Column in the file, from 1; 0 when it is not known.</param>
public sealed record DmnFault(
    DmnSeverity Severity, string Code, string Message, string Element, string? ElementId = null, int Line = 0, int Column = 0)
{
    public override string ToString() => $"{(Line > 0 ? $"{Line}:{Column}: " : "")}{Element}: {Message} [{Code}]";
}
