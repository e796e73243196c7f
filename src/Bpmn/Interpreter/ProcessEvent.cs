using System.Text.Json.Serialization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

public enum Capacity
{
    /// <summary>Acts as the one whose task it is.</summary>
    Doer,

    /// <summary>Watches over others' work: urges, supervises, suspends. The host grants it.</summary>
    Supervisor,

    /// <summary>Repairs and jumps. The host grants it.</summary>
    Administrator,

    /// <summary>The platform itself: timers, services, messages.</summary>
    System,
}

/// <summary>Who causes an event. Never optional: background work says <see cref="System"/>.</summary>
/// <param name="Groups">Candidate groups that the actor is in now, as the host knows: a task may name a group among its candidates.</param>
public sealed record Actor(string Id, Capacity Capacity = Capacity.Doer, string? OnBehalfOf = null, Items<string> Groups = default)
{
    public static readonly Actor System = new("system", Capacity.System);

    /// <summary>Whether a candidate is this actor, or a group of theirs.</summary>
    internal bool Is(Person candidate)
    {
        if (candidate.Id == Id)
        {
            return true;
        }

        foreach (var group in Groups)
        {
            if (group == candidate.Id)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Everything that can happen to a process. Closed; each kind has a name on the wire with a version.</summary>
/// <remarks>The recorded events with their instants are the history a state can be computed from again.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Started), "started.v1")]
[JsonDerivedType(typeof(AssigneesResolved), "assignees-resolved.v1")]
[JsonDerivedType(typeof(TaskClaimed), "task-claimed.v1")]
[JsonDerivedType(typeof(TaskReleased), "task-released.v1")]
[JsonDerivedType(typeof(TaskOpened), "task-opened.v1")]
[JsonDerivedType(typeof(TaskCompleted), "task-completed.v1")]
[JsonDerivedType(typeof(TaskReturned), "task-returned.v1")]
[JsonDerivedType(typeof(StepRecalled), "step-recalled.v1")]
[JsonDerivedType(typeof(TaskHandedOn), "task-handed-on.v1")]
[JsonDerivedType(typeof(TaskDelegated), "task-delegated.v1")]
[JsonDerivedType(typeof(DelegationEnded), "delegation-ended.v1")]
[JsonDerivedType(typeof(SignerAdded), "signer-added.v1")]
[JsonDerivedType(typeof(SignerRemoved), "signer-removed.v1")]
[JsonDerivedType(typeof(Copied), "copied.v1")]
[JsonDerivedType(typeof(Urged), "urged.v1")]
[JsonDerivedType(typeof(SupervisionChanged), "supervision-changed.v1")]
[JsonDerivedType(typeof(Suspended), "suspended.v1")]
[JsonDerivedType(typeof(Resumed), "resumed.v1")]
[JsonDerivedType(typeof(Terminated), "terminated.v1")]
[JsonDerivedType(typeof(JumpRequested), "jump-requested.v1")]
[JsonDerivedType(typeof(JumpApproved), "jump-approved.v1")]
[JsonDerivedType(typeof(JumpRejected), "jump-rejected.v1")]
[JsonDerivedType(typeof(LimitExtended), "limit-extended.v1")]
[JsonDerivedType(typeof(VariablesSet), "variables-set.v1")]
[JsonDerivedType(typeof(JobCompleted), "job-completed.v1")]
[JsonDerivedType(typeof(JobFailed), "job-failed.v1")]
[JsonDerivedType(typeof(ErrorThrown), "error-thrown.v1")]
[JsonDerivedType(typeof(EscalationThrown), "escalation-thrown.v1")]
[JsonDerivedType(typeof(TimerFired), "timer-fired.v1")]
[JsonDerivedType(typeof(MessageReceived), "message-received.v1")]
[JsonDerivedType(typeof(SignalReceived), "signal-received.v1")]
[JsonDerivedType(typeof(IncidentResolved), "incident-resolved.v1")]
[JsonDerivedType(typeof(Migrated), "migrated.v1")]
public abstract record ProcessEvent
{
    private ProcessEvent()
    {
    }

    public required Actor Actor { get; init; }

    /// <summary>Begins an instance; the state before it is null.</summary>
    /// <param name="StartEvent">Which start event; null: the one without a trigger, or the only one.</param>
    public sealed record Started(DataMap Variables, string? BusinessKey = null, string? StartEvent = null) : ProcessEvent;

    /// <summary>Answers <see cref="ProcessCommand.ResolveAssignees"/>.</summary>
    /// <param name="People">In the organisation's order; empty when there is nobody.</param>
    public sealed record AssigneesResolved(int Request, Items<Person> People) : ProcessEvent;

    public sealed record TaskClaimed(int Task, int? Revision = null) : ProcessEvent;

    public sealed record TaskReleased(int Task, int? Revision = null) : ProcessEvent;

    /// <summary>The doer looked at the task: recall by the one before ends here.</summary>
    public sealed record TaskOpened(int Task) : ProcessEvent;

    /// <param name="Button">Key of the button; null when the step has none.</param>
    /// <param name="Variables">What the form wrote; only fields the step may write.</param>
    public sealed record TaskCompleted(int Task, string? Button, DataMap Variables, string? Reason = null, int? Revision = null)
        : ProcessEvent;

    /// <summary>退回. <paramref name="To"/> is <c>previous</c>, <c>applicant</c> or the id of an earlier step.</summary>
    public sealed record TaskReturned(int Task, string To, ResumeMode? Resume, string? Reason, int? Revision = null) : ProcessEvent;

    /// <summary>撤回 of a step the actor finished.</summary>
    public sealed record StepRecalled(int Step, string? Reason = null) : ProcessEvent;

    /// <summary>转办: the task is the other's from now on.</summary>
    public sealed record TaskHandedOn(int Task, Person To, string? Reason, int? Revision = null) : ProcessEvent;

    /// <summary>委托: the other works on it, then it comes back; at <paramref name="Until"/> it comes back in any case.</summary>
    public sealed record TaskDelegated(int Task, Person To, DateTimeOffset? Until, string? Reason, int? Revision = null) : ProcessEvent;

    public sealed record DelegationEnded(int Task, string? Reason = null) : ProcessEvent;

    /// <summary>加签.</summary>
    public sealed record SignerAdded(int Task, WorkTaskKind Kind, Items<Person> People, string? Reason, int? Revision = null)
        : ProcessEvent;

    /// <summary>减签 of the task of an added or countersigning person.</summary>
    public sealed record SignerRemoved(int Task, string? Reason) : ProcessEvent;

    /// <summary>抄送.</summary>
    public sealed record Copied(int Step, Items<Person> To, string? Reason = null) : ProcessEvent;

    /// <summary>催办.</summary>
    public sealed record Urged(int Task, string? Reason = null) : ProcessEvent;

    /// <summary>督办 begins or ends.</summary>
    public sealed record SupervisionChanged(bool IsSupervised, string? Reason = null) : ProcessEvent;

    /// <summary>挂起.</summary>
    public sealed record Suspended(string? Reason) : ProcessEvent;

    /// <summary>恢复.</summary>
    public sealed record Resumed(string? Reason = null) : ProcessEvent;

    /// <summary>终止.</summary>
    public sealed record Terminated(string Reason) : ProcessEvent;

    /// <summary>跳转: from one open step (or, with 0, from wherever the process is) to a node of the process.</summary>
    public sealed record JumpRequested(int Step, string Target, string Reason) : ProcessEvent;

    public sealed record JumpApproved(int Jump, string? Reason = null) : ProcessEvent;

    public sealed record JumpRejected(int Jump, string? Reason = null) : ProcessEvent;

    /// <summary>A new end for the limit of a step, or of the whole process with step 0.</summary>
    public sealed record LimitExtended(int Step, DateTimeOffset DueAt, string Reason) : ProcessEvent;

    /// <summary>Variables changed from outside: the record was edited, an operator repaired them.</summary>
    public sealed record VariablesSet(DataMap Variables, string? Reason = null) : ProcessEvent;

    /// <summary>Answers a service, decision or called process.</summary>
    public sealed record JobCompleted(int Job, [property: JsonConverter(typeof(DataValueConverter))] object? Result) : ProcessEvent;

    /// <summary>The work failed technically: it is tried again, then becomes an incident.</summary>
    public sealed record JobFailed(int Job, string Message, bool IsFinal = false) : ProcessEvent;

    /// <summary>The work (job) or the doer (task) ended with a business error that the model may catch.</summary>
    public sealed record ErrorThrown(int Source, string Code, string? Message = null) : ProcessEvent;

    public sealed record EscalationThrown(int Source, string Code, DataMap Payload) : ProcessEvent;

    public sealed record TimerFired(int Timer) : ProcessEvent;

    /// <param name="Subscription">Which waiting event; 0: all that match name and key.</param>
    public sealed record MessageReceived(string Name, string? Key, DataMap Payload, int Subscription = 0) : ProcessEvent;

    public sealed record SignalReceived(string Name, DataMap Payload) : ProcessEvent;

    /// <summary>An operator repaired the cause; the element is tried again with the variables set first.</summary>
    /// <param name="Skip">Pass over the element instead of trying it again.</param>
    public sealed record IncidentResolved(int Incident, DataMap Variables, bool Skip = false, string? Reason = null) : ProcessEvent;

    /// <summary>The instance goes on by another version of its model; made by <see cref="ProcessMigration"/>.</summary>
    /// <param name="Elements">Old id to new id, where they differ.</param>
    public sealed record Migrated(Items<ElementMapping> Elements, string Reason) : ProcessEvent;
}

public sealed record ElementMapping(string Old, string New);
