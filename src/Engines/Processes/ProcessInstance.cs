using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>A process instance as it is stored.</summary>
public sealed record ProcessInstance
{
    public required Guid Id { get; init; }

    public required string ProcessKey { get; init; }

    public required int ProcessVersion { get; init; }

    public required string SubjectType { get; init; }

    public required Guid SubjectId { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required string Applicant { get; init; }

    public required string Region { get; init; }

    public required Guid Starter { get; init; }

    public Guid? ParentId { get; init; }

    public int? ParentJob { get; init; }

    public required Json State { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public bool ClockStopped { get; init; }

    public string? Outcome { get; init; }

    public string Status { get; init; } = "";

    /// <summary>How many runs by messages and signals led to this one.</summary>
    public int Hops { get; init; }

    public ProcessState Read() => ProcessJson.ReadState(State.Text);

    internal static Json Write(ProcessState state) => new(ProcessJson.Write(state));
}

/// <summary>How a process begins, where it is not at its plain start event for whoever acts.</summary>
public sealed record ProcessStart
{
    public Guid? Id { get; init; }

    /// <summary>Whose process it is, when somebody else starts it for them.</summary>
    public Guid? Starter { get; init; }

    /// <summary>The start event whose trigger happened.</summary>
    public string? StartEvent { get; init; }

    public int Hops { get; init; }
}
