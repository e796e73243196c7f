using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Cases.Contracts;
using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Cases.ApplyCase;

internal sealed record SubmitCaseCommand(Guid CaseId, Guid SubmissionId);

/// <summary>Hands the application in: everything is checked once more, the number is given, the process starts. Or, after a correction,
/// goes on.</summary>
internal sealed class SubmitCaseHandler(
    Database database, DossierReader dossiers, CaseOffice office, CaseDecisions decisions, ProcessHost processes, Numbering numbering,
    CaseMessages messages,
    CaseDocuments documents, TimeProvider clock)
{
    /// <summary>办件编号: region, day, and a sequence within both.</summary>
    private const string NumberText = "{region}{year}{month}{day}{seq:5}";

    internal const string NumberKey = "case";

    internal static NumberPattern NumberPattern { get; } = NumberPattern.Parse(NumberText).Value!; // a constant that parses

    public async Task<Result<string>> HandleAsync(SubmitCaseCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var preview = database.Read("cases.submit", actor);
        if (await preview.FindOwnCaseAsync(command.CaseId, cancellationToken) is not { } found) { return CaseErrors.NotFound; }
        // A number is taken before the act, so that nobody waits for another's transaction; an unused one is no harm.
        var number = found.Number is not null ? found.Number : await NumberAsync(found.Region, cancellationToken);

        await using var work = await database.BeginAsync(new("cases.submit", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return before; }
        if (await work.FindOwnCaseAsync(command.CaseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        if (!@case.IsOpenForApplicant) { return CaseErrors.NotOpen; }
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        if (Faults(dossier) is { Count: > 0 } faults) { return Error.Invalid("cases.incomplete", "申请还不完整，请按提示补充。", [.. faults]); }
        var decision = await decisions.EligibilityAsync(work, dossier, cancellationToken);
        if (decision is { Eligible: false })
        {
            return CaseErrors.NotEligible with { Fields = [.. decision.Reasons.Select(r => new FieldError("", "eligibility", r))] };
        }

        var refused = @case.IsDraft
            ? await BeginAsync(work, dossier, number, decision, cancellationToken)
            : await ContinueAsync(work, @case, cancellationToken);
        if (refused is not null) { return refused; }
        if (@case is { IsAtWindow: true, IsDraft: true })
        {
            var receipt = await documents.IssueForUseAsync(work, @case.Id, "submitted", cancellationToken);
            if (!receipt.IsSuccess) { return receipt.Error; }
        }
        var location = FilingWay.Of(actor).View(@case.Id);
        await work.AnswerSubmissionAsync(command.SubmissionId, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return location;
    }

    private IEnumerable<FieldError> Incomplete(Dossier dossier) =>
        FormRules.Check(dossier.Filled, clock.Today())
            .Concat(dossier.Missing.Select(m => new FieldError($"material.{m.Key}", "missing", $"请上传{m.Title}")))
            .Concat(dossier.Case.IsAtWindow && dossier.Materials.All(m => m.Key != CaseMaterial.Consent)
                ? [new FieldError($"material.{CaseMaterial.Consent}", "missing", "请上传申请人签署的确认书")]
                : []);

    private List<FieldError> Faults(Dossier dossier) => [.. Incomplete(dossier)];

    private async Task<Error?> BeginAsync(UnitOfWork work, Dossier dossier, string number, CaseDecision? decision,
        CancellationToken cancellationToken)
    {
        var @case = dossier.Case;
        if (await office.SeatAsync(dossier.Service, @case.Region, cancellationToken) is not { } seat) { return CaseErrors.NoOffice; }
        if (!await work.TrySubmitAsync(@case, number, decision is null ? default : Json.Of(decision), cancellationToken))
        {
            return CaseErrors.ChangedMeanwhile;
        }
        work.AddTimeline(@case.Id, "submitted", "提交申请", $"办件编号 {number}", dossier.ApplicantName);
        var subject = new ProcessSubject(CaseProcess.SubjectTypeName, @case.Id, number, @case.ServiceTitle,
            Identity.Contracts.Mask.Name(dossier.ApplicantName) ?? "", seat.Region);
        var variables = DataMap.Of(
            ("case", new Dictionary<string, object?>
            {
                ["id"] = @case.Id.ToString(), ["number"] = number, ["region"] = seat.Region, ["hall"] = seat.Hall, ["office"] = seat.Office,
                ["channel"] = @case.Channel, ["promised"] = @case.PromisedDays, ["statutory"] = @case.StatutoryDays,
            }),
            ("service", @case.ServiceKey), ("correctionDays", HandleCase.ActOnTaskHandler.CorrectionDays),
            ("eligible", decision?.Eligible));
        // At a window the clerk files, but it is the applicant who is asked to correct.
        var starter = @case.FiledBy is null ? (Guid?)null : @case.AgentId ?? @case.ApplicantId;
        var started = await processes.StartAsync(work, dossier.Service.Process, subject, variables, cancellationToken,
            new() { Starter = starter });
        if (!started.IsSuccess) { return started.Error; }
        work.SetProcess(@case.Id, started.Value.Id);
        await messages.TellAsync(work, @case.Id, "case-submitted", cancellationToken);
        work.Raise(new(CaseEvents.Submitted, $"case:{@case.Id}",
            new { caseId = @case.Id, number, service = @case.ServiceKey, region = seat.Region }));
        work.Audit("case", @case.Id.ToString(), after: new { number, status = CaseStatus.Submitted }, summary: "提交申请");
        return null;
    }

    /// <summary>The applicant's own step of the process is done: the case goes back to who asked for the correction.</summary>
    private async Task<Error?> ContinueAsync(UnitOfWork work, Case @case, CancellationToken cancellationToken)
    {
        var tasks = await work.TasksOfAsync(@case.ProcessInstanceId ?? Guid.Empty, cancellationToken);
        if (tasks.LastOrDefault(t => t.Status == "open") is not { } open) { return CaseErrors.NotOpen; }
        var done = await processes.ActAsync(
            work, open.InstanceId, _ => new ProcessEvent.TaskCompleted(open.Task, "submit",
                DataMap.Empty) { Actor = Bpmn.Interpreter.Actor.System }, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        work.AddTimeline(@case.Id, "corrected", "已补正并重新提交");
        work.Audit("case", @case.Id.ToString(), summary: "补正后重新提交");
        return null;
    }

    private async Task<string> NumberAsync(string region, CancellationToken cancellationToken)
    {
        var number = await numbering.NextFastAsync(NumberKey, NumberText, clock.GetUtcNow(), region, cancellationToken);
        return number.IsSuccess ? number.Value : throw new InvalidOperationException(number.Error.Message);
    }
}
