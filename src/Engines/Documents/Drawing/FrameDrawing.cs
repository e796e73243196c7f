namespace Zhengtong.Documents;

/// <summary>The ornamental frame of a certificate: two lines with a braid of waves between them, and a square knot in each
/// corner.</summary>
internal static class FrameDrawing
{
    private const double Band = 11;
    private const double Thin = 0.5;

    internal static void Draw(PdfCanvas canvas, FrameMark frame)
    {
        canvas.Rectangle(frame.X, frame.Y, frame.Width, frame.Height).Stroke(Ink.Gold, 1.6);
        canvas.Rectangle(frame.X + Band + 2, frame.Y + Band + 2, frame.Width - (2 * Band) - 4, frame.Height - (2 * Band) - 4)
            .Stroke(Ink.Gold, Thin);
        var middle = (Band / 2) + 1;
        Braid(canvas, frame.X + Band + 2, frame.Y + middle, frame.Width - (2 * Band) - 4, across: true);
        Braid(canvas, frame.X + Band + 2, frame.Y + frame.Height - middle, frame.Width - (2 * Band) - 4, across: true);
        Braid(canvas, frame.X + middle, frame.Y + Band + 2, frame.Height - (2 * Band) - 4, across: false);
        Braid(canvas, frame.X + frame.Width - middle, frame.Y + Band + 2, frame.Height - (2 * Band) - 4, across: false);
        foreach (var (x, y) in new[]
        {
            (frame.X + middle, frame.Y + middle), (frame.X + frame.Width - middle, frame.Y + middle),
            (frame.X + middle, frame.Y + frame.Height - middle), (frame.X + frame.Width - middle, frame.Y + frame.Height - middle),
        })
        {
            Knot(canvas, x, y);
        }
    }

    private static void Braid(PdfCanvas canvas, double x, double y, double length, bool across)
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
                    return across ? new PdfPoint(x + along, y + aside) : new PdfPoint(x + aside, y + along);
                });
                Polyline(canvas, [.. points]).Stroke(Ink.Gold, Thin);
            }
        }
    }

    private static void Knot(PdfCanvas canvas, double x, double y)
    {
        for (var r = Band / 2; r > 1; r -= 1.5) { canvas.Rectangle(x - r, y - r, 2 * r, 2 * r).Stroke(Ink.Gold, Thin); }
        Polyline(canvas, [new(x, y - (Band / 2)), new(x + (Band / 2), y), new(x, y + (Band / 2)), new(x - (Band / 2), y)]).Close()
            .Stroke(Ink.Gold, Thin);
    }

    private static PdfCanvas Polyline(PdfCanvas canvas, PdfPoint[] points)
    {
        canvas.MoveTo(points[0]);
        foreach (var point in points.Skip(1)) { canvas.LineTo(point); }
        return canvas;
    }
}
