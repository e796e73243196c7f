using Zhengtong.Dmn;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

/// <summary>Decisions in packs: <c>decisions/&lt;key&gt;.dmn</c>. A model with errors, or a table with cells that clash, is not
/// published.</summary>
internal sealed class DecisionKind : IArtefactKind
{
    public const string Name = "decision";

    string IArtefactKind.Kind => Name;

    public string Title => "规则";

    public string Folder => "decisions";

    public IReadOnlyList<string> Patterns { get; } = ["*.dmn"];

    public int Order => 50;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var key = Path.GetFileNameWithoutExtension(source.Path);
        return (key, DmnModel.Read(source.Content).Model?.Name ?? key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var reading = DmnModel.Read(source.Content);
        var faults = reading.Faults.Concat(reading.Model is { } model ? DmnTableChecks.Check(model) : []);
        return [.. faults.Where(f => f.Severity == DmnSeverity.Error)
            .Select(f => new Fault(source.Path, f.Line, f.Element ?? "", f.Message))];
    }

    internal static DmnModel Compile(Artefact artefact) =>
        DmnModel.Read(artefact.Content).Model
            ?? throw new InvalidOperationException($"published decision {artefact.Key} v{artefact.Version} does not read any more");
}
