using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>Published templates, compiled once per version.</summary>
public sealed class DocumentTemplates(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<DocumentTemplate> _templates = new(artefacts, DocumentsModule.Kind, Compile);

    public DocumentTemplate? Latest(string key) => _templates.Latest(key);

    public IEnumerable<DocumentTemplate> All() => _templates.All();

    private static DocumentTemplate Compile(Artefact artefact)
    {
        var faults = new List<Fault>();
        var template = TemplateReader.Read(artefact.Key, artefact.Content, faults);
        return faults.Count == 0
            ? template with { Version = artefact.Version }
            : throw new InvalidOperationException($"published document {artefact.Key} v{artefact.Version} does not read any more: {faults[0]}");
    }
}
