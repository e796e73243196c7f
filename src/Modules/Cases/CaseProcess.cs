using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Cases;

/// <summary>Keeps a case in step with its process: status as the step names it, limit, end. In the process's own transaction.</summary>
internal sealed class CaseProcess(CaseMessages messages) : IProcessParticipant
{
    internal const string SubjectTypeName = "case";

    public string SubjectType => SubjectTypeName;

    public string Title => "办件";

    public string TaskLink(Guid subjectId, int task) => CaseLinks.Handle(subjectId);

    public async Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken) =>
        session.Actor.May("cases.read") && await session.FindCaseInScopeAsync(subjectId, cancellationToken) is not null;

    /// <summary>A correction names the materials that are asked for.</summary>
    public bool NeedsOwnPage(string node, string button) => button == "correct";

    public Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken)
    {
        if (properties.TryGetValue("status", out var value) && value is string status)
        {
            work.SetStatus(subjectId, status);
            work.Raise(new(CaseEvents.StatusChanged, $"case:{subjectId}", new { caseId = subjectId, status }));
        }
        if (properties.TryGetValue("timeline", out var line) && line is string title)
        {
            work.AddTimeline(subjectId, node, title);
        }
        return Task.CompletedTask;
    }

    public Task OnLimitAsync(UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken)
    {
        work.SetLimit(subjectId, dueAt, warnAt, isStopped);
        return Task.CompletedTask;
    }

    public async Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome,
        CancellationToken cancellationToken)
    {
        var @case = await work.FindCaseAsync(subjectId, cancellationToken);
        var (code, title) = (status, outcome) switch
        {
            (InstanceStatus.Terminated, _) => (CaseStatus.Closed, "办件终止"),
            (_, "withdrawn") => (CaseStatus.Withdrawn, "已撤回申请"),
            (_, "not-accepted") => (CaseStatus.NotAccepted, "不予受理"),
            (_, "refused") => (CaseStatus.Refused, "不予许可，决定书已送达"),
            (_, "approved") => (CaseStatus.Closed, "办结，决定和证照已送达"),
            _ => (@case?.Status ?? CaseStatus.Closed, "办结"),
        };
        work.SetEnded(subjectId, code, outcome);
        work.AddTimeline(subjectId, "ended", title);
        if (@case?.Status is not (CaseStatus.Withdrawn or CaseStatus.Submitted))
        {
            await messages.TellAsync(work, subjectId, "rating-invited", cancellationToken);
        }
        work.Raise(new(CaseEvents.Decided, $"case:{subjectId}", new { caseId = subjectId, status = code, outcome }));
    }
}
