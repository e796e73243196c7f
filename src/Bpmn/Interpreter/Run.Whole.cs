using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// What concerns the process as a whole: its beginning, standing still, its end by order, variables from outside.
internal sealed partial class Run
{
    public Refusal? Apply(ProcessEvent happened)
    {
        if (happened is ProcessEvent.Started started)
        {
            return before.Revision == 0 && scopes.Count == 0 ? Start(started) : new("process.started", "The process runs already.");
        }

        if (IsOver)
        {
            return new("process.over", "The process has ended.");
        }

        if (status == InstanceStatus.Suspended && IsStopped(happened))
        {
            return new("process.suspended", "The process is suspended: resume it first.");
        }

        return happened switch
        {
            ProcessEvent.AssigneesResolved e => Assign(e),
            ProcessEvent.TaskClaimed e => Claim(e),
            ProcessEvent.TaskReleased e => Release(e),
            ProcessEvent.TaskOpened e => Open(e),
            ProcessEvent.TaskCompleted e => Complete(e),
            ProcessEvent.TaskReturned e => Return(e),
            ProcessEvent.StepRecalled e => Recall(e),
            ProcessEvent.TaskHandedOn e => HandOn(e),
            ProcessEvent.TaskDelegated e => Delegate(e),
            ProcessEvent.DelegationEnded e => EndDelegation(e),
            ProcessEvent.SignerAdded e => AddSigner(e),
            ProcessEvent.SignerRemoved e => RemoveSigner(e),
            ProcessEvent.Copied e => Copy(e),
            ProcessEvent.Urged e => Urge(e),
            ProcessEvent.SupervisionChanged e => Supervise(e),
            ProcessEvent.Suspended e => Suspend(e),
            ProcessEvent.Resumed e => Resume(e),
            ProcessEvent.Terminated e => Terminate(e),
            ProcessEvent.JumpRequested e => RequestJump(e),
            ProcessEvent.JumpApproved e => DecideJump(e.Jump, e.Reason, isApproved: true),
            ProcessEvent.JumpRejected e => DecideJump(e.Jump, e.Reason, isApproved: false),
            ProcessEvent.LimitExtended e => Extend(e),
            ProcessEvent.VariablesSet e => SetVariables(e),
            ProcessEvent.JobCompleted e => Complete(e),
            ProcessEvent.JobFailed e => Fail(e),
            ProcessEvent.ErrorThrown e => Throw(e),
            ProcessEvent.EscalationThrown e => Escalate(e),
            ProcessEvent.TimerFired e => FireTimer(e),
            ProcessEvent.MessageReceived e => Receive(e),
            ProcessEvent.SignalReceived e => DeliverSignal(e.Name, e.Payload)
                ? null
                : new("process.no-signal", $"Nothing waits for the signal '{e.Name}' here now."),
            ProcessEvent.IncidentResolved e => Resolve(e),
            ProcessEvent.Migrated e => Migrate(e),
            _ => throw new System.Diagnostics.UnreachableException($"The event {happened.GetType().Name} has no place here."),
        };
    }

    // People's work rests while a process is suspended. What the outside answers is taken in, or it would be lost.
    private static bool IsStopped(ProcessEvent happened) => happened
        is ProcessEvent.TaskClaimed or ProcessEvent.TaskReleased or ProcessEvent.TaskCompleted or ProcessEvent.TaskReturned
        or ProcessEvent.StepRecalled or ProcessEvent.TaskHandedOn or ProcessEvent.TaskDelegated or ProcessEvent.SignerAdded
        or ProcessEvent.SignerRemoved or ProcessEvent.Urged or ProcessEvent.JumpApproved or ProcessEvent.Suspended;

    private Refusal? Start(ProcessEvent.Started started)
    {
        var triggers = model.Root.Nodes.OfType<StartEvent>().ToList();
        StartEvent? start = null;
        if (started.StartEvent is { } id)
        {
            start = triggers.Find(s => s.Id == id);
            if (start is null)
            {
                return new("process.no-start", $"The process has no start event '{id}'.");
            }
        }
        else if (triggers.Count == 1)
        {
            start = triggers[0];
        }

        var root = new Scope(NewId(), ScopeKind.Process, model.Root.Id, 0, 0, started.Variables);
        scopes.Add(root);
        Record(HistoryKind.ProcessStarted, start?.Id, detail: before.BusinessKey);
        BeginProcessLimit(root);
        if (start is null || start.Event is EventDefinition.None)
        {
            var entries = model.Root.Nodes.Where(ProcessEntries.IsEntry).ToList();
            if (entries.Count == 0)
            {
                return new("process.no-start", "Every start event of the process waits for a trigger: name the one that happened.");
            }
        }

        AnnounceProcess(AnnouncementMoment.Enter);
        if (start is not null)
        {
            SubscribeScope(root);
            var token = Update(new Token(NewId(), root.Id, start.Id, TokenState.Moving));
            if (Take(start, token, started.Variables))
            {
                moving.Enqueue(token.Id);
            }

            return null;
        }

        Populate(root, model.Root, null);
        return null;
    }

