using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>Keeps the outbox empty for as long as the node runs.</summary>
internal sealed class OutboxWorker(OutboxDispatcher dispatcher, Wakeups wakeups, OutboxOptions options, ILogger<OutboxWorker> log) : BackgroundService
{
    internal const string Topic = "outbox";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => RunAsync(stoppingToken)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var waiting = wakeups.Waiting(Topic);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await dispatcher.DrainAsync(stoppingToken);
                await waiting.WaitAsync(options.PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database may be away for a while; the node recovers by itself.
                log.LogError(failure, "The outbox could not be worked off; trying again");
                await Task.Delay(options.PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
