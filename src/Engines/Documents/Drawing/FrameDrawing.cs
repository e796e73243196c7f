using PdfSharp.Drawing;

namespace Zhengtong.Documents;

/// <summary>The ornamental frame of a certificate: two lines with a braid of waves between them, and a square knot in each corner.</summary>
internal static class FrameDrawing
{
    private const double Band = 11;

    internal static void Draw(XGraphics graphics, FrameMark frame)
    {
        var gold = PdfSheet.ColorOf(Ink.Gold);
        var heavy = new XPen(gold, 1.6);
        var light = new XPen(gold, 0.5);
        graphics.DrawRectangle(heavy, frame.X, frame.Y, frame.Width, frame.Height);
        graphics.DrawRectangle(light, frame.X + Band + 2, frame.Y + Band + 2, frame.Width - (2 * Band) - 4, frame.Height - (2 * Band) - 4);
        var middle = (Band / 2) + 1;
        Braid(graphics, light, frame.X + Band + 2, frame.Y + middle, frame.Width - (2 * Band) - 4, across: true);
        Braid(graphics, light, frame.X + Band + 2, frame.Y + frame.Height - middle, frame.Width - (2 * Band) - 4, across: true);
        Braid(graphics, light, frame.X + middle, frame.Y + Band + 2, frame.Height - (2 * Band) - 4, across: false);
        Braid(graphics, light, frame.X + frame.Width - middle, frame.Y + Band + 2, frame.Height - (2 * Band) - 4, across: false);
        foreach (var (x, y) in new[]
        {
            (frame.X + middle, frame.Y + middle), (frame.X + frame.Width - middle, frame.Y + middle),
            (frame.X + middle, frame.Y + frame.Height - middle), (frame.X + frame.Width - middle, frame.Y + frame.Height - middle),
        })
        {
            Knot(graphics, light, x, y);
        }
    }

    private static void Braid(XGraphics graphics, XPen pen, double x, double y, double length, bool across)
    {
        var waves = (int)Math.Round(length / 10);
        var step = length / waves;
        for (var strand = 0; strand < 3; strand++)
        {
            var height = (Band / 2 * 0.85) - (strand * 1.2);
            foreach (var up in new[] { 1, -1 })
            {
                var points = Enumerable.Range(0, (waves * 8) + 1).Select(i => i / 8.0).Select(t =>
                {
                    var along = t * step;
                    var aside = up * height * Math.Sin(t * Math.PI);
                    return across ? new XPoint(x + along, y + aside) : new XPoint(x + aside, y + along);
                });
                graphics.DrawLines(pen, [.. points]);
            }
        }
    }

    private static void Knot(XGraphics graphics, XPen pen, double x, double y)
    {
        for (var r = Band / 2; r > 1; r -= 1.5) { graphics.DrawRectangle(pen, x - r, y - r, 2 * r, 2 * r); }
        graphics.DrawPolygon(pen, [new(x, y - (Band / 2)), new(x + (Band / 2), y), new(x, y + (Band / 2)), new(x - (Band / 2), y)]);
    }
}
