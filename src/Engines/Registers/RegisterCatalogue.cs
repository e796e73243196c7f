using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>The registers in force, compiled once for each published version.</summary>
public sealed class RegisterCatalogue(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<RegisterTable> _compiled =
        new(artefacts, RegisterKind.Name, static a => new(RegisterReader.Read(a), a.Version));

    /// <summary>The newest version, or null where there is no such register.</summary>
    public RegisterTable? Find(string key) => _compiled.Latest(key);

    /// <summary>All registers, by group and title.</summary>
    public IEnumerable<RegisterTable> All() => _compiled.All().OrderBy(t => t.Definition.Group, StringComparer.Ordinal)
        .ThenBy(t => t.Definition.Key, StringComparer.Ordinal);

    /// <summary>Those the actor may read.</summary>
    public IEnumerable<RegisterTable> ReadableBy(Actor actor) => All().Where(t => t.Definition.Permissions.Read.Any(actor.May));
}
