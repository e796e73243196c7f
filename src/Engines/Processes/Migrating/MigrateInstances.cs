using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Migrating;

/// <summary>Runs of one version that are still open.</summary>
public sealed record RunningVersion(string ProcessKey, int ProcessVersion, int Count);

/// <param name="Mapping">Old id to new id, where they differ.</param>
public sealed record MigrationPlan(string Process, int From, int To, IReadOnlyDictionary<string, string> Mapping)
{
    public Items<ElementMapping> Elements =>
        Mapping.Where(m => m.Value.Length > 0).Select(m => new ElementMapping(m.Key, m.Value)).ToItems();
}

/// <summary>What a dry run found.</summary>
/// <param name="Checked">How many runs were looked at.</param>
/// <param name="Faults">Why some cannot go on by the new version, with how many of each.</param>
/// <param name="Missing">Elements where runs are and that the new version does not have: they need a counterpart.</param>
public sealed record DryRun(int Checked, int Fitting, IReadOnlyList<(string Fault, int Count)> Faults, IReadOnlyList<FlowNode> Missing);

/// <summary>Takes open runs of one version to another: first on trial, then as a job, one transaction for each.</summary>
public sealed class Migrations(Database database, ProcessHost host)
{
    /// <summary>A dry run is an answer to a page; more runs are judged by these.</summary>
    private const int MostTried = 2000;

    public Task<IReadOnlyList<RunningVersion>> RunningAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<RunningVersion>(
            """
            select process_key, process_version, count(*)::int as count
            from processes.instances
            where ended_at is null
            group by process_key, process_version
            order by process_key, process_version
            limit 500
            """, null, cancellationToken);

    /// <summary>Tries every run without changing any.</summary>
    public async Task<Result<DryRun>> TryAsync(DbSession session, MigrationPlan plan, CancellationToken cancellationToken)
    {
        if (await ModelsAsync(plan, cancellationToken) is not var (from, to)) { return MigrationErrors.NoVersion; }
        var states = await session.QueryAsync<Json>(
            """
            select state
            from processes.instances
            where process_key = @Process and process_version = @From and ended_at is null
            order by id
            limit @MostTried
            """, new { plan.Process, plan.From, MostTried }, cancellationToken);
        var faults = new Dictionary<string, int>(StringComparer.Ordinal);
        var places = new HashSet<string>(StringComparer.Ordinal);
        var fitting = 0;
        foreach (var state in states.Select(s => ProcessJson.ReadState(s.Text)))
        {
            places.UnionWith(state.Tokens.Select(t => t.Node));
            var found = ProcessMigration.Check(from, to, state, plan.Elements);
            if (found.Count == 0) { fitting++; }
            foreach (var fault in found.Distinct()) { faults[fault] = faults.GetValueOrDefault(fault) + 1; }
        }
        return new DryRun(
            states.Count, fitting, [.. faults.OrderByDescending(f => f.Value).Take(20).Select(f => (f.Key, f.Value))],
            [.. places.Select(p => from.Find(p)).OfType<FlowNode>().Where(n => to.Find(n.Id) is null).OrderBy(n => n.Line)]);
    }

    public async Task<(ProcessModel From, ProcessModel To)?> ModelsAsync(MigrationPlan plan, CancellationToken cancellationToken) =>
        await host.ModelAsync(plan.Process, plan.From, cancellationToken) is { } from
            && await host.ModelAsync(plan.Process, plan.To, cancellationToken) is { } to
            ? (from, to)
            : null;

    /// <returns>Null when it was migrated; why not otherwise.</returns>
    internal async Task<string?> MigrateAsync(Guid instance, MigrationPlan plan, string reason, JobRun run, MigrationProgress place,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.migrate", run.Actor) { Reason = reason }, cancellationToken);
        var done = await host.MigrateAsync(work, instance, plan.To, plan.Elements, reason, cancellationToken);
        if (!done.IsSuccess) { return done.Error.Message; }
        work.Audit("process", instance.ToString(), before: new { version = plan.From }, after: new { version = plan.To },
            summary: "迁移到新版流程");
        await run.CheckpointAsync(work, place with { Last = instance, Migrated = place.Migrated + 1 }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return null;
    }
}

/// <summary>How far a migration is; kept with each transaction, so that a cut-off job goes on where it was.</summary>
internal sealed record MigrationProgress(Guid Last, int Migrated, int Refused);

internal static class MigrationErrors
{
    public static readonly Error NoVersion =
        Error.Invalid("migrations.no-version", "没有这个流程版本。", new FieldError("to", "unknown", "请选择要迁移到的版本"));
    public static readonly Error Same = Error.Invalid("migrations.same-version", "新旧版本相同。", new FieldError("to", "same", "请选择另一个版本"));
    public static readonly Error NothingFits = Error.Conflict("migrations.nothing-fits", "没有可以迁移的流程，请先补上环节的对应关系。");
}

/// <summary>The migration as a job with progress: what does not fit is left as it is and told.</summary>
internal sealed class MigrationJob(Database database, Migrations migrations) : IJobHandler<MigrationJob.Args>
{
    public const string Name = "processes.migrate";
    private const int Batch = 100;

    public sealed record Args(string Process, int From, int To, Dictionary<string, string> Mapping, string Reason);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        var plan = new MigrationPlan(args.Process, args.From, args.To, args.Mapping);
        var read = database.Read("processes.migrate", run.Actor);
        var place = run.Checkpoint<MigrationProgress>() ?? new(Guid.Empty, 0, 0);
        var total = place.Migrated + place.Refused + await read.ScalarAsync<int>(
            "select count(*)::int from processes.instances where process_key = @Process and process_version = @From and ended_at is null and id > @Last",
            new { args.Process, args.From, place.Last }, cancellationToken);
        while (true)
        {
            var next = await read.QueryAsync<Guid>(
                """
                select id from processes.instances
                where process_key = @Process and process_version = @From and ended_at is null and id > @Last
                order by id
                limit @Batch
                """, new { args.Process, args.From, place.Last, Batch }, cancellationToken);
            if (next.Count == 0) { break; }
            foreach (var instance in next)
            {
                if (await migrations.MigrateAsync(instance, plan, args.Reason, run, place, cancellationToken) is { } refused)
                {
                    await run.LogAsync($"{instance}：{refused}", cancellationToken, "warning");
                    place = place with { Last = instance, Refused = place.Refused + 1 };
                }
                else
                {
                    place = place with { Last = instance, Migrated = place.Migrated + 1 };
                }
                run.Report(place.Migrated + place.Refused, total);
            }
        }
        return new { migrated = place.Migrated, refused = place.Refused };
    }
}
