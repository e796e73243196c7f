using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Create;

/// <summary>A process to begin with, as the gallery shows it.</summary>
/// <param name="Steps">Names of the steps that people do, in the order of the file.</param>
public sealed record ProcessPattern(string Key, string Title, string? About, IReadOnlyList<string> Steps, string Diagram)
{
    internal static ProcessPattern? Of(Artefact artefact) =>
        BpmnReader.Read(artefact.Content).File?.Processes.FirstOrDefault(p => p.IsExecutable) is { } model
            ? new(
                artefact.Key, artefact.Title, model.Documentation,
                [.. model.Nodes.OfType<UserTask>().OrderBy(t => t.Line).Select(t => t.Name)],
                artefact.Content)
            : null;
}
