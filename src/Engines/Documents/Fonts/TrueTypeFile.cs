using System.Buffers.Binary;
using System.Text;

namespace Zhengtong.Documents;

/// <summary>
/// A TrueType font: which characters it has, how wide they are, what they look like. Of a collection it takes the first font out,
/// because a PDF holds single fonts only.
/// </summary>
internal sealed partial class TrueTypeFile
{
    private readonly Dictionary<string, (int Offset, int Length)> _tables = [];
    private readonly Dictionary<int, ushort> _glyphs = [];
    private readonly int _longMetrics;
    private readonly bool _longLocations;
    private readonly int _glyphCount;

    private TrueTypeFile(byte[] bytes)
    {
        Bytes = bytes;
        var count = U16(4);
        for (var i = 0; i < count; i++)
        {
            var at = 12 + (16 * i);
            _tables[Encoding.ASCII.GetString(bytes, at, 4)] = ((int)U32(at + 8), (int)U32(at + 12));
        }
        var head = _tables["head"].Offset;
        UnitsPerEm = U16(head + 18);
        _longLocations = U16(head + 50) != 0;
        _longMetrics = U16(_tables["hhea"].Offset + 34);
        _glyphCount = U16(_tables["maxp"].Offset + 4);
        ReadCharacters();
    }

    /// <summary>The font as a file of its own.</summary>
    internal byte[] Bytes { get; }

    internal int UnitsPerEm { get; }

    /// <returns>Null where the file is no TrueType font with outlines that can be read.</returns>
    internal static TrueTypeFile? Load(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.AsSpan(0, 4).SequenceEqual("ttcf"u8)) { bytes = FirstOf(bytes); }
            var file = new TrueTypeFile(bytes);
            return file._tables.ContainsKey("glyf") && file._tables.ContainsKey("loca") ? file : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or KeyNotFoundException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>0 where the font lacks the character.</summary>
    internal ushort GlyphOf(Rune character) => _glyphs.GetValueOrDefault(character.Value);

    /// <summary>Advance in units of the em.</summary>
    internal double AdvanceOf(ushort glyph) =>
        U16(_tables["hmtx"].Offset + (4 * Math.Min(glyph, _longMetrics - 1))) / (double)UnitsPerEm;

    /// <summary>Contours of a glyph in font units, y upwards.</summary>
    internal IReadOnlyList<GlyphContour> OutlineOf(ushort glyph)
    {
        var contours = new List<GlyphContour>();
        Outline(glyph, 1, 0, 0, 1, 0, 0, contours, 0);
        return contours;
    }

    private void Outline(ushort glyph, double a, double b, double c, double d, double dx, double dy, List<GlyphContour> into, int depth)
    {
        if (glyph >= _glyphCount || depth > 5) { return; }
        var loca = _tables["loca"].Offset;
        var from = _longLocations ? (int)U32(loca + (4 * glyph)) : 2 * U16(loca + (2 * glyph));
        var to = _longLocations ? (int)U32(loca + (4 * glyph) + 4) : 2 * U16(loca + (2 * glyph) + 2);
        if (to <= from) { return; }
        var at = _tables["glyf"].Offset + from;
        var contours = I16(at);
        if (contours < 0)
        {
            Composite(at + 10, a, b, c, d, dx, dy, into, depth);
            return;
        }
        foreach (var contour in Simple(at + 10, contours))
        {
            into.Add(new([.. contour.Points.Select(
                p => new GlyphPoint((a * p.X) + (c * p.Y) + dx, (b * p.X) + (d * p.Y) + dy, p.OnCurve))]));
        }
    }

    private List<GlyphContour> Simple(int at, int contours)
    {
        var ends = new int[contours];
        for (var i = 0; i < contours; i++) { ends[i] = U16(at + (2 * i)); }
        at += 2 * contours;
        at += 2 + U16(at);
        var count = contours == 0 ? 0 : ends[^1] + 1;
        var flags = new byte[count];
        for (var i = 0; i < count; i++)
        {
            flags[i] = Bytes[at++];
            if ((flags[i] & 8) == 0) { continue; }
            for (var repeat = Bytes[at++]; repeat > 0 && i + 1 < count; repeat--, i++) { flags[i + 1] = flags[i]; }
        }
        var xs = Coordinates(2, 16);
        var ys = Coordinates(4, 32);
        var all = new List<GlyphContour>();
        for (int contour = 0, start = 0; contour < contours; start = ends[contour++] + 1)
        {
            all.Add(new([.. Enumerable.Range(start, ends[contour] + 1 - start)
                .Select(i => new GlyphPoint(xs[i], ys[i], (flags[i] & 1) != 0))]));
        }
        return all;

        int[] Coordinates(int shortBit, int sameBit)
        {
            var values = new int[count];
            for (int i = 0, value = 0; i < count; i++)
            {
                if ((flags[i] & shortBit) != 0) { value += (flags[i] & sameBit) != 0 ? Bytes[at++] : -Bytes[at++]; }
                else if ((flags[i] & sameBit) == 0)
                {
                    value += I16(at);
                    at += 2;
                }
                values[i] = value;
            }
            return values;
        }
    }

