using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

/// <summary>The record that a process moves: what an inbox shows of it without asking its module.</summary>
/// <param name="Type">E.g. <c>case</c>; a <see cref="IProcessParticipant"/> of that name is told what happens.</param>
/// <param name="Region">Code without trailing zeros.</param>
public sealed record ProcessSubject(string Type, Guid Id, string Number, string Title, string Applicant, string Region);

/// <summary>The module that owns a kind of record: told within the same transaction, so record and process never disagree.</summary>
public interface IProcessParticipant
{
    string SubjectType { get; }

    /// <summary>Where a click on the record's task leads.</summary>
    string TaskLink(Guid subjectId, int task);

    /// <summary>A step was entered; <paramref name="properties"/> are the model's own (<c>zt:property</c>), e.g. the status to show.</summary>
    Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken);

    /// <summary>The limit of the whole was set, moved, stopped or started again.</summary>
    Task OnLimitAsync(UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped, CancellationToken cancellationToken);

    Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome, CancellationToken cancellationToken);
}

/// <summary>Work of a service task, in the act's own transaction. What takes longer or leaves the machine is raised as an event instead.</summary>
public interface IProcessService
{
    /// <summary>As the model names it: <c>cases.issue</c>.</summary>
    string Name { get; }

    /// <returns>Variables for the process, or an error whose code the model may catch at its boundary.</returns>
    /// <remarks>An exception rolls back what the service did, is tried again with back-off, and at last becomes an incident.</remarks>
    Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken);
}

/// <summary>Evaluates decisions for business rule tasks; given by the composition, because engines do not know each other.</summary>
public interface IProcessDecisions
{
    /// <param name="subject">The record that the process moves, e.g. <c>case:</c> and its id; the answer is kept under it.</param>
    Task<object?> EvaluateAsync(UnitOfWork work, string subject, string decision, DataMap inputs, CancellationToken cancellationToken);
}

/// <summary>Who is meant by a rule. A candidate is a group (<c>clerk@hall/990102</c>) or a person's id.</summary>
public interface IProcessOffice
{
    /// <summary>The candidates of a rule, in the organisation's order; empty when there is nobody.</summary>
    /// <param name="of">What the role or post is relative to, e.g. <c>hall/990102</c>.</param>
    Task<IReadOnlyList<Person>> ResolveAsync(DbSession session, AssignmentRule rule, object? of, CancellationToken cancellationToken);

    /// <summary>All groups that an actor belongs to now, with the actor's own id.</summary>
    ValueTask<IReadOnlyList<string>> CandidacyOfAsync(Kernel.Actor actor, CancellationToken cancellationToken);

    /// <summary>Names of people, for histories.</summary>
    Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyCollection<string> people, CancellationToken cancellationToken);
}
