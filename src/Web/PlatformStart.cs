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
            await Task.Delay(RefreshInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) { return; }
            try { await artefacts.RefreshAsync(stoppingToken); }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception fault)
            {
                // The database restarts, or a definition does not read: the next round asks again, the node goes on with what it has.
                log.LogWarning("Definitions could not be refreshed: {Message}", fault.Message);
            }
        }
    }
}
