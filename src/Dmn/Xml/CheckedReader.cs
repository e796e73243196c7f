using System.Xml;
using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

/// <summary>Loads a document while watching its depth: trees are walked recursively later.</summary>
internal static class CheckedReader
{
    private const int MaxDepth = 500;

    public static void CheckDepth(XmlReader source, out XDocument document)
    {
        using var reader = new DepthReader(source);
        document = XDocument.Load(reader, LoadOptions.SetLineInfo);
    }

    private sealed class DepthReader(XmlReader inner) : XmlReader, IXmlLineInfo
    {
        private IXmlLineInfo? Lines => inner as IXmlLineInfo;

        public override int AttributeCount => inner.AttributeCount;

        public override string BaseURI => inner.BaseURI;

        public override int Depth => inner.Depth;

        public override bool EOF => inner.EOF;

        public override bool IsEmptyElement => inner.IsEmptyElement;

        public override string LocalName => inner.LocalName;

        public override string NamespaceURI => inner.NamespaceURI;

        public override XmlNameTable NameTable => inner.NameTable;

        public override XmlNodeType NodeType => inner.NodeType;

        public override string Prefix => inner.Prefix;

        public override ReadState ReadState => inner.ReadState;

        public override string Value => inner.Value;

        public int LineNumber => Lines?.LineNumber ?? 0;

        public int LinePosition => Lines?.LinePosition ?? 0;

        public bool HasLineInfo() => Lines?.HasLineInfo() ?? false;

        public override bool Read()
        {
            if (inner.Depth > MaxDepth)
            {
                throw new XmlException($"Elements are nested deeper than {MaxDepth} levels.", null, LineNumber, LinePosition);
            }

            return inner.Read();
        }

        public override string GetAttribute(int i) => inner.GetAttribute(i);

        public override string? GetAttribute(string name) => inner.GetAttribute(name);

        public override string? GetAttribute(string name, string? namespaceURI) => inner.GetAttribute(name, namespaceURI);

        public override string? LookupNamespace(string prefix) => inner.LookupNamespace(prefix);

        public override bool MoveToAttribute(string name) => inner.MoveToAttribute(name);

        public override bool MoveToAttribute(string name, string? ns) => inner.MoveToAttribute(name, ns);

        public override bool MoveToElement() => inner.MoveToElement();

        public override bool MoveToFirstAttribute() => inner.MoveToFirstAttribute();

        public override bool MoveToNextAttribute() => inner.MoveToNextAttribute();

        public override bool ReadAttributeValue() => inner.ReadAttributeValue();

        public override void ResolveEntity() => inner.ResolveEntity();
    }
}
