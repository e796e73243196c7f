using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>Runs jobs for as long as the node lives.</summary>
internal sealed class JobWorker(JobRunner runner, Wakeups wakeups, JobOptions options, ILogger<JobWorker> log) : BackgroundService
{
    internal const string Topic = "jobs";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => RunAsync(stoppingToken)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var waiting = wakeups.Waiting(Topic);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await runner.RunOneAsync(stoppingToken)) { }
                await waiting.WaitAsync(options.PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "Jobs could not be claimed; trying again");
                await Task.Delay(options.PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
