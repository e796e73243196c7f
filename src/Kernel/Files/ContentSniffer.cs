using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>What a file really is, by its content.</summary>
/// <param name="Type">Media type.</param>
/// <param name="Ending">Usual ending, without a dot.</param>
/// <param name="Fault">Chinese: why it is not whole, e.g. a picture cut off; null when it looks whole.</param>
public sealed record SniffedContent(string Type, string Ending, int? Width = null, int? Height = null, string? Fault = null);

/// <summary>Recognises files by magic bytes and inner structure; names and declared types prove nothing.</summary>
public static class ContentSniffer
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] CompoundFile = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// <summary>Endings that mean the same content.</summary>
    private static readonly Dictionary<string, string> Same = new(StringComparer.Ordinal)
    {
        ["jpeg"] = "jpg", ["jpe"] = "jpg", ["tiff"] = "tif", ["htm"] = "html", ["dot"] = "doc", ["wps"] = "doc", ["et"] = "xls",
        ["log"] = "txt", ["md"] = "txt", ["csv"] = "txt", ["tsv"] = "txt", ["json"] = "txt", ["yaml"] = "txt", ["yml"] = "txt",
        ["m4v"] = "mp4",
        ["m4a"] = "mp4", ["mov"] = "mp4",
    };

    /// <summary>Whether content of this kind may go by that ending.</summary>
    public static bool Fits(SniffedContent content, string ending)
    {
        ending = ending.ToLowerInvariant();
        // Old Office documents share one container; which of them it is lies deep inside and is no danger.
        if (content.Ending is "doc") { return ending is "doc" or "xls" or "ppt" or "wps" or "et" or "dps"; }
        return content.Ending == ending || content.Ending == Same.GetValueOrDefault(ending);
    }

    /// <param name="content">Seekable; its position is not kept.</param>
    public static async Task<SniffedContent> SniffAsync(Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var head = new byte[(int)Math.Min(content.Length, 64 * 1024)];
        await content.ReadExactlyAsync(head, cancellationToken);
        if (head.AsSpan().StartsWith("PK\x03\x04"u8) || head.AsSpan().StartsWith("PK\x05\x06"u8)) { return Archive(content); }
        if (head.AsSpan(0, Math.Min(head.Length, 1024)).IndexOf("%PDF-"u8) is >= 0) { return await PdfAsync(content, cancellationToken); }
        return Picture(head, content.Length) ?? Media(head) ?? Text(head, content.Length);
    }

    private static SniffedContent? Picture(ReadOnlySpan<byte> head, long length)
    {
        if (head.StartsWith(Png))
        {
            var whole = head.Length >= 33 && head.Slice(12, 4).SequenceEqual("IHDR"u8);
            return whole
                ? Sized("image/png", "png", BinaryPrimitives.ReadInt32BigEndian(head[16..]),
                    BinaryPrimitives.ReadInt32BigEndian(head[20..]))
                : Broken("image/png", "png");
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) { return Jpeg(head, length); }
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return head.Length >= 13
                ? Sized("image/gif", "gif", BinaryPrimitives.ReadUInt16LittleEndian(head[6..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(head[8..]))
                : Broken("image/gif", "gif");
        }
        if (head.StartsWith("BM"u8) && head.Length >= 26 && BinaryPrimitives.ReadInt32LittleEndian(head[14..]) is 40 or 108 or 124)
        {
            return Sized("image/bmp", "bmp", BinaryPrimitives.ReadInt32LittleEndian(head[18..]),
                Math.Abs(BinaryPrimitives.ReadInt32LittleEndian(head[22..])));
        }
        if (head.StartsWith("RIFF"u8) && head.Length >= 16 && head.Slice(8, 4).SequenceEqual("WEBP"u8))
        {
            return new("image/webp", "webp");
        }
        return head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? new("image/tiff", "tif") : null;
    }

    /// <summary>Walks the segments up to the frame header, which holds the size; a header that never comes means a broken
    /// picture.</summary>
    private static SniffedContent Jpeg(ReadOnlySpan<byte> head, long length)
    {
        for (var at = 2; at + 9 < head.Length && head[at] == 0xFF;)
        {
            var marker = head[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return Sized("image/jpeg", "jpg", BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }
            var size = BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
            if (size < 2) { return Broken("image/jpeg", "jpg"); }
            at += size + 2;
            // Cameras put previews before the frame header: beyond what was read, the rest is taken on trust.
            if (at + 9 >= head.Length && length > head.Length) { return new("image/jpeg", "jpg"); }
        }
        return Broken("image/jpeg", "jpg");
    }

    private static SniffedContent? Media(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(CompoundFile)) { return new("application/msword", "doc"); }
        if (head.StartsWith("{\\rtf"u8)) { return new("application/rtf", "rtf"); }
        if (head.StartsWith("Rar!"u8)) { return new("application/vnd.rar", "rar"); }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF])) { return new("application/x-7z-compressed", "7z"); }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) { return new("application/gzip", "gz"); }
        if (head.Length > 12 && head.Slice(4, 4).SequenceEqual("ftyp"u8)) { return new("video/mp4", "mp4"); }
        if (head.StartsWith("ID3"u8) || head is [0xFF, 0xFB or 0xF3 or 0xF2, ..]) { return new("audio/mpeg", "mp3"); }
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head.Slice(8, 4).SequenceEqual("WAVE"u8)) { return new("audio/wav", "wav"); }
        if (head.StartsWith("MZ"u8)) { return new("application/vnd.microsoft.portable-executable", "exe"); }
        return head.StartsWith((ReadOnlySpan<byte>)[0x7F, 0x45, 0x4C, 0x46]) ? new("application/x-executable", "elf") : null;
    }

    private static async Task<SniffedContent> PdfAsync(Stream content, CancellationToken cancellationToken)
    {
        // The trailer is at the end; without it the file was cut off on its way.
        var tail = new byte[(int)Math.Min(content.Length, 2048)];
        content.Position = content.Length - tail.Length;
        await content.ReadExactlyAsync(tail, cancellationToken);
        var isWhole = tail.AsSpan().IndexOf("%%EOF"u8) >= 0;
        return new("application/pdf", "pdf", Fault: isWhole ? null : "PDF 文件不完整，请重新导出后上传");
    }

    /// <summary>A zip is what its parts say; only its directory is read, nothing is unpacked.</summary>
    private static SniffedContent Archive(Stream content)
    {
        try
        {
            content.Position = 0;
            using var zip = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            bool Has(string name) => zip.GetEntry(name) is not null;
            if (Has("[Content_Types].xml"))
            {
                if (Has("word/document.xml"))
                {
                    return new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx");
                }
                if (Has("xl/workbook.xml")) { return new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"); }
                if (Has("ppt/presentation.xml"))
                {
                    return new("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx");
                }
            }
            return Has("OFD.xml") ? new("application/ofd", "ofd") : new("application/zip", "zip");
        }
        catch (InvalidDataException)
        {
            return new("application/zip", "zip", Fault: "压缩文件已损坏");
        }
    }

    private static SniffedContent Text(ReadOnlySpan<byte> head, long length)
    {
        if (head.IsEmpty) { return new("text/plain", "txt", Fault: "文件是空的"); }
        // A character cut in two by the end of what was read is no fault.
        var sample = length > head.Length ? head[..^3] : head;
        while (length > head.Length && sample.Length > 0 && (sample[^1] & 0xC0) == 0x80) { sample = sample[..^1]; }
        if (length > head.Length && sample.Length > 0 && sample[^1] >= 0xC0) { sample = sample[..^1]; }
        if (head.IndexOf((byte)0) >= 0 || !(IsUtf8(sample) || IsGb18030(sample))) { return new("application/octet-stream", "bin"); }
        var start = Encoding.UTF8.GetString(sample[..Math.Min(sample.Length, 1024)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n')
            .ToLowerInvariant();
        if (start.StartsWith("<!doctype html", StringComparison.Ordinal) || start.StartsWith("<html", StringComparison.Ordinal)
            || start.Contains("<script", StringComparison.Ordinal))
        {
            return new("text/html", "html");
        }
        if (start.StartsWith("<svg", StringComparison.Ordinal)
            || (start.StartsWith("<?xml", StringComparison.Ordinal) && start.Contains("<svg", StringComparison.Ordinal)))
        {
            return new("image/svg+xml", "svg");
        }
        return start.StartsWith("<?xml", StringComparison.Ordinal) ? new("application/xml", "xml") : new("text/plain", "txt");
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    /// <summary>Spreadsheets saved as CSV in China are often GB 18030: pairs with a high first byte and a second one that is no
    /// control.</summary>
    private static bool IsGb18030(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
            {
                if (bytes[i] < 0x09) { return false; }
                continue;
            }
            if (bytes[i] is 0x80 or 0xFF) { return false; }
            if (i + 1 >= bytes.Length) { return true; }
            if (bytes[i + 1] is >= 0x30 and <= 0x39) { i += 3; }
            else if (bytes[i + 1] is >= 0x40 and not (0x7F or 0xFF)) { i++; }
            else { return false; }
        }
        return true;
    }

    private static SniffedContent Sized(string type, string ending, int width, int height) =>
        width is > 0 and <= 30_000 && height is > 0 and <= 30_000 ? new(type, ending, width, height) : Broken(type, ending);

    private static SniffedContent Broken(string type, string ending) => new(type, ending, Fault: "图片已损坏或不完整，请重新拍照或扫描后上传");
}
