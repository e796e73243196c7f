namespace Zhengtong.Feel;

/// <summary>Why a text is no FEEL, and where.</summary>
/// <param name="Code">Stable name of the kind of fault, such as <c>syntax.unexpected</c>.</param>
/// <param name="Message">A sentence for the author of the expression.</param>
/// <param name="Position">Offset of the first character in question, in UTF-16 code units from 0.</param>
/// <param name="Line">Line of the position, from 1.</param>
/// <param name="Column">Column of the position, from 1.</param>
public sealed record FeelFault(string Code, string Message, int Position, int Line, int Column)
{
    internal static FeelFault At(string text, int position, string code, string message)
    {
        position = Math.Clamp(position, 0, text.Length);
        var before = text.AsSpan(0, position);
        var line = before.Count('\n') + 1;
        return new FeelFault(code, message, position, line, position - before.LastIndexOf('\n'));
    }

    public override string ToString() => $"{Line}:{Column}: {Message} [{Code}]";
}

/// <summary>A failure that FEEL turned into null while it went on.</summary>
/// <param name="Code">Stable name of the kind of failure, such as <c>type.mismatch</c>.</param>
/// <param name="Message">A sentence for the reader of the result.</param>
/// <param name="Position">Offset in the expression, in UTF-16 code units from 0; -1 when it is not known.</param>
/// <param name="Source">Name of the decision, cell or expression in which it happened; null when there is only one.</param>
public sealed record FeelWarning(string Code, string Message, int Position, string? Source = null)
{
    public override string ToString() => $"{(Source is null ? "" : Source + ": ")}{Message} [{Code}]";
}

/// <summary>A value together with the failures that were swallowed on the way to it.</summary>
/// <param name="Value">A FEEL value; <see cref="FeelValue.ToClr"/> turns it into a plain one.</param>
public sealed record FeelResult(object? Value, IReadOnlyList<FeelWarning> Warnings)
{
    /// <summary>Whether the value was reached without a swallowed failure.</summary>
    public bool IsClean => Warnings.Count == 0;
}
