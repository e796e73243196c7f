using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>Document templates in packs: <c>documents/&lt;key&gt;.html</c>.</summary>
internal sealed class DocumentKind : IArtefactKind
{
    public string Kind => DocumentsModule.Kind;

    public string Title => "文书模板";

    public string Folder => "documents";

    public IReadOnlyList<string> Patterns { get; } = ["*.html"];

    public int Order => 60;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var template = TemplateReader.Read(source.Path, source.Content, []);
        var key = template.Key.Length > 0 ? template.Key : Path.GetFileNameWithoutExtension(source.Path);
        return (key, template.Title.Length > 0 ? template.Title : key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        TemplateReader.Read(source.Path, source.Content, faults);
        return faults;
    }
}
