using System.Text.Json;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Incidents;

/// <param name="How"><c>retry</c>, <c>repair</c> (set variables, then try again) or <c>skip</c>.</param>
/// <param name="Variables">JSON object; only with <c>repair</c>.</param>
internal sealed record ResolveIncidentCommand(Guid Instance, int Incident, string How, string? Variables, string? Reason);

/// <summary>An operator has seen to the cause: the element is tried again, or passed over, always with a reason.</summary>
internal sealed class ResolveIncidentHandler(Database database, ProcessHost host)
{
    private static readonly Error NotFound = Error.NotFound("incidents.not-found", "没有找到这个异常。");
    private static readonly Error NoWay = Error.Invalid("incidents.no-way", "请选择处理方式。", new FieldError("how", "required", "请选择处理方式"));

    public async Task<Result> HandleAsync(ResolveIncidentCommand command, Kernel.Actor actor, Guid submission,
        CancellationToken cancellationToken)
    {
        if (command.How is not ("retry" or "repair" or "skip")) { return NoWay; }
        if (string.IsNullOrWhiteSpace(command.Reason)) { return ProcessErrors.ReasonNeeded; }
        if (command.Reason.Length > 500) { return Moves.MoveErrors.LongReason; }
        var variables = DataMap.Empty;
        if (command.How == "repair")
        {
            var read = Read(command.Variables);
            if (!read.IsSuccess) { return read.Error; }
            variables = read.Value;
        }
        await using var work =
            await database.BeginAsync(new($"processes.incident-{command.How}", actor) { Reason = command.Reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is not null) { return Result.Done; }
        if (await work.FindIncidentAsync(command.Instance, command.Incident, cancellationToken) is null) { return NotFound; }
        var done = await host.AdministerAsync(
            work, command.Instance,
            by => new ProcessEvent.IncidentResolved(command.Incident, variables, command.How == "skip",
                command.Reason.Trim()) { Actor = by }, cancellationToken);
        if (!done.IsSuccess) { return done; }
        // Names only: values may be personal, and the audit is read by others.
        work.Audit("process", command.Instance.ToString(), after: new { command.Incident, command.How, changed = variables.Keys },
            summary: "处理流程异常");
        await work.AnswerSubmissionAsync(submission, ProcessLinks.Incidents, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private static Result<DataMap> Read(string? text)
    {
        try
        {
            if (!string.IsNullOrWhiteSpace(text) && JsonSerializer.Deserialize<DataMap>(text) is { Count: > 0 } map) { return map; }
            return Error.Invalid("incidents.no-variables", "请填写要更正的数据。",
                new FieldError("variables", "required", "请填写要更正的数据，如 {\"case\": {\"hall\": \"hall/990102\"}}"));
        }
        catch (JsonException fault)
        {
            var place = $"第 {fault.LineNumber + 1} 行第 {fault.BytePositionInLine + 1} 个字节附近";
            return Error.Invalid("incidents.bad-variables", "数据不是有效的 JSON。", new FieldError("variables", "json", $"{place}不是有效的 JSON"));
        }
    }
}
