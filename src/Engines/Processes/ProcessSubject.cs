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

    /// <summary>What people call a record of this kind, e.g. 办件.</summary>
    string Title { get; }

    /// <summary>Key of the process that the module starts by itself; null where its definitions name one.</summary>
    string? OwnProcess => null;

    /// <summary>The record's page in the workbench; where a click on its task leads. 0: no task in particular.</summary>
    string TaskLink(Guid subjectId, int task);

    /// <summary>Whether the actor may know of the record at all. Asked before every act and every page about its process.</summary>
    Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken);

    /// <summary>A button that asks for more than a reason: it is pressed on the record's own page, never in a batch.</summary>
    bool NeedsOwnPage(string node, string button) => false;

    /// <summary>A step was entered; <paramref name="properties"/> are the model's own (<c>zt:property</c>), e.g. the status to
    /// show.</summary>
    Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken);

    /// <summary>The limit of the whole was set, moved, stopped or started again.</summary>
    Task OnLimitAsync(UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken);

    Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome, CancellationToken cancellationToken);
}

/// <summary>Work of a service task, in the act's own transaction. What takes longer or leaves the machine is raised as an event
/// instead.</summary>
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
    /// <summary>
    /// Everybody a rule means, in the organisation's order; one group where it is claimed and the group has a name; empty when there is
    /// nobody. Whom to pick among several is the engine's.
    /// </summary>
    /// <param name="of">What the role or post is relative to: <c>hall/990102</c>, an organisation, or a person's id.</param>
    Task<IReadOnlyList<Person>> ResolveAsync(DbSession session, AssignmentRule rule, object? of, CancellationToken cancellationToken);

    /// <summary>Those of the people who are officers and whose data scope covers the region.</summary>
    Task<IReadOnlySet<string>> WithinScopeAsync(IReadOnlyCollection<string> people, string region, CancellationToken cancellationToken);

    /// <summary>All groups that an actor belongs to now, with the actor's own id.</summary>
    ValueTask<IReadOnlyList<string>> CandidacyOfAsync(Kernel.Actor actor, CancellationToken cancellationToken);

    /// <summary>The groups of somebody else, for their deputy; with the person's own id.</summary>
    Task<IReadOnlyList<string>> CandidacyOfAsync(Guid person, CancellationToken cancellationToken);

    /// <summary>Everybody behind a candidate: the person, or whoever is in the group now.</summary>
    Task<IReadOnlyList<Guid>> MembersAsync(string candidate, CancellationToken cancellationToken);

    /// <summary>To whom an actor may hand work: officers of the own organisation and below, without the actor.</summary>
    Task<IReadOnlyList<Colleague>> ColleaguesAsync(Kernel.Actor actor, CancellationToken cancellationToken);

    /// <summary>Names of people, for histories.</summary>
    Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyCollection<string> people, CancellationToken cancellationToken);
}

/// <summary>Somebody to whom work may be handed.</summary>
/// <param name="Name">With organisation or post, as a choice reads.</param>
public sealed record Colleague(Guid Id, string Name);

/// <summary>The modules that take part, by kind of record.</summary>
public sealed class ProcessParticipants(IEnumerable<IProcessParticipant> participants)
{
    private readonly Dictionary<string, IProcessParticipant> _participants = participants.ToDictionary(p => p.SubjectType);

    public IEnumerable<IProcessParticipant> All => _participants.Values;

    public IProcessParticipant? Find(string subjectType) => _participants.GetValueOrDefault(subjectType);

    public string TitleOf(string subjectType) => Find(subjectType)?.Title ?? subjectType;

    /// <summary>The record's page; the page of the run where no module answers for the record.</summary>
    public string LinkOf(string subjectType, Guid subjectId, Guid instance, int task) =>
        Find(subjectType)?.TaskLink(subjectId, task) ?? ProcessLinks.Instance(instance);

    /// <summary>
    /// Whether the actor may know of the run: who may see its record, and those who repair processes of the region. The latter see states
    /// and steps, not what was filled in.
    /// </summary>
    public async Task<bool> MaySeeRunAsync(DbSession session, ProcessInstance instance, CancellationToken cancellationToken) =>
        (session.Actor.May("processes.repair") && session.Actor.Scope.CoversRegion(instance.Region))
        || await MaySeeAsync(session, instance, cancellationToken);

    /// <summary>Whether the actor may know of the record that the process moves.</summary>
    public async Task<bool> MaySeeAsync(DbSession session, ProcessInstance instance, CancellationToken cancellationToken) =>
        Find(instance.SubjectType) is { } participant && await participant.MaySeeAsync(session, instance.SubjectId, cancellationToken);
}
