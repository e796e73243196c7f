namespace Zhengtong.Bpmn.Model;

/// <summary>Where a scope begins.</summary>
internal static class ProcessEntries
{
    /// <summary>
    /// A start event, or an activity without incoming flow (BPMN 2.0.2, 13.3.1: it is started with its scope). Start events of a process
    /// that wait for a trigger are no entries: the host starts the process at them.
    /// </summary>
    public static bool IsEntry(FlowNode node) => node switch
    {
        StartEvent start => start.Event is EventDefinition.None,
        Activity { IsForCompensation: true } or SubProcess { TriggeredByEvent: true } => false,
        BoundaryEvent or CatchEvent => false,
        _ => node.Incoming.Count == 0 && !node.Scope.Nodes.Any(n => n is StartEvent) && node is not UnsupportedNode,
    };
}
