using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Model;

// The extension elements of namespace urn:zhengtong:bpmn:1 as values; docs/reference/bpmn-extensions.md is their reference.

/// <summary>One value to carry from one side of an activity to the other.</summary>
/// <param name="Target">Variable that takes the value.</param>
/// <param name="Source">FEEL.</param>
public sealed record DataMapping(string Target, string Source);

/// <summary>How often an activity runs. Closed.</summary>
public abstract record Repetition
{
    private Repetition()
    {
    }

    /// <param name="Condition">FEEL; the activity runs again while it holds. Null: until the maximum.</param>
    public sealed record Loop(bool TestBefore, string? Condition, int? Maximum) : Repetition;

    /// <param name="Cardinality">FEEL for how many; null when a collection says it.</param>
    /// <param name="Collection">FEEL for a list with one instance for each item.</param>
    /// <param name="Item">Variable of the instance that holds its item.</param>
    /// <param name="OutputCollection">Variable that collects what <paramref name="OutputItem"/> yields, in the order of the
    /// instances.</param>
    /// <param name="Completion">FEEL; when it holds after an instance, the others are cancelled.</param>
    public sealed record MultiInstance(
        bool IsSequential,
        string? Cardinality,
        string? Collection,
        string? Item,
        string? OutputCollection,
        string? OutputItem,
        string? Completion) : Repetition;
}

/// <summary>Who is to do a step. The host knows the organisation and answers with people.</summary>
/// <param name="Kind">What <paramref name="Value"/> names.</param>
/// <param name="Value">Id, key or FEEL, by kind; empty for the starter.</param>
/// <param name="Of">FEEL for the record or organisation the post or role is relative to; null: the process's own organisation.</param>
/// <param name="Pick">How one is found among several.</param>
/// <param name="Fallback">Rule that is asked when this one yields nobody.</param>
public sealed record AssignmentRule(
    AssignmentKind Kind,
    string Value,
    string? Of = null,
    AssignmentPick Pick = AssignmentPick.Claim,
    AssignmentRule? Fallback = null);

public enum AssignmentKind
{
    Person,
    Post,
    Role,
    Group,

    /// <summary>Who started the process: in a case, the applicant.</summary>
    Starter,

    /// <summary>Who did the step whose id is the value.</summary>
    SameAs,

    /// <summary>FEEL that yields a person's id or a list of them. The engine evaluates it; the host only looks the people up.</summary>
    Expression,
}

public enum AssignmentPick
{
    /// <summary>All are candidates; one claims the task.</summary>
    Claim,

    /// <summary>Everybody gets a task: what a countersigned step needs.</summary>
    All,
    RoundRobin,
    LeastLoaded,

    /// <summary>The first in the organisation's order.</summary>
    First,
}

public enum FieldAccess
{
    Read,
    Write,
    Hidden,
}

/// <summary>What a field that no form of the record has holds, and how it is asked for.</summary>
public enum FieldType
{
    Text,
    Number,
    Date,
    YesNo,
    People,

    /// <summary>Several texts, one a line.</summary>
    List,
}

/// <param name="Title">What people read; the name where none is given.</param>
public sealed record FieldRule(string Name, FieldAccess Access, bool Required, string Title, FieldType Type);

public enum ReasonRule
{
    None,
    Optional,
    Required,
}

public enum Vote
{
    Agree,
    Against,
    Abstain,
}

/// <summary>A button that completes the step. Its key becomes the outcome of the step.</summary>
public sealed record StepButton(string Key, string Title, string? Style, ReasonRule Reason, Vote Vote);

public enum ExpiryAction
{
    /// <summary>Tell the doers, and whom the rule names.</summary>
    Notify,

    /// <summary>Give the open tasks to whom the rule names.</summary>
    Escalate,

    /// <summary>Complete the step with the rule's outcome: silence is consent.</summary>
    Complete,
}

/// <summary>Whether countersigners get their tasks at once or one after another.</summary>
public enum SignOrder
{
    Parallel,
    Sequence,
}

/// <summary>A time limit. Either working days or an ISO 8601 duration.</summary>
/// <param name="WorkingDays">Number or FEEL; null when <paramref name="Duration"/> is given.</param>
/// <param name="Duration">ISO 8601 or FEEL that yields it.</param>
/// <param name="WarnBefore">How long before the end the warning comes: working days or a duration, as the limit itself.</param>
/// <param name="To">Whom expiry tells or gives the task to.</param>
/// <param name="Outcome">Key of the button that expiry presses.</param>
public sealed record TimeLimit(
    string? WorkingDays,
    string? Duration,
    string? WarnBefore,
    ExpiryAction OnExpiry,
    AssignmentRule? To,
    string? Outcome);

