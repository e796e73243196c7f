using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Zhengtong.Processes.Starting;
using KernelActor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Processes.Moves;

/// <param name="Button">Key of the step's button.</param>
/// <param name="Revision">Of the task as the page showed it; an older one is refused.</param>
/// <param name="Variables">What the form wrote; only fields that the step may write.</param>
public sealed record PressRequest(Guid Instance, int Task, string Button, string? Reason, int? Revision, DataMap Variables);

/// <summary>
/// Everything an officer does to a run: presses a button, or makes a move. One transaction; a repeated post does nothing a second time; who
/// may not know of the record does not find it; what the model or the moment forbids comes back as a sentence.
/// </summary>
public sealed class ProcessActs(Database database, ProcessHost host, ProcessParticipants participants, IProcessOffice office)
{
    /// <param name="posted">What the step's own fields are read from; null where nobody filled in any.</param>
    /// <param name="submission">Id the form was opened with.</param>
    public async Task<Result> PressAsync(
        PressRequest request, IFormCollection? posted, KernelActor actor, Guid submission, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.press", actor) { Reason = request.Reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is not null) { return Result.Done; }
        if (await FindAsync(work, request.Instance, cancellationToken) is not { } instance) { return ProcessErrors.NotFound; }
        if (await NeedsOwnPageAsync(instance, request, cancellationToken)) { return MoveErrors.OwnPage; }
        var filled = await FilledAsync(instance, request, posted, null, cancellationToken);
        if (!filled.IsSuccess) { return filled.Error; }
        var done = await PressAsync(work, instance, request with { Variables = filled.Value }, cancellationToken);
        if (!done.IsSuccess) { return done; }
        await work.AnswerSubmissionAsync(submission, ProcessLinks.Instance(request.Instance), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>The same within an act of a module, after it has checked who may see the record.</summary>
    public async Task<Result> PressAsync(UnitOfWork work, ProcessInstance instance, PressRequest request,
        CancellationToken cancellationToken)
    {
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        if (reason?.Length > 500) { return MoveErrors.LongReason; }
        var done = await host.ActAsync(
            work, instance.Id,
            by => new ProcessEvent.TaskCompleted(request.Task, request.Button, request.Variables, reason, request.Revision) { Actor = by },
            cancellationToken);
        if (!done.IsSuccess) { return done; }
        work.Audit(
            instance.SubjectType, instance.SubjectId.ToString(), after: new { task = request.Task, button = request.Button },
            summary: $"办理：{request.Button}");
        return Result.Done;
    }

    /// <summary>What was filled in at the step in fields of the process's own.</summary>
    /// <param name="taken">Names of fields that the record's own page has read already.</param>
    public async Task<Result<DataMap>> FilledAsync(
        ProcessInstance instance, PressRequest request, IFormCollection? posted, IReadOnlySet<string>? taken,
        CancellationToken cancellationToken) =>
        await NodeAsync(instance, request.Task, cancellationToken) is { Rules: var rules }
            ? StepInput.Read(
                StepInput.Own(rules, taken), posted ?? FormCollection.Empty, rules.Button(request.Button) is not { Vote: not Vote.Agree })
            : DataMap.Empty;

    public async Task<Result> MoveAsync(Guid instanceId, MoveRequest request, KernelActor actor, Guid submission,
        CancellationToken cancellationToken)
    {
        await using var work =
            await database.BeginAsync(new($"processes.{Operation(request.Move)}", actor) { Reason = request.Reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is not null) { return Result.Done; }
        if (await FindAsync(work, instanceId, cancellationToken) is not { } instance) { return ProcessErrors.NotFound; }
        if (request.People.Count > 0 && await StrangerAsync(request, actor, cancellationToken)) { return MoveErrors.NotColleague; }
        var revision = request.Revision;
        if (request.ClaimsFirst && request.Task > 0
            && instance.Read().FindTask(request.Task) is { Task: { Status: WorkTaskStatus.Open, Assignee: null } })
        {
            var claimed = await host.ActAsync(
                work, instanceId, by => new ProcessEvent.TaskClaimed(request.Task, revision) { Actor = by }, cancellationToken);
            if (!claimed.IsSuccess) { return claimed; }
            revision = null;
        }
        var done = await host.ActAsync(work, instanceId, by => request.ToEvent(by, revision, work.Now), cancellationToken);
        if (!done.IsSuccess) { return done; }
        work.Audit(
            instance.SubjectType, instance.SubjectId.ToString(), after: new { request.Move, request.Task, request.Target, request.People },
            summary: ProcessWords.Move(request.Move));
        await work.AnswerSubmissionAsync(submission, ProcessLinks.Instance(instanceId), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Looking at one's task is an act: whoever had it before can no longer recall it. Refusals do not matter to a
    /// reader.</summary>
    public async Task OpenAsync(Guid instanceId, IReadOnlyList<int> tasks, KernelActor actor, CancellationToken cancellationToken)
    {
        if (tasks.Count == 0) { return; }
        await using var work = await database.BeginAsync(new("processes.open", actor), cancellationToken);
        foreach (var task in tasks)
        {
            var opened = await host.ActAsync(work, instanceId, by => new ProcessEvent.TaskOpened(task) { Actor = by }, cancellationToken);
            if (!opened.IsSuccess) { return; }
        }
        work.Audit("process", instanceId.ToString(), after: new { tasks }, summary: "查看待办");
        await work.CommitAsync(cancellationToken);
    }

    /// <summary>Whether a step asks for more than a button and a reason.</summary>
    internal static bool HasFields(StepRules rules) => rules.Form is not null || rules.Fields.Any(f => f.Access is FieldAccess.Write);

    /// <summary>Some buttons ask for more than a reason: the record's own page knows what.</summary>
    private async Task<bool> NeedsOwnPageAsync(ProcessInstance instance, PressRequest request, CancellationToken cancellationToken) =>
        instance.SubjectType != OwnRuns.Type && participants.Find(instance.SubjectType) is { } participant
        && await NodeAsync(instance, request.Task, cancellationToken) is { } node
        && (participant.NeedsOwnPage(node.Id, request.Button) || HasFields(node.Rules));

    /// <summary>The step of an open task; null where the task is over.</summary>
    public async Task<UserTask?> NodeAsync(ProcessInstance instance, int task, CancellationToken cancellationToken) =>
        instance.Read().FindTask(task) is { } found
        && await host.ModelAsync(instance.ProcessKey, instance.ProcessVersion, cancellationToken) is { } model
            ? model.Find(found.Step.Node) as UserTask : null;

    private static string Operation(string move) => move.All(c => c is (>= 'a' and <= 'z') or '-') && move.Length <= 20 ? move : "move";

    private async Task<ProcessInstance?> FindAsync(UnitOfWork work, Guid instanceId, CancellationToken cancellationToken) =>
        await work.FindInstanceAsync(instanceId, cancellationToken) is { } instance
            && await participants.MaySeeRunAsync(work, instance, cancellationToken)
            ? instance
            : null;

    private async Task<bool> StrangerAsync(MoveRequest request, KernelActor actor, CancellationToken cancellationToken)
    {
        var colleagues = (await office.ColleaguesAsync(actor, cancellationToken)).Select(c => c.Id).ToHashSet();
        return request.People.Any(p => !colleagues.Contains(p));
    }
}
