using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Zhengtong.Support;

/// <summary>
/// Reads the QR code that a PDF shows, from the rectangles that are drawn: a drawing has no noise, so nothing is corrected. Model 2,
/// versions 1 to 6, level M, bytes (ISO/IEC 18004).
/// </summary>
public static partial class QrReader
{
    /// <summary>Blocks and data codewords of each, by version, at level M (table 9 of the standard).</summary>
    private static readonly (int Blocks, int Data)[] LevelM = [(0, 0), (1, 16), (1, 28), (1, 44), (2, 32), (2, 43), (4, 27)];

    private const string Capitals = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    public static string InPdf(byte[] pdf) => Read(Modules(pdf));

    /// <summary>Text of a code; <c>true</c> is dark, the first index is the row.</summary>
    public static string Read(bool[,] dark)
    {
        var size = dark.GetLength(0);
        var version = (size - 17) / 4;
        var (level, mask) = Format(dark);
        if (level != 0 || version is < 1 or > 6) { throw new InvalidDataException($"version {version}, level {level}: not read here"); }
        var codewords = Codewords(dark, version, mask);
        var (blocks, data) = LevelM[version];
        var ordered = Enumerable.Range(0, blocks).SelectMany(b => Enumerable.Range(0, data).Select(i => codewords[(i * blocks) + b]));
        return Text(string.Concat(ordered.Select(c => Convert.ToString(c, 2).PadLeft(8, '0'))));
    }

    /// <summary>The segments: bytes, capitals and digits, digits; each with the length of its count for versions up to 9.</summary>
    private static string Text(string bits)
    {
        var (text, at) = (new StringBuilder(), 0);
        while (at + 4 <= bits.Length && Take(4) is var mode and not 0)
        {
            switch (mode)
            {
                case 0b0100:
                    var bytes = Enumerable.Range(0, Take(8)).Select(_ => (byte)Take(8)).ToArray();
                    text.Append(Encoding.UTF8.GetString(bytes));
                    break;
                case 0b0010:
                    for (var left = Take(9); left > 0; left -= 2)
                    {
                        var value = Take(left > 1 ? 11 : 6);
                        if (left > 1) { text.Append(Capitals[value / 45]); }
                        text.Append(Capitals[value % 45]);
                    }
                    break;
                case 0b0001:
                    for (var left = Take(10); left > 0; left -= 3)
                    {
                        var digits = Math.Min(left, 3);
                        text.Append(Take(1 + (3 * digits)).ToString($"d{digits}", CultureInfo.InvariantCulture));
                    }
                    break;
                default:
                    throw new InvalidDataException($"mode {mode}: not read here");
            }
        }
        return text.ToString();

        int Take(int count)
        {
            at += count;
            return Convert.ToInt32(bits.Substring(at - count, count), 2);
        }
    }

    private static (int Level, int Mask) Format(bool[,] dark)
    {
        var bits = 0;
        foreach (var column in (int[])[0, 1, 2, 3, 4, 5, 7, 8]) { bits = (bits << 1) | (dark[8, column] ? 1 : 0); }
        foreach (var row in (int[])[7, 5, 4, 3, 2, 1, 0]) { bits = (bits << 1) | (dark[row, 8] ? 1 : 0); }
        var data = (bits ^ 0x5412) >> 10;
        return (data >> 3, data & 7);
    }

    private static List<int> Codewords(bool[,] dark, int version, int mask)
    {
        var size = dark.GetLength(0);
        var (words, word, bits) = (new List<int>(), 0, 0);
        var upwards = true;
        for (var right = size - 1; right > 0; right -= 2, upwards = !upwards)
        {
            if (right == 6) { right--; } // the column of the timing pattern is left out
            for (var step = 0; step < size; step++)
            {
                var row = upwards ? size - 1 - step : step;
                foreach (var column in (int[])[right, right - 1])
                {
                    if (IsFunction(row, column, size, version)) { continue; }
                    word = (word << 1) | (dark[row, column] ^ IsInverted(mask, row, column) ? 1 : 0);
                    if (++bits % 8 != 0) { continue; }
                    words.Add(word);
                    word = 0;
                }
            }
        }
        return words;
    }

    private static bool IsFunction(int row, int column, int size, int version)
    {
        if (row == 6 || column == 6) { return true; }
        if ((row < 9 && (column < 9 || column >= size - 8)) || (row >= size - 8 && column < 9)) { return true; }
        return version > 1 && Math.Abs(row - (size - 7)) <= 2 && Math.Abs(column - (size - 7)) <= 2;
    }

    private static bool IsInverted(int mask, int i, int j) => 0 == mask switch
    {
        0 => (i + j) % 2,
        1 => i % 2,
        2 => j % 3,
        3 => (i + j) % 3,
        4 => ((i / 2) + (j / 3)) % 2,
        5 => (i * j % 2) + (i * j % 3),
        6 => ((i * j % 2) + (i * j % 3)) % 2,
        _ => (((i + j) % 2) + (i * j % 3)) % 2,
    };

    /// <summary>The largest run of rectangles that is filled with black at once.</summary>
    private static bool[,] Modules(byte[] pdf)
    {
        var runs = Streams(pdf).SelectMany(s => Run().Matches(s)).Select(r => Rectangle().Matches(r.Value)
            .Select(m => m.Groups.Values.Skip(1).Select(g => double.Parse(g.Value, CultureInfo.InvariantCulture)).ToArray()).ToList());
        var found = runs.MaxBy(r => r.Count) ?? throw new InvalidDataException("no code is drawn");
        // Rows overlap by a hundredth, so that no hair lines show between them.
        var module = found[0][3] / 1.01;
        var (left, top) = (found.Min(r => r[0]), found.Max(r => r[1]));
        var size = (int)Math.Round((found.Max(r => r[0] + r[2]) - left) / module);
        var dark = new bool[size, size];
        foreach (var r in found)
        {
            var (row, column) = ((int)Math.Round((top - r[1]) / module), (int)Math.Round((r[0] - left) / module));
            for (var i = 0; i < (int)Math.Round(r[2] / module); i++) { dark[row, column + i] = true; }
        }
        return dark;
    }

    private static IEnumerable<string> Streams(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        foreach (Match match in Stream().Matches(text))
        {
            var start = match.Index + match.Length;
            using var packed = new MemoryStream(pdf, start, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
            using var plain = new MemoryStream();
            inflate.CopyTo(plain);
            yield return Encoding.Latin1.GetString(plain.ToArray());
        }
    }

    [GeneratedRegex(@"<< /Length (\d+) /Filter /FlateDecode [^>]*>>\nstream\n")]
    private static partial Regex Stream();

    [GeneratedRegex(@"(?:[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+ re\n)+0 0 0 rg f")]
    private static partial Regex Run();

    [GeneratedRegex(@"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re")]
    private static partial Regex Rectangle();
}
