using System.Text;
using System.Xml;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

/// <summary>Bounds of what a reader takes from strangers.</summary>
public sealed record BpmnReaderOptions
{
    public static readonly BpmnReaderOptions Standard = new();

    public int MaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Nesting of XML elements.</summary>
    public int MaxDepth { get; init; } = 100;

    public int MaxElements { get; init; } = 100_000;
}

/// <summary>What reading gave: a file, or the faults that prevented it.</summary>
public sealed record BpmnReadResult(BpmnFile? File, Items<BpmnFault> Faults)
{
    public bool IsSuccess => File is not null;

    /// <summary>The file; faults become an exception. For texts that the caller itself wrote.</summary>
    public BpmnFile Require() => File ?? throw new FormatException(string.Join("; ", Faults));
}

/// <summary>Reads BPMN 2.0 XML. Never fetches, never expands entities, never throws for what is in the text.</summary>
public static class BpmnReader
{
    public static BpmnReadResult Read(string xml, BpmnReaderOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(xml), options, isText: true);

    public static BpmnReadResult Read(byte[] xml, BpmnReaderOptions? options = null) => Read(xml, options, isText: false);

    private static BpmnReadResult Read(byte[] xml, BpmnReaderOptions? options, bool isText)
    {
        var bounds = options ?? BpmnReaderOptions.Standard;
        if (xml.Length > bounds.MaxBytes)
        {
            return Refused("bpmn.too-large", $"The file has {xml.Length} bytes; at most {bounds.MaxBytes} are read.");
        }

        try
        {
            // Two passes: the bounds are checked before any tree exists.
            using (var scan = Open(xml, bounds, isText))
            {
                if (Scan(scan, bounds) is { } fault)
                {
                    return new(null, [fault]);
                }
            }

            using var reader = Open(xml, bounds, isText);
            return Build(XDocument.Load(reader, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace));
        }
        catch (XmlException e)
        {
            // A document type declaration is refused without saying where it was met.
            var (line, column) = e.LineNumber > 0 ? (e.LineNumber, e.LinePosition) : PlaceOf(xml, "<!DOCTYPE"u8);
            return Refused("bpmn.not-xml", $"This is not well-formed XML, or holds what is not allowed here: {e.Message}", line, column);
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            // an encoding name that does not exist, or bytes that are not in the encoding the file names
            return Refused("bpmn.not-xml", "The text is not in the encoding that it declares.");
        }
    }

    private static (int Line, int Column) PlaceOf(ReadOnlySpan<byte> xml, ReadOnlySpan<byte> text)
    {
        var at = xml.IndexOf(text);
        return at < 0 ? (0, 0) : (xml[..at].Count((byte)'\n') + 1, at - xml[..at].LastIndexOf((byte)'\n'));
    }

    private static XmlReader Open(byte[] xml, BpmnReaderOptions bounds, bool isText)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = bounds.MaxBytes,
            CloseInput = true,
        };
        var stream = new MemoryStream(xml, writable: false);
        // A string has no encoding any more, whatever its declaration says.
        return isText ? XmlReader.Create(new StreamReader(stream, Encoding.UTF8), settings) : XmlReader.Create(stream, settings);
    }

    private static BpmnFault? Scan(XmlReader reader, BpmnReaderOptions bounds)
    {
        var info = (IXmlLineInfo)reader;
        for (var elements = 0; reader.Read();)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (reader.Depth > bounds.MaxDepth)
            {
                return new(
                    "bpmn.too-deep", $"Elements are nested deeper than {bounds.MaxDepth}.", null, info.LineNumber, info.LinePosition);
            }

            if (++elements > bounds.MaxElements)
            {
                return new(
                    "bpmn.too-large", $"The file has more than {bounds.MaxElements} elements.", null, info.LineNumber, info.LinePosition);
            }
        }

        return null;
    }

    private static BpmnReadResult Build(XDocument document)
    {
        var root = document.Root!; // a document that loaded has a root
        if (root.Name != BpmnNames.Model + "definitions")
        {
            var (line, column) = root.Place();
            return Refused("bpmn.not-bpmn", $"The root is '{root.Name.LocalName}'; 'definitions' of BPMN 2.0 is expected.", line, column);
        }

        if (DuplicateIds(document) is { Count: > 0 } duplicates)
        {
            return new(null, duplicates);
        }

        return new(FileBuilder.Build(document), []);
    }

    private static Items<BpmnFault> DuplicateIds(XDocument document)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<BpmnFault>();
        foreach (var element in document.Descendants().Where(e => e.Name.Namespace == BpmnNames.Model))
        {
            if (element.Text("id") is { } id && !seen.Add(id))
            {
                var (line, column) = element.Place();
                faults.Add(new("bpmn.duplicate-id", $"The id '{id}' is used twice; every element needs its own.", id, line, column));
            }
        }

        return faults.Freeze();
    }

    private static BpmnReadResult Refused(string code, string message, int line = 0, int column = 0) =>
        new(null, [new(code, message, null, line, column)]);
}
