using System.IO.Compression;
using System.Text;

namespace Zhengtong.Documents;

/// <summary>The bare structure of a PDF file: numbered objects, a table of where they are, a trailer. ISO 32000-1, 7.5.</summary>
internal sealed class PdfFile
{
    private readonly List<byte[]?> _objects = [null];

    /// <summary>A number for an object that is written later.</summary>
    internal int Reserve()
    {
        _objects.Add(null);
        return _objects.Count - 1;
    }

    internal int Add(string dictionary)
    {
        var number = Reserve();
        Set(number, dictionary);
        return number;
    }

    internal void Set(int number, string dictionary) => _objects[number] = Encoding.ASCII.GetBytes(dictionary);

    /// <summary>Bytes, compressed.</summary>
    /// <param name="entries">Further entries of the stream's dictionary.</param>
    internal int AddStream(byte[] data, string entries = "")
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) { deflate.Write(data); }
        var number = Reserve();
        _objects[number] =
        [
            .. Encoding.ASCII.GetBytes($"<< /Length {packed.Length} /Filter /FlateDecode {entries}>>\nstream\n"), .. packed.ToArray(),
            .. "\nendstream"u8,
        ];
        return number;
    }

    internal byte[] Write(int catalogue, int info)
    {
        using var file = new MemoryStream();
        // The second line tells programs that move files that this one is binary.
        file.Write("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n"u8);
        var places = new long[_objects.Count];
        for (var i = 1; i < _objects.Count; i++)
        {
            places[i] = file.Position;
            file.Write(Encoding.ASCII.GetBytes($"{i} 0 obj\n"));
            file.Write(_objects[i] ?? throw new InvalidOperationException($"object {i} was reserved and never written"));
            file.Write("\nendobj\n"u8);
        }
        var start = file.Position;
        file.Write(Encoding.ASCII.GetBytes($"xref\n0 {_objects.Count}\n0000000000 65535 f \n"));
        for (var i = 1; i < _objects.Count; i++) { file.Write(Encoding.ASCII.GetBytes($"{places[i]:D10} 00000 n \n")); }
        file.Write(Encoding.ASCII.GetBytes($"trailer\n<< /Size {_objects.Count} /Root {catalogue} 0 R /Info {info} 0 R >>\nstartxref\n{start}\n%%EOF\n"));
        return file.ToArray();
    }

    /// <summary>Text of any script as a PDF string.</summary>
    internal static string Text(string text) =>
        text.All(c => c is >= ' ' and < '\u007f' and not ('(' or ')' or '\\'))
            ? $"({text})"
            : $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";
}