public enum MoveKind
{
    Return,
    Recall,
    HandOn,
    Delegate,
    AddSigner,
    RemoveSigner,
    Copy,
    Urge,
    Supervise,
    Suspend,
    Terminate,
}

/// <summary>A move that a step allows beyond completing it.</summary>
/// <param name="To">Return: <c>previous</c>, <c>earlier</c>, <c>applicant</c> or step ids; add signer: <c>before</c>, <c>after</c>,
/// <c>parallel</c>. Empty: all.</param>
/// <param name="Resume">Return: how the process goes on after correction; empty: both, the returning person chooses.</param>
public sealed record MoveRule(MoveKind Kind, Items<string> To, Items<ResumeMode> Resume, ReasonRule Reason);

public enum ResumeMode
{
    /// <summary>The path is walked again, step by step.</summary>
    Replay,

    /// <summary>The corrected step hands straight back to the step that returned it.</summary>
    Straight,
}

public enum SignMode
{
    /// <summary>One person's answer is the step's (the default; with several people: who is first).</summary>
    Any,

    /// <summary>Everybody answers; agreed when nobody is against.</summary>
    All,

    /// <summary>Agreed as soon as the share is reached, refused as soon as it cannot be.</summary>
    Share,

    /// <summary>One vote against refuses at once.</summary>
    Veto,

    /// <summary>Votes weigh; agreed when the weights in favour reach the threshold.</summary>
    Weighted,
}

/// <param name="Threshold">Share from 0 to 1 (share) or sum of weights (weighted).</param>
/// <param name="Weight">FEEL with <c>person</c> in scope; default 1.</param>
/// <param name="InSequence">One after another in the order of the assignment.</param>
/// <param name="Agreed">Outcome of the step when agreed; default: key of the first button that votes for.</param>
/// <param name="Refused">Outcome of the step when refused; default: key of the first button that votes against.</param>
public sealed record SignRule(SignMode Mode, decimal Threshold, string? Weight, bool InSequence, string? Agreed, string? Refused);

public enum SamePersonSkip
{
    No,

    /// <summary>The person who did the step directly before.</summary>
    Previous,

    /// <summary>Anybody who did an earlier step of the process.</summary>
    Any,
}

public enum NobodyRule
{
    /// <summary>An operator is asked.</summary>
    Incident,

    /// <summary>The step is passed over.</summary>
    Skip,
}

/// <param name="When">FEEL; the step is passed over when it holds.</param>
/// <param name="Outcome">Outcome of a step passed over; default: key of the first button that votes for.</param>
public sealed record SkipRule(SamePersonSkip SamePerson, NobodyRule Nobody, string? When, string? Outcome);

public enum AnnouncementMoment
{
    Enter,
    Complete,
    Expire,
}

/// <summary>A notice (<c>zt:notify</c>) or a copy for reading (<c>zt:copy</c>).</summary>
/// <param name="Template">Key of the message text; null: the host's own for the occasion.</param>
public sealed record Announcement(bool IsCopy, AnnouncementMoment On, AssignmentRule To, string? Template);

/// <summary>Everything the extension elements say about a user task.</summary>
public sealed record StepRules(
    AssignmentRule? Assignment,
    string? Form,
    Items<FieldRule> Fields,
    Items<StepButton> Buttons,
    TimeLimit? Limit,
    Items<MoveRule> Moves,
    SignRule Sign,
    SkipRule Skip,
    bool StopsClock,
    bool IsApplicantStep)
{
    public MoveRule? Move(MoveKind kind)
    {
        foreach (var move in Moves)
        {
            if (move.Kind == kind)
            {
                return move;
            }
        }

        return null;
    }

    public StepButton? Button(string key)
    {
        foreach (var button in Buttons)
        {
            if (button.Key == key)
            {
                return button;
            }
        }

        return null;
    }
}

/// <summary>Everything the extension elements say about the process as a whole.</summary>
/// <param name="Moves">Allowed on every step that does not say otherwise.</param>
public sealed record ProcessRules(TimeLimit? Limit, Items<MoveRule> Moves, Items<Announcement> Announcements);

/// <param name="Retries">Attempts after the first, 0 to 100.</param>
/// <param name="Backoff">ISO 8601; doubles with each attempt.</param>
public sealed record ServiceCall(string Name, int Retries, TimeSpan Backoff);
