using System.Text.Json.Serialization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

public enum InstanceStatus
{
    Running,
    Suspended,
    Completed,

    /// <summary>Ended by an error that nothing caught.</summary>
    Failed,
    Terminated,
}

/// <summary>Everything there is to know about a running process. Immutable; equal to what its JSON reads as.</summary>
/// <param name="Format">Version of this shape.</param>
/// <param name="NextId">Numbers of tokens, scopes, steps, tasks, jobs, timers, … are drawn from this one counter: unique in the
/// instance.</param>
/// <param name="Revision">Grows by one with each event; what a page saw and what is true now are compared by it.</param>
/// <param name="BusinessKey">Key of the record the process belongs to; messages without their own correlation are matched by it.</param>
/// <param name="Trail">Steps that people finished, in order.</param>
public sealed record ProcessState(
    int Format,
    string Process,
    InstanceStatus Status,
    int NextId,
    long Revision,
    string Starter,
    DateTimeOffset StartedAt,
    string? BusinessKey = null,
    DateTimeOffset? EndedAt = null,
    string? Outcome = null,
    string? ErrorCode = null,
    Items<Scope> Scopes = default,
    Items<Token> Tokens = default,
    Items<Step> Steps = default,
    Items<Job> Jobs = default,
    Items<TimerState> Timers = default,
    Items<Subscription> Subscriptions = default,
    Items<TrailStep> Trail = default,
    Items<JoinRecord> Joins = default,
    Items<Incident> Incidents = default,
    Items<Compensable> Compensables = default,
    Items<PendingJump> Jumps = default,
    LimitState? Limit = null,
    DateTimeOffset? SuspendedAt = null,
    string? SupervisedBy = null)
{
    public const int CurrentFormat = 1;

    [JsonIgnore]
    public bool IsOver => Status is InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated;

    /// <summary>The variables of the process as a whole.</summary>
    [JsonIgnore]
    public DataMap Variables => Scopes.Count > 0 ? Scopes[0].Variables : DataMap.Empty;

    /// <summary>The task of this number, wherever its step is.</summary>
    public (Step Step, WorkTask Task)? FindTask(int task)
    {
        foreach (var step in Steps)
        {
            foreach (var candidate in step.Tasks)
            {
                if (candidate.Id == task)
                {
                    return (step, candidate);
                }
            }
        }

        return null;
    }

    /// <summary>All tasks that wait for somebody.</summary>
    public IEnumerable<(Step Step, WorkTask Task)> OpenTasks() =>
        Steps.SelectMany(s => s.Tasks.Where(t => t.Status is WorkTaskStatus.Open).Select(t => (s, t)));
}

public enum ScopeKind
{
    Process,
    SubProcess,

    /// <summary>One run of an activity that repeats; holds its counter and item.</summary>
    Iteration,
    EventSubProcess,

    /// <summary>Runs the compensation handlers of another scope.</summary>
    Compensation,
}

/// <summary>A place for variables and tokens: the process, a sub-process that runs, one iteration of a repeated activity.</summary>
/// <param name="Element">Process, sub-process or repeated activity.</param>
/// <param name="Owner">Token that waits for this scope to end; 0 for the process.</param>
public sealed record Scope(
    int Id, ScopeKind Kind, string Element, int Parent, int Owner, DataMap Variables, int Index = 0);

public enum TokenState
{
    /// <summary>Between elements, only while an event is being worked on.</summary>
    Moving,

    /// <summary>Before a parallel or inclusive gateway.</summary>
    AtJoin,

    /// <summary>In a user task.</summary>
    InStep,

    /// <summary>In a service, decision or called process.</summary>
    InJob,

    /// <summary>Before a catching event, receive task or event-based gateway.</summary>
    Waiting,

    /// <summary>In a sub-process, or waiting for compensation to end.</summary>
    InScope,

    /// <summary>In an activity that repeats.</summary>
    Repeating,

    /// <summary>Held until an operator resolves its incident.</summary>
    Held,
}

/// <summary>Where the process is.</summary>
/// <param name="Branch">
/// The forks the token came out of, as <c>fork.branch/</c>…; a return to an earlier step takes back exactly the tokens whose branch begins
/// with the step's.
/// </param>
/// <param name="Flow">Sequence flow on which a token waits before a join.</param>
/// <param name="From">Number of the last trail step on the way here; 0 for none.</param>
/// <param name="Crossed">A service ran since that step: it cannot be recalled any more.</param>
/// <param name="BackTo">After the next step straight back to this one.</param>
/// <param name="Locals">Input variables of the activity the token is in.</param>
/// <param name="For">Who does the next step, where that is known already: after a return or recall the same people as before.</param>
public sealed record Token(
    int Id,
    int Scope,
    string Node,
    TokenState State,
    string Branch = "",
    string? Flow = null,
    int From = 0,
    bool Crossed = false,
    StraightBack? BackTo = null,
    DataMap? Locals = null,
    RepeatState? Repeat = null,
    Items<Person> For = default);

/// <param name="People">Who had the step that returned it; they get it again.</param>
/// <param name="From">The trail step before it, as it was.</param>
/// <param name="Next">Where that step itself is to hand back to, when it was a detour too.</param>
public sealed record StraightBack(string Node, Items<Person> People, int From, StraightBack? Next = null);

/// <summary>How far a repeated activity is.</summary>
/// <param name="Total">Number of instances; for a loop its maximum, 0 for none.</param>
/// <param name="Outputs">Collected results by instance; null where an instance has not ended.</param>
public sealed record RepeatState(int Total, int Started, int Completed, DataList Items, DataList Outputs);

