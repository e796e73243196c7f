namespace Zhengtong.Documents;

internal enum Ink
{
    Black,
    Red,
    Grey,
    Gold,
}

/// <summary>Something on a page, in points from its upper left corner.</summary>
internal abstract record Mark;

/// <param name="Y">Base line.</param>
internal sealed record TextMark(double X, double Y, string Text, int Font, double Size, bool Bold, Ink Ink) : Mark;

internal sealed record LineMark(double X1, double Y1, double X2, double Y2, double Width, Ink Ink) : Mark;

internal sealed record FrameMark(double X, double Y, double Width, double Height) : Mark;

internal sealed record SealMark(double X, double Y, double Diameter, string Owner, string? Note) : Mark;

internal sealed record QrMark(double X, double Y, double Size, string Content) : Mark;

internal sealed record LaidOutPage(List<Mark> Marks);

/// <summary>A document with everything in its place, still independent of any file format.</summary>
internal sealed record LaidOutDocument(double Width, double Height, IReadOnlyList<LaidOutPage> Pages);
