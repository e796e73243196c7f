using Microsoft.Extensions.Logging;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Deputising;

/// <summary>Begins and ends periods of deputies as time goes by. Every node runs it.</summary>
internal sealed class DeputyWorker(DeputyHandler handler, TimeProvider clock, ILogger<DeputyWorker> log)
    : PeriodicWorker(TimeSpan.FromSeconds(30), clock, log)
{
    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await handler.SweepAsync(cancellationToken);
        return false;
    }
}
