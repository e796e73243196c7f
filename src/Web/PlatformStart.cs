using Zhengtong.Kernel;

namespace Zhengtong.Web;

/// <summary>Brings a node up: schemas to date, definitions in memory; then keeps looking for new publications of other nodes.</summary>
public sealed class PlatformStart(Migrator migrator, ArtefactStore artefacts, ILogger<PlatformStart> log) : BackgroundService
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await migrator.MigrateAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Waits until what the start and the installation of packs have set going is done.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => artefacts.RefreshAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(RefreshInterval, stoppingToken);
            try { await artefacts.RefreshAsync(stoppingToken); }
            catch (Npgsql.NpgsqlException fault)
            {
                // The database restarts; the next round asks again.
                log.LogWarning("Definitions could not be refreshed: {Message}", fault.Message);
            }
        }
    }
}
