using Zhengtong.Bpmn.Data;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Processes.Moves;

namespace Zhengtong.Cases.HandleCase;

/// <summary>What a clerk asks the applicant to correct; kept with the case and shown on the applicant's pages.</summary>
public sealed record Correction(string? Reason, IReadOnlyList<MissingMaterial> Missing, DateOnly? Deadline);

/// <param name="Button">Key of the step's button.</param>
/// <param name="Missing">Materials to correct, where the button asks for a correction.</param>
/// <param name="Revision">Of the task as the page showed it; an older one is refused.</param>
internal sealed record PressButtonCommand(Guid CaseId, int Task, string Button, string? Reason, IReadOnlyList<string> Missing,
    int? Revision, Guid SubmissionId);

/// <summary>Completes a step by one of its buttons. Two officers at once: the second is told.</summary>
internal sealed class ActOnTaskHandler(
    Database database, ProcessActs acts, DossierReader dossiers, CaseDecisions decisions,
    Bpmn.Interpreter.IWorkingCalendar calendar)
{
    /// <summary>Working days in which a correction must be made; after that the process takes the application as withdrawn.</summary>
    private const int CorrectionDays = 30;

    /// <returns>Null when it was done now; the address the first post led to when it is a repetition.</returns>
    public async Task<Result> PressAsync(PressButtonCommand command, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.act", actor) { Reason = command.Reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindCaseInScopeAsync(command.CaseId, cancellationToken) is not { ProcessInstanceId: { } instance } @case
            || await work.FindInstanceAsync(instance, cancellationToken) is not { } run)
        {
            return CaseErrors.NotFound;
        }
        if (command.Missing.Count > 0 || command.Button == "correct")
        {
            var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
            var wanted = (await decisions.MissingAsync(work, dossier, cancellationToken))
                .Concat(dossier.Service.Materials.Select(m => new MissingMaterial(m.Key, m.Title, "请重新提交")))
                .Where(m => command.Missing.Contains(m.Key)).DistinctBy(m => m.Key).ToList();
            var deadline = CaseWords.DueDay(calendar.AddWorkingDays(work.Now, CorrectionDays));
            await work.SetCorrectionAsync(@case.Id, Json.Of(new Correction(command.Reason, wanted, deadline)), cancellationToken);
        }
        var variables = command.Button == "correct" ? DataMap.Of(("correctionDays", CorrectionDays)) : DataMap.Empty;
        var request = new PressRequest(run.Id, command.Task, command.Button, command.Reason, command.Revision, variables);
        var done = await acts.PressAsync(work, run, request, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        await work.AnswerSubmissionAsync(command.SubmissionId, Contracts.CaseLinks.Handle(command.CaseId), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}
