using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Model;

/// <summary>A node that catches or throws.</summary>
public abstract class EventNode : FlowNode
{
    private protected EventNode()
    {
    }

    public required EventDefinition Event { get; init; }

    /// <summary>What of the payload goes to which variable (catching), or what the thrown thing carries (throwing).</summary>
    public Items<DataMapping> Outputs { get; init; }

    public Items<DataMapping> Inputs { get; init; }
}

public sealed class StartEvent : EventNode
{
    /// <summary>Of an event sub-process: whether the enclosing scope ends when it starts.</summary>
    public required bool IsInterrupting { get; init; }
}

public sealed class CatchEvent : EventNode;

public sealed class ThrowEvent : EventNode;

public sealed class EndEvent : EventNode
{
    /// <summary>Word for how the process ended here (<c>zt:outcome</c>), or null.</summary>
    public string? Outcome { get; init; }
}

public sealed class BoundaryEvent : EventNode
{
    public required bool IsInterrupting { get; init; }

    public Activity AttachedTo { get; internal set; } = null!; // set by the reader before anybody sees the model

    /// <summary>The handler of a compensation event, reached by an association.</summary>
    public Activity? Handler { get; internal set; }
}

/// <summary>What an event is about. Closed.</summary>
public abstract record EventDefinition
{
    private EventDefinition()
    {
    }

    public sealed record None : EventDefinition;

    public sealed record Message(MessageReference? Reference) : EventDefinition;

    public sealed record Timer(TimerDefinition? When) : EventDefinition;

    public sealed record Signal(string? Name) : EventDefinition;

    /// <param name="Code">Null catches every error.</param>
    public sealed record Error(string? Code, string? Name) : EventDefinition;

    /// <param name="Code">Null catches every escalation.</param>
    public sealed record Escalation(string? Code, string? Name) : EventDefinition;

    public sealed record Terminate : EventDefinition;

    public sealed record Conditional(string? Condition) : EventDefinition;

    public sealed record Link(string Name) : EventDefinition;

    /// <param name="ActivityId">Null compensates everything in the scope.</param>
    public sealed record Compensation(string? ActivityId) : EventDefinition;

    /// <summary>Kept and refused at publishing.</summary>
    public sealed record Unsupported(string Kind) : EventDefinition;
}

/// <param name="Name">Name of the message on the wire.</param>
/// <param name="Correlation">FEEL for the key that tells instances apart; null: the business key of the instance.</param>
public sealed record MessageReference(string Name, string? Correlation);

/// <summary>When a timer fires. Closed.</summary>
/// <remarks>Text is an ISO 8601 literal or FEEL that yields one.</remarks>
public abstract record TimerDefinition
{
    private TimerDefinition()
    {
    }

    public sealed record At(string Text) : TimerDefinition;

    public sealed record After(string Text) : TimerDefinition;

    public sealed record Every(string Text) : TimerDefinition;

    /// <param name="Days">A number or FEEL that yields one.</param>
    public sealed record WorkingDays(string Days) : TimerDefinition;
}