    private void SubscribeScope(Scope root)
    {
        foreach (var trigger in model.Root.EventSubProcesses.SelectMany(s => s.Body.Nodes.OfType<StartEvent>()))
        {
            SubscribeStart(trigger, root);
        }
    }

    private Refusal? Suspend(ProcessEvent.Suspended suspended)
    {
        if (actor.Capacity is not (Capacity.Supervisor or Capacity.Administrator)
            && MayAsDoer(MoveKind.Suspend, suspended.Reason) is { } refusal)
        {
            return refusal;
        }

        status = InstanceStatus.Suspended;
        suspendedAt = now;
        Pause(_ => true);
        SayLimitStopped(true);
        Record(HistoryKind.Suspended, null, reason: suspended.Reason);
        return null;
    }

    private void SayLimitStopped(bool isStopped)
    {
        if (limit is { } current)
        {
            Say(new ProcessCommand.LimitChanged(current.DueAt, current.WarnAt, isStopped));
        }
    }

    /// <summary>A doer may do to the whole process what one of the steps they have open allows.</summary>
    private Refusal? MayAsDoer(MoveKind kind, string? reason)
    {
        foreach (var step in steps.Where(s => s.Tasks.Any(t => t.Status == WorkTaskStatus.Open && t.Assignee?.Id == actor.Id)))
        {
            if (((UserTask)model.Node(step.Node)).Rules.Move(kind) is not null)
            {
                return Allowed(step, kind, reason, out _);
            }
        }

        return new("process.not-allowed", "None of your open steps allows this.");
    }

    private Refusal? Resume(ProcessEvent.Resumed resumed)
    {
        if (status != InstanceStatus.Suspended)
        {
            return new("process.not-suspended", "The process is not suspended.");
        }

        if (actor.Capacity is not (Capacity.Supervisor or Capacity.Administrator)
            && MayAsDoer(MoveKind.Suspend, resumed.Reason ?? "resume") is { } refusal)
        {
            return refusal;
        }

        status = InstanceStatus.Running;
        suspendedAt = null;
        Continue(t => !IsOfProcess(t));
        if (limit is { StoppedBy.Count: 0 })
        {
            ContinueProcessLimit();
        }

        foreach (var step in steps.ToList())
        {
            var due = timers.Find(t => t.Kind == TimerKind.StepDue && t.Target == step.Id)?.Due ?? step.DueAt;
            var warn = timers.Find(t => t.Kind == TimerKind.StepWarning && t.Target == step.Id)?.Due ?? step.WarnAt;
            if (due != step.DueAt || warn != step.WarnAt)
            {
                var moved = Update(step with { DueAt = due, WarnAt = warn });
                foreach (var task in moved.Tasks.Where(t => t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting))
                {
                    SayTask(moved, task);
                }
            }
        }

        Record(HistoryKind.Resumed, null, reason: resumed.Reason);
        return null;
    }

    private Refusal? Terminate(ProcessEvent.Terminated terminated)
    {
        if (string.IsNullOrWhiteSpace(terminated.Reason))
        {
            return new("process.reason-needed", "Say why.");
        }

        if (actor.Capacity is not (Capacity.Administrator or Capacity.System)
            && MayAsDoer(MoveKind.Terminate, terminated.Reason) is { } refusal)
        {
            return refusal;
        }

        Record(HistoryKind.Terminated, null, reason: terminated.Reason);
        EndProcess(InstanceStatus.Terminated);
        return null;
    }

    private Refusal? SetVariables(ProcessEvent.VariablesSet set)
    {
        Set(scopes[0].Id, set.Variables);
        Record(HistoryKind.VariablesSet, null, reason: set.Reason, detail: string.Join(" ", set.Variables.Keys));
        return null;
    }

    private Refusal? Migrate(ProcessEvent.Migrated migrated)
    {
        if (actor.Capacity is not (Capacity.Administrator or Capacity.System))
        {
            return new("process.not-allowed", "Only an administrator migrates a process.");
        }

        var lost = tokens.Select(t => t.Node).Concat(subscriptions.Select(s => s.Node)).FirstOrDefault(n => model.Find(n) is null);
        if (lost is not null)
        {
            return new("process.cannot-migrate", $"The new version has no '{lost}'.");
        }

        Record(HistoryKind.Migrated, null, reason: migrated.Reason);
        return null;
    }
}
