using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

/// <summary>Takes running instances to another version of their model.</summary>
public static class ProcessMigration
{
    /// <summary>Dry run: what stands in the way of this instance going on by the new model. Empty: it can be migrated.</summary>
    /// <param name="elements">Old id to new id, where they differ.</param>
    public static Items<string> Check(ProcessModel from, ProcessModel to, ProcessState state, Items<ElementMapping> elements)
    {
        var faults = new List<string>();
        if (state.IsOver)
        {
            faults.Add("The process has ended.");
        }

        if (from.Key != to.Key)
        {
            faults.Add($"'{from.Key}' and '{to.Key}' are different processes, not versions of one.");
        }

        var map = elements.ToDictionary(e => e.Old, e => e.New, StringComparer.Ordinal);
        foreach (var id in Places(state).Distinct(StringComparer.Ordinal))
        {
            var old = from.Find(id);
            var target = to.Find(map.GetValueOrDefault(id, id));
            if (old is null || target is null)
            {
                faults.Add($"'{old?.Name ?? id}' is active and has no counterpart in the new version: name one.");
            }
            else if (old.GetType() != target.GetType())
            {
                faults.Add($"'{old.Name}' is a {old.Kind}, its counterpart '{target.Name}' is a {target.Kind}.");
            }
            else if (map.GetValueOrDefault(old.Scope.Id, old.Scope.Id) != target.Scope.Id)
            {
                faults.Add($"'{old.Name}' lies in '{old.Scope.Id}', its counterpart in '{target.Scope.Id}'.");
            }
        }

        var flows = Flows(to.Root).ToHashSet(StringComparer.Ordinal);
        foreach (var token in state.Tokens)
        {
            if (token.Flow is { } flow && !flows.Contains(map.GetValueOrDefault(flow, flow)))
            {
                faults.Add($"A token waits on the flow '{flow}', which the new version does not have: name its counterpart.");
            }
        }

        return faults.Freeze();
    }

    internal static ProcessState Rename(ProcessState state, Items<ElementMapping> elements)
    {
        var map = elements.ToDictionary(e => e.Old, e => e.New, StringComparer.Ordinal);
        string Name(string id) => map.GetValueOrDefault(id, id);
        Compensable Undo(Compensable c) => c with
        {
            Activity = Name(c.Activity), Handler = c.Handler is null ? null : Name(c.Handler), Inner = c.Inner.Select(Undo).ToItems(),
        };
        StraightBack? Back(StraightBack? b) => b is null ? null : b with { Node = Name(b.Node), Next = Back(b.Next) };
        return state with
        {
            Scopes = state.Scopes.Select(s => s with { Element = Name(s.Element) }).ToItems(),
            Tokens = state.Tokens.Select(t => t with
            {
                Node = Name(t.Node),
                Flow = t.Flow is null ? null : Name(t.Flow),
                BackTo = Back(t.BackTo),
            }).ToItems(),
            Steps = state.Steps.Select(s => s with { Node = Name(s.Node), BackTo = Back(s.BackTo) }).ToItems(),
            Jobs = state.Jobs.Select(j => j with { Node = Name(j.Node) }).ToItems(),
            Subscriptions = state.Subscriptions.Select(s => s with { Node = Name(s.Node) }).ToItems(),
            Trail = state.Trail.Select(t => t with { Node = Name(t.Node) }).ToItems(),
            Joins = state.Joins.Select(j => j with
            {
                Node = Name(j.Node), Arrivals = j.Arrivals.Select(a => a with { Flow = Name(a.Flow) }).ToItems(),
            }).ToItems(),
            Incidents = state.Incidents.Select(i => i with { Node = Name(i.Node) }).ToItems(),
            Compensables = state.Compensables.Select(Undo).ToItems(),
            Jumps = state.Jumps.Select(j => j with { Target = Name(j.Target) }).ToItems(),
        };
    }

    private static IEnumerable<string> Places(ProcessState state) =>
        state.Tokens.Select(t => t.Node)
            .Concat(state.Tokens.Select(t => t.BackTo?.Node).OfType<string>())
            .Concat(state.Steps.Select(s => s.BackTo?.Node).OfType<string>())
            .Concat(state.Subscriptions.Select(s => s.Node))
            .Concat(state.Compensables.Select(c => c.Activity));

    private static IEnumerable<string> Flows(FlowScope scope) =>
        scope.Flows.Select(f => f.Id).Concat(scope.Nodes.OfType<SubProcess>().SelectMany(s => Flows(s.Body)));
}
