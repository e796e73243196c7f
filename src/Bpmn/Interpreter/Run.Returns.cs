using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// 退回, 撤回 and 跳转: taking tokens back to where they were, or setting them where they should be.
internal sealed partial class Run
{
    private Refusal? Return(ProcessEvent.TaskReturned returned)
    {
        if ((Own(returned.Task, returned.Revision, out var step, out _)
            ?? Allowed(step, MoveKind.Return, returned.Reason, out _)) is { } refusal)
        {
            return refusal;
        }

        var rule = ((UserTask)model.Node(step.Node)).Rules.Move(MoveKind.Return);
        var target = TargetOf(step, returned.To);
        if (target is null)
        {
            return new("process.no-such-step", $"There is no earlier step '{returned.To}' to return to.");
        }

        if (rule is { To.Count: > 0 } && !MayReturnTo(rule, returned.To, step, target))
        {
            return new("process.move-not-allowed", $"This step may not be returned to '{returned.To}'.");
        }

        var resume = returned.Resume ?? (rule is { Resume.Count: > 0 } ? rule.Resume[0] : ResumeMode.Replay);
        if (rule is { Resume.Count: > 0 } && !rule.Resume.Contains(resume))
        {
            return new("process.move-not-allowed", $"After a return from this step the process does not go on by '{resume}'.");
        }

        var token = FindToken(step.Token)!; // a step does not outlive its token
        if (resume == ResumeMode.Straight && token.Scope != target.Scope)
        {
            return new("process.return-across-scopes", "A return out of a sub-process walks the path again; it cannot come straight back.");
        }

        var people = step.Tasks.Where(t => t.Kind == WorkTaskKind.Main && t.Status != WorkTaskStatus.Cancelled)
            .Select(t => t.Owner ?? t.Assignee).OfType<Person>().Concat(step.Queue).Distinct().ToItems();
        Record(
            HistoryKind.Returned, step.Node, returned.Task, from: step.Node, to: target.Node, reason: returned.Reason,
            detail: resume == ResumeMode.Straight ? "straight" : "replay");
        if (resume == ResumeMode.Straight)
        {
            // A detour of this one token: what runs beside it is not touched, and it comes back to its own branch.
            CancelToken(token);
            PlaceAt(target with { Branch = token.Branch }, new StraightBack(step.Node, people, step.From, step.BackTo));
        }
        else
        {
            TakeBack(target, token);
            PlaceAt(target, null);
        }

        Say(new ProcessCommand.Notify(NoticeKind.Returned, target.By, target.Node, 0, returned.Reason));
        return null;
    }

    /// <summary>
    /// The newest matching step that leads to this one: not one in a branch beside it, nor in a sub-process that is over. The applicant's
    /// step may also be one that nobody was at yet.
    /// </summary>
    private TrailStep? TargetOf(Step step, string to)
    {
        var token = FindToken(step.Token)!; // a step does not outlive its token
        return to switch
        {
            "previous" => Previous(step, token),
            "applicant" => trail.FindLast(t => model.Find(t.Node) is UserTask { Rules.IsApplicantStep: true } && LeadsTo(t, token))
                ?? ApplicantStep(),
            _ => trail.FindLast(t => t.Node == to && !t.IsSkipped && LeadsTo(t, token)),
        };
    }

    private TrailStep? Previous(Step step, Token token)
    {
        for (var at = step.From; at != 0;)
        {
            var earlier = trail.Find(t => t.Id == at);
            if (earlier is { IsSkipped: false } && LeadsTo(earlier, token))
            {
                return earlier;
            }

            at = earlier?.From ?? 0;
        }

        return null;
    }

    private bool LeadsTo(TrailStep earlier, Token token)
    {
        if (!HasScope(earlier.Scope))
        {
            return false;
        }

        for (var at = token; at is not null && at.Scope != earlier.Scope;)
        {
            var scope = ScopeOf(at.Scope);
            while (scope.Kind == ScopeKind.EventSubProcess && scope.Parent != earlier.Scope)
            {
                scope = ScopeOf(scope.Parent);
            }

            if (scope.Kind == ScopeKind.EventSubProcess)
            {
                return true; // the handler took the place of what the step led to
            }

            at = FindToken(scope.Owner);
            token = at ?? token;
        }

        return Descendants(earlier, out _, out _).Exists(t => t.Id == token.Id);
    }

    // With number 0 everything descends from it.
    private TrailStep? ApplicantStep()
    {
        var node = model.Nodes.OfType<UserTask>().Where(t => t.Rules.IsApplicantStep && t.Scope == model.Root)
            .OrderBy(t => t.Line).ThenBy(t => t.Id, StringComparer.Ordinal).FirstOrDefault();
        return node is null ? null : new(0, node.Id, scopes[0].Id, "", 0, [new(before.Starter)], null, now);
    }

