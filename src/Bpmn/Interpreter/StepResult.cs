using System.Text.Json.Serialization;
using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Interpreter;

public enum HistoryKind
{
    ProcessStarted,
    ProcessEnded,
    Entered,
    Left,
    FlowTaken,
    Cancelled,
    TaskStarted,
    TaskClaimed,
    TaskReleased,
    TaskOpened,
    TaskCompleted,
    StepFinished,
    StepSkipped,
    Returned,
    Recalled,
    HandedOn,
    Delegated,
    DelegationEnded,
    SignerAdded,
    SignerRemoved,
    Copied,
    Urged,
    Supervised,
    SupervisionEnded,
    Suspended,
    Resumed,
    Terminated,
    JumpRequested,
    JumpApproved,
    JumpRejected,
    LimitWarning,
    LimitExpired,
    LimitExtended,
    ClockStopped,
    ClockStarted,
    TimerFired,
    MessageReceived,
    SignalReceived,
    ConditionMet,
    ErrorCaught,
    EscalationCaught,
    Compensated,
    JobFailed,
    IncidentRaised,
    IncidentResolved,
    VariablesSet,
    Migrated,
}

/// <summary>One line of what happened, as people read it.</summary>
/// <param name="Node">Element it happened at.</param>
/// <param name="Step">Step or task number, 0 for none.</param>
/// <param name="From">Who or where it was before.</param>
/// <param name="To">Who or where it is now.</param>
public sealed record HistoryEntry(
    DateTimeOffset At,
    HistoryKind Kind,
    string? Node,
    int Step,
    string Actor,
    string? OnBehalfOf = null,
    string? From = null,
    string? To = null,
    string? Reason = null,
    string? Detail = null);

/// <summary>Why an event was not taken. The state is as it was.</summary>
/// <param name="Code">Stable, e.g. <c>process.not-yours</c>.</param>
public sealed record Refusal(string Code, string Message);

/// <summary>What an event did.</summary>
/// <param name="State">The new state; when refused the old one (null when there was none).</param>
/// <param name="Commands">For the host, in order; all or none.</param>
/// <param name="Warnings">What expressions swallowed on the way.</param>
public sealed record StepResult(
    ProcessState? State,
    Items<ProcessCommand> Commands,
    Items<HistoryEntry> History,
    Items<string> Warnings,
    Refusal? Refusal)
{
    [JsonIgnore]
    public bool IsRefused => Refusal is not null;

    /// <summary>The new state of an event that was taken.</summary>
    /// <exception cref="InvalidOperationException">The event was refused: look at <see cref="Refusal"/> first.</exception>
    public ProcessState Require() =>
        Refusal is null && State is not null ? State : throw new InvalidOperationException(Refusal?.Message ?? "There is no state.");
}

/// <summary>Bounds of one event's work; a process that would loop forever stops at them with an incident.</summary>
public sealed record InterpreterOptions
{
    public static readonly InterpreterOptions Standard = new();

    /// <summary>Elements entered while one event is worked on.</summary>
    public int MaxElementsPerEvent { get; init; } = 10_000;

    public int MaxTokens { get; init; } = 2_000;

    /// <summary>Instances of one multi-instance activity.</summary>
    public int MaxInstances { get; init; } = 1_000;

    /// <summary>Signers of one step, added ones included.</summary>
    public int MaxSigners { get; init; } = 500;

    /// <summary>Whether entering, leaving and flows are written to the history; off where only people's acts matter.</summary>
    public bool RecordsFlow { get; init; } = true;
}

/// <summary>An event with its instant, as it is stored.</summary>
public sealed record RecordedEvent(DateTimeOffset At, ProcessEvent Event);
