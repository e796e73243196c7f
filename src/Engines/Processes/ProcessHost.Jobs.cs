using Microsoft.Extensions.Logging;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

// Work that the model gives to the platform: services, called processes; and what its end means to who waits for it.
public sealed partial class ProcessHost
{
    private async Task<ProcessEvent> RunServiceAsync(Act act, ProcessCommand.RunService c, CancellationToken cancellationToken)
    {
        var system = Bpmn.Interpreter.Actor.System;
        var missing = new ProcessEvent.JobFailed(c.Job, $"没有名为 {c.Service} 的服务", IsFinal: true) { Actor = system };
        if (!_services.TryGetValue(c.Service, out var service)) { return missing; }
        try
        {
            // What the service wrote, noted and raised must go if it throws.
            var done = await act.Work.PartAsync(
                () => service.RunAsync(act.Work, act.Instance.SubjectId, c.Inputs, cancellationToken), cancellationToken);
            return done.IsSuccess
                ? new ProcessEvent.JobCompleted(c.Job, done.Value) { Actor = system }
                : new ProcessEvent.ErrorThrown(c.Job, done.Error.Code, Said(done.Error)) { Actor = system };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning(fault, "Service {Service} of process instance {Instance} failed", c.Service, act.Instance.Id);
            // Officers and applicants read it in the history; that the pool is away is nobody's fault and passes.
            var text = fault is CryptoUnavailableException ? "密码服务暂时没有响应，稍后自动再试" : FaultText.Of(fault);
            return new ProcessEvent.JobFailed(c.Job, text) { Actor = system };
        }
    }

    /// <summary>With what is wrong with which field: “数据有误” alone helps nobody.</summary>
    private static string Said(Error error) =>
        error.Fields.Count == 0 ? error.Message : $"{error.Message}{string.Join('；', error.Fields.Select(f => f.Message).Distinct())}";

    /// <summary>Ends the process that a step had called when nobody waits for it any more.</summary>
    private async Task EndCalledAsync(UnitOfWork work, Guid parent, int job, CancellationToken cancellationToken)
    {
        var called = await work.QueryAsync<Guid>(
            "select id from processes.instances where parent_id = @parent and parent_job = @job and ended_at is null limit 10",
            new { parent, job }, cancellationToken);
        foreach (var id in called)
        {
            if (await FindForUpdateAsync(work, id, cancellationToken) is not { } child) { continue; }
            var end = new ProcessEvent.Terminated("上级流程不再等待") { Actor = Bpmn.Interpreter.Actor.System };
            await RunAsync(work, child with { ParentJob = null }, child.Read(), end, cancellationToken);
        }
    }

    private async Task StartCalledAsync(Act act, ProcessCommand.StartCalledProcess c, Queue<ProcessEvent> queue,
        CancellationToken cancellationToken)
    {
        var version = int.TryParse(c.Version, out var wanted) ? wanted : artefacts.Latest(ProcessKind.Name, c.Process)?.Version;
        if (version is null || await _models.GetAsync(c.Process, version.Value, cancellationToken) is null)
        {
            queue.Enqueue(new ProcessEvent.JobFailed(c.Job, $"没有流程 {c.Process}", IsFinal: true) { Actor = Bpmn.Interpreter.Actor.System });
            return;
        }
        var child = act.Instance with
        {
            Id = act.Work.NewId(), ProcessKey = c.Process, ProcessVersion = version.Value, ParentId = act.Instance.Id, ParentJob = c.Job,
                State = default,
        };
        // The child's rows refer to the parent's: it starts when those are written, and answers when it ends.
        act.AfterWrites.Add(async () => await RunAsync(
            act.Work, child, null, new ProcessEvent.Started(c.Inputs,
                act.Instance.SubjectId.ToString()) { Actor = Bpmn.Interpreter.Actor.System }, cancellationToken));
    }

    private async Task EndAsync(Act act, ProcessCommand.EndProcess c, CancellationToken cancellationToken)
    {
        if (act.Instance.ParentId is { } parent)
        {
            if (act.Instance.ParentJob is not { } job) { return; } // ended by the caller, who waits no longer
            var system = Bpmn.Interpreter.Actor.System;
            ProcessEvent answer = c.Status is InstanceStatus.Completed
                ? new ProcessEvent.JobCompleted(job, c.Variables) { Actor = system }
                : new ProcessEvent.ErrorThrown(job, c.ErrorCode ?? "called-process-failed") { Actor = system };
            act.AfterWrites.Add(async () =>
            {
                if (await FindForUpdateAsync(act.Work, parent, cancellationToken) is { } waiting)
                {
                    await RunAsync(act.Work, waiting, waiting.Read(), answer, cancellationToken);
                }
            });
            return;
        }
        Tell(act, p => p.OnEndedAsync(act.Work, act.Instance.SubjectId, c.Status, c.Outcome, cancellationToken));
        await Task.CompletedTask;
    }

    /// <summary>Each member of a group gets a copy of their own: copies are ticked off by who has read them.</summary>
    private async Task CopyAsync(
        ProcessWrites writes, Guid instance, IReadOnlyList<string> to, string? node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var readers = new HashSet<Guid>();
        foreach (var candidate in to) { readers.UnionWith(await office.MembersAsync(candidate, cancellationToken)); }
        foreach (var reader in readers.Take(MostReaders)) { writes.Copy(instance, reader.ToString(), node, null, now); }
    }
}
