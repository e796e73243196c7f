using System.Collections.Concurrent;
using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Model;

/// <summary>For each inclusive gateway: from which node which of its incoming flows can still be reached.</summary>
/// <remarks>
/// BPMN 2.0.2, 13.4.3: the gateway waits for a token when there is a path from it to an empty incoming flow that does not visit the
/// gateway, unless there is also such a path to an incoming flow that has a token already. Paths are a matter of the model alone, so
/// they are computed once for a gateway and kept with the model.
/// </remarks>
internal sealed class InclusiveReach
{
    private readonly ConcurrentDictionary<FlowNode, Dictionary<FlowNode, ulong[]>> cache = new();

    /// <summary>Bits of the incoming flows of the gateway that a token may still reach.</summary>
    public ulong[]? From(FlowNode gateway, FlowNode node) => cache.GetOrAdd(gateway, Compute).GetValueOrDefault(node);

    /// <summary>Where a token at the node may go next: arrows, its boundary events, the other end of a link.</summary>
    public static IEnumerable<FlowNode> Next(FlowNode node)
    {
        foreach (var flow in node.Outgoing)
        {
            yield return flow.Target;
        }

        if (node is Activity activity)
        {
            foreach (var boundary in activity.Boundary)
            {
                yield return boundary;
            }
        }

        if (node is ThrowEvent { Event: EventDefinition.Link link } && node.Scope.Links.TryGetValue(link.Name, out var landing))
        {
            yield return landing;
        }
    }

    private static Dictionary<FlowNode, ulong[]> Compute(FlowNode gateway)
    {
        var before = Predecessors(gateway.Scope);
        var reach = new Dictionary<FlowNode, ulong[]>();
        var words = (gateway.Incoming.Count + 63) / 64;
        for (var index = 0; index < gateway.Incoming.Count; index++)
        {
            var open = new Stack<FlowNode>();
            open.Push(gateway.Incoming[index].Source);
            while (open.TryPop(out var node))
            {
                if (node == gateway)
                {
                    continue;
                }

                if (!reach.TryGetValue(node, out var bits))
                {
                    reach[node] = bits = new ulong[words];
                }

                if ((bits[index >> 6] & (1UL << (index & 63))) != 0)
                {
                    continue;
                }

                bits[index >> 6] |= 1UL << (index & 63);
                foreach (var previous in before.GetValueOrDefault(node, []))
                {
                    open.Push(previous);
                }
            }
        }

        return reach;
    }

    private static Dictionary<FlowNode, List<FlowNode>> Predecessors(FlowScope scope)
    {
        var before = new Dictionary<FlowNode, List<FlowNode>>();
        foreach (var node in scope.Nodes)
        {
            foreach (var next in Next(node))
            {
                (before.TryGetValue(next, out var list) ? list : before[next] = []).Add(node);
            }
        }

        return before;
    }
}
