namespace Zhengtong.Documents;

/// <summary>What the file says of itself.</summary>
internal sealed record SheetInfo(string Title, string Author, string Subject, DateTimeOffset At);

/// <summary>
/// Writes pages as PDF with embedded parts of the fonts. Text stays text: it can be searched, copied and read aloud. The same pages give
/// the same bytes.
/// </summary>
internal static class PdfSheet
{
    internal static byte[] Write(LaidOutDocument laid, SheetInfo info, FontLibrary library)
    {
        var file = new PdfFile();
        var fonts = library.Fonts.Index().Select(f => new PdfFont(f.Item, $"F{f.Index}")).ToArray();
        var used = new HashSet<int>();
        var contents = laid.Pages.Select(p => file.AddStream(Draw(p, laid.Height, library, fonts, used))).ToArray();
        var resources = file.Add(
            $"<< /Font << {string.Join(' ', used.Order().Select(i => $"/{fonts[i].Name} {fonts[i].Embed(file)} 0 R"))} >> /ExtGState << /Stamp << /ca 0.88 /CA 0.88 >> >> >>");
        var tree = file.Reserve();
        var pages = contents.Select(c => file.Add(
            $"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {PdfCanvas.N(laid.Width)} {PdfCanvas.N(laid.Height)}] /Contents {c} 0 R /Resources {resources} 0 R >>")).ToArray();
        file.Set(tree, $"<< /Type /Pages /Kids [{string.Join(' ', pages.Select(p => $"{p} 0 R"))}] /Count {pages.Length} >>");
        var catalogue = file.Add($"<< /Type /Catalog /Pages {tree} 0 R /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> >>");
        var at = info.At.ToUniversalTime();
        return file.Write(catalogue, file.Add(
            $"<< /Title {PdfFile.Text(info.Title)} /Author {PdfFile.Text(info.Author)} /Subject {PdfFile.Text(info.Subject)} /Creator (Zhengtong) /CreationDate (D:{at:yyyyMMddHHmmss}Z) >>"));
    }

    private static byte[] Draw(LaidOutPage page, double height, FontLibrary library, PdfFont[] fonts, HashSet<int> used)
    {
        var canvas = new PdfCanvas(height);
        // Seals lie over what they seal.
        foreach (var mark in page.Marks.OrderBy(m => m is SealMark))
        {
            switch (mark)
            {
                case TextMark text:
                    used.Add(text.Font);
                    canvas.Text(
                        text.X, text.Y, fonts[text.Font].Name, text.Size, text.Text.EnumerateRunes().Select(fonts[text.Font].NumberOf),
                        text.Bold, text.Ink);
                    break;
                case LineMark line:
                    canvas.MoveTo(new(line.X1, line.Y1)).LineTo(new(line.X2, line.Y2)).Stroke(line.Ink, line.Width);
                    break;
                case FrameMark frame:
                    FrameDrawing.Draw(canvas, frame);
                    break;
                case QrMark code:
                    QrDrawing.Draw(canvas, code);
                    break;
                case SealMark seal:
                    SealDrawing.Draw(canvas, seal, library);
                    break;
            }
        }
        return canvas.ToBytes();
    }
}
