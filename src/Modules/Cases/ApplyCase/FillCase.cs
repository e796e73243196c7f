using Microsoft.Extensions.Primitives;
using Zhengtong.Forms;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.ApplyCase;

/// <param name="Page">0-based page of the form that was posted.</param>
/// <param name="Check">False for saving a draft: whatever is there is kept, faults are told later.</param>
internal sealed record FillCaseCommand(Guid CaseId, int Page, IReadOnlyDictionary<string, StringValues> Posted, bool Check);

/// <summary>What came of saving one page.</summary>
/// <param name="Errors">Faults of that page; the answers are saved all the same, nothing has to be typed twice.</param>
internal sealed record FillCaseOutcome(Dossier Dossier, IReadOnlyList<FieldError> Errors);

/// <summary>Saves one page of the form into the draft.</summary>
internal sealed class FillCaseHandler(Database database, DossierReader dossiers, CaseOffice office, TimeProvider clock)
{
    public async Task<Result<FillCaseOutcome>> HandleAsync(FillCaseCommand command, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.fill", actor), cancellationToken);
        if (await work.FindOwnCaseAsync(command.CaseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        if (!@case.IsOpenForApplicant) { return CaseErrors.NotOpen; }
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        var pages = dossier.Form.Pages;
        var fields = command.Page >= 0 && command.Page < pages.Count ? pages[command.Page].Fields : [];
        var answers = FormPost.Read(command.Posted, dossier.Filled.Answers, fields);
        var filled = FormRules.Apply(dossier.Form, answers, DossierReader.Context(dossier.Applicant, dossier.Situation, clock.Today()));
        var seat = await office.SeatAsync(dossier.Service, filled.Answers.Text("region") ?? @case.Region, cancellationToken);
        // A case that is being corrected stays where it is.
        var moved = @case.IsDraft && seat is not null;
        if (!await work.TrySaveAnswersAsync(
            @case, dossiers.Seal(@case.Id, filled.Answers), @case.Situation, moved ? seat!.Region : @case.Region,
            moved ? seat!.Organisation.Id : @case.OrganisationId, moved ? seat!.Organisation.Path : @case.OrganisationPath,
            cancellationToken))
        {
            return CaseErrors.ChangedMeanwhile;
        }
        work.Audit("case", @case.Id.ToString(), summary: $"填写第 {command.Page + 1} 页");
        await work.CommitAsync(cancellationToken);
        var errors = command.Check ? FormRules.Check(filled, clock.Today(), fields) : [];
        return new FillCaseOutcome(dossier with { Filled = filled, Case = @case with { Version = @case.Version + 1 } }, errors);
    }
}
