using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>Processes in packs: <c>processes/*.bpmn</c>; the key is the id of the executable process within.</summary>
internal sealed class ProcessKind(IProcessExpressions expressions) : IArtefactKind
{
    public const string Name = "process";

    string IArtefactKind.Kind => Name;

    public string Title => "流程";

    public string Folder => "processes";

    public IReadOnlyList<string> Patterns { get; } = ["*.bpmn"];

    public int Order => 65;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var model = BpmnReader.Read(source.Content).File?.Processes.FirstOrDefault(p => p.IsExecutable);
        var name = Path.GetFileNameWithoutExtension(source.Path);
        return (model?.Key ?? name, model?.Name ?? name);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var read = BpmnReader.Read(source.Content);
        if (read.File is not { } file) { return [.. read.Faults.Select(f => Of(source, f))]; }
        var model = file.Processes.FirstOrDefault(p => p.IsExecutable);
        return model is null
            ? [new(source.Path, 1, "", "没有可执行的流程（isExecutable=\"true\"）")]
            : [.. new ProcessValidator(expressions).Validate(model).Where(f => !f.IsWarning).Select(f => Of(source, f))];
    }

    /// <summary>The executable process of a published text.</summary>
    internal static ProcessModel Compile(Artefact artefact) =>
        BpmnReader.Read(artefact.Content).File?.Processes.FirstOrDefault(p => p.IsExecutable)
        ?? throw new InvalidOperationException($"published process {artefact.Key} v{artefact.Version} does not read any more");

    private static Fault Of(ArtefactSource source, BpmnFault fault) => new(source.Path, fault.Line, fault.ElementId ?? "", fault.Message);
}