    private void Composite(int at, double a, double b, double c, double d, double dx, double dy, List<GlyphContour> into, int depth)
    {
        int flags;
        do
        {
            flags = U16(at);
            var part = (ushort)U16(at + 2);
            at += 4;
            double x, y;
            if ((flags & 1) != 0) { (x, y, at) = (I16(at), I16(at + 2), at + 4); }
            else { (x, y, at) = ((sbyte)Bytes[at], (sbyte)Bytes[at + 1], at + 2); }
            if ((flags & 2) == 0) { (x, y) = (0, 0); }
            double e = 1, f = 0, g = 0, h = 1;
            if ((flags & 8) != 0) { (e, h, at) = (F2Dot14(at), F2Dot14(at), at + 2); }
            else if ((flags & 64) != 0) { (e, h, at) = (F2Dot14(at), F2Dot14(at + 2), at + 4); }
            else if ((flags & 128) != 0) { (e, f, g, h, at) = (F2Dot14(at), F2Dot14(at + 2), F2Dot14(at + 4), F2Dot14(at + 6), at + 8); }
            Outline(
                part, (a * e) + (c * f), (b * e) + (d * f), (a * g) + (c * h), (b * g) + (d * h), (a * x) + (c * y) + dx,
                (b * x) + (d * y) + dy, into, depth + 1);
        }
        while ((flags & 32) != 0);
    }

    private void ReadCharacters()
    {
        var cmap = _tables["cmap"].Offset;
        var count = U16(cmap + 2);
        // A table of 32-bit characters (format 12) holds all that the 16-bit one (format 4) holds, so it comes last and wins.
        var found = Enumerable.Range(0, count).Select(i => cmap + 4 + (8 * i))
            .Where(e => U16(e) is 0 || (U16(e) == 3 && U16(e + 2) is 1 or 10))
            .Select(e => cmap + (int)U32(e + 4)).Where(t => U16(t) is 4 or 12).Distinct().OrderBy(t => U16(t));
        foreach (var table in found)
        {
            if (U16(table) == 4) { ReadFormat4(table); }
            else { ReadFormat12(table); }
        }
    }

    private void ReadFormat4(int table)
    {
        var segments = U16(table + 6) / 2;
        int ends = table + 14, starts = ends + (2 * segments) + 2, deltas = starts + (2 * segments), ranges = deltas + (2 * segments);
        for (var s = 0; s < segments; s++)
        {
            int start = U16(starts + (2 * s)), end = U16(ends + (2 * s)), delta = U16(deltas + (2 * s)), range = U16(ranges + (2 * s));
            for (var c = start; c <= end && c < 0xFFFF; c++)
            {
                var at = ranges + (2 * s) + range + (2 * (c - start));
                var glyph = range == 0 ? c + delta : at + 1 < Bytes.Length && U16(at) is > 0 and var g ? g + delta : 0;
                if ((glyph & 0xFFFF) > 0) { _glyphs[c] = (ushort)glyph; }
            }
        }
    }

    private void ReadFormat12(int table)
    {
        var groups = (int)U32(table + 12);
        for (var i = 0; i < groups; i++)
        {
            var at = table + 16 + (12 * i);
            var (start, end, glyph) = ((int)U32(at), (int)U32(at + 4), (int)U32(at + 8));
            for (var c = start; c <= end && c <= 0x10FFFF; c++) { _glyphs[c] = (ushort)(glyph + c - start); }
        }
    }

    /// <summary>Writes the tables of the first font of a collection one after the other; bitmaps for screens stay behind.</summary>
    private static byte[] FirstOf(byte[] collection)
    {
        var start = (int)BinaryPrimitives.ReadUInt32BigEndian(collection.AsSpan(12));
        var count = BinaryPrimitives.ReadUInt16BigEndian(collection.AsSpan(start + 4));
        var entries = Enumerable.Range(0, count).Select(i => start + 12 + (16 * i))
            .Where(at => Encoding.ASCII.GetString(collection, at, 4) is not ("EBDT" or "EBLC" or "EBSC" or "bdat" or "bloc" or "DSIG"))
                .ToArray();
        using var font = new MemoryStream();
        var header = new byte[12 + (16 * entries.Length)];
        collection.AsSpan(start, 12).CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)entries.Length);
        font.Write(header);
        foreach (var (i, at) in entries.Index())
        {
            var (offset, length) = ((int)BinaryPrimitives.ReadUInt32BigEndian(collection.AsSpan(at + 8)),
                (int)BinaryPrimitives.ReadUInt32BigEndian(collection.AsSpan(at + 12)));
            collection.AsSpan(at, 16).CopyTo(header.AsSpan(12 + (16 * i)));
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12 + (16 * i) + 8), (uint)font.Position);
            font.Write(collection.AsSpan(offset, length));
            while (font.Position % 4 != 0) { font.WriteByte(0); }
        }
        font.Position = 0;
        font.Write(header);
        return font.ToArray();
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at));

    private int I16(int at) => BinaryPrimitives.ReadInt16BigEndian(Bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(at));

    private double F2Dot14(int at) => I16(at) / 16384.0;
}

internal readonly record struct GlyphPoint(double X, double Y, bool OnCurve);

internal sealed record GlyphContour(IReadOnlyList<GlyphPoint> Points);
