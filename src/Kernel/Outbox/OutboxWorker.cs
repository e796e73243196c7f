using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>Keeps the outbox empty for as long as the node runs.</summary>
internal sealed class OutboxWorker(OutboxDispatcher dispatcher, Wakeups wakeups, OutboxOptions options, ILogger<OutboxWorker> log)
    : BackgroundService
{
    internal const string Topic = "outbox";
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => RunAsync(stoppingToken)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var waiting = wakeups.Waiting(Topic);
        var soon = Soonest;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var delivered = await dispatcher.DrainAsync(stoppingToken);
                // Nobody tells us when another transaction ends: looked for soon, then less and less often.
                soon = !dispatcher.HasWaiting
                    || delivered > 0 ? Soonest : soon * 2 < options.PollInterval ? soon * 2 : options.PollInterval;
                await waiting.WaitAsync(dispatcher.HasWaiting ? soon : options.PollInterval, stoppingToken);
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
