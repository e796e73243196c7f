using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Signals;

/// <summary>
/// Takes messages and signals from one run to those that wait for them. A message goes to one run (name and key), a signal to all; what
/// nobody
/// waits for is gone, as in the standard.
/// </summary>
internal sealed class WhenPublished(ProcessHost host) : IEventHandler
{
    private const int MostReceivers = 1000;

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
        work.Audit("process", sent.From.ToString(), after: new { sent.Name, receivers = receivers.Count },
            summary: isSignal ? "广播流程信号" : "转交流程消息");
    }

    private sealed record Sent
    {
        public string Name { get; init; } = "";

        public string? Key { get; init; }

        public DataMap Payload { get; init; } = DataMap.Empty;

        public Guid From { get; init; }
    }
}
