using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Designers;

/// <summary>What the workbench knows of a kind of definition beyond what its owner says by <see cref="IArtefactKind"/>.</summary>
/// <param name="Language">Of the text: <c>yaml</c>, <c>json</c>, <c>xml</c>, <c>html</c>.</param>
/// <param name="Designer">The visual designer; null where there is a form page or only text.</param>
/// <param name="Edit">Permission to keep drafts.</param>
/// <param name="Publish">Permission to put a version into force or out of it.</param>
public sealed record DefinitionKind(IArtefactKind Owner, string Language, DesignerKind? Designer, string Edit, string Publish)
{
    public string Name => Owner.Kind;

    public string Title => Owner.Title;

    /// <summary>Name of the file within a pack: owners read the key of some kinds from it.</summary>
    public string PathOf(string key) => $"{Owner.Folder}/{FileOf(key)}";

    public string FileOf(string key) => Owner.Patterns[0].Replace("*", key, StringComparison.Ordinal);

    public ArtefactSource Source(string key, string content, string pack = DefinitionKinds.LocalPack) => new(pack, PathOf(key), content);
}

/// <summary>The kinds that are edited here, in the order of the list.</summary>
public sealed class DefinitionKinds
{
    /// <summary>The pack of what was made in the workbench.</summary>
    public const string LocalPack = "local";

    /// <summary>Registers have a designer of their own, because a change of theirs changes tables.</summary>
    public const string Register = "register";

    private static readonly (string Kind, string Language, DesignerKind? Designer, string Edit, string Publish)[] Known =
    [
        ("service", "yaml", null, "services.edit", "services.publish"),
        ("form", "json", DesignerKind.Form, "forms.edit", "forms.publish"),
        ("decision", "xml", DesignerKind.Dmn, "decisions.edit", "decisions.publish"),
        ("process", "xml", DesignerKind.Bpmn, "processes.edit", "processes.publish"),
        ("document", "html", null, "documents.edit", "documents.publish"),
        ("code-list", "yaml", null, "codes.edit", "codes.edit"),
    ];

    private readonly DefinitionKind? _register;

    public DefinitionKinds(IEnumerable<IArtefactKind> owners)
    {
        var byName = owners.ToDictionary(o => o.Kind);
        Owners = [.. byName.Values.OrderBy(o => o.Order)];
        // A platform composed without a part does without its definitions.
        All = [.. Known.Where(k => byName.ContainsKey(k.Kind))
            .Select(k => new DefinitionKind(byName[k.Kind], k.Language, k.Designer, k.Edit, k.Publish))];
        _register = byName.TryGetValue(Register, out var register)
            ? new(register, "yaml", null, "registers.design", "registers.publish")
            : null;
    }

    public IReadOnlyList<DefinitionKind> All { get; }

    /// <summary>Every kind of the platform, also those that are not edited here: references may lead to them.</summary>
    public IReadOnlyList<IArtefactKind> Owners { get; }

    /// <summary>Also registers, which are edited elsewhere and published like all others.</summary>
    public DefinitionKind? FindAny(string? name) => Find(name) ?? (name == Register ? _register : null);

    public DefinitionKind? Find(string? name) => All.FirstOrDefault(k => k.Name == name);

    public string TitleOf(string kind) => Owners.FirstOrDefault(o => o.Kind == kind)?.Title ?? kind;
}
