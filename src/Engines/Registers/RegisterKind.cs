using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Tells the packs how registers are checked and published: the table is made or changed in the publication's
/// transaction.</summary>
public sealed class RegisterKind(SchemaApplier applier) : IArtefactKind
{
    public const string Name = "register";

    public string Kind => Name;

    public string Title => "台账";

    public string Folder => "registers";

    public IReadOnlyList<string> Patterns { get; } = ["*.yaml", "*.yml"];

    public int Order => 40;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var yaml = YamlReader.Read(source.Path, source.Content, []);
        var key = yaml.Text("register") ?? System.IO.Path.GetFileNameWithoutExtension(source.Path);
        return (key, yaml.Text("title") ?? key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var register = RegisterReader.Read(source, faults);
        var yaml = YamlReader.Read(source.Path, source.Content, []);
        foreach (var (name, entry) in yaml.Entries("fields")) { CheckReferences(name, entry); }
        return faults;

        void CheckReferences(string name, YamlReader entry)
        {
            var field = register.Fields.FirstOrDefault(f => f.Key == name);
            if (field?.To is { } to && !catalogue.Has(Name, to)) { Fault(entry, "to", $"没有台账 {to}"); }
            foreach (var (part, at) in new[] { (field, entry) }.Concat(
                entry.Entries("fields").Select(e => (field?.Fields.FirstOrDefault(f => f.Key == e.Name), e.Value))))
            {
                if (part?.List is { } list && catalogue.Knows("code-list") && !catalogue.Has("code-list", list))
                {
                    Fault(at, "list", $"没有代码表 {list}");
                }
            }
        }

        void Fault(YamlReader at, string key, string message) =>
            faults.Add(new(source.Path, at.LineOf(key), $"{at.KeyPath}.{key}", message));
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var applied = await applier.ApplyAsync(work, RegisterReader.Read(artefact), artefact.Version, cancellationToken);
        if (!applied.IsSuccess) { throw new PublicationRefusedException(applied.Error); }
    }
}
