using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Processes.Moves;

namespace Zhengtong.Cases.HandleCase;

/// <summary>What a clerk asks the applicant to correct; kept with the case and shown on the applicant's pages.</summary>
public sealed record Correction(string? Reason, IReadOnlyList<MissingMaterial> Missing, DateOnly? Deadline);

/// <param name="Button">Key of the step's button.</param>
/// <param name="Missing">Materials to correct, where the button asks for a correction.</param>
/// <param name="Revision">Of the task as the page showed it; an older one is refused.</param>
/// <param name="Posted">The whole post: what of it the step lets be changed is read.</param>
internal sealed record PressButtonCommand(Guid CaseId, int Task, string Button, string? Reason, IReadOnlyList<string> Missing,
    int? Revision, IFormCollection Posted, Guid SubmissionId);

/// <summary>Completes a step by one of its buttons. Two officers at once: the second is told.</summary>
internal sealed class ActOnTaskHandler(
    Database database, ProcessActs acts, DossierReader dossiers, CaseDecisions decisions, StepSheets sheets,
    Bpmn.Interpreter.IWorkingCalendar calendar)
{
    /// <summary>Working days in which a correction must be made; after that the process takes the application as withdrawn.</summary>
    internal const int CorrectionDays = 30;

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
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        var taken = await TakeAsync(work, run, dossier, command, cancellationToken);
        if (!taken.IsSuccess) { return taken.Error; }
        if (command.Missing.Count > 0 || command.Button == "correct")
        {
            var wanted = (await decisions.MissingAsync(work, dossier, cancellationToken))
                .Concat(dossier.Service.Materials.Select(m => new MissingMaterial(m.Key, m.Title, "请重新提交")))
                .Where(m => command.Missing.Contains(m.Key)).DistinctBy(m => m.Key).ToList();
            var deadline = CaseWords.DueDay(calendar.AddWorkingDays(work.Now, CorrectionDays));
            await work.SetCorrectionAsync(@case.Id, Json.Of(new Correction(command.Reason, wanted, deadline)), cancellationToken);
        }
        var request = new PressRequest(run.Id, command.Task, command.Button, command.Reason, command.Revision, taken.Value);
        var done = await acts.PressAsync(work, run, request, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        await work.AnswerSubmissionAsync(command.SubmissionId, Contracts.CaseLinks.Handle(command.CaseId), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Takes over what the step lets be changed. If the press itself is refused, this goes with it.</summary>
    /// <returns>What of it the process may decide by.</returns>
    private async Task<Result<DataMap>> TakeAsync(
        UnitOfWork work, ProcessInstance run, Dossier dossier, PressButtonCommand command, CancellationToken cancellationToken)
    {
        if (await acts.NodeAsync(run, command.Task, cancellationToken) is not { } node) { return DataMap.Empty; }
        var sheet = await sheets.OpenAsync(work, dossier, node.Rules, cancellationToken);
        var press = new PressRequest(run.Id, command.Task, command.Button, command.Reason, command.Revision, DataMap.Empty);
        var own = await acts.FilledAsync(run, press, command.Posted, sheet?.Writable, cancellationToken);
        if (sheet is null || !own.IsSuccess) { return own; }
        var after = sheets.Apply(dossier, sheet, sheet.Read(command.Posted));
        var agrees = node.Rules.Button(command.Button) is not { Vote: not Vote.Agree };
        var faults = sheet.Faults(after, agrees, work.Now.ToLocalDay());
        if (faults.Count > 0) { return CaseErrors.StepFields(faults); }
        return await sheets.SaveAsync(work, dossier, sheet, node.Name, after, cancellationToken)
            ? DataMap.From(own.Value.Concat(sheet.Variables(after.Answers))) : CaseErrors.ChangedMeanwhile;
    }
}
