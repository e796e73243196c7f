using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Parallel and inclusive joins, and the finding that nothing can move any more.
internal sealed partial class Run
{
    private void FireParallelJoin(FlowNode node, int scope)
    {
        if (node is not ParallelGateway)
        {
            return;
        }

        var arrived = new List<Token>(node.Incoming.Count);
        foreach (var flow in node.Incoming)
        {
            if (tokens.Find(
                t => t.State == TokenState.AtJoin && t.Scope == scope && t.Flow == flow.Id && t.Node == node.Id) is not { } token)
            {
                return;
            }

            arrived.Add(token);
        }

        Leave(Join(node, arrived), node, node.Outgoing);
    }

    /// <summary>One token for those that arrived: on their common branch, after the latest of their steps.</summary>
    private Token Join(FlowNode node, List<Token> arrived)
    {
        var branch = arrived[0].Branch;
        foreach (var token in arrived)
        {
            branch = CommonBranch(branch, token.Branch);
            Remove(token);
            incidents.RemoveAll(i => i.Token == token.Id && Closed(i));
        }

        if (arrived.Count > 1)
        {
            joins.Add(new(NewId(), node.Id, arrived[0].Scope, branch,
                arrived.Select(t => new JoinArrival(t.Flow ?? "", t.Branch, t.From)).ToItems()));
        }

        return Update(new Token(
            NewId(), arrived[0].Scope, node.Id, TokenState.Moving, branch, null, arrived.Max(t => t.From), arrived.Exists(t => t.Crossed)));
    }

    private bool Closed(Incident incident)
    {
        Say(new ProcessCommand.CloseIncident(incident.Id));
        return true;
    }

    internal static string CommonBranch(string left, string right)
    {
        var common = 0;
        for (var i = 0; i < Math.Min(left.Length, right.Length) && left[i] == right[i]; i++)
        {
            common = left[i] == '/' ? i + 1 : common;
        }

        return left[..common];
    }

    /// <summary>Fires one inclusive gateway that no other token can reach any more; false when there is none.</summary>
    private bool FireInclusiveJoin()
    {
        var seen = new HashSet<(string Node, int Scope)>();
        foreach (var token in tokens)
        {
            if (token.State == TokenState.AtJoin && seen.Add((token.Node, token.Scope))
                && model.Node(token.Node) is InclusiveGateway gateway && IsComplete(gateway, token.Scope))
            {
                var arrived = gateway.Incoming
                    .Select(f => tokens.Find(
                        t => t.State == TokenState.AtJoin && t.Scope == token.Scope && t.Node == gateway.Id && t.Flow == f.Id))
                    .OfType<Token>().ToList();
                Diverge(gateway, Join(gateway, arrived));
                return true;
            }
        }

        return false;
    }

    private bool IsComplete(InclusiveGateway gateway, int scope)
    {
        var filled = new ulong[(gateway.Incoming.Count + 63) / 64];
        for (var i = 0; i < gateway.Incoming.Count; i++)
        {
            var flow = gateway.Incoming[i].Id;
            if (tokens.Exists(t => t.State == TokenState.AtJoin && t.Scope == scope && t.Node == gateway.Id && t.Flow == flow))
            {
                filled[i >> 6] |= 1UL << (i & 63);
            }
        }

        foreach (var token in tokens)
        {
            if (token.Scope == scope && token.Node != gateway.Id
                && IsAwaited(model.Reach.From(gateway, model.Node(PlaceOf(token))), filled))
            {
                return false;
            }
        }

        return true;
    }

    // A token on a detour is where it will come back to, whatever step it is at meanwhile.
    private string PlaceOf(Token token)
    {
        var back = token.BackTo;
        if (back is null && token.State == TokenState.InStep)
        {
            back = steps.Find(s => s.Token == token.Id)?.BackTo;
        }

        while (back?.Next is { } next)
        {
            back = next;
        }

        return back?.Node ?? token.Node;
    }

    private static bool IsAwaited(ulong[]? reach, ulong[] filled)
    {
        var reachesEmpty = false;
        for (var i = 0; i < filled.Length && reach is not null; i++)
        {
            if ((reach[i] & filled[i]) != 0)
            {
                return false;
            }

            reachesEmpty |= (reach[i] & ~filled[i]) != 0;
        }

        return reachesEmpty;
    }

    // Only joins wait, and nothing is left that could bring them a token: without an incident the process would sleep forever.
    private void FindDeadlock()
    {
        var canWake = tokens.Count == 0 || subscriptions.Count > 0 || timers.Exists(t => t.Kind == TimerKind.Event)
            || tokens.Exists(t => t.State is TokenState.InStep or TokenState.InJob or TokenState.Waiting or TokenState.Held);
        if (canWake)
        {
            return;
        }

        foreach (var token in tokens.Where(t => t.State == TokenState.AtJoin && !incidents.Exists(i => i.Token == t.Id)).ToList())
        {
            Raise(token, "process.deadlock", $"'{model.Node(token.Node).Name}' waits for a token that can no longer come.");
        }
    }
}
