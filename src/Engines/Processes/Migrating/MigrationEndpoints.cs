using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Model;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes.Incidents;

namespace Zhengtong.Processes.Migrating;

/// <summary>迁移在办流程: choose versions, say what corresponds to what, try, then let a job do it.</summary>
internal static class MigrationEndpoints
{
    private const string JobPage = "/workbench/operations/jobs/";

    public static void MapMigrations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProcessLinks.Migrations, ShowAsync).ForOfficers(IncidentRights.Repair);
        routes.MapPost(ProcessLinks.Migrations, MigrateAsync).ForOfficers(IncidentRights.Repair);
    }

    private static async Task<IResult> ShowAsync(
        string? process, int? from, int? to, HttpContext context, CurrentActor current, Database database, Migrations migrations,
        ProcessHost host,
        ArtefactStore artefacts, CancellationToken cancellationToken)
    {
        var plan = process is { Length: > 0 }
            ? new MigrationPlan(process, from ?? 0, to ?? 0, Mapping(k => context.Request.Query[k], context.Request.Query.Keys)) : null;
        return await PageAsync(plan, current, database, migrations, host, artefacts, null, null, cancellationToken);
    }

    private static async Task<IResult> MigrateAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Migrations migrations,
        ProcessHost host,
        ArtefactStore artefacts, Jobs jobs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var plan = new MigrationPlan(form["process"].ToString(), Number("from"), Number("to"), Mapping(k => form[k], form.Keys));
        var reason = form["reason"].ToString().Trim();
        var tried = plan.From == plan.To ? MigrationErrors.Same
            : await migrations.TryAsync(database.Read("processes.migrations", current.Actor), plan, cancellationToken);
        var error = !tried.IsSuccess ? tried.Error
            : tried.Value.Fitting == 0 ? MigrationErrors.NothingFits
            : reason.Length == 0 ? ProcessErrors.ReasonNeeded
            : reason.Length > 500 ? Moves.MoveErrors.LongReason
            : null;
        if (error is not null)
        {
            return await PageAsync(plan, current, database, migrations, host, artefacts, error, form, cancellationToken);
        }
        await using var work =
            await database.BeginAsync(new("processes.plan-migration", current.Actor) { Reason = reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is { } before) { return new SeeOther(before); }
        var args = new MigrationJob.Args(plan.Process, plan.From, plan.To, new(plan.Mapping), reason);
        var job = await jobs.EnqueueAsync(work, MigrationJob.Name, args, cancellationToken, new() { Priority = 10 });
        work.Audit("process-definition", plan.Process, after: args, summary: "迁移在办流程");
        await work.AnswerSubmissionAsync(form.SubmissionId(clock), JobPage + job, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("迁移已经开始，进度见本页；不能迁移的保持原样，逐件列在日志里。");
        return new SeeOther(JobPage + job);

        int Number(string name) => int.TryParse(form[name], CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static async Task<IResult> PageAsync(
        MigrationPlan? plan, CurrentActor current, Database database, Migrations migrations, ProcessHost host, ArtefactStore artefacts,
        Error? error,
        IFormCollection? posted, CancellationToken cancellationToken)
    {
        var read = database.Read("processes.migrations", current.Actor);
        var running = await migrations.RunningAsync(read, cancellationToken);
        var versions = plan is null ? [] : (await artefacts.HistoryAsync(read, ProcessKind.Name, plan.Process, cancellationToken))
            .Select(v => v.Version).Order().ToList();
        DryRun? dry = null;
        ProcessModel? target = null;
        if (plan is { From: > 0, To: > 0 } && plan.From != plan.To)
        {
            var tried = await migrations.TryAsync(read, plan, cancellationToken);
            if (tried.IsSuccess) { (dry, target) = (tried.Value, (await migrations.ModelsAsync(plan, cancellationToken))?.To); }
            else { error ??= tried.Error; }
        }
        var page = new
        {
            Plan = plan, Running = running, Versions = versions, Dry = dry, Target = target, Errors = error?.ToFormErrors(),
                Posted = posted,
            TitleOf = (Func<string, string>)(key => host.Latest(key)?.Name ?? key),
        };
        return error is null ? Page.Of<MigrationPage>(page) : Page.Refused<MigrationPage>(error, page);
    }

    private static Dictionary<string, string> Mapping(Func<string, string?> of, IEnumerable<string> names) =>
        names.Where(n => n.StartsWith("map.", StringComparison.Ordinal)).ToDictionary(n => n[4..], n => of(n) ?? "");
}
