using System.Text;

namespace Zhengtong.Documents;

/// <summary>One font of a document: collects the characters in use and embeds just these, with a table that leads back from glyphs to
/// text.</summary>
internal sealed class PdfFont(DocumentFont font, string name)
{
    private readonly List<ushort> _glyphs = [0];
    private readonly Dictionary<Rune, int> _numbers = [];

    /// <summary>Name in the resources of pages.</summary>
    internal string Name { get; } = name;

    internal int NumberOf(Rune character)
    {
        if (_numbers.TryGetValue(character, out var number)) { return number; }
        _numbers[character] = _glyphs.Count;
        _glyphs.Add(font.File.GlyphOf(character));
        return _glyphs.Count - 1;
    }

    internal int Embed(PdfFile file)
    {
        var (ascent, descent, box) = font.File.Metrics;
        // The tag before the name says that the font is a part of the one of that name.
        var title = $"ZTDOCS+{string.Concat(font.Name.Where(char.IsAsciiLetterOrDigit))}";
        var data = font.File.Subset(Distinct(out var places));
        var program = file.AddStream(data, $"/Length1 {data.Length} ");
        var descriptor = file.Add(
            $"<< /Type /FontDescriptor /FontName /{title} /Flags 4 /FontBBox [{string.Join(' ', box)}] /ItalicAngle 0 /Ascent {ascent} /Descent {descent} /CapHeight {ascent} /StemV 80 /FontFile2 {program} 0 R >>");
        var map = file.AddStream(Places(places));
        var widths = string.Join(' ', _glyphs.Select(g => PdfCanvas.N(font.File.AdvanceOf(g) * 1000)));
        var descendant = file.Add(
            $"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{title} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 1000 /W [0 [{widths}]] /CIDToGIDMap {map} 0 R >>");
        var unicode = file.AddStream(Encoding.ASCII.GetBytes(ToUnicode()));
        return file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{title} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    /// <summary>Two characters may share a glyph but not a number: each must lead back to its own text.</summary>
    private List<ushort> Distinct(out int[] places)
    {
        var distinct = _glyphs.Distinct().ToList();
        places = [.. _glyphs.Select(g => distinct.IndexOf(g))];
        return distinct;
    }

    private static byte[] Places(int[] places) => [.. places.SelectMany(p => new[] { (byte)(p >> 8), (byte)p })];

    private string ToUnicode()
    {
        var text = new StringBuilder(
            """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange

            """);
        foreach (var part in _numbers.OrderBy(n => n.Value).Chunk(100))
        {
            text.Append(part.Length).Append(" beginbfchar\n");
            foreach (var (rune, number) in part)
            {
                text.Append($"<{number:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(rune.ToString()))}>\n");
            }
            text.Append("endbfchar\n");
        }
        return text.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
