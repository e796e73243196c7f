using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>
/// Keeps the time. Only the cron arithmetic is Quartz's: its scheduler would add threads, a store and a state of its own beside the
/// one table that all nodes share.
/// </summary>
internal sealed class ScheduleWorker(Schedules schedules, TimeProvider clock, ILogger<ScheduleWorker> log) : BackgroundService
{
    /// <summary>A clock that jumps (suspended machine, time service) is noticed after this long at the latest.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RetriedAsync(schedules.CatchUpAsync, stoppingToken);
        var next = schedules.All.ToDictionary(s => s.Name, schedules.NextFire);
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            foreach (var schedule in schedules.All)
            {
                if (next[schedule.Name] is not { } due || due > now) { continue; }
                await RetriedAsync(c => schedules.FireAsync(schedule.Name, due, c), stoppingToken);
                next[schedule.Name] = schedules.NextFire(schedule);
            }
            var pause = next.Values.Min() - clock.GetUtcNow() ?? LongestSleep;
            pause = pause > LongestSleep ? LongestSleep : pause < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : pause;
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A database that is away for a while costs no fire time.</summary>
    private async Task RetriedAsync(Func<CancellationToken, Task> act, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await act(stoppingToken);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.LogError(failure, "A schedule could not be fired; trying again");
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
