using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;
using Zhengtong.Processes.Deputising;

namespace Zhengtong.Processes.Starting;

/// <summary>
/// Runs that move no record of a module: started by a clock. Such a run is its own record; who has or had something to do in it may see it.
/// </summary>
internal sealed class OwnRuns(Deputies deputies) : IProcessParticipant
{
    public const string Type = "process";

    public string SubjectType => Type;

    public string Title => "流程";

    public string TaskLink(Guid subjectId, int task) => ProcessLinks.Instance(subjectId);

    public async Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken)
    {
        var candidacy = (await deputies.CandidacyOfAsync(session, session.Actor, cancellationToken)).All;
        return await session.ScalarAsync<bool>(
            """
            select exists (select from processes.instances where id = @subjectId and starter = @me)
                or exists (
                    select from processes.tasks
                    where instance_id = @subjectId
                      and (@me in (assignee, done_by, owner) or (status = 'open' and candidates && @candidacy::text[])))
                or exists (select from processes.copies where instance_id = @subjectId and person = @me)
            """, new { subjectId, me = session.Actor.Id, candidacy = candidacy.ToArray() }, cancellationToken);
    }

    public Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task OnLimitAsync(UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
