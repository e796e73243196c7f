using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Sub-processes: opening, ending, and taking away what is inside of something that was interrupted.
internal sealed partial class Run
{
    private void OpenSubProcess(SubProcess sub, Token token, DataMap inputs)
    {
        Update(token with { State = TokenState.InScope });
        var scope = new Scope(NewId(), ScopeKind.SubProcess, sub.Id, token.Scope, token.Id, inputs);
        scopes.Add(scope);
        Populate(scope, sub.Body, token);
    }

    /// <summary>Subscribes the event sub-processes of a scope, then places its first tokens.</summary>
    private void Populate(Scope scope, FlowScope body, Token? parent)
    {
        foreach (var handler in body.EventSubProcesses)
        {
            foreach (var start in handler.Body.Nodes)
            {
                if (start is StartEvent trigger)
                {
                    SubscribeStart(trigger, scope);
                }
            }
        }

        var entries = body.Nodes.Where(ProcessEntries.IsEntry).ToList();
        if (entries.Count == 0)
        {
            CheckScope(scope.Id);
            return;
        }

        var fork = entries.Count > 1 ? NewId() : 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var branch = (parent?.Branch ?? "") + (entries.Count > 1 ? $"{fork}.{i}/" : "");
            var token = Update(new Token(
                NewId(), scope.Id, entries[i].Id, TokenState.Moving, branch, null, parent?.From ?? 0, parent?.Crossed ?? false));
            moving.Enqueue(token.Id);
        }
    }

    private void EndToken(Token token)
    {
        Remove(token);
        if (FindScope(token.Scope) is { Owner: > 0 } scope && FindToken(scope.Owner) is { } owner)
        {
            Update(owner with { From = Math.Max(owner.From, token.From), Crossed = owner.Crossed || token.Crossed });
        }

        CheckScope(token.Scope);
    }

    private Scope? FindScope(int id) => scopes.Find(s => s.Id == id);

    /// <summary>Ends the scope when nothing runs in it any more.</summary>
    private void CheckScope(int id)
    {
        if (IsOver || FindScope(id) is not { } scope || tokens.Exists(t => t.Scope == id)
            || scopes.Exists(s => s.Parent == id && s.Kind == ScopeKind.EventSubProcess))
        {
            return;
        }

        switch (scope.Kind)
        {
            case ScopeKind.Process:
                EndProcess(InstanceStatus.Completed);
                break;
            case ScopeKind.EventSubProcess:
                CloseScope(scope);
                CheckScope(scope.Parent);
                break;
            case ScopeKind.Compensation:
                NextCompensation(scope);
                break;
            case ScopeKind.SubProcess:
                EndSubProcess(scope);
                break;
            default:
                break;
        }
    }

    private void EndSubProcess(Scope scope)
    {
        var owner = FindToken(scope.Owner)!; // a sub-process does not outlive its token
        var activity = (SubProcess)model.Node(scope.Element);
        var inner = compensables.Where(c => c.Scope == scope.Id).ToItems();
        if (inner.Count > 0 || CompensationStart(activity) is not null)
        {
            compensables.RemoveAll(c => c.Scope == scope.Id);
            compensables.Add(new(NewId(), owner.Scope, activity.Id, null, scope.Variables, inner));
        }

        CloseScope(scope);
        owner = Update(owner with { State = TokenState.Moving, Locals = scope.Variables });
        FinishActivity(owner, null);
    }

    private void CloseScope(Scope scope)
    {
        foreach (var subscription in subscriptions.Where(s => s.Scope == scope.Id && s.Token == 0).ToList())
        {
            Unsubscribe(subscription);
        }

        compensables.RemoveAll(c => c.Scope == scope.Id);
        scopes.RemoveAll(s => s.Id == scope.Id);
    }

    /// <summary>Ends the scope of a token at once: everything in it is taken away.</summary>
    private void TerminateScope(Token token)
    {
        var scope = ScopeOf(token.Scope);
        while (scope.Kind is ScopeKind.EventSubProcess)
        {
            scope = ScopeOf(scope.Parent);
        }

        if (scope.Kind == ScopeKind.Process)
        {
            EndProcess(InstanceStatus.Completed);
            return;
        }

        Empty(scope);
        CheckScope(scope.Id);
    }

    /// <summary>Cancels all tokens of a scope and the event sub-processes that run in it.</summary>
    private void Empty(Scope scope)
    {
        foreach (var token in tokens.Where(t => t.Scope == scope.Id).ToList())
        {
            CancelToken(token);
        }

        foreach (var child in scopes.Where(s => s.Parent == scope.Id && s.Kind == ScopeKind.EventSubProcess).ToList())
        {
            Empty(child);
            CloseScope(child);
        }
    }

    private void CancelToken(Token token)
    {
        CancelInside(token);
        Unguard(token.Id);
        RecordFlow(HistoryKind.Cancelled, token.Node);
        Remove(token);
    }

    /// <summary>Takes away what a token's activity does, and keeps the token.</summary>
    private void CancelInside(Token token)
    {
        foreach (var step in steps.Where(s => s.Token == token.Id).ToList())
        {
            CancelStep(step);
        }

        foreach (var job in jobs.Where(j => j.Token == token.Id).ToList())
        {
            jobs.Remove(job);
            CancelTimers(TimerKind.Retry, job.Id);
            Say(new ProcessCommand.CancelJob(job.Id, job.Kind));
        }

        foreach (var incident in incidents.Where(i => i.Token == token.Id).ToList())
        {
            incidents.Remove(incident);
            Say(new ProcessCommand.CloseIncident(incident.Id));
        }

        if (token.State == TokenState.Waiting)
        {
            Unguard(token.Id);
        }

        foreach (var scope in scopes.Where(s => s.Owner == token.Id).ToList())
        {
            Empty(scope);
            foreach (var nested in scopes.Where(s => s.Parent == scope.Id && s.Owner == 0).ToList())
            {
                Empty(nested);
                CloseScope(nested);
            }

            CloseScope(scope);
        }
    }

    private void EndProcess(InstanceStatus how)
    {
        foreach (var scope in scopes.ToList())
        {
            foreach (var token in tokens.Where(t => t.Scope == scope.Id).ToList())
            {
                if (FindToken(token.Id) is { } still)
                {
                    CancelToken(still);
                }
            }
        }

        foreach (var subscription in subscriptions.ToList())
        {
            Unsubscribe(subscription);
        }

        foreach (var timer in timers.ToList())
        {
            CancelTimer(timer);
        }

        foreach (var jump in jumps)
        {
            Say(new ProcessCommand.CloseJump(jump.Id, IsApproved: false));
        }

        // The variables outlive the process: they are what a caller takes over and a reader looks at.
        scopes.RemoveAll(s => s.Kind != ScopeKind.Process);
        compensables.Clear();
        jumps.Clear();
        joins.Clear();
        moving.Clear();
        limit = limit is null ? null : limit with { StoppedBy = [], StoppedAt = null };
        suspendedAt = null;
        status = how;
        endedAt = now;
        Record(HistoryKind.ProcessEnded, endEvent, detail: outcome ?? errorCode);
        Say(new ProcessCommand.EndProcess(how, endEvent, outcome, errorCode, scopes[0].Variables));
    }
}
