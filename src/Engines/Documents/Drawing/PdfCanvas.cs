using System.Globalization;
using System.Text;

namespace Zhengtong.Documents;

internal readonly record struct PdfPoint(double X, double Y);

/// <summary>Drawing operators of one page, in points from the upper left corner.</summary>
internal sealed class PdfCanvas
{
    private readonly StringBuilder _content = new();
    private readonly double _height;

    internal PdfCanvas(double height) => _height = height;

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(_content.ToString());

    internal PdfCanvas MoveTo(PdfPoint p) => Write($"{At(p)} m");

    internal PdfCanvas LineTo(PdfPoint p) => Write($"{At(p)} l");

    internal PdfCanvas CurveTo(PdfPoint a, PdfPoint b, PdfPoint end) => Write($"{At(a)} {At(b)} {At(end)} c");

    internal PdfCanvas Close() => Write("h");

    internal PdfCanvas Rectangle(double x, double y, double width, double height) =>
        Write($"{At(new(x, y + height))} {N(width)} {N(height)} re");

    internal PdfCanvas Circle(double cx, double cy, double r)
    {
        // Four cubic curves; the constant makes them touch the circle in the middle of each quarter.
        var k = 0.5522847498 * r;
        return MoveTo(new(cx + r, cy))
            .CurveTo(new(cx + r, cy + k), new(cx + k, cy + r), new(cx, cy + r))
                .CurveTo(new(cx - k, cy + r), new(cx - r, cy + k), new(cx - r, cy))
            .CurveTo(new(cx - r, cy - k), new(cx - k, cy - r), new(cx, cy - r))
                .CurveTo(new(cx + k, cy - r), new(cx + r, cy - k), new(cx + r, cy)).Close();
    }

    internal PdfCanvas Fill(Ink ink) => Write($"{Colour(ink)} rg f");

    internal PdfCanvas Stroke(Ink ink, double width) => Write($"{Colour(ink)} RG {N(width)} w S");

    /// <summary>Everything until <see cref="Restore"/> lets what lies below shine through a little, as stamping ink does.</summary>
    internal PdfCanvas Translucent() => Write("q /Stamp gs");

    internal PdfCanvas Restore() => Write("Q");

    /// <param name="font">Name in the resources.</param>
    /// <param name="glyphs">Numbers in the embedded font.</param>
    internal void Text(double x, double y, string font, double size, IEnumerable<int> glyphs, bool bold, Ink ink)
    {
        // Chinese fonts seldom have a bold cut: a thin outline in the same colour thickens the strokes.
        Write($"q {Colour(ink)} rg {(bold ? $"{Colour(ink)} RG {N(size * 0.028)} w 2 Tr" : "0 Tr")}");
        Write($"BT /{font} {N(size)} Tf 1 0 0 1 {At(new(x, y))} Tm <{string.Concat(glyphs.Select(g => g.ToString("X4", CultureInfo.InvariantCulture)))}> Tj ET Q");
    }

    private PdfCanvas Write(string operators)
    {
        _content.Append(operators).Append('\n');
        return this;
    }

    private string At(PdfPoint p) => $"{N(p.X)} {N(_height - p.Y)}";

    internal static string N(double value) => Math.Round(value, 3).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Colour(Ink ink) => ink switch
    {
        Ink.Red => "0.85 0.06 0.09",
        Ink.Grey => "0.28 0.28 0.28",
        Ink.Gold => "0.69 0.54 0.24",
        _ => "0 0 0",
    };
}
