using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace Zhengtong.Documents;

/// <summary>What the file says of itself.</summary>
internal sealed record SheetInfo(string Title, string Author, string Subject, DateTimeOffset At);

/// <summary>Writes pages as PDF with embedded subsets of the fonts. Text stays text: it can be searched, copied and read aloud.</summary>
internal static class PdfSheet
{
    /// <summary>The library keeps fonts in shared tables that it fills while drawing.</summary>
    private static readonly Lock Gate = new();

    internal static byte[] Write(LaidOutDocument laid, SheetInfo info, FontLibrary fonts)
    {
        DocumentFontResolver.Use(fonts.Fonts);
        lock (Gate)
        {
            using var pdf = new PdfDocument();
            (pdf.Info.Title, pdf.Info.Author, pdf.Info.Subject) = (info.Title, info.Author, info.Subject);
            pdf.Info.Creator = "Zhengtong";
            pdf.Info.CreationDate = info.At.ToOffset(TimeSpan.FromHours(8)).DateTime;
            pdf.Language = "zh-CN";
            foreach (var page in laid.Pages)
            {
                var sheet = pdf.AddPage();
                (sheet.Width, sheet.Height) = (XUnit.FromPoint(laid.Width), XUnit.FromPoint(laid.Height));
                using var graphics = XGraphics.FromPdfPage(sheet);
                Draw(graphics, page, fonts);
            }
            using var file = new MemoryStream();
            pdf.Save(file, closeStream: false);
            return file.ToArray();
        }
    }

    internal static XColor ColorOf(Ink ink) => ink switch
    {
        Ink.Red => XColor.FromArgb(214, 17, 23),
        Ink.Grey => XColor.FromArgb(70, 70, 70),
        Ink.Gold => XColor.FromArgb(176, 137, 60),
        _ => XColor.FromArgb(0, 0, 0),
    };

    private static void Draw(XGraphics graphics, LaidOutPage page, FontLibrary fonts)
    {
        var looks = new Dictionary<(int, double, bool), XFont>();
        // Seals lie over what they seal.
        foreach (var mark in page.Marks.OrderBy(m => m is SealMark))
        {
            switch (mark)
            {
                case TextMark text:
                    if (!looks.TryGetValue((text.Font, text.Size, text.Bold), out var font))
                    {
                        looks[(text.Font, text.Size, text.Bold)] = font = new(
                            fonts.Fonts[text.Font].Name, text.Size, text.Bold ? XFontStyleEx.Bold : XFontStyleEx.Regular, XPdfFontOptions.UnicodeDefault);
                    }
                    graphics.DrawString(text.Text, font, new XSolidBrush(ColorOf(text.Ink)), text.X, text.Y, XStringFormats.BaseLineLeft);
                    break;
                case LineMark line:
                    graphics.DrawLine(new(ColorOf(line.Ink), line.Width), line.X1, line.Y1, line.X2, line.Y2);
                    break;
                case FrameMark frame:
                    FrameDrawing.Draw(graphics, frame);
                    break;
                case QrMark code:
                    QrDrawing.Draw(graphics, code);
                    break;
                case SealMark seal:
                    SealDrawing.Draw(graphics, seal, fonts);
                    break;
            }
        }
    }
}
