using Zhengtong.Kernel;

namespace Zhengtong.Services;

/// <summary>Service items in packs: every reference to a form, decision, process, register, document and code must resolve.</summary>
internal sealed class ServiceKind : IArtefactKind
{
    public const string Name = "service";

    string IArtefactKind.Kind => Name;

    public string Title => "服务事项";

    public string Folder => "services";

    public IReadOnlyList<string> Patterns { get; } = ["*.yaml"];

    public int Order => 70;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var (item, _) = ServiceReader.Read(source.Path, source.Content, 0);
        return (item.Key.Length > 0 ? item.Key : Path.GetFileNameWithoutExtension(source.Path), item.Title);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var (item, faults) = ServiceReader.Read(source.Path, source.Content, 0);
        var all = new List<Fault>(faults);
        Refer("form", "form", item.Form);
        Refer("process", "process", item.Process);
        Refer("register", "outcome.register", item.Outcome.Register);
        foreach (var document in item.Outcome.Documents) { Refer("document", "outcome.documents", document); }
        foreach (var (use, decision) in item.Decisions) { Refer("decision", $"decisions.{use}", decision.Split('#')[0]); }
        return all;

        void Refer(string kind, string keyPath, string key)
        {
            if (key.Length > 0 && catalogue.Knows(kind) && !catalogue.Has(kind, key))
            {
                all.Add(new(source.Path, source.LineOf(key), keyPath, $"没有找到 {kind} {key}"));
            }
        }
    }
}
