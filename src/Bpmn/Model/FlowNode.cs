using Zhengtong.Bpmn.Data;

namespace Zhengtong.Bpmn.Model;

/// <summary>A node of the flow graph. The list of kinds is closed; what the standard has beyond it is <see cref="UnsupportedNode"/>.</summary>
public abstract class FlowNode
{
    private protected FlowNode()
    {
    }

    public required string Id { get; init; }

    /// <summary>The name on the diagram; the id where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>The process or sub-process the node lies in.</summary>
    public FlowScope Scope { get; internal set; } = null!; // set by the reader before anybody sees the model

    public Items<SequenceFlow> Incoming { get; internal set; }

    public Items<SequenceFlow> Outgoing { get; internal set; }

    /// <summary>Line of the element in the XML, from 1; 0 for a model made in code.</summary>
    public int Line { get; init; }

    /// <summary>Name of the element in the standard's XML, e.g. <c>userTask</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Lane that holds the node, if any.</summary>
    public string? Lane { get; internal set; }

    public string? Documentation { get; init; }

    /// <summary>Free properties (<c>zt:property</c>) for the host.</summary>
    public DataMap Properties { get; init; } = DataMap.Empty;

    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>An arrow between two nodes.</summary>
public sealed class SequenceFlow
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required FlowNode Source { get; init; }

    public required FlowNode Target { get; init; }

    /// <summary>FEEL; null for an unconditional flow.</summary>
    public string? Condition { get; init; }

    /// <summary>Taken when no condition of its siblings holds.</summary>
    public bool IsDefault { get; init; }

    public override string ToString() => $"{Source.Id} -> {Target.Id}";
}

/// <summary>Work of some kind: everything that can repeat, be interrupted at its boundary and be compensated.</summary>
public abstract class Activity : FlowNode
{
    private protected Activity()
    {
    }

    public Items<BoundaryEvent> Boundary { get; internal set; }

    public Repetition? Repeat { get; init; }

    public bool IsForCompensation { get; init; }

    public Items<DataMapping> Inputs { get; init; }

    public Items<DataMapping> Outputs { get; init; }

    public Items<Announcement> Announcements { get; init; }
}

public sealed class UserTask : Activity
{
    public required StepRules Rules { get; init; }
}

/// <summary>Done outside of the system: passed through, unless <c>zt:assignment</c> names who confirms it; then it is a <see cref="UserTask"/>.</summary>
public sealed class ManualTask : Activity;

/// <summary>A task without a kind: passed through.</summary>
public sealed class AbstractTask : Activity;

public sealed class ServiceTask : Activity
{
    public required ServiceCall? Service { get; init; }
}

/// <summary>FEEL that runs inside the engine.</summary>
public sealed class ScriptTask : Activity
{
    public required string? Script { get; init; }

    /// <summary>Variable that takes the value; null: the value is a context whose entries become variables.</summary>
    public string? Result { get; init; }
}

public sealed class BusinessRuleTask : Activity
{
    public required string? Decision { get; init; }

    /// <summary>Variable that takes the decision's value; null: a context is spread into variables.</summary>
    public string? Result { get; init; }
}

/// <summary>Sends a message, or calls a service when it names one.</summary>
public sealed class SendTask : Activity
{
    public required MessageReference? Message { get; init; }

    public ServiceCall? Service { get; init; }
}

public sealed class ReceiveTask : Activity
{
    public required MessageReference? Message { get; init; }

    public bool Instantiate { get; init; }
}

public sealed class CallActivity : Activity
{
    public required string? CalledProcess { get; init; }

    /// <summary>A version of the called process; null: the newest when the call happens.</summary>
    public string? CalledVersion { get; init; }
}

/// <summary>An embedded sub-process, or an event sub-process (<see cref="TriggeredByEvent"/>).</summary>
public sealed class SubProcess : Activity
{
    public required bool TriggeredByEvent { get; init; }

    public FlowScope Body { get; internal set; } = null!; // set by the reader before anybody sees the model
}

public sealed class ExclusiveGateway : FlowNode;

public sealed class ParallelGateway : FlowNode;

public sealed class InclusiveGateway : FlowNode;

public sealed class EventBasedGateway : FlowNode
{
    public bool Instantiate { get; init; }

    public bool IsParallel { get; init; }
}

/// <summary>An element of the standard that the interpreter does not run; it is kept, shown and refused at publishing.</summary>
public sealed class UnsupportedNode : FlowNode
{
    public required string Reason { get; init; }
}
