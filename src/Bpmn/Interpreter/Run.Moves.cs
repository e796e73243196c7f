using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// The moves on a task beyond completing it. Each is allowed by the step's extension elements or refused.
internal sealed partial class Run
{
    private Refusal? Allowed(Step step, MoveKind kind, string? reason, out MoveRule? rule)
    {
        rule = ((UserTask)model.Node(step.Node)).Rules.Move(kind);
        // An administrator repairs what the model's author did not foresee; the reason is then always needed.
        if (rule is null && actor.Capacity != Capacity.Administrator)
        {
            return new("process.move-not-allowed", $"This step does not allow the move '{kind}'.");
        }

        return (rule?.Reason ?? ReasonRule.Required) == ReasonRule.Required && string.IsNullOrWhiteSpace(reason)
            ? new("process.reason-needed", "Say why.")
            : null;
    }

    private Refusal? OwnOrAdministrator(int task, int? revision, out Step step, out WorkTask found)
    {
        var refusal = Own(task, revision, out step, out found);
        return refusal is { Code: "process.not-yours" } && actor.Capacity == Capacity.Administrator ? null : refusal;
    }

    private Refusal? HandOn(ProcessEvent.TaskHandedOn moved)
    {
        if ((OwnOrAdministrator(moved.Task, moved.Revision, out var step, out var task)
            ?? Allowed(step, MoveKind.HandOn, moved.Reason, out _)) is { } refusal)
        {
            return refusal;
        }

        if (task.Assignee?.Id == moved.To.Id)
        {
            return new("process.same-person", "The task is theirs already.");
        }

        Record(HistoryKind.HandedOn, step.Node, task.Id, from: task.Assignee?.Id, to: moved.To.Id, reason: moved.Reason);
        CancelTimers(TimerKind.DelegationEnd, task.Id);
        Change(step, task with { Assignee = moved.To, Owner = null, OpenedAt = null });
        return null;
    }

    private Refusal? Delegate(ProcessEvent.TaskDelegated moved)
    {
        if ((Own(moved.Task, moved.Revision, out var step, out var task)
            ?? Allowed(step, MoveKind.Delegate, moved.Reason, out _)) is { } refusal)
        {
            return refusal;
        }

        if (task.Owner is not null)
        {
            return new("process.delegated", "A delegated task is not delegated further: hand it back or complete it.");
        }

        if (task.Assignee?.Id == moved.To.Id)
        {
            return new("process.same-person", "The task is theirs already.");
        }

        Record(HistoryKind.Delegated, step.Node, task.Id, from: task.Assignee?.Id, to: moved.To.Id, reason: moved.Reason);
        if (moved.Until is { } until)
        {
            StartTimer(TimerKind.DelegationEnd, task.Id, step.Node, until, workingDays: false, 0, null);
        }

        Change(step, task with { Owner = task.Assignee, Assignee = moved.To, OpenedAt = null });
        return null;
    }

    private Refusal? EndDelegation(ProcessEvent.DelegationEnded ended)
    {
        if (Find(ended.Task) is not { Task.Owner: { } owner } found)
        {
            return new("process.not-delegated", "This task is not delegated.");
        }

        if (actor.Capacity == Capacity.Doer && actor.Id != owner.Id && actor.Id != found.Task.Assignee?.Id)
        {
            return new("process.not-yours", "Only the owner or the delegate ends a delegation.");
        }

        ComeBack(ended.Task, ended.Reason ?? "taken back");
        return null;
    }

    private Refusal? AddSigner(ProcessEvent.SignerAdded added)
    {
        if ((OwnOrAdministrator(added.Task, added.Revision, out var step, out var task)
            ?? Allowed(step, MoveKind.AddSigner, added.Reason, out var rule)) is { } refusal)
        {
            return refusal;
        }

        rule = ((UserTask)model.Node(step.Node)).Rules.Move(MoveKind.AddSigner);
        var how = added.Kind switch
        {
            WorkTaskKind.AddedBefore => "before",
            WorkTaskKind.AddedAfter => "after",
            WorkTaskKind.AddedParallel => "parallel",
            _ => "",
        };
        if (how.Length == 0 || (rule is { To.Count: > 0 } && !rule.To.Contains(how)))
        {
            return new("process.move-not-allowed", $"This step does not allow signers to be added '{how}'.");
        }

        if (added.People.Count == 0)
        {
            return new("process.nobody", "Name at least one signer.");
        }

        if (added.People.Any(p => step.Tasks.Any(t => t.Assignee?.Id == p.Id && t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting)))
        {
            return new("process.same-person", "One of them signs this step already.");
        }

        if (step.Tasks.Count + added.People.Count > options.MaxSigners)
        {
            return new("process.bound", $"A step has at most {options.MaxSigners} signers.");
        }

        AddSigners(step, task, added);
        return null;
    }

    private void AddSigners(Step step, WorkTask task, ProcessEvent.SignerAdded added)
    {
        var node = (UserTask)model.Node(step.Node);
        Record(
            HistoryKind.SignerAdded, step.Node, task.Id, from: task.Assignee?.Id, to: string.Join(" ", added.People.Select(p => p.Id)),
            reason: added.Reason, detail: added.Kind.ToString());
        if (added.Kind == WorkTaskKind.AddedBefore)
        {
            step = Change(step, task with { Status = WorkTaskStatus.Waiting });
        }

        foreach (var person in added.People)
        {
            var status = added.Kind == WorkTaskKind.AddedAfter ? WorkTaskStatus.Waiting : WorkTaskStatus.Open;
            var signer = new WorkTask(NewId(), added.Kind, status, person, For: task.Id, AddedBy: actor.Id);
            step = AddTask(step, node, signer);
        }
    }