    private bool MayReturnTo(MoveRule rule, string to, Step step, TrailStep target) =>
        rule.To.Contains("earlier") || rule.To.Contains(to) || rule.To.Contains(target.Node)
        // `!`: a step does not outlive its token
        || (rule.To.Contains("previous") && Previous(step, FindToken(step.Token)!)?.Id == target.Id)
        || (rule.To.Contains("applicant") && model.Find(target.Node) is UserTask { Rules.IsApplicantStep: true });

    /// <summary>Takes away every token that came out of a step, and gives joins back what they had taken from elsewhere.</summary>
    /// <remarks>
    /// Ids grow, so a fork with a number above the step's was made after it: its tokens descend from the step. A join that took a token
    /// of the step's branch is undone: the tokens of the other branches wait before it again, or they would never come a second time.
    /// </remarks>
    private void TakeBack(TrailStep target, Token from)
    {
        var gone = Descendants(target, out var undone, out var root);
        foreach (var token in gone)
        {
            CancelToken(token);
        }

        // A handler of an event that replaced the path goes with it.
        for (var scope = FindScope(from.Scope); scope is not null && scope.Id != target.Scope; scope = FindScope(scope.Parent))
        {
            if (scope.Kind == ScopeKind.EventSubProcess)
            {
                Empty(scope);
                CloseScope(scope);
            }
        }

        foreach (var (join, kept) in undone)
        {
            joins.Remove(join);
            foreach (var arrival in kept)
            {
                Update(new Token(NewId(), join.Scope, join.Node, TokenState.AtJoin, arrival.Branch, arrival.Flow, arrival.From));
            }
        }

        bool IsUndone(TrailStep t) => t.Id >= target.Id && t.Scope == target.Scope && Descends(t.Branch, root, target.Id);
        compensables.RemoveAll(c => c.Scope == target.Scope && c.Id > target.Id && trail.Exists(t => IsUndone(t) && t.Node == c.Activity));
        trail.RemoveAll(IsUndone);
    }

    /// <summary>The tokens that came out of a step, and the joins that took some of them with what they took from elsewhere.</summary>
    /// <param name="root">The branch all of it lies in once those joins are undone.</param>
    private List<Token> Descendants(TrailStep target, out List<(JoinRecord Join, List<JoinArrival> Kept)> undone, out string root)
    {
        undone = [];
        var branch = target.Branch;
        foreach (var join in joins)
        {
            // Numbers of joins grow too: one that fired before the step is not undone.
            if (join.Scope == target.Scope && join.Id > target.Id && join.Arrivals.Any(a => Descends(a.Branch, branch, target.Id)))
            {
                undone.Add((join, join.Arrivals.Where(a => !Descends(a.Branch, branch, target.Id)).ToList()));
                branch = join.Branch.Length < branch.Length ? join.Branch : branch;
            }
        }

        var whole = root = branch;
        return tokens.Where(t => t.Scope == target.Scope && Descends(t.Branch, whole, target.Id)).ToList();
    }

    private static bool Descends(string branch, string root, int step)
    {
        if (!branch.StartsWith(root, StringComparison.Ordinal))
        {
            return false;
        }

        if (branch.Length == root.Length)
        {
            return true;
        }

        var dot = branch.IndexOf('.', root.Length);
        return dot > 0 && int.TryParse(branch.AsSpan(root.Length, dot - root.Length), out var fork) && fork > step;
    }

    private void PlaceAt(TrailStep target, StraightBack? back)
    {
        var token = Update(new Token(
            NewId(), target.Scope, target.Node, TokenState.Moving, target.Branch, null, target.From, false, back, null, null, target.By));
        moving.Enqueue(token.Id);
    }

    private Refusal? Recall(ProcessEvent.StepRecalled recalled)
    {
        if (trail.Find(t => t.Id == recalled.Step) is not { } mine || !HasScope(mine.Scope))
        {
            return new("process.cannot-recall", "The process has gone too far to recall this step.");
        }

        if (!mine.By.Any(p => p.Id == actor.Id))
        {
            return new("process.not-yours", "Only who finished the step recalls it.");
        }

        if (model.Find(mine.Node) is not UserTask task || (task.Rules.Move(MoveKind.Recall) is not { } rule))
        {
            return new("process.move-not-allowed", "This step does not allow recall.");
        }

        if (rule.Reason == ReasonRule.Required && string.IsNullOrWhiteSpace(recalled.Reason))
        {
            return new("process.reason-needed", "Say why.");
        }

        var following = Descendants(mine, out _, out _);
        var all = following.SelectMany(Within).ToList();
        if (following.Count == 0 || trail.Exists(t => t.From == mine.Id && !t.IsSkipped) || all.Exists(t => !IsUntouched(t)))
        {
            return new("process.cannot-recall", "Somebody has opened the next step already, or the platform has acted on yours.");
        }

        var losers = steps.Where(s => all.Exists(t => t.Id == s.Token)).SelectMany(s => s.Tasks).SelectMany(DoersOf).Distinct().ToItems();
        Record(HistoryKind.Recalled, mine.Node, mine.Id, from: string.Join(" ", all.Select(t => t.Node).Distinct()), to: mine.Node,
            reason: recalled.Reason);
        TakeBack(mine, following[0]);
        PlaceAt(mine, null);
        Say(new ProcessCommand.Notify(NoticeKind.Recalled, losers, mine.Node, 0, recalled.Reason));
        return null;
    }

