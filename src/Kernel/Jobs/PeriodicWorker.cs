using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>
/// What a node does again and again for as long as it lives. A failed round is logged and the next one comes: the database may be away
/// for a while, and no single duty may take the node down with it.
/// </summary>
/// <param name="interval">Between the end of a round and the next.</param>
/// <param name="clock">Whose time the interval is.</param>
/// <param name="log">Gets failed rounds.</param>
public abstract class PeriodicWorker(TimeSpan interval, TimeProvider clock, ILogger log) : BackgroundService
{
    protected TimeProvider Clock => clock;

    protected ILogger Log => log;

    /// <summary>One round.</summary>
    /// <returns>Whether more waits already, so that the next round begins at once.</returns>
    protected abstract Task<bool> RunAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunAsync(stoppingToken)) { continue; }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception fault)
            {
                // Of a database that is away there is nothing to learn from the stack.
                log.LogWarning(
                    fault is DbException ? null : fault, "A round of {Worker} failed and is tried again: {Message}", GetType().Name,
                    fault.Message);
            }
            await Task.Delay(interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
