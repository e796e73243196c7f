using Microsoft.Extensions.Logging;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;
using Zhengtong.Processes.Starting;

namespace Zhengtong.Processes.Signals;

/// <summary>
/// Takes messages and signals from one run to those that wait for them and to the processes that begin by them. A message goes to one run
/// (name and key), else to a start event; a signal to all. What nobody waits for is gone, as in the standard.
/// </summary>
internal sealed class WhenPublished(ProcessHost host, StartTriggers starts, ILogger<WhenPublished> log) : IEventHandler
{
    private const int MostReceivers = 1000;

    /// <summary>Runs that start each other in a ring end here.</summary>
    private const int MostHops = 20;

    public string Subscriber => "processes.messages";

    public IReadOnlyList<string> Events { get; } = ["processes.message.v1", "processes.signal.v1"];

    public async Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken)
    {
        var sent = delivered.Read<Sent>();
        var isSignal = delivered.Name == "processes.signal.v1";
        var receivers = await work.QueryAsync<Guid>(
            """
            select distinct s.instance_id
            from processes.subscriptions s
            join processes.instances i on i.id = s.instance_id
            where s.kind = @kind and s.name = @Name and i.ended_at is null and s.instance_id <> @From
              and (@isSignal or s.key is not distinct from @Key)
            order by s.instance_id
            limit @limit
            """,
            new { kind = isSignal ? "signal" : "message", sent.Name, sent.Key, sent.From, isSignal, limit = isSignal ? MostReceivers : 1 },
            cancellationToken);
        foreach (var receiver in receivers)
        {
            // One that has moved on meanwhile refuses, and that is no failure of the delivery.
            await host.ActAsync(
                work, receiver,
                by => isSignal
                    ? new ProcessEvent.SignalReceived(sent.Name, sent.Payload) { Actor = by }
                    : new ProcessEvent.MessageReceived(sent.Name, sent.Key, sent.Payload) { Actor = by },
                cancellationToken);
        }
        var begun = isSignal || receivers.Count == 0 ? await BeginAsync(sent, isSignal, work, cancellationToken) : 0;
        work.Audit("process", sent.From.ToString(), after: new { sent.Name, receivers = receivers.Count, begun },
            summary: isSignal ? "广播流程信号" : "转交流程消息");
    }

    /// <summary>Begins the processes that wait for it, for the record of the run that sent it.</summary>
    private async Task<int> BeginAsync(Sent sent, bool isSignal, UnitOfWork work, CancellationToken cancellationToken)
    {
        var triggers = starts.Of(sent.Name, isSignal).ToList();
        if (triggers.Count == 0 || await work.FindInstanceAsync(sent.From, cancellationToken) is not { } from) { return 0; }
        if (from.Hops >= MostHops)
        {
            log.LogError("Run {Instance} is the {Hops}th that others started in a chain: {Name} starts no more", from.Id, from.Hops, sent.Name);
            return 0;
        }
        var subject = new ProcessSubject(from.SubjectType, from.SubjectId, from.Number, from.Title, from.Applicant, from.Region);
        foreach (var trigger in triggers)
        {
            var begun = await host.StartAsync(work, trigger.Process, subject, sent.Payload, cancellationToken,
                new() { Starter = from.Starter, StartEvent = trigger.Start.Id, Hops = from.Hops + 1 });
            if (!begun.IsSuccess) { log.LogError("Process {Process} could not begin: {Code}", trigger.Process, begun.Error.Code); }
        }
        return triggers.Count;
    }

    private sealed record Sent
    {
        public string Name { get; init; } = "";

        public string? Key { get; init; }

        public DataMap Payload { get; init; } = DataMap.Empty;

        public Guid From { get; init; }
    }
}