    private IEnumerable<Token> Within(Token token)
    {
        yield return token;
        foreach (var scope in scopes.Where(s => s.Owner == token.Id).ToList())
        {
            foreach (var inner in tokens.Where(t => t.Scope == scope.Id).SelectMany(Within).ToList())
            {
                yield return inner;
            }
        }
    }

    private bool IsUntouched(Token token) => !token.Crossed && token.State switch
    {
        TokenState.InStep => steps.Find(s => s.Token == token.Id) is { } step
            && step.Tasks.All(t => t.OpenedAt is null && t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting),
        TokenState.AtJoin or TokenState.InScope or TokenState.Repeating or TokenState.Waiting => true,
        _ => false,
    };

    private Refusal? RequestJump(ProcessEvent.JumpRequested requested)
    {
        if (actor.Capacity != Capacity.Administrator)
        {
            return new("process.not-allowed", "Only an administrator asks for a jump.");
        }

        if (string.IsNullOrWhiteSpace(requested.Reason))
        {
            return new("process.reason-needed", "Say why.");
        }

        if (JumpPlace(requested.Step, requested.Target) is null)
        {
            return new("process.no-such-step", $"The process cannot jump to '{requested.Target}' from there.");
        }

        var jump = new PendingJump(NewId(), requested.Target, requested.Step, actor.Id, requested.Reason, now);
        jumps.Add(jump);
        Record(HistoryKind.JumpRequested, requested.Target, requested.Step, to: requested.Target, reason: requested.Reason);
        Say(new ProcessCommand.AskForJumpApproval(jump.Id, jump.Target, jump.Reason));
        return null;
    }

    /// <summary>The scope a jump lands in: that of the step or one around it which holds the target; null when there is none.</summary>
    private Scope? JumpPlace(int step, string target)
    {
        if (model.Find(target) is not { } node || node is BoundaryEvent or UnsupportedNode or SubProcess { TriggeredByEvent: true })
        {
            return null;
        }

        var at = step == 0 ? scopes[0]
            : steps.Find(s => s.Id == step) is { } open && FindToken(open.Token) is { } token ? FindScope(token.Scope)
            : null;
        for (; at is not null; at = at.Parent == 0 ? null : FindScope(at.Parent))
        {
            if (at.Kind is ScopeKind.Process or ScopeKind.SubProcess && at.Element == node.Scope.Id)
            {
                return at;
            }
        }

        return null;
    }

    private Refusal? DecideJump(int id, string? reason, bool isApproved)
    {
        if (jumps.Find(j => j.Id == id) is not { } jump)
        {
            return new("process.no-jump", "This jump was decided already.");
        }

        if (actor.Capacity != Capacity.Administrator)
        {
            return new("process.not-allowed", "Only an administrator decides on a jump.");
        }

        if (isApproved && jump.RequestedBy == actor.Id)
        {
            return new("process.second-person", "Another administrator must approve the jump.");
        }

        if (isApproved && JumpPlace(jump.Step, jump.Target) is null)
        {
            return new("process.stale", "The process has moved since the jump was asked for. Reject it and ask again.");
        }

        jumps.Remove(jump);
        Say(new ProcessCommand.CloseJump(id, isApproved));
        Record(isApproved ? HistoryKind.JumpApproved : HistoryKind.JumpRejected, jump.Target, jump.Step, jump.RequestedBy, jump.Target,
            reason ?? jump.Reason);
        if (isApproved)
        {
            Jump(jump, JumpPlace(jump.Step, jump.Target)!); // `!`: checked above
        }

        return null;
    }

    private void Jump(PendingJump jump, Scope place)
    {
        var origin = steps.Find(s => s.Id == jump.Step) is { } step ? FindToken(step.Token) : null;
        var branch = "";
        var from = origin?.From ?? 0;
        if (origin is not null && origin.Scope == place.Id)
        {
            branch = origin.Branch;
            CancelToken(origin);
        }
        else
        {
            Empty(place);
        }

        var token = Update(new Token(NewId(), place.Id, jump.Target, TokenState.Moving, branch, null, from));
        moving.Enqueue(token.Id);
    }
}
