using System.Collections.Frozen;
using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Model;

/// <summary>The inside of a process or sub-process: nodes and arrows.</summary>
public sealed class FlowScope
{
    /// <summary>Id of the process or sub-process.</summary>
    public required string Id { get; init; }

    /// <summary>The sub-process whose inside this is; null for the process itself.</summary>
    public SubProcess? Owner { get; init; }

    public Items<FlowNode> Nodes { get; internal set; }

    public Items<SequenceFlow> Flows { get; internal set; }

    /// <summary>Event sub-processes that lie directly in this scope.</summary>
    public Items<SubProcess> EventSubProcesses { get; internal set; }

    /// <summary>Lists names and the data objects a variable of the same name stands for.</summary>
    public Items<string> DataObjects { get; internal set; }

    public Items<Lane> Lanes { get; internal set; }

    /// <summary>Catching ends of links by name.</summary>
    public FrozenDictionary<string, CatchEvent> Links { get; internal set; } = FrozenDictionary<string, CatchEvent>.Empty;
}

public sealed record Lane(string Id, string Name, Items<string> Nodes);

/// <summary>One process of a BPMN file, ready to be interpreted. Immutable.</summary>
public sealed class ProcessModel
{
    private FrozenDictionary<string, FlowNode> nodes = FrozenDictionary<string, FlowNode>.Empty;

    /// <summary>Id of the process in the file; it is the key by which processes are started and called.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required bool IsExecutable { get; init; }

    public required FlowScope Root { get; init; }

    public required ProcessRules Rules { get; init; }

    public string? Documentation { get; init; }

    public int Line { get; init; }

    /// <summary>Faults the reader saw: dangling references and what it could not place. <c>Validate</c> repeats them.</summary>
    public Items<BpmnFault> ReadFaults { get; internal set; }

    /// <summary>Every node of the process and of its sub-processes.</summary>
    public IReadOnlyCollection<FlowNode> Nodes => nodes.Values;

    public FlowNode? Find(string id) => nodes.GetValueOrDefault(id);

    /// <summary>The node, which must exist.</summary>
    /// <exception cref="InvalidOperationException">The state belongs to another version of the model: migrate it first.</exception>
    public FlowNode Node(string id) =>
        nodes.TryGetValue(id, out var node)
            ? node
            : throw new InvalidOperationException($"Process '{Key}' has no element '{id}': the state belongs to another version of it.");

    internal InclusiveReach Reach { get; } = new();

    internal void Seal(IEnumerable<FlowNode> all) => nodes = all.ToFrozenDictionary(n => n.Id, StringComparer.Ordinal);
}

/// <summary>A fault in a BPMN text or model, with its place.</summary>
/// <param name="Code">Stable word, e.g. <c>bpmn.unsupported-element</c>.</param>
/// <param name="Message">One sentence that names the element and says what to do.</param>
/// <param name="ElementId">The element at fault, where it has an id.</param>
/// <param name="Line">From 1; 0 where unknown.</param>
/// <param name="Column">From 1; 0 where unknown.</param>
public sealed record BpmnFault(string Code, string Message, string? ElementId = null, int Line = 0, int Column = 0, bool IsWarning = false)
{
    public override string ToString() => Line > 0 ? $"{Line}:{Column} {Code}: {Message}" : $"{Code}: {Message}";
}
