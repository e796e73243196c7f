using Microsoft.Extensions.Logging;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>What registers need from time to time: partitions of the history ahead of the months, views for reports, and a look for tables
/// that were changed by hand.</summary>
public sealed class RegisterUpkeep(Database database, RegisterCatalogue catalogue, DriftCheck drift, ILogger<RegisterUpkeep> log)
    : IJobHandler<RegisterUpkeep.Args>
{
    public const string Name = "registers.upkeep";
    private const int MonthsAhead = 12;

    public sealed record Args;

    /// <param name="Views">Views made.</param>
    /// <param name="Drift">Differences between tables and what they were made as.</param>
    public sealed record Outcome(int Views, IReadOnlyList<string> Drift);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken) => await RunAsync(cancellationToken);

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new(Name, Actor.System("registers")), cancellationToken);
        // One node at a time: two would make the same view.
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtext('registers.schema'))", null, cancellationToken);
        await work.ExecuteAsync("select registers.make_history_partitions(@MonthsAhead)", new { MonthsAhead }, cancellationToken);
        var views = await ReportView.CompleteAsync(work, catalogue, cancellationToken);
        await work.CommitAsync(cancellationToken);
        var found = await drift.FindAsync(cancellationToken);
        foreach (var difference in found) { log.LogWarning("Register table changed outside the platform: {Difference}", difference); }
        return new(views, found);
    }
}
