using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// A node that is asked to stop says so on <c>/ready</c> first and goes on serving for <see cref="PlatformOptions.DrainSeconds"/>, so that
/// the balancer has taken it out before the port closes. Requests under way are then finished.
/// </summary>
internal sealed class Draining(Health health, PlatformOptions options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        health.Drain();
        await Task.Delay(TimeSpan.FromSeconds(options.DrainSeconds), cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
