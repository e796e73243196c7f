using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Examples;

/// <summary>
/// Examples in packs, <c>tests/*.yaml</c>: what a decision or the rules of a service item must answer. They are run when the pack is
/// checked, on the definitions as they would be afterwards; an example that does not hold is a fault like any other.
/// </summary>
internal sealed class PackTestKind(MaterialRules materials) : IArtefactKind
{
    public const string Name = "tests";

    string IArtefactKind.Kind => Name;

    public string Title => "规则用例";

    public string Folder => "tests";

    public IReadOnlyList<string> Patterns { get; } = ["*.yaml"];

    public int Order => 95;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var key = Path.GetFileNameWithoutExtension(source.Path);
        return (key, key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue) => new PackTestRun(source, catalogue, materials).Run();
}
