using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Cases.SeedCases;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

/// <summary>Made-up people and a year of cases, for demonstrations and measurements.</summary>
internal static class SeedCommand
{
    /// <summary>What a demonstration starts with: enough for every list, made in a few seconds.</summary>
    private static readonly SeedOrder Small = new(Seed: 1, People: 200, Cases: 400, Documents: 24);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (!TryRead(args, out var order))
        {
            Console.Error.WriteLine("usage: zt seed [--people 20000] [--cases 50000] [--seed 7]");
            return 2;
        }
        await using var app = await Installation.OpenAsync([], withWorkers: false, cancellationToken);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<ArtefactStore>().RefreshAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var outcome = await app.Services.GetRequiredService<CaseSeeder>().SeedAsync(order, Progress(started), cancellationToken);
        if (!Console.IsOutputRedirected) { Console.Write("\r\u001b[K"); }
        if (!outcome.IsSuccess)
        {
            Console.Error.WriteLine(outcome.Error.Message);
            foreach (var field in outcome.Error.Fields.DistinctBy(f => f.Message).Take(20))
            {
                Console.Error.WriteLine($"  {field.Message}");
            }
            return 1;
        }
        foreach (var note in outcome.Value.Notes.Distinct().Take(20)) { Console.WriteLine($"  {note}"); }
        Console.WriteLine(outcome.Value is { Added: 0 }
            ? $"nothing to add: {outcome.Value.Before} cases of seed {order.Seed} are there"
            : $"{outcome.Value.People} people and companies, {outcome.Value.Added} cases added in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return 0;
    }

    /// <summary>The demonstration's own cases, where there are none yet.</summary>
    public static async Task DemonstrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await services.GetRequiredService<CaseSeeder>().SeedAsync(Small, static (_, _) => { }, cancellationToken);
        if (!outcome.IsSuccess) { Console.Error.WriteLine($"  no demo cases: {outcome.Error.Message}"); }
        else if (outcome.Value.Added > 0) { Console.WriteLine(
            $"  {outcome.Value.Added} demo cases added ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)"); }
    }

    private static bool TryRead(string[] args, out SeedOrder order)
    {
        var (people, cases, seed) = (20_000, 50_000, 7);
        order = new(seed, people, cases, 0);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }
            switch (args[i])
            {
                case "--people" when number is >= 50 and <= 500_000: people = number; break;
                case "--cases" when number is >= 1 and <= 5_000_000: cases = number; break;
                case "--seed" when number <= 30_000: seed = number; break;
                default: return false;
            }
        }
        order = new(seed, people, cases, Math.Clamp(cases / 200, 20, 250));
        return true;
    }

    private static Action<int, int> Progress(long started) => (done, of) =>
    {
        if (Console.IsOutputRedirected) { return; }
        var share = Math.Min(1.0, (double)done / of);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var left = share > 0.02 ? $"{elapsed.TotalSeconds * (1 - share) / share:0} s left" : "";
        Console.Write($"\r\u001b[K[{new string('#', (int)(share * 40)),-40}] {done}/{of} cases  {left}");
    };
}
