using Zhengtong.Kernel;

namespace Zhengtong.Operations.Controls;

/// <summary>Control libraries in packs: <c>controls/*.tsv</c>.</summary>
internal sealed class ControlLibraryKind : IArtefactKind
{
    public const string Name = "control-library";

    public string Kind => Name;

    public string Title => "安全控制项";

    public string Folder => "controls";

    public IReadOnlyList<string> Patterns { get; } = ["*.tsv"];

    public int Order => 95;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var library = ControlLibrary.Parse(source.Path, source.Content, []);
        var key = library.Key.Length > 0 ? library.Key : Path.GetFileNameWithoutExtension(source.Path);
        return (key, library.Title.Length > 0 ? library.Title : key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        ControlLibrary.Parse(source.Path, source.Content, faults);
        return faults;
    }
}

/// <summary>The installed libraries, in memory.</summary>
public sealed class ControlLibraries(ArtefactStore store)
{
    private readonly CompiledArtefacts<ControlLibrary> _compiled = new(
        store, ControlLibraryKind.Name, a => ControlLibrary.Parse(a.Key, a.Content, []));

    public ControlLibrary? Find(string key) => _compiled.Latest(key);

    public IEnumerable<ControlLibrary> All => _compiled.All();
}
