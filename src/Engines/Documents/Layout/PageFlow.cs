namespace Zhengtong.Documents;

/// <summary>Pages that fill from top to bottom.</summary>
internal sealed class PageFlow(SheetStyle style)
{
    internal List<LaidOutPage> Pages { get; } = [new([])];

    internal double Y { get; set; } = style.Top;

    internal double Bottom { get; } = style.Height - style.Bottom;

    internal double Room => Bottom - Y;

    internal bool AtTop => Y <= style.Top + 0.01;

    internal double PageHeight => Bottom - style.Top;

    internal void Add(Mark mark) => Pages[^1].Marks.Add(mark);

    internal void NewPage()
    {
        Pages.Add(new([]));
        Y = style.Top;
    }

    /// <summary>Begins a new page where the next <paramref name="height"/> points do not fit, unless the page is still empty.</summary>
    internal bool Need(double height)
    {
        if (height <= Room + 0.01 || AtTop) { return false; }
        NewPage();
        return true;
    }

    internal void Draw(TextLine line, double x, double top, double lineHeight, double size, Ink ink = Ink.Black)
    {
        // The base line of Chinese type lies about 0.88 em below the top of its square; the square stands in the middle of the line.
        var baseline = top + ((lineHeight - size) / 2) + (0.86 * size);
        foreach (var run in line.Runs) { Add(new TextMark(x + run.X, baseline, run.Text, run.Font, size, run.Bold, ink)); }
    }
}
