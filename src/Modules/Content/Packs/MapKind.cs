using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Packs;

/// <summary>Maps in packs: <c>maps/*.geojson</c>, outlines of regions.</summary>
internal sealed class MapKind : IArtefactKind
{
    public const string Name = "map";

    public string Kind => Name;

    public string Title => "地图";

    public string Folder => "maps";

    public IReadOnlyList<string> Patterns { get; } = ["*.geojson"];

    public int Order => 80;

    public (string Key, string Title) Identify(ArtefactSource source) =>
        (Path.GetFileNameWithoutExtension(source.Path), Path.GetFileNameWithoutExtension(source.Path));

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        MapShapes.Read(source.Content, message => faults.Add(new(source.Path, 0, "", message)));
        return faults;
    }
}
