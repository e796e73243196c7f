using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Zhengtong.Registers;

/// <summary>Looks once after the start, behind the readiness: whoever changed a table while the node stood still is told at once.</summary>
internal sealed class RegisterWatch(RegisterUpkeep upkeep, ILogger<RegisterWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try { await upkeep.RunAsync(stoppingToken); }
        catch (NpgsqlException fault)
        {
            // The schedule looks again tonight.
            log.LogWarning("Registers could not be looked after: {Message}", fault.Message);
        }
    }
}
