using System.Collections.Concurrent;
using System.Text;

namespace Zhengtong.Documents;

/// <summary>A font that documents are set in.</summary>
internal sealed record DocumentFont(string Name, TrueTypeFile File);

/// <summary>
/// The Chinese fonts of this machine. Official documents want a Song face; where none is installed, a sans face does. A character that the
/// first font lacks is taken from the next.
/// </summary>
public sealed class FontLibrary
{
    /// <summary>In order of preference: Song faces, then faces without serifs, then fonts for other scripts.</summary>
    private static readonly string[] Preferred =
    [
        "simfang.ttf", "FZFSK.TTF", "simsun.ttc", "simsun.ttf", "gbsn00lp.ttf", "uming.ttc", "wqy-zenhei.ttc", "wqy-zenhei.ttf",
        "wqy-microhei.ttc",
        "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "DejaVuSans.ttf",
    ];

    private static readonly string[] SystemFolders =
    [
        "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts/truetype",
        Environment.GetFolderPath(Environment.SpecialFolder.Fonts),
    ];

    private static readonly ConcurrentDictionary<string, FontLibrary> Libraries = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<DocumentFont>> _fonts;
    private readonly ConcurrentDictionary<int, (int Font, double Advance)> _known = [];

    private FontLibrary(IReadOnlyList<string> folders) => _fonts = new(() => Find([.. folders, .. SystemFolders]));

    /// <summary>True where Chinese can be set at all.</summary>
    public bool HasChinese => Fonts.Any(f => f.File.GlyphOf(new Rune('政')) != 0);

    /// <summary>Names of the fonts in use, for the health page.</summary>
    public IReadOnlyList<string> Names => [.. Fonts.Select(f => f.Name)];

    internal IReadOnlyList<DocumentFont> Fonts => _fonts.Value;

    /// <summary>The library over these folders and the system's; the same one for the whole process, because fonts are large.</summary>
    public static FontLibrary Of(IReadOnlyList<string> folders) => Libraries.GetOrAdd(string.Join('|', folders), _ => new(folders));

    /// <summary>Which font has a character and how wide it is, in ems.</summary>
    internal (int Font, double Advance) Measure(Rune character) => _known.GetOrAdd(character.Value, static (code, fonts) =>
    {
        var rune = new Rune(code);
        for (var i = 0; i < fonts.Count; i++)
        {
            if (fonts[i].File.GlyphOf(rune) is > 0 and var glyph) { return (i, fonts[i].File.AdvanceOf(glyph)); }
        }
        return (0, rune.Value < 0x2E80 ? 0.5 : 1);
    }, Fonts);

    private static IReadOnlyList<DocumentFont> Find(IReadOnlyList<string> folders)
    {
        var files = folders.Where(f => f.Length > 0 && Directory.Exists(f))
            .SelectMany(f => Directory.EnumerateFiles(
                f, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
            .Where(f => Path.GetExtension(f).ToLowerInvariant() is ".ttf" or ".ttc")
            .GroupBy(f => Path.GetFileName(f).ToLowerInvariant()).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var found = new List<DocumentFont>();
        foreach (var name in Preferred)
        {
            // Three are enough: each costs megabytes and the later ones only help out.
            if (found.Count == 3) { break; }
            if (files.TryGetValue(name.ToLowerInvariant(), out var path) && TrueTypeFile.Load(path) is { } file)
            {
                found.Add(new(Path.GetFileNameWithoutExtension(name), file));
            }
        }
        return found;
    }
}
