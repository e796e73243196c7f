using Zhengtong.Bpmn.Data;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Cases.HandleCase;

/// <summary><c>cases.accept</c>: 受理.</summary>
internal sealed class AcceptService(CaseDocuments documents, CaseMessages messages) : IProcessService
{
    public string Name => "cases.accept";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        work.SetStatus(subjectId, CaseStatus.Accepted);
        work.AddTimeline(subjectId, "accepted", "已受理");
        await messages.TellAsync(work, subjectId, "case-accepted", cancellationToken);
        return (await documents.IssueForUseAsync(work, subjectId, "accepted", cancellationToken)).Error is { } refused
            ? refused
            : DataMap.Empty;
    }
}

/// <summary><c>cases.ask-correction</c>: 补正. The clock stands until the applicant has answered, as the step says.</summary>
internal sealed class AskCorrectionService(CaseDocuments documents, CaseMessages messages) : IProcessService
{
    public string Name => "cases.ask-correction";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        work.AddTimeline(subjectId, "correction", "需要补正", "请按要求补充后重新提交，补正期间不计入办理时限");
        await messages.TellAsync(work, subjectId, "case-correction", cancellationToken);
        return (await documents.IssueForUseAsync(work, subjectId, "correction", cancellationToken)).Error is { } refused
            ? refused
            : DataMap.Empty;
    }
}

/// <summary><c>cases.refuse-acceptance</c>: 不予受理.</summary>
internal sealed class RefuseAcceptanceService(CaseDocuments documents, CaseMessages messages) : IProcessService
{
    public string Name => "cases.refuse-acceptance";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        work.AddTimeline(subjectId, "not-accepted", "不予受理");
        await messages.TellAsync(work, subjectId, "case-not-accepted", cancellationToken);
        return (await documents.IssueForUseAsync(work, subjectId, "not-accepted", cancellationToken)).Error is { } refused
            ? refused
            : DataMap.Empty;
    }
}

/// <summary><c>cases.issue</c>: the decision takes effect. Input <c>decision</c>: <c>approved</c> or <c>refused</c>.</summary>
internal sealed class IssueService(CaseOutcome outcome, CaseMessages messages) : IProcessService
{
    public string Name => "cases.issue";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        var approved = inputs.TryGetValue("decision", out var decision) && decision is "approved";
        var done = approved
            ? await outcome.ApproveAsync(work, subjectId, cancellationToken)
            : await outcome.RefuseAsync(work, subjectId, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        await messages.TellAsync(work, subjectId, approved ? "case-approved" : "case-refused", cancellationToken);
        return DataMap.Empty;
    }
}
