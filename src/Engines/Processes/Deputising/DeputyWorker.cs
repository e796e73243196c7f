using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Zhengtong.Processes.Deputising;

/// <summary>Begins and ends periods of deputies as time goes by. Every node runs it.</summary>
internal sealed class DeputyWorker(DeputyHandler handler, TimeProvider clock, ILogger<DeputyWorker> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken);
            try
            {
                await handler.SweepAsync(stoppingToken);
            }
            catch (NpgsqlException fault)
            {
                log.LogWarning("Deputies could not be looked after: {Message}", fault.Message);
            }
        }
    }
}
