using System.Text.Json.Serialization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

public enum AssignmentPurpose
{
    Step,
    Escalation,
}

public enum NoticeKind
{
    Urged,
    Supervised,
    LimitWarning,
    LimitExpired,
    Recalled,
    Returned,
}

/// <summary>What the interpreter asks its host to do. The list is closed: a host refuses what it does not know.</summary>
/// <remarks>Numbers (task, job, timer, …) are unique within the instance; the host's key is instance id and number.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(ResolveAssignees), "resolve-assignees.v1")]
[JsonDerivedType(typeof(StartTask), "start-task.v1")]
[JsonDerivedType(typeof(UpdateTask), "update-task.v1")]
[JsonDerivedType(typeof(CloseTask), "close-task.v1")]
[JsonDerivedType(typeof(CancelTask), "cancel-task.v1")]
[JsonDerivedType(typeof(StartTimer), "start-timer.v1")]
[JsonDerivedType(typeof(CancelTimer), "cancel-timer.v1")]
[JsonDerivedType(typeof(RunService), "run-service.v1")]
[JsonDerivedType(typeof(EvaluateDecision), "evaluate-decision.v1")]
[JsonDerivedType(typeof(StartCalledProcess), "start-called-process.v1")]
[JsonDerivedType(typeof(CancelJob), "cancel-job.v1")]
[JsonDerivedType(typeof(Subscribe), "subscribe.v1")]
[JsonDerivedType(typeof(Unsubscribe), "unsubscribe.v1")]
[JsonDerivedType(typeof(PublishMessage), "publish-message.v1")]
[JsonDerivedType(typeof(PublishSignal), "publish-signal.v1")]
[JsonDerivedType(typeof(RaiseIncident), "raise-incident.v1")]
[JsonDerivedType(typeof(CloseIncident), "close-incident.v1")]
[JsonDerivedType(typeof(Notify), "notify.v1")]
[JsonDerivedType(typeof(Announce), "announce.v1")]
[JsonDerivedType(typeof(SendCopy), "send-copy.v1")]
[JsonDerivedType(typeof(AskForJumpApproval), "ask-for-jump-approval.v1")]
[JsonDerivedType(typeof(CloseJump), "close-jump.v1")]
[JsonDerivedType(typeof(LimitChanged), "limit-changed.v1")]
[JsonDerivedType(typeof(EndProcess), "end-process.v1")]
public abstract record ProcessCommand
{
    private ProcessCommand()
    {
    }

    /// <summary>Find the people of a rule and answer with <see cref="ProcessEvent.AssigneesResolved"/> in the same transaction.</summary>
    /// <param name="Request">The step, or for an escalation the task's number, to answer with.</param>
    /// <param name="Known">People the engine itself determined (expression, starter, same as): only deputies are left to the host.</param>
    /// <param name="Of">Value of the rule's <c>of</c>.</param>
    public sealed record ResolveAssignees(
        int Request,
        string Node,
        AssignmentPurpose Purpose,
        AssignmentRule Rule,
        Items<Person> Known,
        [property: JsonConverter(typeof(DataValueConverter))] object? Of) : ProcessCommand;

    public sealed record StartTask(
        int Step, WorkTask Task, string Node, string Name, string? Form, DateTimeOffset? DueAt, DateTimeOffset? WarnAt)
        : ProcessCommand;

    /// <summary>The task changed hands, began or ended to wait, or its dates moved.</summary>
    public sealed record UpdateTask(int Step, WorkTask Task, string Node, DateTimeOffset? DueAt, DateTimeOffset? WarnAt) : ProcessCommand;

    /// <summary>The task is done.</summary>
    public sealed record CloseTask(int Step, WorkTask Task, string Node) : ProcessCommand;

    /// <summary>The task is not needed any more.</summary>
    public sealed record CancelTask(int Step, int Task, string Node) : ProcessCommand;

    public sealed record StartTimer(int Timer, TimerKind Kind, string? Node, DateTimeOffset Due) : ProcessCommand;

    public sealed record CancelTimer(int Timer) : ProcessCommand;

    /// <param name="Attempt">From 1; the pair of job and attempt is the key that makes the call idempotent.</param>
    public sealed record RunService(int Job, string Node, string Service, DataMap Inputs, int Attempt) : ProcessCommand;

    public sealed record EvaluateDecision(int Job, string Node, string Decision, DataMap Inputs) : ProcessCommand;

    public sealed record StartCalledProcess(int Job, string Node, string Process, string? Version, DataMap Inputs) : ProcessCommand;

    /// <summary>The answer is not wanted any more; a called process is terminated.</summary>
    public sealed record CancelJob(int Job, JobKind Kind) : ProcessCommand;

    /// <summary>Deliver messages or signals of this name (and key) as events.</summary>
    public sealed record Subscribe(int Subscription, SubscriptionKind Kind, string Node, string Name, string? Key) : ProcessCommand;

    public sealed record Unsubscribe(int Subscription) : ProcessCommand;

    public sealed record PublishMessage(string Node, string Name, string? Key, DataMap Payload) : ProcessCommand;

    /// <summary>To all other instances and to start events; this instance has seen it already.</summary>
    public sealed record PublishSignal(string Node, string Name, DataMap Payload) : ProcessCommand;

    public sealed record RaiseIncident(int Incident, string Node, string Code, string Message) : ProcessCommand;

    public sealed record CloseIncident(int Incident) : ProcessCommand;

    public sealed record Notify(NoticeKind Kind, Items<Person> To, string? Node, int Task, string? Reason) : ProcessCommand;

    /// <summary>A notice or copy the model asks for; the host finds the people.</summary>
    public sealed record Announce(
        bool IsCopy,
        string? Node,
        int Step,
        AssignmentRule To,
        Items<Person> Known,
        [property: JsonConverter(typeof(DataValueConverter))] object? Of,
        string? Template) : ProcessCommand;

    public sealed record SendCopy(Items<Person> To, string Node, int Step, string? Reason) : ProcessCommand;

    public sealed record AskForJumpApproval(int Jump, string Target, string Reason) : ProcessCommand;

    public sealed record CloseJump(int Jump, bool IsApproved) : ProcessCommand;

    /// <summary>The limit of the whole process was set, moved, stopped or started again.</summary>
    public sealed record LimitChanged(DateTimeOffset DueAt, DateTimeOffset? WarnAt, bool IsStopped) : ProcessCommand;

    public sealed record EndProcess(InstanceStatus Status, string? EndEvent, string? Outcome, string? ErrorCode, DataMap Variables)
        : ProcessCommand;
}