/// <summary>Somebody, and for whom they act.</summary>
/// <param name="OnBehalfOf">The person whose deputy they are.</param>
/// <param name="IsGroup">
/// Stands for whoever is in the group when they claim: a task given to it is open to newcomers and closed to leavers, and its state stays
/// small. Only candidates can be groups; whoever claims becomes the assignee.
/// </param>
public sealed record Person(string Id, string? OnBehalfOf = null, bool IsGroup = false);

public enum StepPhase
{
    /// <summary>The host was asked who does it.</summary>
    Assigning,
    Open,
}

/// <summary>A user task that is being worked on, with one task for each person.</summary>
/// <param name="From">Trail step this one follows; 0 for none.</param>
/// <param name="DueAt">End of the time limit.</param>
/// <param name="Queue">Signers whose turn comes later.</param>
/// <param name="Fallbacks">How many fallbacks of the assignment were asked already.</param>
public sealed record Step(
    int Id,
    int Token,
    string Node,
    StepPhase Phase,
    DateTimeOffset EnteredAt,
    int From,
    Items<WorkTask> Tasks = default,
    DateTimeOffset? DueAt = null,
    DateTimeOffset? WarnAt = null,
    StraightBack? BackTo = null,
    Items<Person> Queue = default,
    int Fallbacks = 0);

public enum WorkTaskStatus
{
    Open,

    /// <summary>Waits for an added signer, or for its turn.</summary>
    Waiting,
    Done,
    Cancelled,
}

public enum WorkTaskKind
{
    Main,
    AddedBefore,
    AddedAfter,
    AddedParallel,
}

/// <summary>One person's part of a step, or one part that several may claim.</summary>
/// <param name="Assignee">Who does it; null while nobody claimed it.</param>
/// <param name="Owner">Who delegated it and gets it back.</param>
/// <param name="For">Task that an added signer was added to.</param>
/// <param name="OpenedAt">When the doer first looked at it: from then on the one before cannot recall.</param>
/// <param name="Revision">Grows with each change: a page that shows an older one is stale.</param>
public sealed record WorkTask(
    int Id,
    WorkTaskKind Kind,
    WorkTaskStatus Status,
    Person? Assignee,
    Items<Person> Candidates = default,
    Person? Owner = null,
    int For = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal Weight = 1,
    DateTimeOffset? OpenedAt = null,
    string? Outcome = null,
    Vote? Vote = null,
    string? Comment = null,
    DateTimeOffset? DoneAt = null,
    int Revision = 0,
    string? AddedBy = null);

public enum JobKind
{
    Service,
    Decision,
    Call,
}

/// <summary>Work that the host does and answers.</summary>
/// <param name="Attempt">From 1.</param>
public sealed record Job(int Id, int Token, string Node, JobKind Kind, int Attempt = 1, bool IsRetrying = false);

public enum TimerKind
{
    /// <summary>Of an event in the model.</summary>
    Event,
    StepWarning,
    StepDue,
    ProcessWarning,
    ProcessDue,
    Retry,
    DelegationEnd,
}

/// <summary>A timer that the host is to fire.</summary>
/// <param name="Target">Subscription, step, job or task it is for, by kind; 0 for the process.</param>
/// <param name="Left">Repetitions after this one; null for without end.</param>
/// <param name="Interval">ISO 8601 interval of a repeating timer.</param>
/// <param name="WorkingDays">The time runs in working days, and pauses so.</param>
/// <param name="Rest">While the clock stands: what was left, in working days or ticks.</param>
public sealed record TimerState(
    int Id,
    TimerKind Kind,
    int Target,
    DateTimeOffset Due,
    bool WorkingDays = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Left = 0,
    string? Interval = null,
    long? Rest = null);

public enum SubscriptionKind
{
    Timer,
    Message,
    Signal,
    Condition,
}

/// <summary>An event that is waited for.</summary>
/// <param name="Node">Catching event, boundary event, start event of an event sub-process, or receive task.</param>
/// <param name="Token">Token that waits or whose activity the event guards; 0 for the start of an event sub-process.</param>
/// <param name="Scope">Scope in which it happens.</param>
public sealed record Subscription(
    int Id, SubscriptionKind Kind, string Node, int Token, int Scope, string? Name = null, string? Key = null, int Timer = 0);

/// <summary>A step that was finished by a person, for returns, recalls, skip rules and "same as".</summary>
/// <param name="Id">Number of the step.</param>
/// <param name="By">Everybody who took part, in order.</param>
public sealed record TrailStep(
    int Id, string Node, int Scope, string Branch, int From, Items<Person> By, string? Outcome, DateTimeOffset At, bool IsSkipped = false);

/// <summary>A join that fired, so that a return into one of its branches can take it back.</summary>
public sealed record JoinRecord(int Id, string Node, int Scope, string Branch, Items<JoinArrival> Arrivals);

public sealed record JoinArrival(string Flow, string Branch, int From);

public sealed record Incident(int Id, int Token, string Node, string Code, string Message, DateTimeOffset At, int Job = 0);

/// <summary>A finished activity that can be compensated.</summary>
/// <param name="Handler">The compensation activity; null for a sub-process, whose inside is compensated.</param>
/// <param name="Inner">Of a sub-process: what was finished inside, with the scope's variables.</param>
public sealed record Compensable(
    int Id, int Scope, string Activity, string? Handler, DataMap? Variables = null, Items<Compensable> Inner = default);

/// <summary>A jump that waits for a second administrator.</summary>
public sealed record PendingJump(int Id, string Target, int Step, string RequestedBy, string Reason, DateTimeOffset At);

/// <summary>The time limit of the whole process.</summary>
/// <param name="StoppedBy">Steps that hold the clock (correction by the applicant and the like).</param>
public sealed record LimitState(
    DateTimeOffset DueAt, DateTimeOffset? WarnAt, bool WorkingDays, Items<int> StoppedBy = default, DateTimeOffset? StoppedAt = null);
