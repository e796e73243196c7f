using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.OwnCases;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Cases.FollowUp;

/// <summary>回访: a bad rating becomes a to-do of the hall's supervisor, with a deadline; the result goes back to who rated.</summary>
internal sealed class FollowUps(ProcessHost processes)
{
    internal const string ProcessKey = "rating-follow-up";

    /// <summary>Ratings up to this level are followed up.</summary>
    internal const int BadLevel = 2;

    /// <summary>Opens the to-do within the act of rating.</summary>
    /// <remarks>Where no pack brings the process the rating is kept all the same: nobody's word is lost because of a
    /// configuration.</remarks>
    public async Task OpenAsync(UnitOfWork work, Case @case, string applicantName, int level, CancellationToken cancellationToken)
    {
        if (processes.Latest(ProcessKey) is null) { return; }
        var subject = new ProcessSubject(
            FollowUpProcess.SubjectTypeName, @case.Id, @case.Number ?? "", $"差评回访：{@case.ServiceTitle}", Mask.Name(applicantName) ?? "",
            @case.Region);
        var variables = DataMap.Of(("rating", new Dictionary<string, object?>
        {
            ["hall"] = $"hall/{@case.Region}", ["level"] = level, ["case"] = @case.Id.ToString(),
        }));
        var started = await processes.StartAsync(work, ProcessKey, subject, variables, cancellationToken);
        if (!started.IsSuccess)
        {
            throw new InvalidOperationException($"the follow-up of case {@case.Id} does not start: {started.Error.Code}");
        }
        await work.SetFollowUpAsync(@case.Id, started.Value.Id, cancellationToken);
    }
}

/// <summary>The rating as a record that a process moves; its key is the case's.</summary>
internal sealed class FollowUpProcess : IProcessParticipant
{
    internal const string SubjectTypeName = "rating";

    public string SubjectType => SubjectTypeName;

    public string Title => "差评回访";

    public string OwnProcess => FollowUps.ProcessKey;

    public string TaskLink(Guid subjectId, int task) => CaseLinks.FollowUp(subjectId);

    public async Task<bool> MaySeeAsync(DbSession session, Guid subjectId, CancellationToken cancellationToken) =>
        session.Actor.May("ratings.read") && await session.FindCaseInScopeAsync(subjectId, cancellationToken) is not null;

    /// <summary>The answer is written on the page of the rating.</summary>
    public bool NeedsOwnPage(string node, string button) => true;

    public Task OnStepAsync(UnitOfWork work, Guid subjectId, string node, DataMap properties, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task OnLimitAsync(
        UnitOfWork work, Guid subjectId, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool isStopped,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task OnEndedAsync(UnitOfWork work, Guid subjectId, InstanceStatus status, string? outcome,
        CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary><c>cases.record-follow-up</c>: the result beside the rating, and to who rated.</summary>
internal sealed class RecordFollowUpService(CaseMessages messages) : IProcessService
{
    public string Name => "cases.record-follow-up";

    public async Task<Result<DataMap>> RunAsync(UnitOfWork work, Guid subjectId, DataMap inputs, CancellationToken cancellationToken)
    {
        var words = inputs.TryGetValue("answer", out var answer) ? answer as string : null;
        if (string.IsNullOrWhiteSpace(words)) { return Error.Conflict("cases.no-answer", "没有填写回访情况。"); }
        var reached = !inputs.TryGetValue("outcome", out var outcome) || outcome is not "unreachable";
        await work.SetFollowedUpAsync(subjectId, words, reached, work.Actor.Name, cancellationToken);
        await messages.TellAsync(work, subjectId, "rating-answered", cancellationToken, words);
        return DataMap.Empty;
    }
}
