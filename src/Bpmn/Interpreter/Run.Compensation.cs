using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Compensation: what was finished is undone, last first, one after another, while the throwing token waits.
internal sealed partial class Run
{
    /// <summary>Begins; false when there is nothing to undo and the token can go on at once.</summary>
    private bool Compensate(Token token, string? activity)
    {
        var scope = ScopeOf(token.Scope);
        while (scope.Kind is ScopeKind.EventSubProcess)
        {
            scope = ScopeOf(scope.Parent);
        }

        var undo = compensables.Where(c => c.Scope == scope.Id && (activity is null || c.Activity == activity)).ToList();
        if (undo.Count == 0)
        {
            return false;
        }

        Update(token with { State = TokenState.InScope, Flow = null });
        var undoing = new Scope(NewId(), ScopeKind.Compensation, token.Node, scope.Id, token.Id, DataMap.Empty);
        scopes.Add(undoing);
        foreach (var one in undo)
        {
            compensables[compensables.IndexOf(one)] = one with { Scope = undoing.Id };
        }

        NextCompensation(undoing);
        return true;
    }

    private void NextCompensation(Scope scope)
    {
        var last = scope.Index == 1 ? null : compensables.Where(c => c.Scope == scope.Id).MaxBy(c => c.Id);
        if (last is null)
        {
            EndCompensation(scope);
            return;
        }

        compensables.Remove(last);
        Record(HistoryKind.Compensated, last.Activity, detail: last.Handler);
        if (last.Handler is { } handler)
        {
            var token = Update(new Token(NewId(), scope.Id, handler, TokenState.Moving));
            moving.Enqueue(token.Id);
            return;
        }

        // A sub-process: by its own handler if it has one, else its inside is undone with the variables it ended with.
        var own = model.Node(last.Activity) is SubProcess sub ? CompensationStart(sub) : null;
        var nested = new Scope(
            NewId(), ScopeKind.Compensation, last.Activity, scope.Id, 0, last.Variables ?? DataMap.Empty, own is null ? 0 : 1);
        scopes.Add(nested);
        compensables.AddRange(last.Inner.Select(c => c with { Scope = nested.Id }));
        if (own is null)
        {
            NextCompensation(nested);
            return;
        }

        var start = Update(new Token(NewId(), nested.Id, own.Id, TokenState.Moving));
        moving.Enqueue(start.Id);
    }

    private static StartEvent? CompensationStart(SubProcess sub) => sub.Body.EventSubProcesses
        .SelectMany(s => s.Body.Nodes.OfType<StartEvent>()).FirstOrDefault(s => s.Event is EventDefinition.Compensation);

    private void EndCompensation(Scope scope)
    {
        CloseScope(scope);
        if (scope.Owner == 0)
        {
            NextCompensation(ScopeOf(scope.Parent));
            return;
        }

        var token = Update(FindToken(scope.Owner)! with { State = TokenState.Moving }); // `!`: it waited for this
        var node = model.Node(token.Node);
        if (node is EndEvent)
        {
            Leave(token, node, []);
        }
        else
        {
            LeaveNode(token, node);
        }
    }
}