    private Refusal? RemoveSigner(ProcessEvent.SignerRemoved removed)
    {
        if (Find(removed.Task) is not { } found || found.Task.Status is WorkTaskStatus.Done or WorkTaskStatus.Cancelled)
        {
            return new("process.task-over", "This signer has signed already, or was removed.");
        }

        var (step, task) = found;
        if (Allowed(step, MoveKind.RemoveSigner, removed.Reason, out _) is { } refusal)
        {
            return refusal;
        }

        var added = task.Kind != WorkTaskKind.Main;
        var mine = added ? task.AddedBy == actor.Id : step.Tasks.Any(t => t.Assignee?.Id == actor.Id);
        if (!mine && actor.Capacity != Capacity.Administrator)
        {
            return new("process.not-yours", "A signer is removed by who added them, or by a signer of the step.");
        }

        if (task.Assignee?.Id == actor.Id && actor.Capacity != Capacity.Administrator)
        {
            return new("process.not-yours", "Nobody removes themselves.");
        }

        if (!step.Tasks.Any(t => t.Id != task.Id && t.Kind != WorkTaskKind.AddedBefore && t.Status is not WorkTaskStatus.Cancelled))
        {
            return new("process.last-signer", "The last signer of a step cannot be removed.");
        }

        Record(HistoryKind.SignerRemoved, step.Node, task.Id, from: task.Assignee?.Id, reason: removed.Reason);
        CancelTimers(TimerKind.DelegationEnd, task.Id);
        var gone = task with { Status = WorkTaskStatus.Cancelled };
        step = Change(step, gone);
        // Who was added because of the removed one goes too, or would wait forever.
        foreach (var dependent in step.Tasks.Where(
            t => t.For == task.Id && t.Status is WorkTaskStatus.Waiting or WorkTaskStatus.Open && t.For != 0).ToList())
        {
            if (dependent.For == task.Id)
            {
                step = Change(step, dependent with { Status = WorkTaskStatus.Cancelled });
            }
        }

        Advance(step, gone);
        return null;
    }

    private Refusal? Copy(ProcessEvent.Copied copied)
    {
        if (steps.Find(s => s.Id == copied.Step) is not { } step)
        {
            return new("process.task-over", "This step is over.");
        }

        var takesPart = step.Tasks.Any(t => DoersOf(t).Any(p => p.Id == actor.Id)) || actor.Capacity != Capacity.Doer;
        if (!takesPart)
        {
            return new("process.not-yours", "Only who works on the step sends copies of it.");
        }

        if (Allowed(step, MoveKind.Copy, copied.Reason, out _) is { } refusal)
        {
            return refusal;
        }

        Record(HistoryKind.Copied, step.Node, step.Id, to: string.Join(" ", copied.To.Select(p => p.Id)), reason: copied.Reason);
        Say(new ProcessCommand.SendCopy(copied.To, step.Node, step.Id, copied.Reason));
        return null;
    }

    private Refusal? Urge(ProcessEvent.Urged urged)
    {
        if (Find(urged.Task) is not { Task.Status: WorkTaskStatus.Open } found)
        {
            return new("process.task-over", "This task is done or was taken away.");
        }

        var takesPart = actor.Id == before.Starter || trail.Exists(t => t.By.Any(p => p.Id == actor.Id)) || actor.Capacity != Capacity.Doer;
        if (!takesPart)
        {
            return new("process.not-yours", "Only who started the process, worked on it or supervises it urges.");
        }

        if (actor.Capacity == Capacity.Doer && Allowed(found.Step, MoveKind.Urge, urged.Reason, out _) is { } refusal)
        {
            return refusal;
        }

        var doers = DoersOf(found.Task).ToItems();
        Record(HistoryKind.Urged, found.Step.Node, urged.Task, to: string.Join(" ", doers.Select(p => p.Id)), reason: urged.Reason);
        Say(new ProcessCommand.Notify(NoticeKind.Urged, doers, found.Step.Node, urged.Task, urged.Reason));
        return null;
    }

    private Refusal? Supervise(ProcessEvent.SupervisionChanged changed)
    {
        if (actor.Capacity is not (Capacity.Supervisor or Capacity.Administrator))
        {
            return new("process.not-allowed", "Only a supervisor puts a process under supervision.");
        }

        supervisedBy = changed.IsSupervised ? actor.Id : null;
        Record(changed.IsSupervised ? HistoryKind.Supervised : HistoryKind.SupervisionEnded, null, reason: changed.Reason);
        if (changed.IsSupervised)
        {
            var doers = steps.SelectMany(s => s.Tasks).Where(t => t.Status == WorkTaskStatus.Open).SelectMany(DoersOf).Distinct().ToItems();
            Say(new ProcessCommand.Notify(NoticeKind.Supervised, doers, null, 0, changed.Reason));
        }

        return null;
    }
}
