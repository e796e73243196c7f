using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// What the doer of a task does with it: claim, release, open, complete.
internal sealed partial class Run
{
    /// <summary>Finds an open task and checks that the page is not stale and the actor may act.</summary>
    private Refusal? Own(int id, int? revision, out Step step, out WorkTask task, bool candidatesToo = false)
    {
        if (Find(id) is not { } found)
        {
            step = null!; // not read: a refusal is returned
            task = null!;
            return new("process.task-over", "This task is done or was taken away.");
        }

        (step, task) = found;
        if (task.Status is WorkTaskStatus.Done or WorkTaskStatus.Cancelled)
        {
            return new("process.task-over", "This task is done or was taken away.");
        }

        if (revision is { } seen && seen != task.Revision)
        {
            return new("process.stale", "The task has changed since this page was opened. Load it again.");
        }

        if (task.Status == WorkTaskStatus.Waiting)
        {
            return new("process.task-waits", "This task waits for a signer that was added, or for its turn.");
        }

        if (actor.Capacity == Capacity.System || task.Assignee?.Id == actor.Id)
        {
            return null;
        }

        return candidatesToo && task.Assignee is null && task.Candidates.Any(actor.Is)
            ? null
            : new("process.not-yours", task.Assignee is null ? "Claim this task first." : "This task is somebody else's.");
    }

    private Refusal? Claim(ProcessEvent.TaskClaimed claimed)
    {
        if (Own(claimed.Task, claimed.Revision, out var step, out var task, candidatesToo: true) is { } refusal)
        {
            return refusal;
        }

        if (task.Assignee is not null)
        {
            return new("process.claimed", "This task is claimed already.");
        }

        Record(HistoryKind.TaskClaimed, step.Node, task.Id, to: actor.Id);
        Change(step, task with { Assignee = CandidateOf(task), OpenedAt = task.OpenedAt ?? now });
        return null;
    }

    private Person CandidateOf(WorkTask task)
    {
        foreach (var candidate in task.Candidates)
        {
            if (candidate.Id == actor.Id)
            {
                return candidate;
            }
        }

        return new(actor.Id, actor.OnBehalfOf);
    }

    private Refusal? Release(ProcessEvent.TaskReleased released)
    {
        if (Own(released.Task, released.Revision, out var step, out var task) is { } refusal)
        {
            return refusal;
        }

        if (task.Candidates.Count == 0)
        {
            return new("process.not-claimed", "This task was given to you by name: it cannot be released. Hand it on instead.");
        }

        Record(HistoryKind.TaskReleased, step.Node, task.Id, from: task.Assignee?.Id);
        Change(step, task with { Assignee = null });
        return null;
    }

    private Refusal? Open(ProcessEvent.TaskOpened opened)
    {
        if (Own(opened.Task, null, out var step, out var task, candidatesToo: true) is { } refusal)
        {
            return refusal;
        }

        if (task.OpenedAt is null)
        {
            // The revision stays: the page that opens the task is the page that will complete it.
            Record(HistoryKind.TaskOpened, step.Node, task.Id);
            var seen = task with { OpenedAt = now };
            SayTask(Update(step with { Tasks = step.Tasks.Select(t => t.Id == seen.Id ? seen : t).ToItems() }), seen);
        }

        return null;
    }

    private Refusal? Complete(ProcessEvent.TaskCompleted completed)
    {
        if (Own(completed.Task, completed.Revision, out var step, out var task, candidatesToo: true) is { } refusal)
        {
            return refusal;
        }

        var node = (UserTask)model.Node(step.Node);
        if (CheckAnswer(node.Rules, completed) is { } wrong)
        {
            return wrong;
        }

        task = task with { Assignee = task.Assignee ?? CandidateOf(task) };
        var token = FindToken(step.Token)!; // a step does not outlive its token
        if (node.Outputs.Count > 0)
        {
            Update(token with { Locals = (token.Locals ?? DataMap.Empty).With(completed.Variables) });
        }
        else
        {
            Set(token.Scope, completed.Variables);
        }

        if (task.Owner is not null)
        {
            // 委托: the other's word is an opinion; the owner decides.
            ComeBack(task.Id, completed.Reason ?? completed.Button ?? "", completed.Button);
            return null;
        }

        var vote = completed.Button is { } key ? node.Rules.Button(key)?.Vote : null;
        task = task with { Status = WorkTaskStatus.Done, Outcome = completed.Button, Vote = vote ?? Vote.Agree, Comment = completed.Reason,
            DoneAt = now };
        // `!`: set above
        Record(HistoryKind.TaskCompleted, step.Node, task.Id, from: task.Assignee!.OnBehalfOf, reason: completed.Reason,
            detail: completed.Button);
        Advance(Change(step, task), task);
        return null;
    }

    private static Refusal? CheckAnswer(StepRules rules, ProcessEvent.TaskCompleted completed)
    {
        if (rules.Buttons.Count > 0)
        {
            if (completed.Button is null || rules.Button(completed.Button) is not { } button)
            {
                return new("process.no-button", $"The step has no button '{completed.Button}'.");
            }

            if (button.Reason == ReasonRule.Required && string.IsNullOrWhiteSpace(completed.Reason))
            {
                return new("process.reason-needed", $"'{button.Title}' needs a reason.");
            }
        }

        foreach (var name in completed.Variables.Keys)
        {
            if (rules.Fields.Count > 0 && !rules.Fields.Any(f => f.Name == name && f.Access == FieldAccess.Write))
            {
                return new("process.field-not-writable", $"The field '{name}' may not be changed in this step.");
            }
        }

        return null;
    }

    /// <summary>A delegated task goes back to its owner.</summary>
    private void ComeBack(int id, string reason, string? word = null)
    {
        if (Find(id) is not { Task.Owner: { } owner } found)
        {
            return;
        }

        CancelTimers(TimerKind.DelegationEnd, id);
        Record(HistoryKind.DelegationEnded, found.Step.Node, id, from: found.Task.Assignee?.Id, to: owner.Id, reason: reason, detail: word);
        Change(found.Step, found.Task with { Assignee = owner, Owner = null, Comment = reason });
    }
}
