using System.Text;

namespace Zhengtong.Documents;

/// <summary>
/// The round seal of an organisation: ring, star, its name along the upper arc. Characters are drawn as outlines, so the seal is a picture
/// and its letters do not mix into the text of the document.
/// </summary>
internal static class SealDrawing
{
    internal static void Draw(PdfCanvas canvas, SealMark seal, FontLibrary fonts)
    {
        var radius = seal.Diameter / 2;
        var (cx, cy) = (seal.X + radius, seal.Y + radius);
        var ring = seal.Diameter * 0.028;
        canvas.Translucent();
        canvas.Circle(cx, cy, radius - (ring / 2)).Stroke(Ink.Red, ring);
        Star(canvas, cx, cy - (radius * 0.02), radius * 0.3);
        Arc(canvas, fonts, seal.Owner, cx, cy, radius);
        if (seal.Note is { } note) { Straight(canvas, fonts, note, cx, cy + (radius * 0.62), radius * 0.22); }
        canvas.Fill(Ink.Red).Restore();
    }

    private static void Star(PdfCanvas canvas, double cx, double cy, double radius)
    {
        var points = Enumerable.Range(0, 10).Select(i =>
        {
            var (angle, r) = ((i * Math.PI / 5) - (Math.PI / 2), i % 2 == 0 ? radius : radius * 0.382);
            return new PdfPoint(cx + (r * Math.Cos(angle)), cy + (r * Math.Sin(angle)));
        });
        foreach (var (i, point) in points.Index()) { _ = i == 0 ? canvas.MoveTo(point) : canvas.LineTo(point); }
        canvas.Close();
    }

    /// <summary>Characters stand upright on the ring; long names get narrower ones, as on real seals.</summary>
    private static void Arc(PdfCanvas canvas, FontLibrary fonts, string name, double cx, double cy, double radius)
    {
        var runes = name.EnumerateRunes().ToArray();
        var height = radius * (runes.Length <= 12 ? 0.3 : 0.26);
        var span = Math.Min(250, 26 * Math.Max(runes.Length - 1, 1)) * Math.PI / 180;
        var step = runes.Length > 1 ? span / (runes.Length - 1) : 0;
        var room = runes.Length > 1 ? 2 * (radius - (height * 1.35)) * Math.Sin(step / 2) * 1.02 : height;
        var width = Math.Min(height * 0.9, room);
        for (var i = 0; i < runes.Length; i++)
        {
            var angle = (i * step) - (span / 2);
            var (sin, cos) = Math.SinCos(angle);
            var middle = radius - (height * 0.85);
            Glyph(canvas, fonts, runes[i], width, height, (x, y) =>
            {
                var (across, up) = (x - (width / 2), middle + y - (height * 0.38));
                return new(cx + (across * cos) + (up * sin), cy + (across * sin) - (up * cos));
            });
        }
    }

    private static void Straight(PdfCanvas canvas, FontLibrary fonts, string text, double cx, double baseline, double size)
    {
        var runes = text.EnumerateRunes().ToArray();
        var left = cx - (runes.Length * size / 2);
        foreach (var (i, rune) in runes.Index())
        {
            Glyph(canvas, fonts, rune, size * 0.95, size, (x, y) => new(left + (i * size) + x, baseline - y));
        }
    }

    private static void Glyph(
        PdfCanvas canvas, FontLibrary fonts, Rune rune, double width, double height, Func<double, double, PdfPoint> place)
    {
        var file = fonts.Fonts[fonts.Measure(rune).Font].File;
        var (sx, sy) = (width / file.UnitsPerEm, height / file.UnitsPerEm);
        foreach (var contour in file.OutlineOf(file.GlyphOf(rune)))
        {
            Contour(canvas, contour.Points, p => place(p.X * sx, p.Y * sy));
        }
    }

    /// <summary>TrueType curves are quadratic with implied points between two off-curve ones; PDF knows cubic ones.</summary>
    private static void Contour(PdfCanvas canvas, IReadOnlyList<GlyphPoint> points, Func<GlyphPoint, PdfPoint> place)
    {
        if (points.Count < 3) { return; }
        var first = points.Index().Where(p => p.Item.OnCurve).Select(p => p.Index).DefaultIfEmpty(-1).First();
        var start = first >= 0 ? points[first] : Middle(points[^1], points[0]);
        canvas.MoveTo(place(start));
        var at = start;
        for (int i = 1, from = Math.Max(first, -1); i <= points.Count; i++)
        {
            var point = points[(from + i + points.Count) % points.Count];
            if (point.OnCurve)
            {
                canvas.LineTo(place(point));
                at = point;
                continue;
            }
            var next = i == points.Count ? start : points[(from + i + 1 + points.Count) % points.Count];
            if (next.OnCurve) { i++; }
            var end = next.OnCurve ? next : Middle(point, next);
            var (a, c, e) = (place(at), place(point), place(end));
            canvas.CurveTo(
                new PdfPoint(a.X + ((c.X - a.X) * 2 / 3), a.Y + ((c.Y - a.Y) * 2 / 3)),
                new PdfPoint(e.X + ((c.X - e.X) * 2 / 3), e.Y + ((c.Y - e.Y) * 2 / 3)), e);
            at = end;
        }
        canvas.Close();
    }

    private static GlyphPoint Middle(GlyphPoint a, GlyphPoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2, true);
}
