using System.Buffers.Binary;
using System.Text;

namespace Zhengtong.Documents;

/// <summary>Makes a small font of the glyphs that a document uses.</summary>
internal sealed partial class TrueTypeFile
{
    private static readonly string[] Copied = ["cvt ", "fpgm", "prep"];

    /// <summary>Ascent, descent and bounding box in thousandths of the em, for the descriptor of the font.</summary>
    internal (int Ascent, int Descent, int[] Box) Metrics
    {
        get
        {
            var (hhea, head) = (_tables["hhea"].Offset, _tables["head"].Offset);
            return (Thousandths(I16(hhea + 4)), Thousandths(I16(hhea + 6)),
                [.. Enumerable.Range(0, 4).Select(i => Thousandths(I16(head + 36 + (2 * i))))]);
        }
    }

    /// <summary>
    /// A font of these glyphs and of those that they are composed of, numbered anew from 0 in the order given; the first must be glyph 0.
    /// </summary>
    internal byte[] Subset(IReadOnlyList<ushort> wanted)
    {
        var glyphs = new List<ushort>(wanted);
        var number = glyphs.Index().ToDictionary(g => g.Item, g => g.Index);
        var outlines = new MemoryStream();
        var places = new List<uint> { 0 };
        // Composite glyphs add their parts to the end of the list while it is walked.
        for (var i = 0; i < glyphs.Count; i++)
        {
            var data = GlyphData(glyphs[i]).ToArray();
            Renumber(data, part =>
            {
                if (!number.TryGetValue(part, out var at))
                {
                    number[part] = at = glyphs.Count;
                    glyphs.Add(part);
                }
                return (ushort)at;
            });
            outlines.Write(data);
            while (outlines.Length % 4 != 0) { outlines.WriteByte(0); }
            places.Add((uint)outlines.Length);
        }
        var tables = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["glyf"] = outlines.ToArray(), ["loca"] = Words(places), ["hmtx"] = HorizontalMetrics(glyphs), ["head"] = Table("head"),
            ["hhea"] = Table("hhea"),
            ["maxp"] = Table("maxp"),
        };
        foreach (var name in Copied.Where(_tables.ContainsKey)) { tables[name] = Table(name); }
        BinaryPrimitives.WriteUInt16BigEndian(tables["head"].AsSpan(50), 1);
        BinaryPrimitives.WriteUInt32BigEndian(tables["head"].AsSpan(8), 0);
        BinaryPrimitives.WriteUInt16BigEndian(tables["hhea"].AsSpan(34), (ushort)glyphs.Count);
        BinaryPrimitives.WriteUInt16BigEndian(tables["maxp"].AsSpan(4), (ushort)glyphs.Count);
        return Assemble(tables);
    }

    private int Thousandths(int units) => (int)Math.Round(units * 1000.0 / UnitsPerEm);

    private byte[] Table(string name) => Bytes.AsSpan(_tables[name].Offset, _tables[name].Length).ToArray();

    private ReadOnlySpan<byte> GlyphData(ushort glyph)
    {
        var loca = _tables["loca"].Offset;
        var from = _longLocations ? (int)U32(loca + (4 * glyph)) : 2 * U16(loca + (2 * glyph));
        var to = _longLocations ? (int)U32(loca + (4 * glyph) + 4) : 2 * U16(loca + (2 * glyph) + 2);
        return to <= from ? [] : Bytes.AsSpan(_tables["glyf"].Offset + from, to - from);
    }

    private static void Renumber(byte[] data, Func<ushort, ushort> number)
    {
        if (data.Length < 10 || BinaryPrimitives.ReadInt16BigEndian(data) >= 0) { return; }
        for (var at = 10; ;)
        {
            var flags = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(at + 2), number(BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at + 2))));
            at += 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 64) != 0 ? 4 : (flags & 128) != 0 ? 8 : 0);
            if ((flags & 32) == 0) { return; }
        }
    }

    private byte[] HorizontalMetrics(List<ushort> glyphs)
    {
        var bytes = new byte[4 * glyphs.Count];
        foreach (var (i, glyph) in glyphs.Index())
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                bytes.AsSpan(4 * i), (ushort)U16(_tables["hmtx"].Offset + (4 * Math.Min(glyph, _longMetrics - 1))));
            // The side bearing is the left edge of the outline, as far as anybody who draws it cares.
            var data = GlyphData(glyph);
            if (data.Length >= 4) { data.Slice(2, 2).CopyTo(bytes.AsSpan((4 * i) + 2)); }
        }
        return bytes;
    }

    private static byte[] Words(List<uint> values)
    {
        var bytes = new byte[4 * values.Count];
        foreach (var (i, value) in values.Index()) { BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), value); }
        return bytes;
    }

    private static byte[] Assemble(SortedDictionary<string, byte[]> tables)
    {
        var header = new byte[12 + (16 * tables.Count)];
        var power = (int)Math.Log2(tables.Count);
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)tables.Count);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)(16 << power));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(8), (ushort)power);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)((16 * tables.Count) - (16 << power)));
        using var body = new MemoryStream();
        foreach (var (i, (name, data)) in tables.Index())
        {
            var entry = header.AsSpan(12 + (16 * i));
            Encoding.ASCII.GetBytes(name, entry);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], CheckSum(data));
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], (uint)(header.Length + body.Length));
            BinaryPrimitives.WriteUInt32BigEndian(entry[12..], (uint)data.Length);
            body.Write(data);
            while (body.Length % 4 != 0) { body.WriteByte(0); }
        }
        return [.. header, .. body.ToArray()];
    }

    private static uint CheckSum(byte[] data)
    {
        var sum = 0u;
        for (var i = 0; i < data.Length; i++) { sum = unchecked(sum + ((uint)data[i] << (24 - (8 * (i % 4))))); }
        return sum;
    }
}
