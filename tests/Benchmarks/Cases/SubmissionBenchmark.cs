using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Npgsql;
using Zhengtong.Cases.ApplyCase;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Benchmarks.Cases;

/// <summary>
/// The submission of an application with everything that belongs to it: form and rules checked again, number, process with its first task,
/// history, timeline, message, audit, events. The limit writes the same rows in one transaction by plain Npgsql.
/// </summary>
internal sealed class SubmissionBenchmark : IBenchmark
{
    private const int Workers = 8;
    private const int Drafts = 1200;

    private static readonly string[] Tables =
    [
        "processes.instances", "processes.tasks", "processes.candidates", "processes.timers", "processes.subscriptions", "processes.events",
        "processes.history",
        "cases.timeline", "kernel.messages", "kernel.message_sends", "kernel.jobs", "kernel.outbox", "kernel.submissions", "audit.entries",
    ];

    public string Group => "submission";

    public IEnumerable<Measurement> Run() => [RunAsync().GetAwaiter().GetResult()];

    private static async Task<Measurement> RunAsync()
    {
        var database = await BenchDatabase.NewAsync("bench_cases");
        await PlatformFixture.FillAsync(database);
        await using var platform = NodeFixture.Platform(database, BenchDatabase.Folder);
        await NodeFixture.InstallAsync(platform.Services, BenchDatabase.Folder, "small", SmallService.Files());
        await platform.Services.GetRequiredService<ArtefactStore>().RefreshAsync(CancellationToken.None);
        var applicant = await ApplicantAsync(database);
        var submit = platform.Services.GetRequiredService<SubmitCaseHandler>();

        var drafts = await DraftsAsync(platform, applicant, Drafts);
        if (!drafts.TryDequeue(out var sampled)) { throw new InvalidOperationException("no draft"); }
        await SubmitAsync(submit, sampled, applicant);
        using var raw = await SampleAsync(database, sampled);

        double ours = 0, limit = 0;
        for (var round = 0; round < 4; round++)
        {
            var span = TimeSpan.FromSeconds(round == 0 ? 1 : 3);
            var one = await BenchDatabase.RateAsync(Workers, span, async _ =>
            {
                // Drafts are made in front; when they are used up the round ends early and others are made.
                if (drafts.TryDequeue(out var draft)) { await SubmitAsync(submit, draft, applicant); }
                else { throw new InvalidOperationException("faster than the drafts that were made for it: raise their number"); }
            });
            var two = await BenchDatabase.RateAsync(Workers, span, _ =>
            {
                var ids = new Dictionary<Guid, Guid> { [applicant.Id] = applicant.Id };
                return raw.WriteAsync(id => ids.TryGetValue(id, out var known) ? known : ids[id] = Guid.CreateVersion7());
            });
            if (round > 0) { (ours, limit) = (Math.Max(ours, one), Math.Max(limit, two)); }
            foreach (var more in await DraftsAsync(platform, applicant, Drafts - drafts.Count)) { drafts.Enqueue(more); }
        }
        return new($"cases: submissions a second with all that belongs to them, {Workers} workers, limit writes the same rows ({raw.Statements})", ours, limit);
    }

    private static async Task SubmitAsync(SubmitCaseHandler handler, Guid draft, Actor applicant)
    {
        var done = await handler.HandleAsync(new(draft, Guid.CreateVersion7()), applicant, CancellationToken.None);
        if (!done.IsSuccess) { throw new InvalidOperationException($"{done.Error} {string.Join(' ', done.Error.Fields)}"); }
    }

    private static async Task<ConcurrentQueue<Guid>> DraftsAsync(WebApplication platform, Actor applicant, int count)
    {
        var (start, fill) = (platform.Services.GetRequiredService<StartCaseHandler>(),
            platform.Services.GetRequiredService<FillCaseHandler>());
        var posted = new Dictionary<string, StringValues> { ["region"] = "990102001", ["note"] = "测速" };
        var drafts = new ConcurrentQueue<Guid>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (_, cancellationToken) =>
        {
            var begun = await start.HandleAsync(
                new(SmallService.Key, new Dictionary<string, string>(), Guid.CreateVersion7()), applicant, cancellationToken);
            if (!begun.IsSuccess) { throw new InvalidOperationException(begun.Error.Message); }
            var id = Guid.Parse(begun.Value.Split('/')[3]);
            var filled = await fill.HandleAsync(new(id, 0, posted, Check: true), applicant, cancellationToken);
            if (!filled.IsSuccess || filled.Value.Errors.Count > 0)
            {
                throw new InvalidOperationException($"{filled.Error} {string.Join(' ', filled.Value?.Errors ?? [])}");
            }
            drafts.Enqueue(id);
        });
        return drafts;
    }

    /// <summary>Every row that the transaction of a submission has left, found by its number; the case itself is an update.</summary>
    private static async Task<RawRows> SampleAsync(string database, Guid sampled)
    {
        await RawRows.CopyTablesAsync(database, [.. Tables, "cases.cases"]);
        var transaction = await NodeFixture.ScalarAsync<string>(
            database, $"select xmin::text from processes.instances where subject_id = '{sampled}'");
        var rows = new RawRows(database);
        // The case is there as a draft and is updated; writing it anew costs the raw side about the same.
        await rows.InsertsAsync("cases.cases", $"id = '{sampled}'");
        foreach (var table in Tables) { await rows.InsertsAsync(table, $"xmin::text = '{transaction}'"); }
        return rows;
    }

    private static async Task<Actor> ApplicantAsync(string database)
    {
        var id = await NodeFixture.ScalarAsync<Guid>(
            database, "select id from identity.accounts where name = 'chenguilan' and kind = 'person'");
        return new() { Kind = ActorKind.Person, Id = id, Name = "陈桂兰", OnBehalfOf = id, Scope = new() { Own = true } };
    }
}
