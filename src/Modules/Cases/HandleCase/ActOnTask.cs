using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using ProcessActor = Zhengtong.Bpmn.Interpreter.Actor;

namespace Zhengtong.Cases.HandleCase;

/// <summary>What a clerk asks the applicant to correct; kept with the case and shown on the applicant's pages.</summary>
public sealed record Correction(string? Reason, IReadOnlyList<MissingMaterial> Missing, DateOnly? Deadline);

/// <param name="Button">Key of the step's button.</param>
/// <param name="Missing">Materials to correct, where the button asks for a correction.</param>
/// <param name="Revision">Of the task as the page showed it; an older one is refused.</param>
internal sealed record PressButtonCommand(Guid CaseId, int Task, string Button, string? Reason, IReadOnlyList<string> Missing, int? Revision, Guid SubmissionId);

/// <summary>Completes a step by one of its buttons. Two officers at once: the second is told.</summary>
internal sealed class ActOnTaskHandler(
    Database database, ProcessHost processes, DossierReader dossiers, CaseDecisions decisions, IWorkingCalendar calendar)
{
    /// <summary>Working days in which a correction must be made; after that the process takes the application as withdrawn.</summary>
    private const int CorrectionDays = 30;

    /// <returns>Null when it was done now; the address the first post led to when it is a repetition.</returns>
    public async Task<Result> PressAsync(PressButtonCommand command, Kernel.Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.act", actor) { Reason = command.Reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindCaseInScopeAsync(command.CaseId, cancellationToken) is not { ProcessInstanceId: { } instance } @case) { return CaseErrors.NotFound; }
        if (command.Missing.Count > 0 || command.Button == "correct")
        {
            var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
            var wanted = (await decisions.MissingAsync(work, dossier, cancellationToken)).Concat(dossier.Service.Materials.Select(m => new MissingMaterial(m.Key, m.Title, "请重新提交")))
                .Where(m => command.Missing.Contains(m.Key)).DistinctBy(m => m.Key).ToList();
            var deadline = CaseWords.DueDay(calendar.AddWorkingDays(work.Now, CorrectionDays));
            await work.SetCorrectionAsync(@case.Id, Json.Of(new Correction(command.Reason, wanted, deadline)), cancellationToken);
        }
        var reason = string.IsNullOrWhiteSpace(command.Reason) ? null : command.Reason.Trim();
        var variables = command.Button == "correct" ? DataMap.Of(("correctionDays", CorrectionDays)) : DataMap.Empty;
        var done = await processes.ActAsync(
            work, instance, by => new ProcessEvent.TaskCompleted(command.Task, command.Button, variables, reason, command.Revision) { Actor = by },
            cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        work.Audit("case", @case.Id.ToString(), after: new { task = command.Task, button = command.Button }, summary: $"办理：{command.Button}");
        await work.AnswerSubmissionAsync(command.SubmissionId, Contracts.CaseLinks.Handle(command.CaseId), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Any other move on a case: claim, return, hand on, delegate, urge, suspend, …</summary>
    /// <param name="task">Task it is about; 0 for the case as a whole. A task of a group that nobody has claimed is claimed by the move.</param>
    /// <param name="revision">Of the task as the page showed it.</param>
    public async Task<Result> MoveAsync(
        Guid caseId, int task, string move, string? reason, int? revision, Func<ProcessActor, int?, ProcessEvent> act, Kernel.Actor actor,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new($"cases.{move}", actor) { Reason = reason }, cancellationToken);
        if (await work.FindCaseInScopeAsync(caseId, cancellationToken) is not { ProcessInstanceId: { } instance }) { return CaseErrors.NotFound; }
        if (ClaimsFirst.Contains(move) && (await work.TasksOfAsync(instance, cancellationToken)).FirstOrDefault(t => t.Task == task) is { Status: "open", Assignee: null })
        {
            var claimed = await processes.ActAsync(work, instance, by => new ProcessEvent.TaskClaimed(task, revision) { Actor = by }, cancellationToken);
            if (!claimed.IsSuccess) { return claimed.Error; }
            revision = null;
        }
        var done = await processes.ActAsync(work, instance, by => act(by, revision), cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        work.Audit("case", caseId.ToString(), summary: move);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>What only the doer of a task may do with it.</summary>
    private static readonly HashSet<string> ClaimsFirst = ["return", "hand-on", "delegate", "add-signer"];
}
