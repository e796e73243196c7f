using System.Collections.Concurrent;
using PdfSharp.Fonts;

namespace Zhengtong.Documents;

/// <summary>Gives the PDF library our fonts and no others. One for the process: the library knows no other way.</summary>
internal sealed class DocumentFontResolver : IFontResolver
{
    private static readonly ConcurrentDictionary<string, byte[]> Faces = new(StringComparer.OrdinalIgnoreCase);
    private static readonly Lock Gate = new();

    public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) =>
        Faces.ContainsKey(familyName) ? new(familyName, isBold, isItalic) : null;

    public byte[]? GetFont(string faceName) => Faces.GetValueOrDefault(faceName);

    internal static void Use(IEnumerable<DocumentFont> fonts)
    {
        foreach (var font in fonts) { Faces.TryAdd(font.Name, font.File.Bytes); }
        lock (Gate)
        {
            if (GlobalFontSettings.FontResolver is not DocumentFontResolver) { GlobalFontSettings.FontResolver = new DocumentFontResolver(); }
        }
    }
}
