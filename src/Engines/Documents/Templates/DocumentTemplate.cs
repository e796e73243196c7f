using Zhengtong.Feel;

namespace Zhengtong.Documents;

/// <summary>A template as its author wrote it, read and compiled.</summary>
public sealed record DocumentTemplate
{
    public required string Key { get; init; }

    public int Version { get; init; }

    public required string Title { get; init; }

    /// <summary><c>notice</c>, <c>decision</c>, <c>certificate</c> or <c>sample</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The moment at which it is made: <c>accepted</c>, <c>correction</c> …; null where only a service item names it.</summary>
    public string? Use { get; init; }

    /// <summary>Pattern of its number; empty for none.</summary>
    public string Number { get; init; } = "";

    public PaperSize Page { get; init; } = PaperSize.A4Portrait;

    /// <summary>Key of an organisation, <c>department</c> or <c>none</c>.</summary>
    public string Seal { get; init; } = "none";

    public bool Qr { get; init; }

    /// <summary>A blank form to print: never issued, carries no number, seal or code.</summary>
    public bool IsSample => Kind == "sample";

    internal IReadOnlyList<TemplateNode> Body { get; init; } = [];
}

public enum PaperSize
{
    A4Portrait,
    A4Landscape,
    A5Landscape,
}

/// <summary>A part of a template. The tree is built once: a value can only ever become text, so nothing in a fact can become markup or
/// FEEL.</summary>
internal abstract record TemplateNode(int Line);

internal sealed record TextNode(int Line, string Text) : TemplateNode(Line);

internal sealed record ValueNode(int Line, FeelExpression Value) : TemplateNode(Line);

internal sealed record IfNode(int Line, FeelExpression Condition, IReadOnlyList<TemplateNode> Children) : TemplateNode(Line);

internal sealed record EachNode(int Line, FeelExpression Items, string Name, IReadOnlyList<TemplateNode> Children) : TemplateNode(Line);

/// <param name="Width">Of a table cell, in percent of the table.</param>
internal sealed record ElementNode(
    int Line, string Tag, IReadOnlyList<string> Classes, int ColumnSpan, double? Width, IReadOnlyList<TemplateNode> Children)
    : TemplateNode(Line);
