using QRCoder;

namespace Zhengtong.Documents;

/// <summary>A QR code as rectangles: sharp at any size and on any printer.</summary>
internal static class QrDrawing
{
    internal static void Draw(PdfCanvas canvas, QrMark mark)
    {
        using var data = QRCodeGenerator.GenerateQrCode(mark.Content, QRCodeGenerator.ECCLevel.M);
        // The generator adds four modules of quiet zone on each side, which belong to the code.
        var rows = data.ModuleMatrix;
        var module = mark.Size / (rows.Count - 4);
        var offset = -2 * module;
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count;)
            {
                if (!rows[y][x])
                {
                    x++;
                    continue;
                }
                var start = x;
                while (x < rows.Count && rows[y][x]) { x++; }
                canvas.Rectangle(
                    mark.X + offset + (start * module), mark.Y + offset + (y * module), (x - start) * module, module * 1.01);
            }
        }
        canvas.Fill(Ink.Black);
    }
}
