using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Zhengtong.Design;

/// <summary>A QR code as one SVG path, its quiet zone included.</summary>
internal sealed record QrShape(int Side, string Path)
{
    // The same few codes are on every page of a service: making one costs as much as the rest of the page.
    private const int MostKept = 500;
    private static readonly ConcurrentDictionary<string, QrShape> Kept = new(StringComparer.Ordinal);

    public static QrShape Of(string text)
    {
        if (Kept.TryGetValue(text, out var known)) { return known; }
        var made = Make(text);
        if (Kept.Count >= MostKept) { Kept.Clear(); }
        return Kept[text] = made;
    }

    private static QrShape Make(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        var (rows, path) = (data.ModuleMatrix, new StringBuilder(4096));
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (!rows[y][x]) { continue; }
                var start = x;
                while (x + 1 < rows.Count && rows[y][x + 1]) { x++; }
                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start + 1}v1h-{x - start + 1}z");
            }
        }
        return new(rows.Count, path.ToString());
    }
}
